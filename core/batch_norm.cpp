#include "core/batch_norm.h"

#include "core/requirements.h"

namespace convproof {
namespace {

void require_maps(const char* op, const Shape& x) {
  if (x.rank() < 2) throw ShapeError(op, "x", "2 axes or more [N, C, ...]", text(x));
  require_at_least(op, "channels of x", x[1], 1);
}

void require_per_channel(const char* op, const char* argument, const Shape& got, const Shape& x) {
  require_shape(op, argument, got, Shape{x[1]}, " (one per channel of x)");
}

}  // namespace

Shape batch_norm_y_shape(const Shape& x, const Shape& scale, const Shape& bias, const Shape& mean,
                         const Shape& var) {
  require_maps("batch_norm", x);
  require_per_channel("batch_norm", "scale", scale, x);
  require_per_channel("batch_norm", "bias", bias, x);
  require_per_channel("batch_norm", "mean", mean, x);
  require_per_channel("batch_norm", "var", var, x);
  return x;
}

Shape batch_norm_gradient_shape(const Shape& dy, const Shape& x, const Shape& scale,
                                const Shape& mean, const Shape& var) {
  // The bias is not asked for: no gradient depends on it.
  require_shape("batch_norm", "dy", dy, batch_norm_y_shape(x, scale, scale, mean, var),
                " (the shape of x)");
  return x;
}

Shape batch_norm_training_y_shape(const Shape& x, const Shape& scale, const Shape& bias) {
  const char* const op = "batch_norm_training";
  require_maps(op, x);
  require_at_least(op, "numbers in a channel of x", x.element_count() / x[1], 1);
  require_per_channel(op, "scale", scale, x);
  require_per_channel(op, "bias", bias, x);
  return x;
}

Shape batch_norm_training_gradient_shape(const Shape& dy, const Shape& x, const Shape& scale) {
  require_shape("batch_norm_training", "dy", dy, batch_norm_training_y_shape(x, scale, scale),
                " (the shape of x)");
  return x;
}

}  // namespace convproof
