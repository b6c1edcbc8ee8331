// conv2d at the judge's: tensors, truth and corpus of its four passes.
#include "reference/conv2d.h"

#include <algorithm>
#include <array>
#include <random>

#include "conformance/cases/operator.h"
#include "core/conv2d.h"

namespace convproof::conformance {
namespace {

using nlohmann::json;

Conv2dParams params_of(const Case& c) {
  return {.stride = {.h = c.stride[0], .w = c.stride[1]},
          .padding = {.top = c.pads[0], .bottom = c.pads[2], .left = c.pads[1], .right = c.pads[3]},
          .dilation = {.h = c.dilation[0], .w = c.dilation[1]},
          .groups = c.groups};
}

Shape x_shape(const Case& c) {
  return {c.batch, c.channels, c.size[0], c.size[1]};
}

/// Rounded down where `groups` does not divide the channels: such cases are rejected.
Shape w_shape(const Case& c) {
  return {c.outputs, c.groups == 0 ? c.channels : c.channels / c.groups, c.kernel[0], c.kernel[1]};
}

Shape y_shape(const Case& c) {
  return conv2d_y_shape(x_shape(c), w_shape(c), params_of(c));
}

/// y's shape, or a made-up one where the rule rejects the case.
Shape y_shape_or_any(const Case& c) {
  try {
    return y_shape(c);
  } catch (const ShapeError&) {
    return {c.batch, c.outputs, 1, 1};
  }
}

/// Rotates the two innermost axes by 180 degrees.
template <typename T>
Tensor<T> rotated(const Tensor<T>& w) {
  Tensor<T> r(w.shape());
  const Index taps = w.shape()[2] * w.shape()[3];
  for (Index i = 0; i < w.size(); ++i) r[i] = w[i / taps * taps + (taps - 1 - i % taps)];
  return r;
}

template <typename T>
Tensor<ErrorAccount> reference_output(const Case& c, const std::vector<TensorBytes>& in,
                                      bool flipped) {
  using S = ErrorAccount;
  const Conv2dParams p = params_of(c);
  const Tensor<T> first = as_tensor<T>(in[0]);
  if (c.pass == "db") return reference::conv2d_db<S>(first);
  const Tensor<T> second = as_tensor<T>(in[1]);
  if (c.pass == "dw") {
    Tensor<S> dw = reference::conv2d_dw<S>(first, second, w_shape(c), p);
    return flipped ? rotated(dw) : dw;
  }
  const Tensor<T> w = flipped ? rotated(second) : second;
  if (c.pass == "dx") return reference::conv2d_dx<S>(first, w, x_shape(c), p);
  if (!c.bias) return reference::conv2d<S>(first, w, nullptr, p);
  const Tensor<T> b = as_tensor<T>(in[2]);
  return reference::conv2d<S>(first, w, &b, p);
}

Tensor<ErrorAccount> reference_output(const Case& c, const std::vector<TensorBytes>& in,
                                      bool flipped) {
  switch (c.dtype) {
    case DType::kF64: return reference_output<double>(c, in, flipped);
    case DType::kF32: return reference_output<float>(c, in, flipped);
    case DType::kF16: return reference_output<Half>(c, in, flipped);
    case DType::kBF16: return reference_output<BFloat16>(c, in, flipped);
  }
  return {};
}

// ---- corpus ---------------------------------------------------------------------------------

/// A geometry; passes, dtypes and fills are crossed with it.
struct Geometry {
  Index batch = 1;
  Index channels = 1;
  std::array<Index, 2> size{1, 1};
  Index outputs = 1;
  std::array<Index, 2> kernel{1, 1};
  std::array<Index, 2> stride{1, 1};
  std::array<Index, 4> pads{0, 0, 0, 0};
  std::array<Index, 2> dilation{1, 1};
  Index groups = 1;
  bool bias = true;
};

Case case_of(const Geometry& g, const char* pass, DType dtype, Fill fill, std::uint64_t seed) {
  Case c;
  c.op = "conv2d";
  c.batch = g.batch;
  c.channels = g.channels;
  c.size = {g.size.begin(), g.size.end()};
  c.outputs = g.outputs;
  c.kernel = {g.kernel.begin(), g.kernel.end()};
  c.stride = {g.stride.begin(), g.stride.end()};
  c.pads = {g.pads.begin(), g.pads.end()};
  c.dilation = {g.dilation.begin(), g.dilation.end()};
  c.groups = g.groups;
  c.bias = g.bias;
  c.pass = pass;
  c.dtype = dtype;
  c.fill = fill;
  c.seed = seed;
  return c;
}

/// One attribute at a time, then all of them, every number different from every other where it can
/// be: equal numbers hide swaps.
std::vector<Geometry> attribute_geometries() {
  const Geometry base{.batch = 2, .channels = 3, .size = {7, 5}, .outputs = 4, .kernel = {3, 2}};
  std::vector<Geometry> all{base};
  const auto with = [&](auto change) {
    Geometry g = base;
    change(g);
    all.push_back(g);
  };
  with([](Geometry& g) { g.kernel = {1, 1}; });
  with([](Geometry& g) { g.kernel = {7, 5}; });
  with([](Geometry& g) { g.stride = {2, 1}; });
  with([](Geometry& g) { g.stride = {1, 3}; });
  with([](Geometry& g) { g.stride = {5, 4}; });
  with([](Geometry& g) { g.pads = {1, 0, 0, 0}; });
  with([](Geometry& g) { g.pads = {0, 2, 0, 0}; });
  with([](Geometry& g) { g.pads = {0, 0, 3, 0}; });
  with([](Geometry& g) { g.pads = {0, 0, 0, 4}; });
  with([](Geometry& g) { g.pads = {1, 2, 3, 4}; });
  with([](Geometry& g) { g.dilation = {2, 1}; });
  with([](Geometry& g) { g.dilation = {1, 3}; });
  with([](Geometry& g) { g.channels = 6, g.groups = 2; });
  with([](Geometry& g) { g.channels = 4, g.groups = 4; });
  with([](Geometry& g) { g.channels = 4, g.outputs = 8, g.groups = 4; });
  with([](Geometry& g) { g.bias = false; });
  with([](Geometry& g) { g.batch = 0; });
  with([](Geometry& g) { g.batch = 1, g.channels = 1, g.outputs = 1; });
  with([](Geometry& g) { g.size = {1, 9}, g.kernel = {1, 4}; });
  with([](Geometry& g) { g.size = {9, 1}, g.kernel = {4, 1}; });
  all.push_back({.batch = 2,
                 .channels = 4,
                 .size = {19, 14},
                 .outputs = 6,
                 .kernel = {5, 3},
                 .stride = {2, 3},
                 .pads = {1, 4, 5, 2},
                 .dilation = {3, 2},
                 .groups = 2});
  all.push_back({.batch = 3,
                 .channels = 9,
                 .size = {11, 16},
                 .outputs = 12,
                 .kernel = {2, 4},
                 .stride = {3, 1},
                 .pads = {0, 3, 2, 1},
                 .dilation = {1, 4},
                 .groups = 3});
  return all;
}

/// Every remainder of the tiles that kernels are built from, along every axis.
std::vector<Geometry> remainder_geometries(Index most) {
  std::vector<Geometry> all;
  for (Index n = 1; n <= most; ++n) {
    all.push_back({.channels = 2,
                   .size = {3, n},
                   .outputs = 3,
                   .kernel = {2, std::min<Index>(n, 3)},
                   .pads = {0, 1, 0, 0}});
    all.push_back({.channels = n, .size = {3, 4}, .outputs = 2, .kernel = {2, 2}});
    all.push_back({.channels = 2, .size = {4, 3}, .outputs = n, .kernel = {2, 2}});
    if (n % 3 == 1) all.push_back({.batch = n, .channels = 1, .size = {2, 3}, .kernel = {2, 2}});
    if (n % 4 == 0) {
      all.push_back({.channels = n,
                     .size = {4, 5},
                     .outputs = n,
                     .kernel = {3, 3},
                     .pads = {1, 1, 1, 1},
                     .groups = n});
    }
  }
  return all;
}

/// Layers that people run, at their channel counts (the images cropped, except LeNet-5's).
std::vector<Geometry> layer_geometries(bool large) {
  std::vector<Geometry> all{
      {.channels = 1, .size = {32, 32}, .outputs = 6, .kernel = {5, 5}},   // LeNet-5 C1
      {.channels = 6, .size = {14, 14}, .outputs = 16, .kernel = {5, 5}},  // LeNet-5 C3
      {.channels = 16, .size = {5, 5}, .outputs = 120, .kernel = {5, 5}},  // LeNet-5 C5
      {.channels = 3,
       .size = {35, 31},
       .outputs = 16,
       .kernel = {11, 11},
       .stride = {4, 4},
       .pads = {2, 2, 2, 2}},  // AlexNet conv1
      {.channels = 64,
       .size = {8, 7},
       .outputs = 32,
       .kernel = {3, 3},
       .pads = {1, 1, 1, 1}},                                              // VGG conv2
      {.channels = 256, .size = {4, 4}, .outputs = 64, .kernel = {1, 1}},  // ResNet bottleneck
      {.channels = 32,
       .size = {14, 13},
       .outputs = 32,
       .kernel = {3, 3},
       .stride = {2, 2},
       .pads = {0, 0, 1, 1},
       .groups = 32},  // MobileNet depthwise
  };
  if (!large) return all;
  all.insert(
      all.end(),
      {{.channels = 512,
        .size = {7, 7},
        .outputs = 64,
        .kernel = {3, 3},
        .pads = {1, 1, 1, 1}},  // VGG conv5, K = 4608
       {.channels = 3,
        .size = {56, 56},
        .outputs = 64,
        .kernel = {7, 7},
        .stride = {2, 2},
        .pads = {3, 3, 3, 3}},  // ResNet conv1
       {.channels = 64, .size = {28, 28}, .outputs = 64, .kernel = {3, 3}, .pads = {1, 1, 1, 1}},
       {.channels = 96,
        .size = {13, 13},
        .outputs = 64,
        .kernel = {5, 5},
        .pads = {2, 2, 2, 2},
        .groups = 2},  // AlexNet conv2
       {.batch = 8,
        .channels = 32,
        .size = {14, 14},
        .outputs = 32,
        .kernel = {3, 3},
        .pads = {1, 1, 1, 1}},
       {.channels = 1, .size = {1, 70000}, .outputs = 1, .kernel = {1, 3}}});  // W > 2^16
  return all;
}

/// Valid geometries drawn from every attribute at once. `std::mt19937_64` is the same everywhere;
/// the distributions of the standard library are not, hence the remainder.
std::vector<Geometry> random_geometries(int count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](Index least, Index most) {
    return least + static_cast<Index>(random() % static_cast<std::uint64_t>(most - least + 1));
  };
  std::vector<Geometry> all;
  while (static_cast<int>(all.size()) < count) {
    Geometry g;
    g.groups = draw(0, 2) == 0 ? draw(1, 4) : 1;
    g.batch = draw(1, 3);
    g.channels = g.groups * draw(1, 6);
    g.outputs = g.groups * draw(1, 6);
    for (std::size_t a = 0; a < 2; ++a) {
      g.kernel[a] = draw(1, 5);
      g.stride[a] = draw(1, 3);
      g.dilation[a] = draw(1, 3);
      g.pads[a] = draw(0, 3);
      g.pads[a + 2] = draw(0, 3);
      const Index span = g.dilation[a] * (g.kernel[a] - 1) + 1;
      const Index least = std::max<Index>(1, span - g.pads[a] - g.pads[a + 2]);
      g.size[a] = draw(least, least + 12);
    }
    g.bias = draw(0, 3) != 0;
    all.push_back(g);
  }
  return all;
}

/// The shape rule rejects these; sent to subjects that declare "rejects_invalid".
std::vector<Geometry> invalid_geometries() {
  return {{.channels = 3, .size = {4, 4}, .outputs = 4, .kernel = {5, 2}},
          {.channels = 3, .size = {4, 4}, .outputs = 4, .kernel = {2, 3}, .dilation = {1, 3}},
          {.channels = 3, .size = {4, 4}, .outputs = 4, .kernel = {2, 2}, .stride = {0, 1}},
          {.channels = 3, .size = {4, 4}, .outputs = 4, .kernel = {2, 2}, .dilation = {1, 0}},
          {.channels = 4, .size = {4, 4}, .outputs = 6, .kernel = {2, 2}, .groups = 4},
          {.channels = 3, .size = {4, 4}, .outputs = 4, .kernel = {2, 2}, .groups = 2}};
}

constexpr std::array kPasses = {"y", "dx", "dw", "db"};
constexpr std::array kStandardFills = {Fill::kIntegers, Fill::kDense, Fill::kSparse};

class Conv2dPage final : public Operator {
 public:
  const char* name() const override { return "conv2d"; }
  std::vector<std::string> passes() const override { return {kPasses.begin(), kPasses.end()}; }

