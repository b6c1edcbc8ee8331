// Checks certificates by adding up. Shares no code with whoever wrote them: it has its own
// parser, its own polynomials and its own numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace convproof::derivations {

/// Why the certificate does not prove what it says it needs, in one sentence; nothing if it does.
///
/// A certificate has one statement to a line; blank lines and lines that start with # are skipped.
///
///   given C                     a condition that may be used from here on: P >= 0 or P = 0
///   with [C] = [C]*[C]          a product, `= 0` if and only if one of its factors is
///   with [C] rounds SUM         C is q >= 0, q has integer coefficients, and the sum divided by
///                               some m > 0 is q+t with a constant 0 <= t < 1
///   need P >= 0 : SUM = -1 >= 0
///
/// SUM is `a*[C] + b*[C] - ...` with numbers a, b, -..., none negative unless its C is `= 0`. Each
/// C in brackets is given, or stated by a `with` since the last `need`, or the negation of the next
/// `need`: -n-1 >= 0 where n has integer coefficients and P, divided by some m > 0, is n+t
/// with a constant 0 <= t < 1. P is a sum of terms like `-1/2*N^2*i`.
/// All variables are integers.
std::optional<std::string> why_refused(std::string_view certificate);

/// The same, and the certificate has to fit an obligation, which is written by whoever states the
/// claim: it gives nothing that the obligation does not give (`given C` lines), and needs all that
/// the obligation needs (`need P >= 0`, `need P = 0`: the latter is P >= 0 and -P >= 0).
std::optional<std::string> why_refused(std::string_view certificate, std::string_view obligation);

}  // namespace convproof::derivations
