// The small changes of an expression that authors of formulas forget, mix up or misprint.
#pragma once

#include <string>
#include <vector>

#include "derivations/language/ast.h"

namespace convproof::derivations {

struct Edited {
  language::Expr expr;
  std::string what;  // "xcorr instead of conv".
  int cost = 1;      // 2 for what changes more than one sign, letter or operator.
};

/// Every expression that is one edit away, in the place of one member of `claim`:
/// - conv and xcorr, kron and zeroinsert, blocksum and subsample exchanged; another mode;
/// - operands in the other order; rot180 or transpose put in or taken out;
/// - another index that is bound there; the sign or an offset of 1 in a subscript or a limit;
/// - zeros around an operand, as many as anywhere in the text, put in or taken out;
/// - scaled by a size, a constant, or the product of two; a factor taken out; another tensor.
/// All names are known where they are put. Some of the results are not well-formed.
std::vector<Edited> edits_of(const language::Expr& expr, const language::File& chosen,
                             const language::Claim& claim);

}  // namespace convproof::derivations
