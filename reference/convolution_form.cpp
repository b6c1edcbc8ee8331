#include "reference/convolution_form.h"

#include <utility>

#include "core/errors.h"
#include "reference/extent_rules.h"

namespace convproof::reference {
namespace {

void require_centre(const char* op, const Shape& w, const ConvolutionForm& form) {
  const bool wanted = form.border == Border::kSame || form.border == Border::kCircular;
  if (!wanted) {
    if (form.centre.rank() != 0) {
      throw ShapeError(op, "centre", "none for a full or valid form", text(form.centre));
    }
    return;
  }
  if (form.centre.rank() != w.rank() || !contains(w, form.centre)) {
    throw ShapeError(op, "centre", text("a tap of the kernel ", w), text(form.centre));
  }
}

}  // namespace

Shape convolution_y_shape(const char* op, const Shape& w, const Shape& x,
                          const ConvolutionForm& form) {
  if (x.rank() < 1) throw ShapeError(op, "x", "1 axis or more", text(x));
  require_extents(op, "x", x, x.rank(), "");
  require_extents(op, "w", w, x.rank(), "(as many as x)");
  require_centre(op, w, form);
  if (form.border == Border::kValid) require_fits(op, w, x);
  Indices extents(x.rank());
  for (int axis = 0; axis < x.rank(); ++axis) {
    switch (form.border) {
      case Border::kFull: extents[axis] = checked_sum(x[axis], w[axis] - 1, op, "extent"); break;
      case Border::kSame:
      case Border::kCircular: extents[axis] = x[axis]; break;
      case Border::kValid: extents[axis] = x[axis] - w[axis] + 1; break;
    }
  }
  return {extents.begin(), extents.end()};
}

BilinearForm plain_product(const char* op, const Shape& w, const Shape& x,
                           const ConvolutionForm& form,
                           std::function<Index(int axis, Index t, Index k)> pixel_of) {
  const Shape y = convolution_y_shape(op, w, x, form);
  const Indices zero(x.rank());
  const bool circular = form.border == Border::kCircular;
  return {.y = {zero, y},
          .sum = {zero, w},
          .w = {zero, w},
          .x = {zero, x},
          .w_at = [](const Indices&, const Indices& k) { return k; },
          .x_at =
              [x, circular, pixel_of = std::move(pixel_of)](const Indices& t, const Indices& k) {
                Indices at(t.rank());
                for (int axis = 0; axis < t.rank(); ++axis) {
                  at[axis] = pixel_of(axis, t[axis], k[axis]);
                  if (!circular) continue;
                  at[axis] %= x[axis];
                  if (at[axis] < 0) at[axis] += x[axis];
                }
                return at;
              }};
}

}  // namespace convproof::reference
