#include "fast/im2col_gemm.h"

#include <algorithm>

namespace convproof::fast {
namespace {

/// Outputs [begin, end) of a tap that read inside the image.
struct Inside {
  Index begin;
  Index end;
};

/// Those i in [0, outputs) with 0 <= stride*i + first < inputs.
Inside inside(Index first, Index stride, Index inputs, Index outputs) {
  const Index begin = first >= 0 ? 0 : std::min((-first + stride - 1) / stride, outputs);
  const Index end = first >= inputs ? 0 : (inputs - 1 - first) / stride + 1;
  return {begin, std::clamp(end, begin, outputs)};
}

/// Calls use(row of outputs in the matrix, row of the image or -1, first column, columns inside)
/// for all channels, taps and rows of outputs. No two threads have a channel in common.
template <typename Use>
void for_each_row(const Shape& x, const Shape& w, const Conv2dParams& p, int threads, Use use) {
  const Shape y = conv2d_y_shape(x, w, p);
  const Index kernel_h = w[2];
  const Index kernel_w = w[3];
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (Index c = 0; c < w[1]; ++c) {
    for (Index u = 0; u < kernel_h; ++u) {
      for (Index v = 0; v < kernel_w; ++v) {
        const Index first = p.dilation.w * v - p.padding.left;
        const Inside columns = inside(first, p.stride.w, x[3], y[3]);
        for (Index i = 0; i < y[2]; ++i) {
          const Index h = p.stride.h * i + p.dilation.h * u - p.padding.top;
          const bool in_image = h >= 0 && h < x[2];
          use(((c * kernel_h + u) * kernel_w + v) * y[2] + i, in_image ? c * x[2] + h : -1, first,
              columns);
        }
      }
    }
  }
}

/// C [m][n] (+)= A*B, where element (i, k) of A is a[i*a_row + k*a_column], and B [depth][n] has
/// its rows side by side. C starts from what it holds.
template <typename T>
void add_product(Index m, Index n, Index depth, const T* a, Index a_row, Index a_column, const T* b,
                 T* c, int threads) {
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (Index i = 0; i < m; ++i) {
    for (Index k = 0; k < depth; ++k) {
      const T factor = a[i * a_row + k * a_column];
      for (Index j = 0; j < n; ++j) c[i * n + j] += factor * b[k * n + j];
    }
  }
}

/// C [m][n] += A*B', where A [m][depth] and B [n][depth] have their rows side by side.
template <typename T>
void add_product_transposed(Index m, Index n, Index depth, const T* a, const T* b, T* c,
                            int threads) {
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j) {
      T sum = T(0);
      for (Index k = 0; k < depth; ++k) sum += a[i * depth + k] * b[j * depth + k];
      c[i * n + j] += sum;
    }
  }
}

/// The sizes of the products of one image and group.
struct Matrices {
  Matrices(const Shape& x, const Shape& w, const Shape& y, const Conv2dParams& p)
      : outputs(w[0] / p.groups),
        depth(w[1] * w[2] * w[3]),
        pixels(y[2] * y[3]),
        image(w[1] * x[2] * x[3]),
        count(x[0] * p.groups) {}
  Index outputs;
  Index depth;
  Index pixels;
  Index image;  // Elements of the channels of a group.
  Index count;  // Images times groups.
};

void require(const Shape& got, const Shape& expected, const char* argument, int threads) {
  if (!(got == expected)) throw ShapeError("conv2d", argument, text(expected), text(got));
  if (threads < 1) throw ShapeError("conv2d", "threads", "1 or more", text(threads));
}

}  // namespace

template <typename T>
void im2col(const T* image, const Shape& x, const Shape& w, const Conv2dParams& p, T* matrix,
            int threads) {
  const Index columns = conv2d_y_shape(x, w, p)[3];
  for_each_row(x, w, p, threads, [&](Index to_row, Index row, Index first, const Inside& inner) {
    T* const to = matrix + to_row * columns;
    if (row < 0) {
      std::fill(to, to + columns, T(0));
      return;
    }
    const T* const from = image + row * x[3];
    std::fill(to, to + inner.begin, T(0));
    if (p.stride.w == 1) {
      std::copy(from + first + inner.begin, from + first + inner.end, to + inner.begin);
    } else {
      for (Index j = inner.begin; j < inner.end; ++j) to[j] = from[p.stride.w * j + first];
    }
    std::fill(to + inner.end, to + columns, T(0));
  });
}

