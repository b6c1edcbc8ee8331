#include "core/conv2d.h"

#include "core/requirements.h"

namespace convproof {
namespace {

constexpr const char* kOp = "conv2d";

}  // namespace

ConvParams general(const Conv2dParams& p) {
  return {.axes = {{.stride = p.stride.h,
                    .before = p.padding.top,
                    .after = p.padding.bottom,
                    .dilation = p.dilation.h},
                   {.stride = p.stride.w,
                    .before = p.padding.left,
                    .after = p.padding.right,
                    .dilation = p.dilation.w}},
          .groups = p.groups};
}

Shape conv2d_y_shape(const Shape& x, const Shape& w, const Conv2dParams& p) {
  return conv_y_shape(x, w, general(p), kOp);
}

Shape conv2d_y_shape(const Shape& x, const Shape& w, const Shape& b, const Conv2dParams& p) {
  return conv_y_shape(x, w, b, general(p), kOp);
}

Shape conv2d_dx_shape(const Shape& dy, const Shape& w, const Shape& x, const Conv2dParams& p) {
  return conv_dx_shape(dy, w, x, general(p), kOp);
}

Shape conv2d_dw_shape(const Shape& dy, const Shape& x, const Shape& w, const Conv2dParams& p) {
  return conv_dw_shape(dy, x, w, general(p), kOp);
}

Shape conv2d_db_shape(const Shape& dy) {
  require_rank(kOp, "dy", dy, 4, "[N, O, H', W']");
  return Shape{dy[1]};
}

}  // namespace convproof
