#include "core/shape_rules.h"

#include "core/window.h"

namespace convproof {

void require_rank(const char* op, const Shape& shape, int rank, const char* argument,
                  const char* first, const char* second, const char* prefix) {
  if (shape.rank() == rank + 2) return;
  std::string axes = text('[', first, ", ", second);
  for (int axis = 0; axis < rank; ++axis) {
    std::string name = axis_name(axis, rank);
    if (*prefix == '\0') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    axes += text(", ", prefix, name);
  }
  throw ShapeError(op, argument, text(rank + 2, " axes ", axes, ']'), text(shape));
}

void require_at_least(const char* op, Index value, Index least, const char* argument) {
  if (value < least) throw ShapeError(op, argument, text(least, " or more"), text(value));
}

void require_equal(const char* op, const Shape& got, const Shape& expected, const char* argument,
                   const char* because) {
  if (!(got == expected)) throw ShapeError(op, argument, text(expected, because), text(got));
}

void require_divisor(const char* op, Index groups, Index channels, const char* of) {
  if (channels % groups != 0) {
    throw ShapeError(op, "groups", text("a divisor of the ", channels, of), text(groups));
  }
}

}  // namespace convproof
