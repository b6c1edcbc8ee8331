#include "derivations/evaluate/operators.h"

#include "core/errors.h"
#include "derivations/evaluate/failure.h"

namespace convproof::derivations::evaluate {
namespace {

using language::Mode;
using language::Operator;

void require(bool holds, Operator op, const std::string& expected, const std::string& found) {
  if (holds) return;
  throw IllFormed(text(language::signature(op).name, ": expected ", expected, ", found ", found));
}

/// One number for all axes, or one for each; `absent` where there is none.
PerAxis per_axis(const std::vector<Index>& numbers, std::size_t rank, Operator op, Index absent) {
  if (numbers.empty()) return PerAxis(rank, absent);
  if (numbers.size() == 1) return PerAxis(rank, numbers[0]);
  if (numbers.size() == rank) return numbers;
  throw CannotBeRead(text(language::signature(op).name,
                          ": expected one number, or one for each of ", rank, " axes, found ",
                          numbers.size()));
}

void require_all(const PerAxis& numbers, Index least, Operator op, const char* name) {
  for (const Index number : numbers) {
    require(number >= least, op, text(name, " >= ", least), text(name, " = ", number));
  }
}

Index sum_of(Index a, Index b) {
  Index sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    throw TooLarge(text("expected sizes below 2^63, found ", a, " + ", b));
  }
  return sum;
}

Index product_of(Index a, Index b) {
  Index product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    throw TooLarge(text("expected sizes below 2^63, found ", a, " * ", b));
  }
  return product;
}

/// Of b >= 1.
Index floor_of(Index a, Index b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// `size` and `source` of one axis each: source returns -1 for a zero.
template <typename Size, typename Source>
Rearrangement axis_by_axis(const PerAxis& sizes, const Size& size, const Source& source) {
  Rearrangement result;
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) result.sizes.push_back(size(axis));
  result.source_of = [sizes, source](const PerAxis& position, PerAxis& from) {
    for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
      from[axis] = source(axis, position[axis]);
      if (from[axis] < 0 || from[axis] >= sizes[axis]) return false;
    }
    return true;
  };
  return result;
}

Rearrangement reversed(const PerAxis& sizes, std::size_t first, std::size_t last) {
  return axis_by_axis(
      sizes, [&](std::size_t axis) { return sizes[axis]; },
      [sizes, first, last](std::size_t axis, Index o) {
        return axis >= first && axis < last ? sizes[axis] - 1 - o : o;
      });
}

Rearrangement flipped(const PerAxis& sizes, const std::vector<Index>& numbers) {
  const Index axis = numbers.at(0);
  const auto rank = static_cast<Index>(sizes.size());
  require(axis >= 1 && axis <= rank, Operator::kFlip, text("an axis in 1..", rank), text(axis));
  return reversed(sizes, static_cast<std::size_t>(axis - 1), static_cast<std::size_t>(axis));
}

Rearrangement transposed(const PerAxis& sizes) {
  return {PerAxis(sizes.rbegin(), sizes.rend()), [](const PerAxis& position, PerAxis& source) {
            source.assign(position.rbegin(), position.rend());
            return true;
          }};
}

Rearrangement padded(Operator op, const PerAxis& sizes, const PerAxis& before,
                     const PerAxis& after) {
  require_all(before, 0, op, "zeros");
  require_all(after, 0, op, "zeros");
  return axis_by_axis(
      sizes,
      [&](std::size_t axis) { return sum_of(sizes[axis], sum_of(before[axis], after[axis])); },
      [before](std::size_t axis, Index o) { return o - before[axis]; });
}

Rearrangement padded_left_and_right(const PerAxis& sizes, const std::vector<Index>& numbers) {
  std::vector<Index> before;
  std::vector<Index> after;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
    before.push_back(numbers[i]);
    after.push_back(numbers[i + 1]);
  }
  const Operator op = Operator::kPadlr;
  return padded(op, sizes, per_axis(before, sizes.size(), op, 0),
                per_axis(after, sizes.size(), op, 0));
}

Rearrangement cropped(const PerAxis& sizes, const PerAxis& by) {
  const Operator op = Operator::kCrop;
  require_all(by, 0, op, "a margin");
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
    require(by[axis] <= sizes[axis] / 2, op, text("a size of at least 2 * ", by[axis]),
            text(sizes[axis]));
  }
  return axis_by_axis(
      sizes, [&](std::size_t axis) { return sizes[axis] - 2 * by[axis]; },
      [by](std::size_t axis, Index o) { return o + by[axis]; });
}

