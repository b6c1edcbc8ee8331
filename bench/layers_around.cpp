// The layers around the convolutions, against a stream of as many bytes in the same run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/streaming.h"
#include "bench/suites.h"
#include "fast/average_pool.h"
#include "fast/batch_norm.h"
#include "fast/dense.h"
#include "fast/global_average_pool.h"
#include "fast/lrn.h"
#include "fast/max_pool.h"
#include "fast/relu.h"
#include "fast/residual_add.h"
#include "fast/softmax.h"

namespace convproof::bench {
namespace {

Tensor<float> random_tensor(const Shape& shape) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> unit(-1, 1);
  Tensor<float> tensor(shape);
  for (Index i = 0; i < tensor.size(); ++i) tensor[i] = unit(random);
  return tensor;
}

/// The tensors of a layer: what it reads, in the order of its arguments, and what it writes.
struct Arrays {
  std::vector<Tensor<float>> in;
  Tensor<float> out;
  fast::Workspace workspace;

  TensorView<const float> operator[](std::size_t i) const { return in[i]; }
  TensorView<float> output() { return out; }
};

// So many that some are not disturbed; a number of seconds would be used up by one that is.
constexpr int kTries = 40;

/// A layer with the shapes of one image. Every element is read or written once, at least.
struct LayerAround {
  std::string name;
  std::vector<Shape> in;
  Shape out;
  std::function<void(Arrays&, int threads)> run;
};

/// The minimum of a few times: what the code can do, also on a machine with other work.
class Fastest {
 public:
  template <typename Run>
  double time(const Run& run) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    run();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    seconds_ = std::min(seconds_, seconds);
    return seconds;
  }
  double seconds() const { return seconds_; }

 private:
  double seconds_ = 1e9;
};

/// Ours and the stream take turns, so that a slow moment of the machine hits both. The stream runs
/// over memory of its own, so that neither finds in the cache what the other left there.
void measure(benchmark::State& state, const LayerAround& layer, int threads) {
  Arrays arrays;
  Index read = 0;
  for (const Shape& shape : layer.in) {
    arrays.in.push_back(random_tensor(shape));
    read += shape.element_count();
  }
  arrays.out = random_tensor(layer.out);
  const Index written = arrays.out.size();
  const Tensor<float> from = random_tensor(Shape{read});
  Tensor<float> to = random_tensor(Shape{written});
  const auto ours = [&] { layer.run(arrays, threads); };
  const auto peer = [&] { stream(from.data(), read, to.data(), written, threads); };
  Fastest our_time;
  Fastest peer_time;
  for ([[maybe_unused]] auto _ : state) {
    // The first call of each brings its memory back into the cache, if it fits.
    ours();
    state.SetIterationTime(our_time.time(ours));
    peer();
    peer_time.time(peer);
  }
  const double bytes = 4.0 * static_cast<double>(read + written);
  state.counters["GB/s"] = bytes / our_time.seconds() * 1e-9;
  state.counters["stream_GB/s"] = bytes / peer_time.seconds() * 1e-9;
  state.counters["percent_of_stream"] = 100 * peer_time.seconds() / our_time.seconds();
}

std::vector<LayerAround> elementwise(const std::string& name, const Shape& x) {
  const Shape c{x[1]};
  return {
      {"relu/" + name + "/y",
       {x},
       x,
       [](Arrays& a, int threads) { fast::relu<float>(a[0], a.output(), threads); }},
      {"relu/" + name + "/dx",
       {x, x},
       x,
       [](Arrays& a, int threads) { fast::relu_dx<float>(a[0], a[1], a.output(), threads); }},
      {"residual_add/" + name + "/y",
       {x, x},
       x,
       [](Arrays& a, int threads) { fast::residual_add<float>(a[0], a[1], a.output(), threads); }},
      {"batch_norm/" + name + "/y",
       {x, c},
       x,
       [](Arrays& a, int threads) {
         fast::batch_norm<float>(a[0], {a[1], a[1], a[1], a[1]}, {.epsilon = 2}, a.output(),
                                 threads);
       }},
      {"batch_norm/" + name + "/dx",
       {x, c},
       x,
       [](Arrays& a, int threads) {
         fast::batch_norm_dx<float>(a[0], a[1], a[1], {.epsilon = 2}, a.output(), threads);
       }},
  };
}

std::vector<LayerAround> lrn(const std::string& name, const Shape& x) {
  return {
      {"lrn/" + name + "/y",
       {x},
       x,
       [](Arrays& a, int threads) { fast::lrn<float>(a[0], {}, a.output(), threads); }},
      {"lrn/" + name + "/dx",
       {x, x},
       x,
       [](Arrays& a, int threads) {
         fast::lrn_dx<float>(a[0], a[1], {}, a.output(), a.workspace, threads);
       }},
  };
}

std::vector<LayerAround> softmax(const std::string& name, const Shape& x, Index axis) {
  return {
      {"softmax/" + name + "/y",
       {x},
       x,
       [axis](Arrays& a, int threads) { fast::softmax<float>(a[0], {axis}, a.output(), threads); }},
      {"softmax/" + name + "/dx",
       {x, x},
       x,
       [axis](Arrays& a, int threads) {
         fast::softmax_dx<float>(a[0], a[1], {axis}, a.output(), threads);
       }},
  };
}

PoolParams square_windows(Index kernel, Index stride, Index padding, bool ceil_mode) {
  const WindowAxis axis{.stride = stride, .before = padding, .after = padding};
  return {{kernel, kernel}, {axis, axis}, ceil_mode};
}

