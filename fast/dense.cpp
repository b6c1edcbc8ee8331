#include "fast/dense.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fast/dense.cpp"
#include "fast/per_isa.h"

#ifndef CONVPROOF_FAST_DENSE_LOOPS
#define CONVPROOF_FAST_DENSE_LOOPS
namespace convproof::fast {

/// Extents of a layer: x [n,i], w [o,i], y [n,o].
struct DenseSizes {
  Index n;
  Index o;
  Index i;
};

/// Each computes a part of its result: some columns of y, dx or db, some rows of dw.
template <typename T>
struct DenseLoops {
  Isa isa;
  void (*y)(const DenseSizes& s, const T* x, const T* w, const T* b, const Part& columns, T* y);
  void (*dx)(const DenseSizes& s, const T* dy, const T* w, const Part& columns, T* dx);
  void (*dw)(const DenseSizes& s, const T* dy, const T* x, const Part& rows, T* dw);
  void (*db)(const DenseSizes& s, const T* dy, const Part& columns, T* db);
};

/// Rows of w side by side: as many streams as the hardware follows, and chains of additions.
inline constexpr Index kDenseRows = 4;

}  // namespace convproof::fast
#endif

HWY_BEFORE_NAMESPACE();
namespace convproof::fast::HWY_NAMESPACE {
namespace {

/// on_rows(first, count) for rows in groups of kDenseRows and then one by one, `count` being a
/// constant.
template <typename OnRows>
HWY_INLINE void for_each_group(const Part& rows, const OnRows& on_rows) {
  Index first = rows.first;
  for (; first + kDenseRows <= rows.last; first += kDenseRows) {
    on_rows(first, std::integral_constant<Index, kDenseRows>());
  }
  for (; first < rows.last; ++first) on_rows(first, std::integral_constant<Index, 1>());
}

/// The products of `rows` rows of w and one of x. One row alone is slow, but there are few.
template <Index rows, typename T>
HWY_INLINE void dot_rows(const T* w, Index length, const T* x, const T* b, T* y) {
  const Tag<T> d;
  Vector<T> sums[std::size_t{rows}][2];
  for (auto& pair : sums) pair[0] = pair[1] = hn::Zero(d);
  Index i = 0;
  for (; i + 2 * lanes<T>() <= length; i += 2 * lanes<T>()) {
    const auto x0 = hn::LoadU(d, x + i);
    const auto x1 = hn::LoadU(d, x + i + lanes<T>());
#pragma GCC unroll 4
    for (Index r = 0; r < rows; ++r) {
      const T* const from = w + r * length + i;
      sums[r][0] = hn::MulAdd(hn::LoadU(d, from), x0, sums[r][0]);
      sums[r][1] = hn::MulAdd(hn::LoadU(d, from + lanes<T>()), x1, sums[r][1]);
    }
  }
  for_each_vector<T>(length - i, [&](const auto& vector) HWY_ATTR {
    const auto values = vector.load(x + i);
#pragma GCC unroll 4
    for (Index r = 0; r < rows; ++r) {
      sums[r][0] = hn::MulAdd(vector.load(w + r * length + i), values, sums[r][0]);
    }
  });
  for (Index r = 0; r < rows; ++r) {
    const T sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(sums[r][0], sums[r][1])));
    y[r] = b == nullptr ? sum : b[r] + sum;
  }
}

// A tile of sums, the rows of x and one of w have to fit into the registers.
#if HWY_TARGET <= HWY_AVX3
constexpr Index kImages = 4;
#else
constexpr Index kImages = 2;
#endif

/// The products of `rows` rows of w and kImages of x: each load serves several multiply-adds.
template <Index rows, typename T>
HWY_INLINE void dot_tile(const DenseSizes& s, const T* w, const T* x, const T* b, T* y) {
  const Tag<T> d;
  Vector<T> sums[std::size_t{rows}][std::size_t{kImages}];
  for (auto& row : sums) {
    for (auto& sum : row) sum = hn::Zero(d);
  }
  for_each_vector<T>(s.i, [&](const auto& vector) HWY_ATTR {
    Vector<T> values[std::size_t{kImages}];
#pragma GCC unroll 4
    for (Index n = 0; n < kImages; ++n) values[n] = vector.load(x + n * s.i);
#pragma GCC unroll 4
    for (Index r = 0; r < rows; ++r) {
      const auto weights = vector.load(w + r * s.i);
#pragma GCC unroll 4
      for (Index n = 0; n < kImages; ++n) {
        sums[r][n] = hn::MulAdd(weights, values[n], sums[r][n]);
      }
    }
  });
  for (Index r = 0; r < rows; ++r) {
    for (Index n = 0; n < kImages; ++n) {
      const T sum = hn::GetLane(hn::SumOfLanes(d, sums[r][n]));
      y[n * s.o + r] = b == nullptr ? sum : b[r] + sum;
    }
  }
}

