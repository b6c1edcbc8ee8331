#include "fast/col2im.h"

#include "fast/blocks.h"
#include "fast/patch_product.h"

namespace convproof::fast {
namespace {

/// The outputs whose tap u reads an input that exists.
Part readers(const Axis& axis, Index u) {
  const Index first = axis.first + axis.step * u;
  const Index begin = first >= 0 ? 0 : ceil_div(-first, axis.stride);
  const Index end = first >= axis.inputs ? 0 : (axis.inputs - 1 - first) / axis.stride + 1;
  return {begin, std::min(end, axis.outputs)};
}

template <typename T>
void add_to_every(Index stride, const T* from, Index count, T* to) {
  if (stride == 1) {
    // With a constant stride the compiler finds vectors.
    for (Index j = 0; j < count; ++j) to[j] += from[j];
  } else {
    for (Index j = 0; j < count; ++j) to[stride * j] += from[j];
  }
}

/// One call of multiply_and_scatter.
template <typename T>
class Scattering {
 public:
  Scattering(const ScatteredProduct<T>& product, Workspace& workspace)
      : p_(product),
        workspace_(workspace),
        rows_(product.channels * product.h.taps * product.w.taps),
        strip_(even_block(p_.h.outputs,
                          kBlockBytes / static_cast<Index>(sizeof(T)) / (rows_ * p_.w.outputs))),
        weights_(workspace.take<T>(Scratch::kWeights, rows_ * p_.outputs)),
        columns_(workspace.take<T>(Scratch::kColumns, rows_ * strip_ * p_.w.outputs)) {}

  void run(int threads) const {
    const Index group_elements = p_.channels * p_.h.inputs * p_.w.inputs;
    for (Index group = 0; group < p_.groups; ++group) {
      transpose_weights(group);
      for (Index image = 0; image < p_.images; ++image) {
        T* const dx = p_.dx + (image * p_.groups + group) * group_elements;
        std::fill_n(dx, group_elements, T(0));
        for (Index row = 0; row < p_.h.outputs; row += strip_) {
          const Part strip{row, std::min(row + strip_, p_.h.outputs)};
          multiply(image, group, strip, threads);
          scatter(strip, dx, threads);
        }
      }
    }
  }

 private:
  void transpose_weights(Index group) const {
    const T* from = p_.weights + group * p_.outputs * rows_;
    for (Index o = 0; o < p_.outputs; ++o) {
      for (Index row = 0; row < rows_; ++row) weights_[row * p_.outputs + o] = *from++;
    }
  }

  /// The product of the weights and a strip of dy: windows of one pixel each.
  void multiply(Index image, Index group, const Part& strip, int threads) const {
    const Index columns = p_.w.outputs;
    const Index count = strip.last - strip.first;
    const Images<T> dy{
        p_.dy.data + image * p_.dy.image_stride + group * p_.outputs * p_.dy.channel_stride,
        p_.dy.image_stride, p_.dy.channel_stride};
    multiply_patches<T>({{count, p_.h.outputs, 1, 1, strip.first, 1},
                         {columns, columns, 1, 1, 0, 1},
                         dy,
                         1,
                         1,
                         p_.outputs,
                         rows_,
                         weights_,
                         nullptr,
                         {columns_, 0, count * columns, columns, 1}},
                        workspace_, threads);
  }

  /// Every row of dx is one thread's, and the order of its sums is that of strips and taps.
  void scatter(const Part& strip, T* dx, int threads) const {
    const Index h_first = std::max<Index>(p_.h.stride * strip.first + p_.h.first, 0);
    const Index h_last = std::min(
        p_.h.stride * (strip.last - 1) + p_.h.first + p_.h.step * (p_.h.taps - 1) + 1, p_.h.inputs);
    const Index count = std::max<Index>(h_last - h_first, 0);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (Index job = 0; job < p_.channels * count; ++job) {
      const Index c = job / count;
      const Index h = h_first + job % count;
      add_row(strip, c, h, dx + (c * p_.h.inputs + h) * p_.w.inputs);
    }
  }

  void add_row(const Part& strip, Index c, Index h, T* dx) const {
    const Index pixels = (strip.last - strip.first) * p_.w.outputs;
    for (Index u = 0; u < p_.h.taps; ++u) {
      const Index distance = h - p_.h.first - p_.h.step * u;
      const Index i = distance / p_.h.stride;
      if (distance % p_.h.stride != 0 || i < strip.first || i >= strip.last) continue;
      for (Index v = 0; v < p_.w.taps; ++v) {
        const Part j = readers(p_.w, v);
        const Index row = (c * p_.h.taps + u) * p_.w.taps + v;
        add_to_every(p_.w.stride,
                     columns_ + row * pixels + (i - strip.first) * p_.w.outputs + j.first,
                     j.last - j.first, dx + p_.w.stride * j.first + p_.w.first + p_.w.step * v);
      }
    }
  }

  const ScatteredProduct<T>& p_;
  Workspace& workspace_;
  Index rows_;   // Of the matrix of products.
  Index strip_;  // Rows of dy whose products stay in the second-level cache.
  T* weights_;
  T* columns_;
};

}  // namespace

template <typename T>
void multiply_and_scatter(const ScatteredProduct<T>& product, Workspace& workspace, int threads) {
  Scattering<T>(product, workspace).run(threads);
}

template void multiply_and_scatter(const ScatteredProduct<float>&, Workspace&, int);
template void multiply_and_scatter(const ScatteredProduct<double>&, Workspace&, int);

}  // namespace convproof::fast