  json attributes(const Case& c) const override {
    json attributes{{"strides", c.stride},
                    {"dilations", c.dilation},
                    {"pads", c.pads},
                    {"group", c.groups},
                    {"kernel_shape", c.kernel}};
    const auto list = [](const Shape& s) { return std::vector<Index>(s.begin(), s.end()); };
    if (c.pass == "dx") attributes["x_shape"] = list(x_shape(c));
    if (c.pass == "dw") attributes["w_shape"] = list(w_shape(c));
    return attributes;
  }

  std::vector<TensorSpec> inputs(const Case& c) const override {
    (void)y_shape(c);
    return inputs_unchecked(c);
  }
  TensorSpec output(const Case& c) const override {
    (void)y_shape(c);
    return output_unchecked(c);
  }

  std::vector<TensorSpec> inputs_unchecked(const Case& c) const override {
    const TensorSpec x{"x", c.dtype, x_shape(c)};
    const TensorSpec w{"w", c.dtype, w_shape(c)};
    const TensorSpec b{"b", c.dtype, Shape{c.outputs}};
    const TensorSpec dy{"dy", c.dtype, y_shape_or_any(c)};
    if (c.pass == "dx") return {dy, w};
    if (c.pass == "dw") return {dy, x};
    if (c.pass == "db") return {dy};
    return c.bias ? std::vector{x, w, b} : std::vector{x, w};
  }

