// average_pool: what it equals. The mean of every region, on any number of spatial axes.
#pragma once

#include <vector>

#include "core/pool.h"
#include "core/tensor.h"
#include "reference/regions.h"

namespace convproof::reference {

/// The number of cells that the mean of every window is over, window by window: those inside the
/// image or, with count_include_pad, inside the padded image; never the overhang of a last window.
///
/// Throws:  ShapeError from the shape rule.
inline std::vector<Index> average_pool_cells(const Shape& x, const AveragePoolParams& p) {
  const Shape windows = spatial(pool_y_shape(x, p.window, "average_pool"));
  Indices extents;
  WindowAxes axes = p.window.axes;
  for (int axis = 0; axis < axes.size(); ++axis) {
    Index extent = x[axis + 2];
    if (p.count_include_pad) {
      extent += axes[axis].before + axes[axis].after;
      axes[axis].before = axes[axis].after = 0;
    }
    extents.push_back(extent);
  }
  const Windows counted(Shape(extents.begin(), extents.end()),
                        Shape(p.window.kernel.begin(), p.window.kernel.end()), windows, axes);
  std::vector<Index> cells;
  for (Index i = 0; i < counted.windows(); ++i) {
    cells.push_back(static_cast<Index>(counted.of_window(i).size()));
  }
  return cells;
}

/// Mean pooling (note 000 §3.2.2, F-POOL-MEAN; note 004 §5.2.3, F-POOL-QIU; note 001 §9.3,
/// F-POOL-KINDS):
///   y[n,c,i] = (1/cells[i]) sum_u x[n,c,h],  h = stride*i + dilation*u - before, 0 outside.
/// count_include_pad says what cells[i] counts (see average_pool_cells); 0 where it counts none.
/// Frameworks have either as their default. Dilation as in ONNX (AveragePool since operator set
/// 19).
///
/// Shapes:  x [N,C,D...]  ->  y [N,C,D'...] of pool_y_shape.
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats gamma(cells) * average_pool(|x|).
/// Cost:    N*C*D'...*K... additions.
template <typename T>
Tensor<T> average_pool(const Tensor<T>& x, const AveragePoolParams& p) {
  Tensor<T> y(pool_y_shape(x.shape(), p.window, "average_pool"));
  const std::vector<Index> cells = average_pool_cells(x.shape(), p);
  for_each_region(x.shape(), y.shape(), p.window, [&](const Region& region) {
    if (region.pixels.empty()) return;
    T sum = T(0);
    for (const Index pixel : region.pixels) sum += x[pixel];
    y[region.output] = sum / T(cells[static_cast<std::size_t>(region.output) % cells.size()]);
  });
  return y;
}

/// The gradient with respect to x: every region spreads its own evenly (the up(.) of note 000
/// §3.2.4, V-POOL-BP-L2, where the pooling is mean pooling),
///   dx[n,c,h] = sum_{i,u : the tap u of i reads h} dy[n,c,i] / cells[i].
///
/// Shapes:  dy [N,C,D'...], the shape of x, whose values do not matter  ->  dx [N,C,D...].
/// Throws:  ShapeError from the shape rule.
/// Error:   exact over Rational; over floats gamma(r) * average_pool_dx(|dy|) where r regions meet.
/// Cost:    as for y, with divisions.
template <typename T>
Tensor<T> average_pool_dx(const Tensor<T>& dy, const Shape& x_shape, const AveragePoolParams& p) {
  Tensor<T> dx(pool_dx_shape(dy.shape(), x_shape, p.window, "average_pool"));
  const std::vector<Index> cells = average_pool_cells(x_shape, p);
  for_each_region(x_shape, dy.shape(), p.window, [&](const Region& region) {
    for (const Index pixel : region.pixels) {
      dx[pixel] +=
          dy[region.output] / T(cells[static_cast<std::size_t>(region.output) % cells.size()]);
    }
  });
  return dx;
}

}  // namespace convproof::reference
