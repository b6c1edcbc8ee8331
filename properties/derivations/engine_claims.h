// Claims whose truth is known: what the proof engine must prove, and what it must never prove.
#pragma once

#include <string>
#include <vector>

#include "derivations/language/ast.h"

namespace convproof::derivations {

struct KnownClaim {
  std::string name;  // A sentence, in CamelCase, that the claim states or gets wrong.
  std::string text;  // With one claim of one link.
  language::Verdict verdict = language::Verdict::kProved;
};

/// Laws of convolutions, of the operators that move elements, of gradients, and of integers.
const std::vector<KnownClaim>& true_claims();

/// Near misses of those: each is wrong for some of its sizes, and mostly for few.
const std::vector<KnownClaim>& false_claims();

/// A claim, and the text that it stands in with nothing left open: first alternatives, least
/// values.
struct OneClaim {
  language::File file;
  const language::Claim& claim() const;
};
OneClaim one_claim(const std::string& text);

}  // namespace convproof::derivations
