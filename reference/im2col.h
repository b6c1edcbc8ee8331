// im2col: every window of an image as a column, so that convolution is a product of matrices. Its
// transpose is col2im, a page of its own, which is also its gradient.
#pragma once

#include "core/indices.h"
#include "core/requirements.h"
#include "core/tensor.h"
#include "core/window.h"

namespace convproof::reference {

struct Im2colParams {
  Shape kernel{};     // [K...], one extent per spatial axis.
  WindowAxes axes{};  // One per spatial axis.
};

/// The shape rule of im2col:  x [N,C,D...]  ->  y [N, C*K..., D'...], where K... is the product of
/// all extents of the kernel and D'... the number of all windows. N may be 0.
/// Throws: ShapeError.
inline Shape im2col_y_shape(const Shape& x, const Im2colParams& p, const char* op = "im2col") {
  const int rank = p.axes.size();
  if (rank < 1) throw ShapeError(op, "axes", "1 spatial axis or more", text(rank));
  if (p.kernel.rank() != rank) {
    throw ShapeError(op, "kernel", text("one extent for each of ", rank, " axes"), text(p.kernel));
  }
  require_axes(op, "x", x, rank, "N", "C", "");
  require_at_least(op, "channels of x", x[1], 1);
  Index rows = x[1];
  Index columns = 1;
  for (int axis = 0; axis < rank; ++axis) {
    const Index positions =
        window_positions(op, axis_name(axis, rank), x[axis + 2], p.kernel[axis], p.axes[axis]);
    rows = checked_product(rows, p.kernel[axis], op, "rows");
    columns = checked_product(columns, positions, op, "columns");
  }
  const Shape y{x[0], rows, columns};
  (void)y.element_count();
  return y;
}

namespace detail {

/// Calls visit(place in the columns, place in the image) for every pixel of every window, in C
/// order of the columns; pixels of the padding are left out.
template <typename Visit>
void for_each_pixel_of_columns(const Shape& x, const Im2colParams& p, Visit visit) {
  Indices windows{};
  for (int axis = 0; axis < p.axes.size(); ++axis) {
    windows.push_back(window_positions("im2col", axis_name(axis, p.axes.size()), x[axis + 2],
                                       p.kernel[axis], p.axes[axis]));
  }
  Index place = 0;
  // A row is a map and a tap.
  for_each_index(with_spatial(x[0], x[1], p.kernel), [&](const Indices& row) {
    for_each_index({windows.begin(), windows.end()}, [&](const Indices& i) {
      Indices h = row;
      for (int axis = 0; axis < p.axes.size(); ++axis) {
        const WindowAxis& a = p.axes[axis];
        h[axis + 2] = a.stride * i[axis] + a.dilation * row[axis + 2] - a.before;
      }
      if (contains(x, h)) visit(place, flat_index(x, h));
      ++place;
    });
  });
}

}  // namespace detail

/// The windows of an image as columns (the product that note 001 §9.7 means where it calls
/// convolution a matrix multiplication, with the roles of kernel and image exchanged):
///   y[n, c*K... + u, i] = x[n,c,h],  h = stride*i + dilation*u - before,  0 outside the image;
/// u and i count taps and windows in C order. With w [O, C*K...], conv is  y = w * im2col(x) for
/// every image. The rows of a group of maps are consecutive: row g*(C/groups)*K... is its first.
/// Some libraries put windows in rows, or taps before maps.
///
/// Shapes:  x [N,C,D...]  ->  y [N, C*K..., D'...] of im2col_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact: elements are copied.
/// Cost:    N*C*K...*D'... copies, as much memory as the result.
template <typename T>
Tensor<T> im2col(const Tensor<T>& x, const Im2colParams& p) {
  Tensor<T> y(im2col_y_shape(x.shape(), p));
  detail::for_each_pixel_of_columns(x.shape(), p,
                                    [&](Index column, Index pixel) { y[column] = x[pixel]; });
  return y;
}

}  // namespace convproof::reference
