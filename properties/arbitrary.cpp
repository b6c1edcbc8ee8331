#include "properties/arbitrary.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <random>

namespace convproof {
namespace {

/// From the whole range in every case: RapidCheck would begin with the least and widen the range
/// from case to case, so that of 100 cases few had two attributes that are not the plain ones.
rc::Gen<Index> uniform(Index least, Index most) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Index>(least, most + 1));
}

}  // namespace

void for_all(const std::string& sentence, const std::function<void()>& law) {
  EXPECT_TRUE(rc::check(sentence, law)) << sentence;
}

Index any_index(const char* name, Index least, Index most) {
  return *uniform(least, most).as(name);
}

Tensor<Rational> any_tensor(const char* name, const Shape& shape) {
  // Seed 0 shrinks to ones.
  const auto seed = static_cast<unsigned>(*uniform(0, 999).as(text("seed of ", name)));
  std::mt19937 random(seed);
  Tensor<Rational> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) {
    if (seed == 0) {
      tensor[i] = 1;
      continue;
    }
    // The engine is the same everywhere; distributions of the standard library are not.
    const int numerator = 1 + static_cast<int>(random() % 7);
    const int denominator = 1 + static_cast<int>(random() % 3);
    tensor[i] = Rational(random() % 2 == 0 ? numerator : -numerator, denominator);
  }
  return tensor;
}

Rational any_rational(const char* name) {
  return any_tensor(name, Shape{1})[0];
}

WindowAxis any_window_axis() {
  return {.stride = any_index("stride", 1, 3),
          .before = any_index("before", 0, 2),
          .after = any_index("after", 0, 2),
          .dilation = any_index("dilation", 1, 3)};
}

void refute(const std::string& because) {
  RC_FAIL(because);
  throw std::logic_error(because);  // RC_FAIL has thrown.
}

}  // namespace convproof
