#include "bench/peer_onednn.h"

#include <omp.h>

#include <chrono>
#include <dnnl.hpp>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/errors.h"

namespace convproof::bench {
namespace {

using dnnl::memory;
using Dims = memory::dims;
using Tag = memory::format_tag;

Dims dims(const Shape& shape) {
  return Dims(shape.begin(), shape.end());
}

/// OIHW, with the groups in front where there are any.
Dims weight_dims(const Layer& layer) {
  const Shape& w = layer.w;
  if (layer.p.groups == 1) return dims(w);
  return {layer.p.groups, w[0] / layer.p.groups, w[1], w[2], w[3]};
}

struct Descriptors {
  memory::desc x;
  memory::desc w;
  memory::desc b;
  memory::desc y;
};

Descriptors describe(const Layer& layer, bool plain) {
  const auto f32 = memory::data_type::f32;
  const Tag weights = layer.p.groups == 1 ? Tag::oihw : Tag::goihw;
  return {{dims(layer.x), f32, plain ? Tag::nchw : Tag::any},
          {weight_dims(layer), f32, plain ? weights : Tag::any},
          {{layer.w[0]}, f32, Tag::x},
          {dims(layer.y()), f32, plain ? Tag::nchw : Tag::any}};
}

}  // namespace

/// A primitive with the reorders that lead to it and back.
class OnednnConv2d::Way {
 public:
  Way(const Layer& layer, Pass pass, float* x, float* w, float* b, float* y, bool plain)
      : layout_(plain ? "plain" : "reordered"), engine_(dnnl::engine::kind::cpu, 0) {
    const Descriptors asked = describe(layer, plain);
    const Descriptors user = describe(layer, true);
    const Dims stride{layer.p.stride.h, layer.p.stride.w};
    // oneDNN counts the pixels between the taps.
    const Dims dilation{layer.p.dilation.h - 1, layer.p.dilation.w - 1};
    const Dims before{layer.p.padding.top, layer.p.padding.left};
    const Dims after{layer.p.padding.bottom, layer.p.padding.right};
    const auto direct = dnnl::algorithm::convolution_direct;
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, direct, asked.x, asked.w, asked.b, asked.y, stride,
         dilation, before, after},
        engine_);
    if (pass == Pass::kY) {
      bind(DNNL_ARG_SRC, user.x, forward.src_desc(), x, true);
      bind(DNNL_ARG_WEIGHTS, user.w, forward.weights_desc(), w, true);
      bind(DNNL_ARG_BIAS, user.b, forward.bias_desc(), b, true);
      add_primitive(dnnl::convolution_forward(forward));
      bind(DNNL_ARG_DST, user.y, forward.dst_desc(), y, false);
    } else if (pass == Pass::kDx) {
      const dnnl::convolution_backward_data::primitive_desc backward(
          {direct, asked.x, asked.w, asked.y, stride, dilation, before, after}, engine_, forward);
      bind(DNNL_ARG_DIFF_DST, user.y, backward.diff_dst_desc(), y, true);
      bind(DNNL_ARG_WEIGHTS, user.w, backward.weights_desc(), w, true);
      add_primitive(dnnl::convolution_backward_data(backward));
      bind(DNNL_ARG_DIFF_SRC, user.x, backward.diff_src_desc(), x, false);
    } else {
      const dnnl::convolution_backward_weights::primitive_desc backward(
          {direct, asked.x, asked.w, asked.y, stride, dilation, before, after}, engine_, forward);
      bind(DNNL_ARG_DIFF_DST, user.y, backward.diff_dst_desc(), y, true);
      bind(DNNL_ARG_SRC, user.x, backward.src_desc(), x, true);
      add_primitive(dnnl::convolution_backward_weights(backward));
      bind(DNNL_ARG_DIFF_WEIGHTS, user.w, backward.diff_weights_desc(), w, false);
    }
    steps_[primitive_].second = arguments_;
  }

  void run() {
    for (auto& [primitive, arguments] : steps_) primitive.execute(stream_, arguments);
    stream_.wait();
  }

  const char* layout() const { return layout_; }

 private:
  /// Gives the primitive an array of the user's, through a reorder if the layouts differ.
  void bind(int argument, const memory::desc& user, const memory::desc& wanted, float* data,
            bool input) {
    const memory plain(user, engine_, data);
    if (user == wanted) {
      arguments_.insert({argument, plain});
      return;
    }
    const memory blocked(wanted, engine_);
    arguments_.insert({argument, blocked});
    const memory& from = input ? plain : blocked;
    const memory& to = input ? blocked : plain;
    steps_.push_back({dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}});
  }

  void add_primitive(const dnnl::primitive& primitive) {
    primitive_ = steps_.size();
    steps_.push_back({primitive, {}});
  }

  const char* layout_;
  dnnl::engine engine_;
  dnnl::stream stream_{engine_};
  std::unordered_map<int, memory> arguments_;
  std::vector<std::pair<dnnl::primitive, std::unordered_map<int, memory>>> steps_;
  std::size_t primitive_ = 0;
};

namespace {

template <typename Run>
double best_seconds(Run run) {
  using Clock = std::chrono::steady_clock;
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 4; ++i) {
    const auto start = Clock::now();
    run();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace

OnednnConv2d::OnednnConv2d(const Layer& layer, Pass pass, Arrays<float>& arrays, int threads) {
  float* const x = arrays.x.data();
  float* const w = arrays.w.data();
  float* const b = arrays.b.data();
  float* const y = arrays.y.data();
  // oneDNN takes the number of threads from OpenMP, when primitives are made and when they run.
  omp_set_num_threads(threads);
  auto plain = std::make_unique<Way>(layer, pass, x, w, b, y, true);
  auto reordered = std::make_unique<Way>(layer, pass, x, w, b, y, false);
  const bool plain_wins =
      best_seconds([&] { plain->run(); }) <= best_seconds([&] { reordered->run(); });
  way_ = plain_wins ? std::move(plain) : std::move(reordered);
}

OnednnConv2d::~OnednnConv2d() = default;

void OnednnConv2d::run() {
  way_->run();
}

std::string OnednnConv2d::way() const {
  return way_->layout();
}

std::string onednn_version() {
  const dnnl::version_t* const version = dnnl_version();
  return text("oneDNN ", version->major, ".", version->minor, ".", version->patch);
}

}  // namespace convproof::bench
