// Depthwise 3x3 kernels, part of the text of kernels_simd.cpp: read again for every instruction
// set.
//
// A channel is read where it lies, one vector of columns at a time from the top row to the bottom
// one. Sums that are not complete wait in registers, so each row is loaded once; the vectors at the
// left and right ends load and store only the lanes that exist.
#if defined(CONVPROOF_KERNELS_3X3_TOGGLE) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVPROOF_KERNELS_3X3_TOGGLE
#undef CONVPROOF_KERNELS_3X3_TOGGLE
#else
#define CONVPROOF_KERNELS_3X3_TOGGLE
#endif

#include <algorithm>

#include "fast/blocks.h"
#include "fast/kernels.h"
#include "fast/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

/// What the three taps of `count` neighbouring windows in a row read. With stride 2 the row is
/// loaded in pieces of two vectors, whose even and odd pixels are what the taps read.
template <typename T, int stride, template <typename> class Lanes>
class RowTaps {
 public:
  RowTaps(const Windows3x3& g, Index column, Index count)
      : column_(stride * column + g.first_w), one_vector_(stride * count <= lanes<T>()) {
    for (int i = 0; i < kPieces; ++i) {
      const Index at = column_ + offset(i);
      const Index before = stride == 2 && i % 2 == 1 ? lanes<T>() : 0;
      lanes_[i] = Lanes<T>(-at, std::min(g.width - at, stride * count - before));
    }
  }

  HWY_INLINE void load(const T* row, Vector<T> (&taps)[3]) const {
    Vector<T> pieces[kPieces];
#pragma GCC unroll 4
    for (int i = 0; i < kPieces; ++i) {
      const bool empty = stride == 2 && i % 2 == 1 && one_vector_;
      pieces[i] = empty ? hn::Zero(Tag<T>()) : lanes_[i].load(row + column_ + offset(i));
    }
    if constexpr (stride == 1) {
#pragma GCC unroll 3
      for (int v = 0; v < 3; ++v) taps[v] = pieces[v];
    } else {
      const Tag<T> d;
      taps[0] = hn::ConcatEven(d, pieces[1], pieces[0]);
      taps[1] = hn::ConcatOdd(d, pieces[1], pieces[0]);
      taps[2] = hn::ConcatEven(d, pieces[3], pieces[2]);
    }
  }

 private:
  static constexpr int kPieces = stride == 1 ? 3 : 4;
  static constexpr Index offset(int piece) {
    return stride == 1 ? piece : piece / 2 * 2 + piece % 2 * lanes<T>();
  }

  Index column_;
  bool one_vector_;  // The second vector of every pair would be empty.
  Lanes<T> lanes_[kPieces];
};

/// Whether all lanes of all pieces of RowTaps are pixels.
template <typename T, int stride>
bool is_interior(const Windows3x3& g, Index column) {
  const Index at = stride * column + g.first_w;
  return column + lanes<T>() <= g.outputs_w && at >= 0 && at + 2 + stride * lanes<T>() <= g.width;
}

/// Adds the products of one row of taps.
template <typename T>
HWY_INLINE Vector<T> add_row(const Vector<T>* weights, const Vector<T> (&taps)[3], Vector<T> sum) {
  sum = hn::MulAdd(weights[0], taps[0], sum);
  sum = hn::MulAdd(weights[1], taps[1], sum);
  return hn::MulAdd(weights[2], taps[2], sum);
}

template <typename T, bool reversed>
HWY_INLINE void broadcast_weights(const T* w, Vector<T> (&weights)[9]) {
#pragma GCC unroll 9
  for (int t = 0; t < 9; ++t) weights[t] = hn::Set(Tag<T>(), w[reversed ? 8 - t : t]);
}

