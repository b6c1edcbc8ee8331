// Says a chain of a formula in the claim language: every letter a declared name or an index, every
// sign an operator or a reading.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "derivations/language/ast.h"
#include "derivations/latex/declarations.h"
#include "derivations/latex/formula.h"

namespace convproof::derivations::latex {

/// A chain as statements of the claim language.
struct Translated {
  std::vector<language::Assume> assumptions;
  std::vector<language::Let> products;  // Of matrices, which the language has no sign for.
  language::Claim claim;
  std::vector<Place> members;           // Where each member of the claim begins.
  std::vector<language::Claim> shapes;  // What the chain says of the sizes of its members.
};

/// Parts of an expression that notations and powers may copy.
inline constexpr int kMostCopies = 100'000;

class Translator {
 public:
  Translator(const Source& formula, Declarations& declarations);
  ~Translator();
  Translator(const Translator&) = delete;
  Translator& operator=(const Translator&) = delete;

  /// The claim has no name yet.
  ///
  /// Throws:  LanguageError at the place in the formula that the declarations do not explain.
  /// Cost:    linear in the chain and in what it becomes.
  Translated translate(const Chain& chain);

  /// Those that the chains so far need and nothing declares, in the order of their use.
  const std::vector<language::ReadingStatement>& readings() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace convproof::derivations::latex
