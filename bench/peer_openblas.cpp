#include "bench/peer_openblas.h"

#include <cblas.h>
#include <omp.h>

#include <algorithm>

#include "fast/im2col_gemm.h"

namespace convproof::bench {
namespace {

blasint size_of(Index n) {
  return static_cast<blasint>(n);
}

/// C = alpha*A*B + beta*C of row-major matrices, A [m][k] and B [k][n] after transposition.
void multiply(CBLAS_TRANSPOSE a_order, CBLAS_TRANSPOSE b_order, Index m, Index n, Index k,
              const float* a, Index a_stride, const float* b, Index b_stride, float beta,
              float* c) {
  cblas_sgemm(CblasRowMajor, a_order, b_order, size_of(m), size_of(n), size_of(k), 1, a,
              size_of(a_stride), b, size_of(b_stride), beta, c, size_of(n));
}

void multiply(CBLAS_TRANSPOSE a_order, CBLAS_TRANSPOSE b_order, Index m, Index n, Index k,
              const double* a, Index a_stride, const double* b, Index b_stride, double beta,
              double* c) {
  cblas_dgemm(CblasRowMajor, a_order, b_order, size_of(m), size_of(n), size_of(k), 1, a,
              size_of(a_stride), b, size_of(b_stride), beta, c, size_of(n));
}

}  // namespace

template <typename T>
OpenblasConv2d<T>::OpenblasConv2d(const Layer& layer, Pass pass, Arrays<T>& arrays, int threads)
    : layer_(layer),
      pass_(pass),
      arrays_(arrays),
      threads_(threads),
      channels_(layer.w[1]),
      outputs_(layer.w[0] / layer.p.groups),
      depth_(layer.w[1] * layer.w[2] * layer.w[3]),
      pixels_(layer.y()[2] * layer.y()[3]),
      copies_(layer.w[2] * layer.w[3] > 1 || !(layer.p.stride == Step2d{1, 1}) ||
              !(layer.p.padding == Conv2dParams{}.padding)),
      matrix_(copies_ ? Shape{depth_, pixels_} : Shape{0}) {}

template <typename T>
void OpenblasConv2d<T>::run() {
  omp_set_num_threads(threads_);
  for (Index n = 0; n < layer_.x[0]; ++n) {
    for (Index g = 0; g < layer_.p.groups; ++g) {
      const Index part = n * layer_.p.groups + g;
      T* const x = arrays_.x.data() + part * channels_ * layer_.x[2] * layer_.x[3];
      T* const w = arrays_.w.data() + g * outputs_ * depth_;
      T* const y = arrays_.y.data() + part * outputs_ * pixels_;
      T* const windows = copies_ ? matrix_.data() : x;
      switch (pass_) {
        case Pass::kY:
          if (copies_) fast::im2col(x, layer_.x, layer_.w, layer_.p, windows, threads_);
          for (Index o = 0; o < outputs_; ++o) {
            std::fill_n(y + o * pixels_, pixels_, arrays_.b[g * outputs_ + o]);
          }
          multiply(CblasNoTrans, CblasNoTrans, outputs_, pixels_, depth_, w, depth_, windows,
                   pixels_, T(1), y);
          break;
        case Pass::kDx:
          multiply(CblasTrans, CblasNoTrans, depth_, pixels_, outputs_, w, depth_, y, pixels_, T(0),
                   windows);
          if (copies_) fast::col2im(windows, layer_.x, layer_.w, layer_.p, x, threads_);
          break;
        case Pass::kDw:
          if (copies_) fast::im2col(x, layer_.x, layer_.w, layer_.p, windows, threads_);
          multiply(CblasNoTrans, CblasTrans, outputs_, depth_, pixels_, y, pixels_, windows,
                   pixels_, n == 0 ? T(0) : T(1), w);
          break;
        case Pass::kDb: break;  // Nobody needs a matrix for sums.
      }
    }
  }
}

template class OpenblasConv2d<float>;
template class OpenblasConv2d<double>;

std::string openblas_version() {
  std::string version = openblas_get_config();
  version = version.substr(0, version.find(' ', version.find(' ') + 1));
  return version + " (" + openblas_get_corename() + ")";
}

}  // namespace convproof::bench