template <typename T>
void col2im(const T* matrix, const Shape& x, const Shape& w, const Conv2dParams& p, T* image,
            int threads) {
  const Index columns = conv2d_y_shape(x, w, p)[3];
  std::fill(image, image + w[1] * x[2] * x[3], T(0));
  for_each_row(x, w, p, threads, [&](Index from_row, Index row, Index first, const Inside& inner) {
    if (row < 0) return;
    const T* const from = matrix + from_row * columns;
    T* const to = image + row * x[3];
    for (Index j = inner.begin; j < inner.end; ++j) to[p.stride.w * j + first] += from[j];
  });
}

template <typename T>
void conv2d_im2col(std::type_identity_t<TensorView<const T>> x,
                   std::type_identity_t<TensorView<const T>> w, const T* b, const Conv2dParams& p,
                   TensorView<T> y, Workspace& workspace, int threads) {
  const Shape shape = conv2d_y_shape(x.shape(), w.shape(), p);
  require(y.shape(), shape, "y", threads);
  const Matrices m(x.shape(), w.shape(), shape, p);
  T* const matrix = workspace.take<T>(Scratch::kWindows, m.depth * m.pixels);
  for (Index part = 0; part < m.count; ++part) {
    const Index group = part % p.groups;
    T* const to = y.data() + part * m.outputs * m.pixels;
    im2col(x.data() + part * m.image, x.shape(), w.shape(), p, matrix, threads);
    for (Index o = 0; o < m.outputs; ++o) {
      std::fill_n(to + o * m.pixels, m.pixels, b == nullptr ? T(0) : b[group * m.outputs + o]);
    }
    add_product(m.outputs, m.pixels, m.depth, w.data() + group * m.outputs * m.depth, m.depth, 1,
                matrix, to, threads);
  }
}

template <typename T>
void conv2d_dx_im2col(std::type_identity_t<TensorView<const T>> dy,
                      std::type_identity_t<TensorView<const T>> w, const Conv2dParams& p,
                      TensorView<T> dx, Workspace& workspace, int threads) {
  const Shape shape = conv2d_dx_shape(dy.shape(), w.shape(), dx.shape(), p);
  require(dx.shape(), shape, "dx", threads);
  const Matrices m(shape, w.shape(), dy.shape(), p);
  T* const matrix = workspace.take<T>(Scratch::kWindows, m.depth * m.pixels);
  for (Index part = 0; part < m.count; ++part) {
    std::fill_n(matrix, m.depth * m.pixels, T(0));
    add_product(m.depth, m.pixels, m.outputs, w.data() + part % p.groups * m.outputs * m.depth, 1,
                m.depth, dy.data() + part * m.outputs * m.pixels, matrix, threads);
    col2im(matrix, shape, w.shape(), p, dx.data() + part * m.image, threads);
  }
}

template <typename T>
void conv2d_dw_im2col(std::type_identity_t<TensorView<const T>> dy,
                      std::type_identity_t<TensorView<const T>> x, const Conv2dParams& p,
                      TensorView<T> dw, Workspace& workspace, int threads) {
  const Shape shape = conv2d_dw_shape(dy.shape(), x.shape(), dw.shape(), p);
  require(dw.shape(), shape, "dw", threads);
  const Matrices m(x.shape(), shape, dy.shape(), p);
  T* const matrix = workspace.take<T>(Scratch::kWindows, m.depth * m.pixels);
  std::fill_n(dw.data(), shape.element_count(), T(0));
  for (Index part = 0; part < m.count; ++part) {
    im2col(x.data() + part * m.image, x.shape(), shape, p, matrix, threads);
    add_product_transposed(m.outputs, m.depth, m.pixels, dy.data() + part * m.outputs * m.pixels,
                           matrix, dw.data() + part % p.groups * m.outputs * m.depth, threads);
  }
}

#define CONVPROOF_INSTANTIATE(T)                                                                   \
  template void im2col(const T*, const Shape&, const Shape&, const Conv2dParams&, T*, int);        \
  template void col2im(const T*, const Shape&, const Shape&, const Conv2dParams&, T*, int);        \
  template void conv2d_im2col<T>(TensorView<const T>, TensorView<const T>, const T*,               \
                                 const Conv2dParams&, TensorView<T>, Workspace&, int);             \
  template void conv2d_dx_im2col<T>(TensorView<const T>, TensorView<const T>, const Conv2dParams&, \
                                    TensorView<T>, Workspace&, int);                               \
  template void conv2d_dw_im2col<T>(TensorView<const T>, TensorView<const T>, const Conv2dParams&, \
                                    TensorView<T>, Workspace&, int)
CONVPROOF_INSTANTIATE(float);
CONVPROOF_INSTANTIATE(double);

}  // namespace convproof::fast
