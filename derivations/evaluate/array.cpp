#include "derivations/evaluate/array.h"

#include "core/errors.h"
#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {

Index count_of(const PerAxis& sizes) {
  constexpr Index kMost = Index{1} << 62U;
  Index count = 1;
  for (const Index size : sizes) {
    if (size == 0) return 0;
  }
  for (const Index size : sizes) {
    if (__builtin_mul_overflow(count, size, &count) || count >= kMost) {
      throw TooLarge(text("expected an array below 2^62 elements, found ", shape_text(sizes)));
    }
  }
  return count;
}

bool advance(PerAxis& position, const PerAxis& sizes) {
  for (std::size_t axis = sizes.size(); axis-- > 0;) {
    if (++position[axis] < sizes[axis]) return true;
    position[axis] = 0;
  }
  return false;
}

std::size_t offset_of(const PerAxis& position, const PerAxis& sizes) {
  Index offset = 0;
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
    offset = offset * sizes[axis] + position[axis];
  }
  return static_cast<std::size_t>(offset);
}

std::string shape_text(const PerAxis& sizes) {
  if (sizes.empty()) return "a number";
  std::string result;
  for (const Index size : sizes) result += text(result.empty() ? "[" : ", ", size);
  return result + "]";
}

std::string subscripts_text(const PerAxis& subscripts) {
  if (subscripts.empty()) return "";
  std::string result;
  for (const Index subscript : subscripts) result += text(result.empty() ? "[" : ",", subscript);
  return result + "]";
}

}  // namespace convproof::derivations::evaluate