/// Calls use(planes, rows, column, lanes) for the columns that each vector of windows starts at,
/// for as many planes at once, or rows of one plane, as stay in the first-level cache while the
/// columns pass. What depends on the column alone is made once for all of them: on 7x7 pixels it
/// takes as long as a channel.
template <typename T, typename Use>
HWY_INLINE void for_blocks(Index planes, Index rows, Index columns, Index row_bytes, Use use) {
  constexpr Index kBlockBytes3x3 = 16 * 1024;
  const Index row_step = even_block(rows, kBlockBytes3x3 / row_bytes);
  const Index plane_step = even_block(planes, kBlockBytes3x3 / (row_bytes * rows));
  for (Index plane = 0; plane < planes; plane += plane_step) {
    for (Index row = 0; row < rows; row += row_step) {
      for (Index column = 0; column < columns; column += lanes<T>()) {
        use(Part{plane, std::min(plane + plane_step, planes)},
            Part{row, std::min(row + row_step, rows)}, column);
      }
    }
  }
}

/// The windows of one vector of columns and some rows of a plane.
template <typename T, int stride, template <typename> class Lanes>
HWY_INLINE void filter_plane(const Windows3x3& g, const Part& rows,
                             const RowTaps<T, stride, Lanes>& row_taps, const Lanes<T>& stored,
                             const T* x, const Vector<T> (&weights)[9], const Vector<T>& start,
                             T* y) {
  Vector<T> taps[3];
  auto one_row = start;   // Has the products of the upper row of taps.
  auto two_rows = start;  // Has those of the upper two rows.
  if constexpr (stride == 1) {
    for (Index i = rows.first - 2; i < rows.last; ++i) {
      const Index h = i + 2 + g.first_h;
      auto sum = two_rows;
      two_rows = one_row;
      one_row = start;
      if (h >= 0 && h < g.height) {
        row_taps.load(x + h * g.width, taps);
        sum = add_row<T>(weights + 6, taps, sum);
        two_rows = add_row<T>(weights + 3, taps, two_rows);
        one_row = add_row<T>(weights, taps, one_row);
      }
      if (i >= rows.first) stored.store(sum, y + i * g.outputs_w);
    }
  } else {
    for (Index i = rows.first - 1; i < rows.last; ++i) {
      const Index h = 2 * i + 2 + g.first_h;
      auto sum = one_row;
      if (i >= rows.first && h - 1 >= 0 && h - 1 < g.height) {
        row_taps.load(x + (h - 1) * g.width, taps);
        sum = add_row<T>(weights + 3, taps, sum);
      }
      one_row = start;
      if (h >= 0 && h < g.height) {
        row_taps.load(x + h * g.width, taps);
        sum = add_row<T>(weights + 6, taps, sum);
        one_row = add_row<T>(weights, taps, one_row);
      }
      if (i >= rows.first) stored.store(sum, y + i * g.outputs_w);
    }
  }
}

/// What the kernels of all channels are given.
template <typename T>
struct FilterArguments {
  const T* x;
  const T* w;
  const T* bias;  // Or nullptr for zeros.
  T* y;
};

template <typename T, int stride, bool reversed, template <typename> class Lanes>
HWY_INLINE void filter_columns(const Windows3x3& g, const Part& planes, const Part& rows,
                               Index column, const FilterArguments<T>& from) {
  const Index count = std::min(lanes<T>(), g.outputs_w - column);
  const RowTaps<T, stride, Lanes> row_taps(g, column, count);
  const Lanes<T> stored(0, count);
  for (Index plane = planes.first; plane < planes.last; ++plane) {
    Vector<T> weights[9];
    broadcast_weights<T, reversed>(from.w + plane * 9, weights);
    const auto start = hn::Set(Tag<T>(), from.bias == nullptr ? T(0) : from.bias[plane]);
    filter_plane<T, stride, Lanes>(g, rows, row_taps, stored, from.x + plane * g.height * g.width,
                                   weights, start,
                                   from.y + plane * g.outputs_h * g.outputs_w + column);
  }
}