Rearrangement with_zeros_between(const PerAxis& sizes, const PerAxis& step) {
  const Operator op = Operator::kZeroinsert;
  require_all(step, 1, op, "a distance");
  require_all(sizes, 1, op, "a size");
  return axis_by_axis(
      sizes, [&](std::size_t axis) { return sum_of(product_of(sizes[axis] - 1, step[axis]), 1); },
      [step](std::size_t axis, Index o) { return o % step[axis] == 0 ? o / step[axis] : -1; });
}

Rearrangement repeated(const PerAxis& sizes, const PerAxis& times) {
  require_all(times, 1, Operator::kKron, "a number of repetitions");
  return axis_by_axis(
      sizes, [&](std::size_t axis) { return product_of(sizes[axis], times[axis]); },
      [times](std::size_t axis, Index o) { return o / times[axis]; });
}

Rearrangement subsampled(const PerAxis& sizes, const PerAxis& step) {
  require_all(step, 1, Operator::kSubsample, "a step");
  return axis_by_axis(
      sizes, [&](std::size_t axis) { return floor_of(sizes[axis] - 1, step[axis]) + 1; },
      [step](std::size_t axis, Index o) { return o * step[axis]; });
}

// ---------------------------------------------------------------- windows

/// Zeros that the mode puts before and after a signal, for a kernel of this extent.
struct Margins {
  Index before = 0;
  Index after = 0;
};

Margins margins(Mode mode, Index extent, Operator op) {
  const Index rest = extent - 1;
  switch (mode) {
    case Mode::kValid: return {};
    case Mode::kFull: return {rest, rest};
    case Mode::kSameLo: return {rest / 2, rest - rest / 2};
    case Mode::kSameHi: return {rest - rest / 2, rest / 2};
    case Mode::kSame: break;
  }
  require(rest % 2 == 0, op, "an odd extent of the kernel with mode=same", text(extent));
  return {rest / 2, rest / 2};
}

}  // namespace

Rearrangement rearrangement(Operator op, const PerAxis& sizes, const std::vector<Index>& numbers) {
  switch (op) {
    case Operator::kRot180: return reversed(sizes, 0, sizes.size());
    case Operator::kFlip: return flipped(sizes, numbers);
    case Operator::kTranspose: return transposed(sizes);
    case Operator::kPadlr: return padded_left_and_right(sizes, numbers);
    case Operator::kPad: {
      const PerAxis zeros = per_axis(numbers, sizes.size(), op, 0);
      return padded(op, sizes, zeros, zeros);
    }
    case Operator::kCrop: return cropped(sizes, per_axis(numbers, sizes.size(), op, 0));
    case Operator::kZeroinsert:
      return with_zeros_between(sizes, per_axis(numbers, sizes.size(), op, 1));
    case Operator::kKron: return repeated(sizes, per_axis(numbers, sizes.size(), op, 1));
    case Operator::kSubsample: return subsampled(sizes, per_axis(numbers, sizes.size(), op, 1));
    default: return reversed(sizes, 0, 0);  // id(T).
  }
}

Blocks blocks(const PerAxis& sizes, const std::vector<Index>& numbers) {
  const Operator op = Operator::kBlocksum;
  Blocks result;
  result.sizes = sizes;
  result.block = per_axis(numbers, sizes.size(), op, 1);
  require_all(result.block, 1, op, "blocks");
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
    require(sizes[axis] % result.block[axis] == 0, op,
            text("a size that ", result.block[axis], " divides"), text(sizes[axis]));
    result.sizes[axis] /= result.block[axis];
  }
  return result;
}

Windows windows(Operator op, const PerAxis& kernel, const PerAxis& signal,
                const WindowOptions& options) {
  if (kernel.size() != signal.size()) {
    throw CannotBeRead(text(language::signature(op).name,
                            ": expected a kernel and a signal with as many axes, found ",
                            shape_text(kernel), " and ", shape_text(signal)));
  }
  const std::size_t rank = kernel.size();
  const PerAxis pad = per_axis(options.pad, rank, op, 0);
  Windows result;
  result.stride = per_axis(options.stride, rank, op, 1);
  result.dilation = per_axis(options.dilation, rank, op, 1);
  require_all(kernel, 1, op, "a size of the kernel");
  require_all(result.stride, 1, op, "stride");
  require_all(result.dilation, 1, op, "dilation");
  require_all(pad, 0, op, "pad");
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const Index extent = sum_of(product_of(kernel[axis] - 1, result.dilation[axis]), 1);
    const auto [before, after] = margins(options.mode, extent, op);
    result.before.push_back(sum_of(before, pad[axis]));
    const Index padded =
        sum_of(signal[axis], sum_of(result.before[axis], sum_of(after, pad[axis])));
    require(padded >= extent, op, text("a signal of at least ", extent), text(padded));
    result.sizes.push_back((padded - extent) / result.stride[axis] + 1);
  }
  return result;
}

}  // namespace convproof::derivations::evaluate
