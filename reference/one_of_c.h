// one_of_c: what it equals. Targets for a network with one output per class (note 003 §2.1,
// F-ONE-OF-C and F-TARGET-OUT).
#pragma once

#include <vector>

#include "core/requirements.h"
#include "core/tensor.h"

namespace convproof::reference {

template <typename T>
struct OneOfCParams {
  Index classes = 0;
  T on = T(1);
  T off = T(0);  // What the note wants for sigmoid; -1 for tanh.
};

/// t[n,k] = on if k is the class of sample n, else off. Nothing to differentiate.
///
/// Shapes:  labels of N samples, each 0 to classes-1  ->  t [N,classes].
/// Throws:  ShapeError if a label is no class.
/// Error:   none in any scalar.
/// Cost:    N*classes.
template <typename T>
Tensor<T> one_of_c(const std::vector<Index>& labels, const OneOfCParams<T>& p) {
  require_at_least("one_of_c", "classes", p.classes, 1);
  Tensor<T> t(Shape{static_cast<Index>(labels.size()), p.classes});
  for (Index n = 0; n < t.shape()[0]; ++n) {
    const Index label = labels[static_cast<std::size_t>(n)];
    if (label < 0 || label >= p.classes) {
      throw ShapeError("one_of_c", "labels", text("0 to ", p.classes - 1), text(label));
    }
    for (Index k = 0; k < p.classes; ++k) t(n, k) = k == label ? p.on : p.off;
  }
  return t;
}

}  // namespace convproof::reference
