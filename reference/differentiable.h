// A function of one tensor and its gradient, handed together to a page that composes them.
#pragma once

#include <utility>

namespace convproof::reference {

/// y(x) is the function; dx(dy, x) the gradient of <dy, y(x)> with respect to x.
template <typename Y, typename Dx>
struct Differentiable {
  Y y;
  Dx dx;
};

template <typename Y, typename Dx>
Differentiable(Y, Dx) -> Differentiable<Y, Dx>;

}  // namespace convproof::reference
