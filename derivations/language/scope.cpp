#include "derivations/language/scope.h"

namespace convproof::derivations::language {

std::string a(NameKind kind) {
  switch (kind) {
    case NameKind::kSize: return "a size";
    case NameKind::kConstant: return "a constant";
    case NameKind::kEach: return "an each";
    case NameKind::kIndex: return "an index";
    case NameKind::kTensor: return "a tensor";
    case NameKind::kScalar: return "a scalar";
    case NameKind::kSeed: return "a seed";
    case NameKind::kLet: return "a let";
    case NameKind::kReading: return "a reading";
  }
  return "";
}

void Scope::check_new(const Token& word) const {
  const Place place = word.span.begin;
  if (is_keyword(word.text) || find_operator(word.text) != nullptr || find_mode(word.text)) {
    throw LanguageError(source_, place, "a name",
                        in_quotes(word.text) + ", which is a word of the language");
  }
  if (const Declared* known = find(std::string(word.text))) {
    throw LanguageError(source_, place, "a new name",
                        text(in_quotes(word.text), ", which is already ", a(known->kind), " (line ",
                             known->line, ")"));
  }
}

void Scope::declare(const Token& word, Declared declared) {
  declared.line = word.span.begin.line;
  names_.insert_or_assign(std::string(word.text), std::move(declared));
}

void Scope::bind(const Token& word) {
  check_new(word);
  declare(word, {.kind = NameKind::kIndex});
}

void Scope::unbind(const std::string& name) {
  names_.erase(name);
  was_bound_.insert(name);
}

const Declared* Scope::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

}  // namespace convproof::derivations::language
