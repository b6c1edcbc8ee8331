// output_size: how large the result of a sliding filter is.
#pragma once

#include "core/requirements.h"
#include "core/window.h"

namespace convproof::reference {

/// The variables of note 002 along one axis, in pixels (N-SIZE-VARS).
struct FilterSizes {
  Index W = 1;  // Input.
  Index F = 1;  // Filter.
  Index P = 0;  // Padding at each end.
  Index S = 1;  // Stride.
};

/// Throws: ShapeError if a size is out of range or the filter larger than the padded input.
inline void output_size_check(const FilterSizes& a) {
  (void)window_positions("output_size", "W", a.W, a.F,
                         {.stride = a.S, .before = a.P, .after = a.P});
}

/// The formula as it is printed (note 002, N-SIZE-STRIDE; N-SIZE-PAD is S = 1 and N-SIZE-VALID also
/// P = 0):
///   (W - F + 2P)/S + 1,
/// which need not be an integer.
///
/// Throws:  ShapeError from output_size_check.
/// Error:   exact over Rational; over floats one rounding.
/// Cost:    one division.
template <typename T>
T printed_output_size(const FilterSizes& a) {
  output_size_check(a);
  return T(a.W - a.F + 2 * a.P) / T(a.S) + T(1);
}

/// The size of the layer: the number of positions of the filter, which is the largest integer that
/// is not above the printed formula. Pixels behind the last position are not read; some pad further
/// to read them (ceil_mode), which this does not.
///
/// Throws:  ShapeError from output_size_check.
/// Error:   exact.
/// Cost:    one division.
inline Index output_size(const FilterSizes& a) {
  output_size_check(a);
  return (a.W - a.F + 2 * a.P) / a.S + 1;
}

/// Width, height and depth of a volume, in pixels and maps.
struct Volume {
  Index W = 1;
  Index H = 1;
  Index D = 1;
  friend bool operator==(const Volume&, const Volume&) = default;
};

/// Square filters: K of them, F x F in size and as deep as the input (note 002, N-SIZE-VARS).
struct FilterBank {
  Index K = 1;
  Index F = 1;
  Index P = 0;
  Index S = 1;
};

/// The output W2 x H2 x D2 of K filters (note 002, N-SIZE-STRIDE and N-DEPTH):
///   W2 and H2 of output_size,  D2 = K.
///
/// Throws:  ShapeError from output_size_check, or if K or the depth is below 1.
/// Error:   exact.
/// Cost:    two divisions.
inline Volume output_volume(const Volume& in, const FilterBank& filters) {
  require_at_least("output_size", "D", in.D, 1);
  require_at_least("output_size", "K", filters.K, 1);
  const auto along = [&](Index size) {
    return output_size({.W = size, .F = filters.F, .P = filters.P, .S = filters.S});
  };
  return {.W = along(in.W), .H = along(in.H), .D = filters.K};
}

/// The padding that keeps the size at stride 1 (note 001 §9.5, N-PAD-SAME; note 002, N-PAD-3X3:
/// P = 1 for F = 3):  P = (F - 1)/2, for odd F only; an even filter needs unequal ends.
///
/// Throws:  ShapeError if F is below 1 or even.
/// Error:   exact.
/// Cost:    one division.
inline Index same_padding(Index F) {
  require_at_least("output_size", "F", F, 1);
  if (F % 2 == 0) throw ShapeError("output_size", "F", "an odd filter", text(F));
  return (F - 1) / 2;
}

/// The padding with which every pixel is read by every tap (note 001 §9.5, N-PAD-FULL):  P = F - 1,
/// and the output is W + F - 1 wide.
///
/// Throws:  ShapeError if F is below 1.
/// Error:   exact.
/// Cost:    one subtraction.
inline Index full_padding(Index F) {
  require_at_least("output_size", "F", F, 1);
  return F - 1;
}

}  // namespace convproof::reference