std::vector<LayerAround> max_pool(const std::string& name, const Shape& x, const PoolParams& p) {
  const Shape y = pool_y_shape(x, p);
  return {
      {"max_pool/" + name + "/y",
       {x},
       y,
       [p](Arrays& a, int threads) {
         fast::max_pool<float>(a[0], p, a.output(), a.workspace, threads);
       }},
      {"max_pool/" + name + "/dx",
       {y, x},
       x,
       [p](Arrays& a, int threads) {
         fast::max_pool_dx<float>(a[0], a[1], p, a.output(), a.workspace, threads);
       }},
  };
}

std::vector<LayerAround> average_pool(const std::string& name, const Shape& x,
                                      const PoolParams& p) {
  const Shape y = pool_y_shape(x, p);
  return {
      {"average_pool/" + name + "/y",
       {x},
       y,
       [p](Arrays& a, int threads) {
         fast::average_pool<float>(a[0], {p, true}, a.output(), a.workspace, threads);
       }},
      {"average_pool/" + name + "/dx",
       {y},
       x,
       [p](Arrays& a, int threads) {
         fast::average_pool_dx<float>(a[0], {p, true}, a.output(), a.workspace, threads);
       }},
  };
}

std::vector<LayerAround> global_average_pool(const std::string& name, const Shape& x) {
  const Shape y = global_pool_y_shape(x);
  return {
      {"global_average_pool/" + name + "/y",
       {x},
       y,
       [](Arrays& a, int threads) { fast::global_average_pool<float>(a[0], a.output(), threads); }},
      {"global_average_pool/" + name + "/dx",
       {y},
       x,
       [](Arrays& a, int threads) {
         fast::global_average_pool_dx<float>(a[0], a.output(), threads);
       }},
  };
}

std::vector<LayerAround> dense(const std::string& name, Index n, Index o, Index i) {
  const Shape x{n, i};
  const Shape w{o, i};
  const Shape y{n, o};
  return {
      {"dense/" + name + "/y",
       {x, w},
       y,
       [](Arrays& a, int threads) {
         fast::dense<float>(a[0], a[1], nullptr, a.output(), threads);
       }},
      {"dense/" + name + "/dx",
       {y, w},
       x,
       [](Arrays& a, int threads) { fast::dense_dx<float>(a[0], a[1], a.output(), threads); }},
      {"dense/" + name + "/dw",
       {y, x},
       w,
       [](Arrays& a, int threads) { fast::dense_dw<float>(a[0], a[1], a.output(), threads); }},
      {"dense/" + name + "/db",
       {y},
       Shape{o},
       [](Arrays& a, int threads) { fast::dense_db<float>(a[0], a.output(), threads); }},
  };
}

/// The layers of AlexNet, GoogLeNet and ResNet-50 that differ, and smaller ones that live in the
/// second-level cache.
std::vector<LayerAround> layers_around() {
  std::vector<LayerAround> all;
  const auto add = [&](std::vector<LayerAround> some) {
    for (LayerAround& layer : some) all.push_back(std::move(layer));
  };
  add(elementwise("alexnet_conv1", {1, 96, 55, 55}));
  add(elementwise("resnet50_conv1", {1, 64, 112, 112}));
  add(elementwise("resnet50_conv5", {1, 2048, 7, 7}));
  add(elementwise("l2", {1, 64, 28, 28}));
  add(lrn("alexnet_conv1", {1, 96, 55, 55}));
  add(lrn("googlenet_conv2", {1, 192, 56, 56}));
  add(lrn("l2", {1, 64, 28, 28}));
  add(max_pool("alexnet_conv1", {1, 96, 55, 55}, square_windows(3, 2, 0, false)));
  add(max_pool("googlenet_conv1", {1, 64, 112, 112}, square_windows(3, 2, 0, true)));
  add(max_pool("googlenet_inception3a", {1, 192, 28, 28}, square_windows(3, 1, 1, false)));
  add(max_pool("resnet50_conv1", {1, 64, 112, 112}, square_windows(3, 2, 1, false)));
  add(max_pool("l2", {1, 64, 28, 28}, square_windows(3, 2, 1, false)));
  add(average_pool("googlenet_side", {1, 512, 14, 14}, square_windows(5, 3, 0, false)));
  add(average_pool("resnet50_shortcut", {1, 256, 56, 56}, square_windows(2, 2, 0, false)));
  add(average_pool("l2", {1, 64, 28, 28}, square_windows(3, 1, 1, false)));
  add(global_average_pool("googlenet", {1, 1024, 7, 7}));
  add(global_average_pool("resnet50", {1, 2048, 7, 7}));
  add(softmax("classes", {1, 1000}, 1));
  add(softmax("classes_batch", {256, 1000}, 1));
  add(softmax("channels", {1, 21, 112, 112}, 1));
  add(dense("alexnet_fc6", 1, 4096, 9216));
  add(dense("alexnet_fc8_batch", 16, 1000, 4096));
  add(dense("resnet50", 1, 1000, 2048));
  add(dense("l2", 1, 256, 1024));
  return all;
}

}  // namespace

void register_layers_around() {
  for (const LayerAround& layer : layers_around()) {
    for (const int threads : {1, 2}) {
      const std::string label = text(layer.name, "/f32/threads:", threads);
      benchmark::RegisterBenchmark(
          label.c_str(),
          [layer, threads](benchmark::State& state) { measure(state, layer, threads); })
          ->UseManualTime()
          ->Iterations(kTries)
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

}  // namespace convproof::bench
