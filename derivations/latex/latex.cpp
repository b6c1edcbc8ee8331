#include "derivations/latex/latex.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "derivations/language/parser.h"
#include "derivations/language/printer.h"
#include "derivations/latex/declarations.h"
#include "derivations/latex/formula.h"
#include "derivations/latex/translator.h"

namespace convproof::derivations::latex {
namespace {

using language::Claim;
using language::LanguageError;
using language::Statement;

/// The claim file that is being written, and which line of it says what of the formula.
class Writer {
 public:
  Writer(const Source& formula, const Declarations& declarations)
      : formula_(formula), declarations_(declarations), text_(declarations.statements()) {
    first_line_ = 1 + static_cast<int>(std::count(text_.begin(), text_.end(), '\n'));
  }

  void add(Statement::Node node, const std::vector<Place>& places) {
    const std::string statement = language::print(Statement{std::move(node)});
    const auto lines =
        static_cast<std::size_t>(std::count(statement.begin(), statement.end(), '\n'));
    // The first side stands on the line of the name, the others on their own where they are
    // several.
    for (std::size_t i = 0; i < lines; ++i) {
      places_.push_back(places.empty() ? Place{} : places[std::min(i, places.size() - 1)]);
    }
    text_ += statement;
    if (text_.size() <= language::kLongestText) return;
    throw LanguageError(
        formula_, places.empty() ? Place{} : places.front(),
        text("a formula whose claim has at most ", language::kLongestText, " bytes"),
        "a longer one");
  }

  /// A name that no other claim has.
  std::string new_claim(const std::string& base) {
    std::string name;
    do {
      const int count = ++counts_[base];
      name = count == 1 ? base : text(base, "_", count);
    } while (declarations_.has_claim(name));
    return name;
  }

  /// What the claim language refuses is an error at the side that it comes from.
  LatexClaim take() {
    try {
      language::File file = language::parse({formula_.file, text_});
      return {std::move(text_), std::move(file)};
    } catch (const LanguageError& error) {
      const int line =
          std::clamp(error.line() - first_line_, 0, static_cast<int>(places_.size()) - 1);
      throw LanguageError(formula_, places_[static_cast<std::size_t>(line)], error.expected(),
                          error.got());
    }
  }

 private:
  const Source& formula_;
  const Declarations& declarations_;
  std::string text_;
  int first_line_ = 1;
  std::vector<Place> places_;                    // Of each line from the first that was added.
  std::unordered_map<std::string, int> counts_;  // Of the names that begin alike.
};

}  // namespace

LatexClaim read_latex(const language::Source& formula, const language::Source& declarations) {
  Declarations known(declarations);
  Translator translator(formula, known);
  std::vector<Translated> chains;
  for (const Chain& chain : parse_formula(formula)) chains.push_back(translator.translate(chain));
  Writer writer(formula, known);
  for (const auto& reading : translator.readings()) writer.add(reading, {});
  for (Translated& chain : chains) {
    for (language::Assume& assumed : chain.assumptions)
      writer.add(std::move(assumed), chain.members);
    for (language::Let& product : chain.products) writer.add(std::move(product), chain.members);
    chain.claim.name = writer.new_claim("formula");
    writer.add(std::move(chain.claim), chain.members);
    for (Claim& shape : chain.shapes) {
      shape.name = writer.new_claim("formula_shape");
      writer.add(std::move(shape), chain.members);
    }
  }
  return writer.take();
}

}  // namespace convproof::derivations::latex
