#include "derivations/report/worked.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "core/errors.h"
#include "derivations/language/ast.h"
#include "derivations/mathml/mathml.h"
#include "derivations/report/bilingual.h"
#include "derivations/report/report.h"
#include "derivations/report/xml.h"

namespace convproof::derivations::report {
namespace {

using evaluate::Counterexample;
using evaluate::Outcome;

/// Terms and products beyond these are counted instead.
constexpr std::size_t kMostTerms = 40;
constexpr std::size_t kMostProducts = 12;
/// Matrices of one tensor with more than two axes.
constexpr std::size_t kMostMatrices = 8;

// ---------------------------------------------------------------- entries

/// "X[2,1]": the name and the subscripts; of a scalar none.
struct Entry {
  std::string name;
  std::vector<Index> subscripts;
};

Entry entry_of(const std::string& said) {
  const std::size_t bracket = said.find('[');
  Entry entry{said.substr(0, bracket), {}};
  if (bracket == std::string::npos) return entry;
  std::istringstream inside(said.substr(bracket + 1));
  char separator = ',';
  for (Index subscript = 0; separator == ',' && inside >> subscript; inside >> separator) {
    entry.subscripts.push_back(subscript);
  }
  return entry;
}

language::Expr number_expr(Index value) {
  const language::Expr positive{language::Number{value < 0 ? -value : value}};
  return value < 0 ? language::Expr{language::Negation{positive}} : positive;
}

/// As the formulas show it.
std::string entry_markup(const std::string& name, const std::vector<Index>& subscripts) {
  const language::Expr tensor{language::Name{name, language::NameKind::kTensor}};
  if (subscripts.empty()) return mathml::mathml(tensor);
  language::Access access{tensor, {}};
  for (const Index i : subscripts) access.subscripts.push_back(number_expr(i));
  return mathml::mathml(language::Expr{std::move(access)});
}

/// The last two axes of a tensor at fixed indices of the others.
using Matrix = std::map<std::vector<Index>, std::string>;

/// A table with the indices of its rows and columns; one row without an index for a vector.
std::string matrix_markup(const std::string& caption, const Matrix& matrix) {
  std::set<Index> rows;
  std::set<Index> columns;
  const bool is_vector = matrix.begin()->first.size() == 1;
  for (const auto& [place, value] : matrix) {
    columns.insert(place.back());
    if (!is_vector) rows.insert(place.front());
  }
  if (is_vector) rows.insert(0);
  std::string out = "<table class=\"matrix\"><caption>" + caption + "</caption><tr>";
  if (!is_vector) out += "<th></th>";
  for (const Index column : columns) out += text("<th>", column, "</th>");
  out += "</tr>";
  for (const Index row : rows) {
    out += "<tr>";
    if (!is_vector) out += text("<th>", row, "</th>");
    for (const Index column : columns) {
      const auto found =
          matrix.find(is_vector ? std::vector<Index>{column} : std::vector<Index>{row, column});
      out += "<td>" + (found == matrix.end() ? "" : escaped(found->second)) + "</td>";
    }
    out += "</tr>";
  }
  return out + "</table>";
}

std::string tensor_markup(const std::string& name, const Matrix& entries) {
  const std::size_t axes = entries.begin()->first.size();
  if (axes == 0) {
    return text("<span class=\"number\">", entry_markup(name, {}), " = ",
                escaped(entries.begin()->second), "</span>");
  }
  const auto leading = static_cast<std::ptrdiff_t>(axes > 2 ? axes - 2 : 0);
  std::map<std::vector<Index>, Matrix> matrices;
  for (const auto& [place, value] : entries) {
    matrices[{place.begin(), place.begin() + leading}][{place.begin() + leading, place.end()}] =
        value;
  }
  std::string out;
  std::size_t shown = 0;
  for (const auto& [subscripts, matrix] : matrices) {
    if (shown++ == kMostMatrices) return out + "<span class=\"number\">…</span>";
    out += matrix_markup(entry_markup(name, subscripts), matrix);
  }
  return out;
}

// ---------------------------------------------------------------- sums

/// A term of "G[1]*X[2] - 2*G[2]*X[3]".
struct Term {
  char sign = '+';
  std::string coefficient;           // Empty: 1.
  std::vector<std::string> factors;  // Entries.
  std::string product() const {
    std::string result;
    for (const std::string& factor : factors) result += (result.empty() ? "" : "*") + factor;
    return result.empty() ? "1" : result;
  }
};

Term term_of(std::string_view said, char sign) {
  Term term{sign, {}, {}};
  if (said.starts_with('-')) {
    term.sign = '-';
    said.remove_prefix(1);
  }
  while (!said.empty()) {
    const std::size_t end = std::min(said.find('*'), said.size());
    const std::string factor(said.substr(0, end));
    const bool is_number = std::isdigit(static_cast<unsigned char>(factor.front())) != 0;
    if (is_number) {
      term.coefficient = factor;
    } else {
      term.factors.push_back(factor);
    }
    said.remove_prefix(std::min(end + 1, said.size()));
  }
  return term;
}

std::vector<Term> terms_of(std::string_view sum) {
  std::vector<Term> terms;
  char sign = '+';
  while (!sum.empty()) {
    const std::size_t end = std::min({sum.find(" + "), sum.find(" - "), sum.size()});
    terms.push_back(term_of(sum.substr(0, end), sign));
    if (end == sum.size()) break;
    sign = sum[end + 1];
    sum.remove_prefix(end + 3);
  }
  return terms;
}

/// The tensors that the sums are made of; without sums, all.
std::set<std::string> tensors_of_sums(const Counterexample& found) {
  std::set<std::string> names;
  for (const std::string& sum : {found.left_sum, found.right_sum}) {
    for (const Term& term : terms_of(sum)) {
      for (const std::string& factor : term.factors) names.insert(entry_of(factor).name);
    }
  }
  return names;
}

std::string entries_markup(const Counterexample& found) {
  const std::set<std::string> used = tensors_of_sums(found);
  std::vector<std::string> names;
  std::map<std::string, Matrix> tensors;
  for (const auto& [said, value] : found.entries) {
    const Entry entry = entry_of(said);
    if (!used.empty() && !used.contains(entry.name)) continue;
    if (!tensors.contains(entry.name)) names.push_back(entry.name);
    tensors[entry.name][entry.subscripts] = value;
  }
  std::string out;
  for (const std::string& name : names) out += tensor_markup(name, tensors[name]);
  return out.empty() ? "" : "<div class=\"scroll matrices\">" + out + "</div>\n";
}

std::string variable_markup(const std::string& said) {
  const Entry entry = entry_of(said);
  return entry_markup(entry.name, entry.subscripts);
}

std::string in_parentheses(const std::string& number) {
  const bool plain = number.find_first_not_of("0123456789.") == std::string::npos;
  return plain ? number : "(" + number + ")";
}

/// How a factor is shown: by its name, or by its number.
using Show = std::string (*)(const std::string& factor,
                             const std::map<std::string, std::string>& numbers);

std::string by_name(const std::string& factor, const std::map<std::string, std::string>&) {
  return variable_markup(factor);
}

std::string by_number(const std::string& factor,
                      const std::map<std::string, std::string>& numbers) {
  const auto found = numbers.find(factor);
  return found == numbers.end() ? variable_markup(factor) : in_parentheses(escaped(found->second));
}

std::string term_markup(const Term& term, const std::map<std::string, std::string>& numbers,
                        Show show) {
  std::string out = escaped(term.coefficient);
  for (const std::string& factor : term.factors) {
    out += (out.empty() ? "" : "·") + show(factor, numbers);
  }
  return out.empty() ? "1" : out;
}

class Sums {
 public:
  explicit Sums(const Counterexample& found) {
    for (const auto& [entry, value] : found.entries) numbers_[entry] = value;
    for (const auto& product : found.products) different_.insert(product.product);
  }