template <typename T, int stride, bool reversed>
void filter(const Windows3x3& g, Index planes, const FilterArguments<T>& from) {
  const auto row_bytes = static_cast<Index>(sizeof(T)) * stride * g.width;
  for_blocks<T>(planes, g.outputs_h, g.outputs_w, row_bytes,
                [&](const Part& some, const Part& rows, Index column) HWY_ATTR {
                  if (is_interior<T, stride>(g, column)) {
                    filter_columns<T, stride, reversed, AllLanes>(g, some, rows, column, from);
                  } else {
                    filter_columns<T, stride, reversed, SomeLanes>(g, some, rows, column, from);
                  }
                });
}

template <typename T, int stride>
void depthwise_3x3(const Windows3x3& g, Index planes, const T* x, const T* w, const T* bias, T* y) {
  filter<T, stride, false>(g, planes, {x, w, bias, y});
}

/// Tap u of row i reads row i + first_h + u, so row h is read by tap u of row h - first_h - u: dx
/// is the same product with dy in the place of x and the taps in reverse.
template <typename T>
void depthwise_3x3_dx_stride1(const Windows3x3& g, Index planes, const T* dy, const T* w, T* dx) {
  const Windows3x3 backwards{g.outputs_h, g.outputs_w,    g.height,
                             g.width,     -g.first_h - 2, -g.first_w - 2};
  filter<T, 1, true>(backwards, planes, {dy, w, nullptr, dx});
}

/// Stores two vectors element by element in turn, as pixels [column, column + 2*lanes) of a row of
/// dx, of which only those in the image are written.
template <typename T, template <typename> class Lanes>
class PairStore {
 public:
  PairStore(Index column, Index width)
      : lower_(-column, width - column),
        upper_(-column - lanes<T>(), width - column - lanes<T>()) {}

  HWY_INLINE void store(const Vector<T>& even, const Vector<T>& odd, T* to) const {
    const Tag<T> d;
    HWY_ALIGN T pixels[2 * HWY_MAX_BYTES / sizeof(T)];
    hn::StoreInterleaved2(even, odd, d, pixels);
    lower_.store(hn::Load(d, pixels), to);
    upper_.store(hn::Load(d, pixels + lanes<T>()), to + lanes<T>());
  }

 private:
  Lanes<T> lower_;
  Lanes<T> upper_;
};
template <typename T>
class PairStore<T, AllLanes> {
 public:
  PairStore(Index, Index) {}
  HWY_INLINE void store(const Vector<T>& even, const Vector<T>& odd, T* to) const {
    hn::StoreInterleaved2(even, odd, Tag<T>(), to);
  }
};

/// The pixels of dx that one vector of windows in a row starts at, and those right of them. Row 2*i
/// of the padded image is read by taps 0 of row i of windows and taps 2 of the one above, row
/// 2*i + 1 by taps 1 of row i; columns likewise.
template <typename T, template <typename> class Lanes>
HWY_INLINE void spread_plane(const Windows3x3& g, const Lanes<T>& here, const Lanes<T>& left,
                             const PairStore<T, Lanes>& pixels, const T* dy,
                             const Vector<T> (&weights)[9], T* dx) {
  const auto zero = hn::Zero(Tag<T>());
  const auto store = [&](Index h, const Vector<T>& even, const Vector<T>& odd) HWY_ATTR {
    if (h >= 0 && h < g.height) pixels.store(even, odd, dx + h * g.width);
  };
  auto even = zero;
  auto odd = zero;
  const Index last = (g.height - 1 - g.first_h) / 2;
  for (Index i = -g.first_h / 2 - 1; i <= last; ++i) {
    const Index h = 2 * i + g.first_h;
    if (i >= 0 && i < g.outputs_h) {
      const auto dy_here = here.load(dy + i * g.outputs_w);
      const auto dy_left = left.load(dy + i * g.outputs_w - 1);
      even = hn::MulAdd(weights[2], dy_left, hn::MulAdd(weights[0], dy_here, even));
      store(h, even, hn::MulAdd(weights[1], dy_here, odd));
      even = hn::MulAdd(weights[5], dy_left, hn::Mul(weights[3], dy_here));
      store(h + 1, even, hn::Mul(weights[4], dy_here));
      even = hn::MulAdd(weights[8], dy_left, hn::Mul(weights[6], dy_here));
      odd = hn::Mul(weights[7], dy_here);
    } else {
      store(h, even, odd);
      store(h + 1, zero, zero);
      even = zero;
      odd = zero;
    }
  }
}

