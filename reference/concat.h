// concat: what it equals. Maps of several tensors stacked in depth, as the Inception module does
// with its branches (note 002, GoogLeNet, M-INCEPTION-IDEA; note 004 §5.4.3, M-INCEPTION).
#pragma once

#include <algorithm>
#include <vector>

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

/// The shape rule of concat:  parts [N,C_k,...], alike but for C_k  ->  y [N, sum of C_k,...].
/// Throws: ShapeError.
inline Shape concat_y_shape(const std::vector<Shape>& parts) {
  require_at_least("concat", "number of parts", static_cast<Index>(parts.size()), 1);
  if (parts[0].rank() < 2) {
    throw ShapeError("concat", "part 0", "2 axes or more [N, C, ...]", text(parts[0]));
  }
  std::vector<Index> extents(parts[0].begin(), parts[0].end());
  for (std::size_t k = 1; k < parts.size(); ++k) {
    std::vector<Index> expected(parts[0].begin(), parts[0].end());
    if (parts[k].rank() >= 2) expected[1] = parts[k][1];
    require_shape("concat", text("part ", k).c_str(), parts[k], Shape(expected),
                  " (part 0 but for the channels)");
    extents[1] = checked_sum(extents[1], parts[k][1], "concat", "channels");
  }
  return Shape(extents);
}

/// The maps of part 0, then those of part 1, and so on.
///
/// Shapes:  parts [N,C_k,...]  ->  y [N, sum of C_k,...].
/// Throws:  ShapeError from concat_y_shape.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
Tensor<T> concat(const std::vector<Tensor<T>>& parts) {
  std::vector<Shape> shapes;
  for (const Tensor<T>& part : parts) shapes.push_back(part.shape());
  Tensor<T> y(concat_y_shape(shapes));
  Index at = 0;
  for (Index n = 0; n < y.shape()[0]; ++n) {
    for (const Tensor<T>& part : parts) {
      const Index count = part.size() / y.shape()[0];  // Numbers of one image.
      std::copy_n(part.data() + n * count, count, y.data() + at);
      at += count;
    }
  }
  return y;
}

/// The gradients with respect to all parts: dy split where the parts meet.
///
/// Shapes:  dy [N, sum of C_k,...], the shapes of the parts  ->  a tensor per part, like it.
/// Throws:  ShapeError if dy is not like y.
/// Error:   none in any scalar.
/// Cost:    one copy.
template <typename T>
std::vector<Tensor<T>> concat_dx(const Tensor<T>& dy, const std::vector<Shape>& shapes) {
  require_shape("concat", "dy", dy.shape(), concat_y_shape(shapes), " (the shape of y)");
  std::vector<Tensor<T>> parts;
  for (const Shape& shape : shapes) parts.emplace_back(shape);
  Index at = 0;
  for (Index n = 0; n < dy.shape()[0]; ++n) {
    for (Tensor<T>& part : parts) {
      const Index count = part.size() / dy.shape()[0];
      std::copy_n(dy.data() + at, count, part.data() + n * count);
      at += count;
    }
  }
  return parts;
}

}  // namespace convproof::reference
