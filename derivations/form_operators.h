// The operators of the claim language that move elements: each is a substitution of positions.
#pragma once

#include <vector>

#include "derivations/form.h"
#include "derivations/language/operators.h"
#include "derivations/world.h"

namespace convproof::derivations {

/// The axes in the order rot180 knows: every one reversed.
Form rotated(Form form);
Form flipped(Form form, std::size_t axis);
Form transposed(const Form& form);

/// Zeros, `before[axis]` and `after[axis]` of them.
Form padded(const Form& form, const std::vector<Polynomial>& before,
            const std::vector<Polynomial>& after, World& world);
/// Less elements, `off[axis]` at either end.
Form cropped(const Form& form, const std::vector<Polynomial>& off);
Form zero_inserted(const Form& form, const std::vector<Polynomial>& step, World& world);
/// Each element block[axis] times along the axis.
Form repeated(const Form& form, const std::vector<Polynomial>& block, World& world);
/// Sums of blocks; the sizes are whole multiples of the blocks.
Form block_sums(const Form& form, const std::vector<Polynomial>& block, World& world);
Form subsampled(const Form& form, const std::vector<Polynomial>& step, World& world);
Form total(const Form& form);

/// How a kernel moves over a signal along one axis.
struct Movement {
  Polynomial stride = 1;
  Polynomial dilation = 1;
  Polynomial before = 0;  // Zeros around the signal.
  Polynomial after = 0;
};

/// (K-1)*dilation + 1.
Polynomial extent(const Polynomial& kernel, const Movement& movement);

/// out[o] = sum over k of kernel[k] * signal'[o*stride + k*dilation] for cross-correlation, with
/// the kernel's last element first for convolution; signal' has the zeros of the movement.
Form correlated(const Form& kernel, const Form& signal, const std::vector<Movement>& movement,
                bool convolution, World& world);

}  // namespace convproof::derivations