  /// The terms that are not on both sides alike are marked.
  std::string markup(const std::vector<Term>& terms, Show show) const {
    std::string out;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      if (i == kMostTerms) return text(out, " + … (", terms.size() - kMostTerms, ")");
      const Term& term = terms[i];
      const std::string shown = term_markup(term, numbers_, show);
      const bool minus = term.sign == '-';
      out += i == 0 ? (minus ? "−" : "") : (minus ? " − " : " + ");
      out += different_.contains(term.product()) ? "<mark>" + shown + "</mark>" : shown;
    }
    return out.empty() ? "0" : out;
  }

 private:
  std::map<std::string, std::string> numbers_;
  std::set<std::string> different_;
};

/// sum of products = the same in numbers = value
std::string side_markup(const Bilingual& name, const std::string& sum, const std::string& value,
                        const Sums& sums) {
  std::string out = "<tr><th>" + both(name) + "</th><td>";
  const std::vector<Term> terms = terms_of(sum);
  const bool is_number = terms.size() <= 1 && (terms.empty() || terms.front().factors.empty());
  if (!is_number) {
    out += sums.markup(terms, by_name) + "<br>= " + sums.markup(terms, by_number) + "<br>= ";
  }
  return out + "<b>" + escaped(value) + "</b></td></tr>\n";
}

std::string products_markup(const Counterexample& found) {
  if (found.products.empty()) return "";
  std::string rows;
  for (std::size_t i = 0; i < std::min(found.products.size(), kMostProducts); ++i) {
    const evaluate::DifferentProduct& product = found.products[i];
    const std::string shown = term_markup(term_of(product.product, '+'), {}, by_name);
    rows += text("<tr><td>", shown, "</td><td>", product.left.str(), "</td><td>",
                 product.right.str(), "</td></tr>\n");
  }
  if (found.products.size() > kMostProducts) {
    rows += text("<tr><td colspan=\"3\">… ", found.products.size() - kMostProducts, "</td></tr>\n");
  }
  return text("<div class=\"scroll\"><table><thead><tr><th>", both({"product", "乘积"}),
              "</th><th>", both({"how often on the left", "左边的系数"}), "</th><th>",
              both({"on the right", "右边的系数"}), "</th></tr></thead>\n", rows,
              "</table></div>\n");
}

// ---------------------------------------------------------------- sentences

/// "M = 1, N = 2, i = 3", broken between them only.
std::string places_markup(const Counterexample& found) {
  std::string out;
  const auto add = [&out](const std::string& name, Index value) {
    const language::Expr size{language::Name{name, language::NameKind::kSize}};
    out += (out.empty() ? "" : ", ") +
           mathml::mathml(
               language::Comparison{size, {{language::Relation::kEqual, number_expr(value)}}, {}});
  };
  for (const auto& [name, value] : found.sizes) add(name, value);
  for (const auto& [name, value] : found.comparison.indices) add(name, value);
  return out;
}

Bilingual outcome_words(const Counterexample& found) {
  const evaluate::Comparison& comparison = found.comparison;
  switch (comparison.outcome) {
    case Outcome::kShapesDiffer: {
      const std::string left = brackets(comparison.left);
      const std::string right = brackets(comparison.right);
      return {text("the left side has the shape ", left, ", the right side ", right),
              text("左边的形状是 ", left, "，右边的形状是 ", right)};
    }
    case Outcome::kDiffer: {
      const std::string left = escaped(found.left);
      const std::string right = escaped(found.right);
      const std::string element = comparison.element.empty() ? "" : brackets(comparison.element);
      return {text(element.empty() ? "" : "element " + element + ": ", left, " on the left, ",
                   right, " on the right"),
              text(element.empty() ? "" : "元素 " + element + "：", "左边是 ", left, "，右边是 ",
                   right)};
    }
    default: break;
  }
  const std::string why = sentence_markup(comparison.why);
  return {why, "<span lang=\"en\">" + why + "</span>"};
}

}  // namespace

std::string worked_briefly(const Counterexample& found) {
  const std::string at = places_markup(found);
  const Bilingual outcome = outcome_words(found);
  if (at.empty()) return both(outcome);
  return both({"at " + at + ": " + outcome.en, at + " 时：" + outcome.zh});
}

std::string worked(const Counterexample& found) {
  std::string out = "<p>" + worked_briefly(found) + "</p>\n";
  if (found.comparison.outcome != Outcome::kDiffer) return out;
  out += entries_markup(found);
  if (found.left_sum.empty() && found.right_sum.empty()) return out;
  const Sums sums(found);
  out += "<div class=\"scroll\"><table class=\"sums\">\n" +
         side_markup({"left", "左边"}, found.left_sum, found.left, sums) +
         side_markup({"right", "右边"}, found.right_sum, found.right, sums) + "</table></div>\n";
  return out + products_markup(found);
}

}  // namespace convproof::derivations::report
