// Random inputs for laws, behind functions that are compiled once: RapidCheck makes them, shrinks a
// counterexample to the smallest and prints it; RC_PARAMS="seed=..." repeats it.
#pragma once

#include <functional>
#include <string>

#include "core/errors.h"
#include "core/scalar/rational.h"
#include "core/tensor.h"
#include "core/window.h"

namespace convproof {

/// Fails the running test unless `law` returns for 100 random inputs. It draws them by the
/// functions below and throws (see `require`) where it does not hold.
void for_all(const std::string& sentence, const std::function<void()>& law);

/// Drawn inside a law; printed under `name` with a counterexample; shrinks towards `least`.
Index any_index(const char* name, Index least, Index most);

/// Elements drawn from a seed, which is printed: integers and fractions, positive and negative,
/// none zero, because zeros hide bugs.
Tensor<Rational> any_tensor(const char* name, const Shape& shape);
Rational any_rational(const char* name);

/// An axis with stride and dilation 1 to 3 and padding 0 to 2 on each side.
WindowAxis any_window_axis();

/// Ends a law that does not hold.
[[noreturn]] void refute(const std::string& because);

inline void require(bool holds, const std::string& because) {
  if (!holds) refute(because);
}

template <typename A, typename B>
void require_equal(const A& a, const B& b) {
  if (!(a == b)) refute(text(a, " is not ", b));
}

}  // namespace convproof