template <typename T>
void dense_y(const DenseSizes& s, const T* x, const T* w, const T* b, const Part& columns, T* y) {
  for_each_group(columns, [&](Index o, auto rows) HWY_ATTR {
    const T* const from = w + o * s.i;
    const T* const bias = b == nullptr ? nullptr : b + o;
    // The rows of w stay in the second-level cache while all rows of x pass.
    Index n = 0;
    for (; n + kImages <= s.n; n += kImages) {
      dot_tile<rows.value>(s, from, x + n * s.i, bias, y + n * s.o + o);
    }
    for (; n < s.n; ++n) {
      dot_rows<rows.value>(from, s.i, x + n * s.i, bias, y + n * s.o + o);
    }
  });
}

template <typename T>
void dense_dx(const DenseSizes& s, const T* dy, const T* w, const Part& columns, T* dx) {
  const Tag<T> d;
  const Index length = columns.last - columns.first;
  for (Index n = 0; n < s.n; ++n) {
    map(length, dx + n * s.i + columns.first, [&]() HWY_ATTR { return hn::Zero(d); });
  }
  for_each_group({0, s.o}, [&](Index o, auto rows) HWY_ATTR {
    for (Index n = 0; n < s.n; ++n) {
      Vector<T> factors[std::size_t{rows.value}];
      for (Index r = 0; r < rows.value; ++r) factors[r] = hn::Set(d, dy[n * s.o + o + r]);
      const T* const from = w + o * s.i + columns.first;
      T* const to = dx + n * s.i + columns.first;
      for_each_vector<T>(length, [&](const auto& vector) HWY_ATTR {
        auto sum = vector.load(static_cast<const T*>(to));
#pragma GCC unroll 4
        for (Index r = 0; r < rows.value; ++r) {
          sum = hn::MulAdd(factors[r], vector.load(from + r * s.i), sum);
        }
        vector.store(sum, to);
      });
    }
  });
}

template <typename T>
void dense_dw(const DenseSizes& s, const T* dy, const T* x, const Part& rows_of_dw, T* dw) {
  for_each_group(rows_of_dw, [&](Index o, auto rows) HWY_ATTR {
    for_each_vector<T>(s.i, [&](const auto& vector) HWY_ATTR {
      const Tag<T> d;
      Vector<T> sums[std::size_t{rows.value}];
      for (auto& sum : sums) sum = hn::Zero(d);
      for (Index n = 0; n < s.n; ++n) {
        const auto values = vector.load(x + n * s.i);
#pragma GCC unroll 4
        for (Index r = 0; r < rows.value; ++r) {
          sums[r] = hn::MulAdd(hn::Set(d, dy[n * s.o + o + r]), values, sums[r]);
        }
      }
#pragma GCC unroll 4
      for (Index r = 0; r < rows.value; ++r) vector.store(sums[r], dw + (o + r) * s.i);
    });
  });
}

template <typename T>
void dense_db(const DenseSizes& s, const T* dy, const Part& columns, T* db) {
  for_each_vector<T>(columns.last - columns.first, [&](const auto& vector) HWY_ATTR {
    auto sum = hn::Zero(Tag<T>());
    for (Index n = 0; n < s.n; ++n) {
      sum = hn::Add(sum, vector.load(dy + n * s.o + columns.first));
    }
    vector.store(sum, db + columns.first);
  });
}

template <typename T>
constexpr DenseLoops<T> kLoops = {kIsa, dense_y<T>, dense_dx<T>, dense_dw<T>, dense_db<T>};

}  // namespace
}  // namespace convproof::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convproof::fast {
namespace {

// Columns of dx that stay in the first-level cache while w passes, and pieces of w that are worth
// fetching.
constexpr Index kBlockColumns = 1024;

}  // namespace

template <typename T>
Isa dense(std::type_identity_t<TensorView<const T>> x, std::type_identity_t<TensorView<const T>> w,
          const T* b, TensorView<T> y, int threads) {
  require_output("dense", "y", y.shape(), dense_y_shape(x.shape(), w.shape()));
  require_threads("dense", threads);
  const DenseLoops<T>& loops = CONVPROOF_LOOPS(DenseLoops<T>, kLoops<T>);
  const DenseSizes sizes{x.shape()[0], w.shape()[0], w.shape()[1]};
  // At multiples of the groups, so that threads do not change how rows are grouped.
  in_parts(sizes.o, kGrain<T>, threads,
           [&](const Part& columns) { loops.y(sizes, x.data(), w.data(), b, columns, y.data()); });
  return loops.isa;
}