  TensorSpec output_unchecked(const Case& c) const override {
    if (c.pass == "dx") return {"dx", c.dtype, x_shape(c)};
    if (c.pass == "dw") return {"dw", c.dtype, w_shape(c)};
    if (c.pass == "db") return {"db", c.dtype, Shape{c.outputs}};
    return {"y", c.dtype, y_shape_or_any(c)};
  }

  Index products(const Case& c) const override {
    const Shape w = w_shape(c);
    if (c.pass == "y") return w[1] * w[2] * w[3];
    if (c.pass == "dx") return c.outputs / c.groups * w[2] * w[3];
    const Shape y = y_shape(c);
    return y[0] * y[2] * y[3];
  }
  int operands(const Case& c) const override { return c.pass == "db" ? 1 : 2; }

  Index work(const Case& c) const override {
    const Shape w = w_shape(c);
    const double taps =
        static_cast<double>(w[1]) * static_cast<double>(w[2]) * static_cast<double>(w[3]);
    const double outputs = static_cast<double>(y_shape(c).element_count());
    return static_cast<Index>(std::min((c.pass == "db" ? 1 : taps) * outputs, 0x1p62));
  }

  Tensor<ErrorAccount> expected(const Case& c,
                                const std::vector<TensorBytes>& inputs) const override {
    return reference_output(c, inputs, false);
  }