template <typename T, template <typename> class Lanes>
HWY_INLINE void spread_columns(const Windows3x3& g, const Part& planes, Index column, const T* dy,
                               const T* w, T* dx) {
  const Index pixel = 2 * column + g.first_w;
  const Lanes<T> here(0, g.outputs_w - column);
  const Lanes<T> left(1 - column, g.outputs_w - column + 1);
  const PairStore<T, Lanes> pixels(pixel, g.width);
  for (Index plane = planes.first; plane < planes.last; ++plane) {
    Vector<T> weights[9];
    broadcast_weights<T, false>(w + plane * 9, weights);
    spread_plane<T, Lanes>(g, here, left, pixels, dy + plane * g.outputs_h * g.outputs_w + column,
                           weights, dx + plane * g.height * g.width + pixel);
  }
}

template <typename T>
void depthwise_3x3_dx_stride2(const Windows3x3& g, Index planes, const T* dy, const T* w, T* dx) {
  const Index first = -g.first_w / 2;
  const Index columns = (g.width - 1 - g.first_w) / 2 + 1 - first;
  const auto plane_bytes = static_cast<Index>(sizeof(T)) * g.height * g.width;
  for_blocks<T>(planes, 1, columns, plane_bytes,
                [&](const Part& some, const Part&, Index block) HWY_ATTR {
                  const Index column = first + block;
                  const Index pixel = 2 * column + g.first_w;
                  if (column >= 1 && column + lanes<T>() <= g.outputs_w && pixel >= 0 &&
                      pixel + 2 * lanes<T>() <= g.width) {
                    spread_columns<T, AllLanes>(g, some, column, dy, w, dx);
                  } else {
                    spread_columns<T, SomeLanes>(g, some, column, dy, w, dx);
                  }
                });
}

/// sums[v] += factor * taps[v].
template <typename T>
HWY_INLINE void add_products(const Vector<T>& factor, const Vector<T> (&taps)[3], Vector<T>* sums) {
#pragma GCC unroll 3
  for (int v = 0; v < 3; ++v) sums[v] = hn::MulAdd(factor, taps[v], sums[v]);
}

/// Only the products that a window has are added: a zero in the place of a dy outside would turn
/// into NaN where it meets an infinite pixel.
template <typename T, int stride, template <typename> class Lanes>
HWY_INLINE void correlate_plane(const Windows3x3& g, const RowTaps<T, stride, Lanes>& row_taps,
                                const Lanes<T>& loaded, const T* dy, const T* x,
                                Vector<T> (&sums)[9]) {
  Vector<T> taps[3];
  auto here = hn::Zero(Tag<T>());
  auto above = here;
  auto two_above = here;
  constexpr Index kRowsBelow = stride == 1 ? 2 : 1;
  for (Index i = 0; i < g.outputs_h + kRowsBelow; ++i) {
    two_above = above;
    above = here;
    const bool exists = i < g.outputs_h;
    if (exists) here = loaded.load(dy + i * g.outputs_w);
    const Index h = stride * i + g.first_h;
    if (h >= 0 && h < g.height) {
      row_taps.load(x + h * g.width, taps);
      if (exists) add_products<T>(here, taps, sums);
      if constexpr (stride == 1) {
        if (i >= 1 && i <= g.outputs_h) add_products<T>(above, taps, sums + 3);
        if (i >= 2) add_products<T>(two_above, taps, sums + 6);
      } else {
        if (i >= 1) add_products<T>(above, taps, sums + 6);
      }
    }
    if constexpr (stride == 2) {
      if (exists && h + 1 >= 0 && h + 1 < g.height) {
        row_taps.load(x + (h + 1) * g.width, taps);
        add_products<T>(here, taps, sums + 3);
      }
    }
  }
}

