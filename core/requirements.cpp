#include "core/requirements.h"

#include "core/window.h"

namespace convproof {

void require_shape(const char* op, const char* argument, const Shape& got, const Shape& expected,
                   const char* because) {
  if (!(got == expected)) throw ShapeError(op, argument, text(expected, because), text(got));
}

void require_at_least(const char* op, const char* argument, Index value, Index least) {
  if (value < least) throw ShapeError(op, argument, text(least, " or more"), text(value));
}

void require_rank(const char* op, const char* argument, const Shape& got, int rank,
                  const char* axes) {
  if (got.rank() == rank) return;
  throw ShapeError(op, argument, text(rank, rank == 1 ? " axis " : " axes ", axes), text(got));
}

void require_axes(const char* op, const char* argument, const Shape& got, int rank,
                  const char* first, const char* second, const char* prefix) {
  if (got.rank() == rank + 2) return;
  std::string axes = text('[', first, ", ", second);
  for (int axis = 0; axis < rank; ++axis) {
    std::string name = axis_name(axis, rank);
    if (*prefix == '\0') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    axes += text(", ", prefix, name);
  }
  throw ShapeError(op, argument, text(rank + 2, " axes ", axes, ']'), text(got));
}

void require_images(const char* op, const char* argument, const Shape& got) {
  if (got.rank() < 3) throw ShapeError(op, argument, "3 axes or more [N, C, ...]", text(got));
  for (int axis = 1; axis < got.rank(); ++axis) {
    if (got[axis] < 1) throw ShapeError(op, argument, "extents of 1 or more after N", text(got));
  }
}

void require_per_axis(const char* op, const char* argument, const Indices& values, const Shape& x,
                      Index least) {
  const int rank = x.rank() - 2;
  if (values.rank() != rank) {
    throw ShapeError(op, argument, text(rank, " (one per spatial axis of x)"), text(values.rank()));
  }
  for (int axis = 0; axis < rank; ++axis) {
    if (values[axis] < least) {
      throw ShapeError(op, text(argument, ' ', axis_name(axis, rank)), text(least, " or more"),
                       text(values[axis]));
    }
  }
}

void require_divisor(const char* op, Index groups, Index channels, const char* of) {
  if (channels % groups != 0) {
    throw ShapeError(op, "groups", text("a divisor of the ", channels, of), text(groups));
  }
}

}  // namespace convproof