  std::vector<Dialect> dialects(const Case& c,
                                const std::vector<TensorBytes>& inputs) const override {
    if (c.pass == "db" || c.kernel == std::vector<Index>{1, 1}) return {};
    return {{"flipped kernel",
             "the kernel is flipped: this is true convolution, not cross-correlation",
             reference_output(c, inputs, true)}};
  }

  std::vector<Case> simpler(const Case& c) const override;
  std::vector<Case> corpus(Tier tier, std::uint64_t seed) const override;
};

bool is_valid(const Case& c) {
  try {
    (void)y_shape(c);
    return true;
  } catch (const ShapeError&) {
    return false;
  }
}

/// Smaller values for one number: the least, half, one less.
std::vector<Index> smaller(Index value, Index least) {
  std::vector<Index> values;
  for (const Index candidate : {least, least + 1, value / 2, value - 1}) {
    if (candidate >= least && candidate < value &&
        std::find(values.begin(), values.end(), candidate) == values.end()) {
      values.push_back(candidate);
    }
  }
  return values;
}

std::vector<Case> Conv2dPage::simpler(const Case& c) const {
  std::vector<Case> all;
  const auto propose = [&](auto change) {
    Case candidate = c;
    candidate.only.clear();
    change(candidate);
    if (is_valid(candidate)) all.push_back(candidate);
  };
  for (const Index n : smaller(c.batch, 1)) propose([&](Case& s) { s.batch = n; });
  if (c.groups > 1) {
    // One group of the many, then fewer groups of the same size.
    for (const Index g : smaller(c.groups, 1)) {
      propose([&](Case& s) {
        s.channels = c.channels / c.groups * g;
        s.outputs = c.outputs / c.groups * g;
        s.groups = g;
      });
    }
  }
  const Index g = c.groups;
  for (const Index n : smaller(c.channels / g, 1)) propose([&](Case& s) { s.channels = n * g; });
  for (const Index n : smaller(c.outputs / g, 1)) propose([&](Case& s) { s.outputs = n * g; });
  const auto each = [&](std::vector<Index> Case::*field, Index least) {
    for (std::size_t a = 0; a < (c.*field).size(); ++a) {
      for (const Index n : smaller((c.*field)[a], least)) {
        propose([&](Case& s) { (s.*field)[a] = n; });
      }
    }
  };
  each(&Case::size, 1);
  each(&Case::kernel, 1);
  each(&Case::stride, 1);
  each(&Case::dilation, 1);
  each(&Case::pads, 0);
  // Without a bias and with integers a case is easier to read.
  if (c.pass == "y" && c.bias) propose([](Case& s) { s.bias = false; });
  if (c.fill != Fill::kIntegers) propose([](Case& s) { s.fill = Fill::kIntegers; });
  return all;
}

std::vector<Case> Conv2dPage::corpus(Tier tier, std::uint64_t seed) const {
  std::vector<Case> cases;
  const auto cross = [&](const std::vector<Geometry>& geometries, const auto& fills,
                         const std::vector<DType>& dtypes) {
    for (const Geometry& g : geometries) {
      for (const char* pass : kPasses) {
        for (const DType dtype : dtypes) {
          for (const Fill fill : fills) cases.push_back(case_of(g, pass, dtype, fill, seed));
        }
      }
    }
  };
  const std::vector<DType> wide{DType::kF32, DType::kF64};
  const std::vector<DType> narrow{DType::kF16, DType::kBF16};
  cross(attribute_geometries(), kStandardFills, wide);
  for (const Geometry& g : invalid_geometries()) {
    // db sees only dy, in which no geometry is left that could be invalid.
    for (const char* pass : {"y", "dx", "dw"}) {
      cases.push_back(case_of(g, pass, DType::kF32, Fill::kIntegers, seed));
    }
  }
  if (tier == Tier::kSmoke) return cases;
  cross(attribute_geometries(), kStandardFills, narrow);
  cross(attribute_geometries(), std::array{Fill::kSpecial}, {DType::kF32, DType::kF64});
  cross(remainder_geometries(tier == Tier::kStandard ? 40 : 70), std::array{Fill::kIntegers},
        {DType::kF32});
  cross(layer_geometries(tier == Tier::kFull), kStandardFills, wide);
  cross(random_geometries(tier == Tier::kStandard ? 250 : 1500, seed), kStandardFills, wide);
  if (tier == Tier::kFull) {
    cross(remainder_geometries(70), std::array{Fill::kDense, Fill::kSparse}, wide);
    cross(layer_geometries(true), std::array{Fill::kDense}, narrow);
  }
  return cases;
}

}  // namespace

const Operator& conv2d_page();
const Operator& conv2d_page() {
  static const Conv2dPage page;
  return page;
}

}  // namespace convproof::conformance
