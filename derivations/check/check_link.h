// Checks the proof of a whole link: every certificate in it, and that nothing is left out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace convproof::derivations {

/// Cases within each other.
inline constexpr std::size_t kDeepestCase = 1'000;

/// Why the text does not prove what it says, in one sentence; nothing if it does. Shares no code
/// with whoever wrote it.
///
///   link      : ('given' C | floor | condition | products)*
///   floor     : 'floor' NAME '=' P 'over' P steps     NAME is the greatest integer up to the
///   quotient;
///                                                   the steps prove that the divisor is 1 or more
///   condition : 'condition' [C]  ('given' C)*  steps
///   products  : 'products' TEXT  ('given' C)*  ('piece' P 'over' P ['if' [C]...])*  case  'end'
///   case      : 'case'  ('lemma' [C] steps)*  (settled | split)  'end'
///   split     : 'split' [C] case  ('else' [C] case)...   the others are where C does not hold
///   settled   : 'empty' steps
///             | (('holds' N [C] steps) | ('out' N steps))*  ('zero' P steps)*
///   steps     : ('with' ... | 'need' ...)* 'end'         as check.h says
///
/// each on a line of its own. Steps use what is given: for the whole text, for the condition or the
/// products, by the floors, by the cases around and their lemmas. A condition is proved by its
/// steps. Products are proved if in every case their pieces add up to 0: piece N is out if the
/// steps refute its conditions together; of the others, those conditions are struck that are given
/// or whose steps prove them; the numerators of those whose remaining conditions are the same add
/// up to 0, identically or, where these conditions hold, by the steps of a `zero`.
std::optional<std::string> why_link_refused(std::string_view text);

}  // namespace convproof::derivations
