// The operators on arrays, by the table of derivations/language/README.md.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "derivations/evaluate/array.h"
#include "derivations/language/operators.h"

namespace convproof::derivations::evaluate {

/// Where an element of a result comes from: fills `source`, counted from 0, for a position of the
/// result; false where the element is 0.
using SourceOf = std::function<bool(const PerAxis& position, PerAxis& source)>;

/// An array whose elements are elements of another one, or 0.
struct Rearrangement {
  PerAxis sizes;
  SourceOf source_of;
};

/// The numbers behind the array in rot180(T), flip(T, axis), pad(T, p, ...), ...
///
/// Throws: IllFormed if what the table says must hold does not; CannotBeRead if there is neither
///         one number for all axes nor one for each.
Rearrangement rearrangement(language::Operator op, const PerAxis& sizes,
                            const std::vector<Index>& numbers);

/// blocksum(T, s): the sizes of the result; each block has block[axis] elements.
struct Blocks {
  PerAxis sizes;
  PerAxis block;
};
Blocks blocks(const PerAxis& sizes, const std::vector<Index>& numbers);

/// The options of conv and xcorr; empty numbers: 1, 1 and 0 everywhere.
struct WindowOptions {
  language::Mode mode = language::Mode::kValid;
  std::vector<Index> stride;
  std::vector<Index> dilation;
  std::vector<Index> pad;
};

/// A kernel that slides over a signal with zeros around it.
struct Windows {
  PerAxis sizes;  // Of the result.
  PerAxis stride;
  PerAxis dilation;
  PerAxis before;  // Zeros before the signal.
};

/// Throws: as rearrangement, of `op`.
Windows windows(language::Operator op, const PerAxis& kernel, const PerAxis& signal,
                const WindowOptions& options);

template <typename E>
Array<E> rearranged(const Array<E>& array, const Rearrangement& by) {
  Array<E> result(by.sizes);
  PerAxis source(array.rank());
  for_each_position(by.sizes, [&](const PerAxis& position) {
    source.resize(array.rank());
    if (by.source_of(position, source)) result.at(position) = array.at(source);
  });
  return result;
}

template <typename E>
Array<E> block_sums(const Array<E>& array, const Blocks& by) {
  Array<E> result(by.sizes);
  PerAxis source(array.rank());
  for_each_position(by.sizes, [&](const PerAxis& position) {
    for_each_position(by.block, [&](const PerAxis& within) {
      for (std::size_t axis = 0; axis < source.size(); ++axis) {
        source[axis] = position[axis] * by.block[axis] + within[axis];
      }
      result.at(position) = result.at(position) + array.at(source);
    });
  });
  return result;
}

/// xcorr, or conv where the kernel is reversed. `times` multiplies two elements.
template <typename E, typename F>
Array<E> slide(const Array<E>& kernel, const Array<E>& signal, const Windows& by, bool reversed,
               const F& times) {
  Array<E> result(by.sizes);
  PerAxis at(signal.rank());
  for_each_position(by.sizes, [&](const PerAxis& o) {
    for_each_position(kernel.sizes, [&](const PerAxis& k) {
      bool inside = true;
      for (std::size_t axis = 0; axis < at.size(); ++axis) {
        const Index tap = reversed ? kernel.sizes[axis] - 1 - k[axis] : k[axis];
        at[axis] = o[axis] * by.stride[axis] + tap * by.dilation[axis] - by.before[axis];
        inside = inside && at[axis] >= 0 && at[axis] < signal.sizes[axis];
      }
      if (inside) result.at(o) = result.at(o) + times(kernel.at(k), signal.at(at));
    });
  });
  return result;
}

}  // namespace convproof::derivations::evaluate
