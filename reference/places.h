// Places in images [N, C, ...] and the elements that stand there.
#pragma once

#include "core/indices.h"
#include "core/tensor.h"

namespace convproof::reference {

template <typename T>
const T& element(const Tensor<T>& tensor, const Indices& at) {
  return tensor[flat_index(tensor.shape(), at)];
}

template <typename T>
T& element(Tensor<T>& tensor, const Indices& at) {
  return tensor[flat_index(tensor.shape(), at)];
}

/// The place [n, c, to(i, axis)...] for at = [n, c, i...], where `axis` numbers the spatial axes.
/// It need not lie in any image.
template <typename To>
Indices moved(Indices at, To to) {
  for (int axis = 0; axis < at.rank() - 2; ++axis) at[axis + 2] = to(at[axis + 2], axis);
  return at;
}

}  // namespace convproof::reference
