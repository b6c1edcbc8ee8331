// The notes' derivation of conv2d_dw (note 000 §3.1.1 and §3.2.4), which they mark as doubtful,
// decided line by line: every printed line is evaluated exactly on all small shapes and compared
// with the derivative of the forward pass, which is taken from its definition by differences.
//
// Arrays are compared by position from their first element; the notes' indices only name positions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/scalar/rational.h"
#include "core/tensor.h"

namespace convproof::derivations {

using Matrix = Tensor<Rational>;  // Two axes.

enum class Section {
  kSame,   // §3.1.1: one map, kernel (2U+1) x (2V+1) around its centre, zeros around the image.
  kLayer,  // §3.2.4: D maps to P maps, kernels U x V, no zeros, a bias.
};

enum class Verdict { kHolds, kRefuted, kShapesDiffer, kCannotBeRead };

/// What one may take differently from how a line is printed.
enum class Change {
  kRotateResult,             // The result is turned by 180 degrees.
  kOtherProduct,             // Convolution where cross-correlation is printed, or the reverse.
  kFullProduct,              // The product is padded so that every overlap counts.
  kIndexD,                   // X^(l-1,d) where X^(l-1,p) is printed.
  kSumOverEntries,           // The dot after a derivative sums over all entries of Z.
  kForwardCrossCorrelation,  // The forward pass cross-correlates, too.
  kForwardIndexP,            // The forward pass reads X^(l-1,p), as §3.2.4 prints it.
};

/// Sizes by the notes' letters.
struct Sizes {
  Index m = 1;
  Index n = 1;
  Index u = 0;
  Index v = 0;
  Index d = 1;
  Index p = 1;
  friend bool operator==(const Sizes&, const Sizes&) = default;
};

/// The numbers on which lines are evaluated. The loss is sum linear*z + quadratic*z^2/2, so that
/// its derivative by z is not a constant.
struct Instance {
  Section section = Section::kSame;
  Sizes sizes;
  std::uint64_t seed = 0;
  std::vector<Matrix> x;  // [d], without padding.
  std::vector<Matrix> w;  // [p*D + d].
  std::vector<Rational> b;
  std::vector<Matrix> linear;  // [p], like Z.
  std::vector<Matrix> quadratic;

  const Matrix& kernel(Index p, Index d) const {
    return w[static_cast<std::size_t>(p * sizes.d + d)];
  }
};

/// The instance of these sizes; no zeros among its numbers.
Instance make_instance(Section section, const Sizes& sizes, std::uint64_t seed);

/// One entry of dL/dW where the line is wrong; positions count from 0.
struct Counterexample {
  Sizes sizes;
  std::uint64_t seed = 0;
  Index p = 0;
  Index d = 0;
  Index row = 0;
  Index column = 0;
  Rational truth;
  Rational claimed;
  Matrix x;   // X^d, without padding.
  Matrix dz;  // The derivative of the loss by Z^p.
};

/// Changes that together make a line hold on all shapes on which the forward pass then exists.
struct Repair {
  std::vector<Change> changes;
  Index shapes = 0;
};

struct ClaimVerdict {
  std::string id{};       // As in the index of the notes.
  std::string printed{};  // The line.
  Section section = Section::kSame;
  Verdict verdict = Verdict::kHolds;
  Index shapes = 0;            // On which it was tried.
  Index undefined_shapes = 0;  // Of those, where it names something that does not exist.
  std::string reason{};        // Why it cannot be read, how shapes differ, what does not exist.
  std::optional<Counterexample> counterexample{};  // The smallest, by the sum of all sizes.
  std::vector<Repair> repairs{};                   // With no change that could be left out.
};

/// The verdicts on V-DW-SAME-L1 to L5 and V-DW-L1 to L4.
///
/// Error:  "holds" means on every shape tried, not a proof for all sizes; the rest is exact.
/// Cost:   a second or two.
std::vector<ClaimVerdict> decide_conv2d_dw();

/// The verdict on one line under a reading; `repairs` stays empty. Shapes on which the forward
/// pass, so read, does not exist are not counted.
///
/// Throws:  ParseError if there is no such line.
ClaimVerdict decide_line(const std::string& id, const std::vector<Change>& reading);

/// A plain-text report, at most 100 columns wide.
std::string table(const std::vector<ClaimVerdict>& verdicts);

}  // namespace convproof::derivations