/// Adds the blocks of 16 bytes of a vector to as many elements as a block has.
template <typename T>
HWY_INLINE void add_blocks(const Vector<T>& v, T* to) {
  const hn::Full128<T> block;
#if HWY_MAX_BYTES == 64
  const hn::Half<Tag<T>> half;
  const auto folded = hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v));
  const auto sum = hn::Add(hn::LowerHalf(block, folded), hn::UpperHalf(block, folded));
#elif HWY_MAX_BYTES == 32
  const auto sum = hn::Add(hn::LowerHalf(block, v), hn::UpperHalf(block, v));
#else
  const auto sum = v;
#endif
  hn::StoreU(hn::Add(hn::LoadU(block, to), sum), block, to);
}

/// Adds the sums of the lanes of four vectors to four elements: together they take a third of the
/// shuffles that one after the other would.
template <typename T>
HWY_INLINE void add_four_sums(const Vector<T>* v, T* to) {
  const Tag<T> d;
  const auto sum_pairs = [&](const Vector<T>& a, const Vector<T>& b) HWY_ATTR {
    return hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  };
  const auto first = sum_pairs(v[0], v[1]);
  const auto second = sum_pairs(v[2], v[3]);
  if constexpr (sizeof(T) == 4) {
    // Pairs of floats move as one double each.
    const Tag<double> d64;
    const auto a = hn::BitCast(d64, first);
    const auto b = hn::BitCast(d64, second);
    add_blocks<T>(hn::Add(hn::BitCast(d, hn::InterleaveLower(d64, a, b)),
                          hn::BitCast(d, hn::InterleaveUpper(d64, a, b))),
                  to);
  } else {
    add_blocks<T>(first, to);
    add_blocks<T>(second, to + 2);
  }
}

template <typename T, int stride, template <typename> class Lanes>
HWY_INLINE void correlate_columns(const Windows3x3& g, const Part& planes, Index column,
                                  const T* dy, const T* x, T* dw) {
  const Tag<T> d;
  const Index count = std::min(lanes<T>(), g.outputs_w - column);
  const RowTaps<T, stride, Lanes> row_taps(g, column, count);
  const Lanes<T> loaded(0, count);
  for (Index plane = planes.first; plane < planes.last; ++plane) {
    Vector<T> sums[9];
#pragma GCC unroll 9
    for (int t = 0; t < 9; ++t) sums[t] = hn::Zero(d);
    correlate_plane<T, stride, Lanes>(g, row_taps, loaded,
                                      dy + plane * g.outputs_h * g.outputs_w + column,
                                      x + plane * g.height * g.width, sums);
    T* const to = dw + plane * 9;
    add_four_sums<T>(sums, to);
    add_four_sums<T>(sums + 4, to + 4);
    to[8] += hn::GetLane(hn::SumOfLanes(d, sums[8]));
  }
}

template <typename T, int stride>
void depthwise_3x3_dw(const Windows3x3& g, Index planes, const T* dy, const T* x, T* dw) {
  const auto plane_bytes = static_cast<Index>(sizeof(T)) * g.height * g.width;
  for_blocks<T>(planes, 1, g.outputs_w, plane_bytes,
                [&](const Part& some, const Part&, Index column) HWY_ATTR {
                  if (is_interior<T, stride>(g, column)) {
                    correlate_columns<T, stride, AllLanes>(g, some, column, dy, x, dw);
                  } else {
                    correlate_columns<T, stride, SomeLanes>(g, some, column, dy, x, dw);
                  }
                });
}

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
