#include "properties/derivations/evaluated.h"

#include <stdexcept>
#include <utility>

#include "derivations/evaluate/entries.h"
#include "derivations/language/choose.h"
#include "derivations/language/parser.h"

namespace convproof::derivations::evaluate {

language::File file_of(const std::string& source) {
  return language::choose(language::parse({"a.claim", source}), {});
}

const language::Claim& claim_of(const language::File& file, const std::string& name) {
  for (const language::Statement& statement : file.statements) {
    const auto* claim = std::get_if<language::Claim>(&statement.node);
    if (claim != nullptr && claim->name == name) return *claim;
  }
  throw std::invalid_argument("expected the claim " + name);
}

std::ostream& operator<<(std::ostream& out, const Numbers& numbers) {
  out << shape_text(numbers.sizes) << ":";
  for (const Rational& element : numbers.elements) out << " " << element;
  return out;
}

Numbers row(std::vector<Rational> elements) {
  const auto size = static_cast<Index>(elements.size());
  return {{size}, std::move(elements)};
}

Numbers number(Rational value) {
  return {{}, {std::move(value)}};
}

Numbers value_of(const std::string& declarations, const std::string& expr, const Sizes& sizes,
                 const Given& given) {
  const language::File file = file_of(declarations + "\nnumeric c: " + expr + " == 0");
  std::map<std::string, std::size_t> used;
  const auto entry_of = [&, digits = random_digits(1)](const std::string& tensor,
                                                       const PerAxis& subscripts) {
    const auto known = given.find(tensor);
    return known == given.end() ? digits(tensor, subscripts) : known->second.at(used[tensor]++);
  };
  Evaluator<Rational> evaluator(file, sizes, entry_of, 1'000'000);
  const Value<Rational> value = evaluator.evaluate(claim_of(file, "c").first);
  Numbers result{value.sizes(), {}};
  for (std::size_t i = 0; i < value.count(); ++i) {
    result.elements.push_back(value.element(i).value());
  }
  return result;
}

Comparison compared(const std::string& source, const Sizes& sizes) {
  const language::File file = file_of(source);
  for (const language::Statement& statement : file.statements) {
    if (const auto* claim = std::get_if<language::Claim>(&statement.node)) {
      return compare(file, *claim, 0, sizes);
    }
  }
  throw std::invalid_argument("expected a claim");
}

}  // namespace convproof::derivations::evaluate
