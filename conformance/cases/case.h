// A case is its string: operator, attributes, sizes, pass, dtype, fill and seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/scalar/float_format.h"
#include "core/shape.h"

namespace convproof::conformance {

enum class DType { kF64, kF32, kF16, kBF16 };
const char* name(DType dtype);
FloatFormat format_of(DType dtype);
/// Bytes per element.
Index size_of(DType dtype);
/// Throws: ParseError naming `what`.
DType parse_dtype(std::string_view text, const std::string& what);

/// What the tensors hold. Each finds what the others cannot: integers find every index error
/// (compared exactly), dense floats rounding errors of long sums, sparse floats (about seven
/// products per element) lost precision, special values lost range.
enum class Fill { kIntegers, kDense, kSparse, kSpecial };
const char* name(Fill fill);

/// An element that data shrinking left as it is.
struct KeptElement {
  std::string tensor;
  Index index = 0;  // Flat, in C order.
  friend bool operator==(const KeptElement&, const KeptElement&) = default;
};

/// One case. Spatial vectors have one entry per axis; `pads` are all begins, then all ends.
struct Case {
  std::string op;
  Index batch = 1;
  Index channels = 1;
  std::vector<Index> size;
  Index outputs = 1;
  std::vector<Index> kernel;
  std::vector<Index> stride;
  std::vector<Index> pads;
  std::vector<Index> dilation;
  Index groups = 1;
  bool bias = true;  // Of pass y; `nobias` in the string when false.
  std::string pass = "y";
  DType dtype = DType::kF32;
  Fill fill = Fill::kIntegers;
  std::uint64_t seed = 1;
  /// Not empty: every element that is not listed is zero (`only=x3,w0` in the string).
  std::vector<KeptElement> only;

  friend bool operator==(const Case&, const Case&) = default;
};

/// The case string, e.g.
///   conv2d:N1C4H9W7:O6:k3x2:s2x1:p1,0,2,1:d1x2:g2:y:f32:fill=dense:seed=7
/// with two optional fields: `nobias` after g, and `only=...` at the end.
std::string to_string(const Case& c);

/// The inverse of to_string. All fields are required, in this order: nothing is defaulted.
/// Throws: ParseError with the field that was expected and the text that was found.
Case parse_case(std::string_view text);

}  // namespace convproof::conformance