template <typename T>
Isa dense_dx(std::type_identity_t<TensorView<const T>> dy,
             std::type_identity_t<TensorView<const T>> w, TensorView<T> dx, int threads) {
  require_output("dense", "dx", dx.shape(), dense_dx_shape(dy.shape(), w.shape()));
  require_threads("dense", threads);
  const DenseLoops<T>& loops = CONVPROOF_LOOPS(DenseLoops<T>, kLoops<T>);
  const DenseSizes sizes{dy.shape()[0], w.shape()[0], w.shape()[1]};
  in_parts(sizes.i, kGrain<T>, threads, [&](const Part& columns) {
    for (Index first = columns.first; first < columns.last; first += kBlockColumns) {
      loops.dx(sizes, dy.data(), w.data(), {first, std::min(first + kBlockColumns, columns.last)},
               dx.data());
    }
  });
  return loops.isa;
}

template <typename T>
Isa dense_dw(std::type_identity_t<TensorView<const T>> dy,
             std::type_identity_t<TensorView<const T>> x, TensorView<T> dw, int threads) {
  require_output("dense", "dw", dw.shape(), dense_dw_shape(dy.shape(), x.shape()));
  require_threads("dense", threads);
  const DenseLoops<T>& loops = CONVPROOF_LOOPS(DenseLoops<T>, kLoops<T>);
  const DenseSizes sizes{dy.shape()[0], dw.shape()[0], dw.shape()[1]};
  in_parts(sizes.o, kDenseRows, threads,
           [&](const Part& rows) { loops.dw(sizes, dy.data(), x.data(), rows, dw.data()); });
  return loops.isa;
}

template <typename T>
Isa dense_db(std::type_identity_t<TensorView<const T>> dy, TensorView<T> db, int threads) {
  require_output("dense", "db", db.shape(), dense_db_shape(dy.shape()));
  require_threads("dense", threads);
  const DenseLoops<T>& loops = CONVPROOF_LOOPS(DenseLoops<T>, kLoops<T>);
  const DenseSizes sizes{dy.shape()[0], db.shape()[0], 0};
  in_parts(sizes.o, kGrain<T>, threads,
           [&](const Part& columns) { loops.db(sizes, dy.data(), columns, db.data()); });
  return loops.isa;
}

template <typename T>
Tensor<T> dense(const Tensor<T>& x, const Tensor<T>& w, const std::type_identity_t<Tensor<T>>* b,
                int threads) {
  Tensor<T> y(b == nullptr ? dense_y_shape(x.shape(), w.shape())
                           : dense_y_shape(x.shape(), w.shape(), b->shape()));
  dense<T>(x, w, b == nullptr ? nullptr : b->data(), TensorView<T>(y), threads);
  return y;
}

template <typename T>
Tensor<T> dense_dx(const Tensor<T>& dy, const Tensor<T>& w, int threads) {
  Tensor<T> dx(dense_dx_shape(dy.shape(), w.shape()));
  dense_dx<T>(dy, w, TensorView<T>(dx), threads);
  return dx;
}

template <typename T>
Tensor<T> dense_dw(const Tensor<T>& dy, const Tensor<T>& x, int threads) {
  Tensor<T> dw(dense_dw_shape(dy.shape(), x.shape()));
  dense_dw<T>(dy, x, TensorView<T>(dw), threads);
  return dw;
}

template <typename T>
Tensor<T> dense_db(const Tensor<T>& dy, int threads) {
  Tensor<T> db(dense_db_shape(dy.shape()));
  dense_db<T>(dy, TensorView<T>(db), threads);
  return db;
}

#define CONVPROOF_INSTANTIATE_FAST_DENSE(T)                                                       \
  template Isa dense<T>(std::type_identity_t<TensorView<const T>>,                                \
                        std::type_identity_t<TensorView<const T>>, const T*, TensorView<T>, int); \
  template Isa dense_dx<T>(std::type_identity_t<TensorView<const T>>,                             \
                           std::type_identity_t<TensorView<const T>>, TensorView<T>, int);        \
  template Isa dense_dw<T>(std::type_identity_t<TensorView<const T>>,                             \
                           std::type_identity_t<TensorView<const T>>, TensorView<T>, int);        \
  template Isa dense_db<T>(std::type_identity_t<TensorView<const T>>, TensorView<T>, int);        \
  template Tensor<T> dense<T>(const Tensor<T>&, const Tensor<T>&, const Tensor<T>*, int);         \
  template Tensor<T> dense_dx<T>(const Tensor<T>&, const Tensor<T>&, int);                        \
  template Tensor<T> dense_dw<T>(const Tensor<T>&, const Tensor<T>&, int);                        \
  template Tensor<T> dense_db<T>(const Tensor<T>&, int);

CONVPROOF_INSTANTIATE_FAST_DENSE(float)
CONVPROOF_INSTANTIATE_FAST_DENSE(double)

}  // namespace convproof::fast
#endif
