// A second opinion: the node tests of ONNX (Debian's libonnx-testdata) through the reference. Their
// outputs were computed by NumPy in float32 or float64 and stored as float32; the reference runs
// over `Rounded`, which knows for every element how far a float32 evaluation of the same formula
// may be from the exact value, and that is what is permitted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>

#include "properties/onnx/onnx_case.h"
#include "properties/onnx/rounded.h"
#include "reference/average_pool.h"
#include "reference/batch_norm.h"
#include "reference/batch_norm_training.h"
#include "reference/concat.h"
#include "reference/conv.h"
#include "reference/conv_transpose.h"
#include "reference/dense.h"
#include "reference/flatten.h"
#include "reference/global_average_pool.h"
#include "reference/global_max_pool.h"
#include "reference/identity.h"
#include "reference/log_softmax.h"
#include "reference/lrn.h"
#include "reference/max_pool.h"
#include "reference/pad.h"
#include "reference/relu.h"
#include "reference/sigmoid.h"
#include "reference/softmax.h"
#include "reference/tanh.h"
#include "reference/unpool.h"

namespace convproof {
namespace {

using testing::IsEmpty;
using Values = Tensor<Rounded>;
using Outputs = std::vector<Values>;

Values rounded(const Tensor<double>& from) {
  Values to(from.shape());
  for (Index i = 0; i < from.size(); ++i) to[i] = Rounded(from[i]);
  return to;
}

Values input(const OnnxCase& c, std::size_t i) {
  return rounded(c.inputs.at(i).value());
}

bool has_input(const OnnxCase& c, std::size_t i) {
  return i < c.inputs.size() && c.inputs[i].has_value();
}

/// An attribute of one number per axis, or the same number for all.
std::vector<Index> per_axis(const OnnxCase& c, const std::string& name, int axes, Index otherwise) {
  const auto found = c.integers.find(name);
  if (found == c.integers.end())
    return std::vector<Index>(static_cast<std::size_t>(axes), otherwise);
  return {found->second.begin(), found->second.end()};
}

/// ONNX's auto_pad: SAME makes ceil(size/stride) windows and puts an odd pixel at the end (UPPER)
/// or at the beginning (LOWER).
void pad_automatically(WindowAxis& axis, Index size, Index kernel, bool upper) {
  const Index windows = (size + axis.stride - 1) / axis.stride;
  const Index span = axis.dilation * (kernel - 1) + 1;
  const Index total = std::max<Index>((windows - 1) * axis.stride + span - size, 0);
  axis.before = upper ? total / 2 : total - total / 2;
  axis.after = total - axis.before;
}

WindowAxes axes_of(const OnnxCase& c, const Shape& pixels, const std::vector<Index>& kernel) {
  const int rank = pixels.rank();
  const std::vector<Index> strides = per_axis(c, "strides", rank, 1);
  const std::vector<Index> dilations = per_axis(c, "dilations", rank, 1);
  const std::vector<Index> pads = per_axis(c, "pads", 2 * rank, 0);
  const std::string automatic = c.string("auto_pad", "NOTSET");
  WindowAxes axes;
  for (int a = 0; a < rank; ++a) {
    const auto i = static_cast<std::size_t>(a);
    WindowAxis axis{.stride = strides.at(i),
                    .before = pads.at(i),
                    .after = pads.at(i + static_cast<std::size_t>(rank)),
                    .dilation = dilations.at(i)};
    if (automatic.starts_with("SAME")) {
      pad_automatically(axis, pixels[a], kernel.at(i), automatic == "SAME_UPPER");
    }
    axes.push_back(axis);
  }
  return axes;
}

std::vector<Index> extents(const Shape& shape) {
  return {shape.begin(), shape.end()};
}

// ---- one function per operator of ONNX ----------------------------------------------------------

Outputs conv(const OnnxCase& c) {
  const Values x = input(c, 0);
  const Values w = input(c, 1);
  const ConvParams p{.axes = axes_of(c, spatial(x.shape()), extents(spatial(w.shape()))),
                     .groups = c.integer("group", 1)};
  if (!has_input(c, 2)) return {reference::conv<Rounded>(x, w, nullptr, p)};
  const Values b = input(c, 2);
  return {reference::conv<Rounded>(x, w, &b, p)};
}

/// Integers less their zero points: w has one zero point, or one per output map.
Outputs conv_integer(const OnnxCase& c) {
  OnnxCase shifted = c;
  const auto subtract = [&](std::size_t tensor, std::size_t zero_point) {
    if (!has_input(c, zero_point)) return;
    Tensor<double>& values = *shifted.inputs[tensor];
    const Tensor<double>& zeros = *c.inputs[zero_point];
    for (Index i = 0; i < values.size(); ++i) values[i] -= zeros[i * zeros.size() / values.size()];
  };
  subtract(0, 2);
  subtract(1, 3);
  shifted.inputs.resize(2);
  return conv(shifted);
}

Outputs conv_transpose(const OnnxCase& c) {
  const Values x = input(c, 0);
  const Values w = input(c, 1);
  const int rank = x.shape().rank() - 2;
  ConvTransposeParams p{.axes = axes_of(c, spatial(x.shape()), extents(spatial(w.shape()))),
                        .groups = c.integer("group", 1)};
  const std::vector<Index> more = per_axis(c, "output_padding", rank, 0);
  for (const Index pixels : more) p.output_padding.push_back(pixels);
  const std::string automatic = c.string("auto_pad", "NOTSET");
  if (c.has("output_shape") || automatic.starts_with("SAME")) {
    // The padding that gives the wanted size; an odd pixel at the end, but for SAME_UPPER.
    for (int a = 0; a < rank; ++a) {
      WindowAxis& axis = p.axes[a];
      const auto i = static_cast<std::size_t>(a);
      const Index size = x.shape()[a + 2];
      const Index wanted =
          c.has("output_shape") ? c.integers.at("output_shape").at(i) : size * axis.stride;
      const Index span = axis.dilation * (w.shape()[a + 2] - 1) + 1;
      const Index total = axis.stride * (size - 1) + more.at(i) + span - wanted;
      if (total < 0) {
        // ONNX lets an output be larger than what is written to: zeros at the end.
        axis.before = axis.after = 0;
        p.output_padding[a] = -total;
        continue;
      }
      axis.before = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      axis.after = total - axis.before;
    }
  }
  return {reference::conv_transpose<Rounded>(x, w, nullptr, p)};
}

PoolParams pool_params(const OnnxCase& c, const Shape& x) {
  PoolParams p;
  const std::vector<Index>& kernel = c.integers.at("kernel_shape");
  for (const Index taps : kernel) p.kernel.push_back(taps);
  p.axes = axes_of(c, spatial(x), kernel);
  p.ceil_mode = c.integer("ceil_mode", 0) == 1;
  return p;
}

Outputs max_pool(const OnnxCase& c) {
  const Values x = input(c, 0);
  const PoolParams p = pool_params(c, x.shape());
  Outputs outputs{reference::max_pool(x, p)};
  if (c.outputs.size() == 1) return outputs;
  // ONNX numbers the pixels of the whole tensor, along columns if storage_order is 1.
  const Tensor<Index> argmax = reference::max_pool_argmax(x, p);
  const Index pixels = spatial(x.shape()).element_count();
  const Index windows = spatial(argmax.shape()).element_count();
  Values numbers(argmax.shape());
  for (Index i = 0; i < argmax.size(); ++i) {
    Index place = argmax[i];
    if (c.integer("storage_order", 0) == 1) {
      const Index rows = x.shape()[2];
      const Index columns = x.shape()[3];
      place = place % columns * rows + place / columns;
    }
    numbers[i] = Rounded(static_cast<double>(i / windows * pixels + place));
  }
  outputs.push_back(numbers);
  return outputs;
}

Outputs average_pool(const OnnxCase& c) {
  const Values x = input(c, 0);
  return {
      reference::average_pool(x, {.window = pool_params(c, x.shape()),
                                  .count_include_pad = c.integer("count_include_pad", 0) == 1})};
}

Outputs max_unpool(const OnnxCase& c) {
  const Values x = input(c, 0);
  const Tensor<double>& places = c.inputs.at(1).value();
  const Shape& y = c.outputs.at(0)->shape();
  const Index windows = spatial(x.shape()).element_count();
  // The places number the pixels of the smallest output, 2 x 2 regions that lie side by side; a
  // larger output_shape adds rows and columns at the end.
  const Shape small =
      with_spatial(x.shape()[0], x.shape()[1], Shape{2 * x.shape()[2], 2 * x.shape()[3]});
  const Index pixels = spatial(small).element_count();
  Tensor<Index> argmax(places.shape());
  for (Index i = 0; i < places.size(); ++i) {
    argmax[i] = static_cast<Index>(places[i]) - i / windows * pixels;
  }
  return {reference::pad(reference::unpool(x, argmax, small),
                         {.before = {0, 0}, .after = {y[2] - small[2], y[3] - small[3]}})};
}

Outputs lrn(const OnnxCase& c) {
  return {reference::lrn(input(c, 0), {.size = c.integer("size", 0),
                                       .alpha = Rounded(c.number("alpha", 1e-4F)),
                                       .beta = Rounded(c.number("beta", 0.75)),
                                       .bias = Rounded(c.number("bias", 1))})};
}

Outputs batch_norm(const OnnxCase& c) {
  const BatchNormParams<Rounded> p{Rounded(c.number("epsilon", static_cast<double>(1e-5F)))};
  const Values x = input(c, 0);
  const Values scale = input(c, 1);
  const Values bias = input(c, 2);
  const Values mean = input(c, 3);
  const Values var = input(c, 4);
  if (c.integer("training_mode", 0) == 0) {
    return {reference::batch_norm(x, scale, bias, mean, var, p)};
  }
  const auto batch = reference::batch_norm_training(x, scale, bias, p);
  const Rounded momentum(c.number("momentum", static_cast<double>(0.9F)));
  const auto running = [&](const Values& before, const Values& now) {
    Values after(before.shape());
    for (Index i = 0; i < after.size(); ++i) {
      after[i] = before[i] * momentum + now[i] * (Rounded(1) - momentum);
    }
    return after;
  };
  return {batch.y, running(mean, batch.mean), running(var, batch.var)};
}

Outputs softmax(const OnnxCase& c) {
  return {reference::softmax(input(c, 0), {.axis = c.integer("axis", -1)})};
}

Outputs log_softmax(const OnnxCase& c) {
  return {reference::log_softmax(input(c, 0), {.axis = c.integer("axis", -1)})};
}

Values transposed(const Values& a) {
  Values t(Shape{a.shape()[1], a.shape()[0]});
  for (Index i = 0; i < a.shape()[0]; ++i) {
    for (Index j = 0; j < a.shape()[1]; ++j) t(j, i) = a(i, j);
  }
  return t;
}

Outputs gemm(const OnnxCase& c) {
  const Values a = c.integer("transA", 0) == 1 ? transposed(input(c, 0)) : input(c, 0);
  const Values w = c.integer("transB", 0) == 1 ? input(c, 1) : transposed(input(c, 1));
  Values y = reference::dense<Rounded>(a, w, nullptr);
  const Rounded alpha(c.number("alpha", 1));
  const Rounded beta(c.number("beta", 1));
  for (Index i = 0; i < y.size(); ++i) {
    y[i] = alpha * y[i];
    if (!has_input(c, 2)) continue;
    // ONNX repeats C along the axes where it has one element or none.
    const Values b = input(c, 2);
    const Index columns = b.shape().rank() == 0 ? 1 : b.shape()[b.shape().rank() - 1];
    const Index rows = b.size() / columns;
    const Index row = rows == 1 ? 0 : i / y.shape()[1];
    const Index column = columns == 1 ? 0 : i % y.shape()[1];
    y[i] += beta * b[row * columns + column];
  }
  return {y};
}

Outputs pad(const OnnxCase& c) {
  const Values x = input(c, 0);
  const Tensor<double>& pads = c.inputs.at(1).value();
  const int rank = x.shape().rank();
  Margins margins;
  for (int axis = 2; axis < rank; ++axis) {
    margins.before.push_back(static_cast<Index>(pads[axis]));
    margins.after.push_back(static_cast<Index>(pads[axis + rank]));
  }
  const std::string mode = c.string("mode", "constant");
  if (mode == "edge") return {reference::pad(x, margins, PadMode::kEdge)};
  if (mode == "reflect") return {reference::pad(x, margins, PadMode::kReflect)};
  // The notes pad with zeros: another constant is added around them.
  const Rounded constant = has_input(c, 2) ? input(c, 2)[0] : Rounded(0);
  Values moved = x;
  for (Index i = 0; i < x.size(); ++i) moved[i] -= constant;
  Values y = reference::pad(moved, margins);
  for (Index i = 0; i < y.size(); ++i) y[i] += constant;
  return {y};
}

Outputs flatten(const OnnxCase& c) {
  const Values x = input(c, 0);
  const int rank = x.shape().rank();
  const auto axis = static_cast<int>(c.integer("axis", 1));
  const int first = axis < 0 ? axis + rank : axis;
  // Everything before the axis is the batch.
  std::vector<Index> split{Shape(x.shape().begin(), x.shape().begin() + first).element_count()};
  split.insert(split.end(), x.shape().begin() + first, x.shape().end());
  return {reference::flatten(Values(Shape(split), {x.data(), x.data() + x.size()}))};
}

using Operator = std::function<Outputs(const OnnxCase&)>;

/// Operators of the notes by their names in ONNX.
const std::map<std::string, Operator>& operators() {
  const auto each = [](auto function) -> Operator {
    return [function](const OnnxCase& c) { return Outputs{function(input(c, 0))}; };
  };
  static const std::map<std::string, Operator> all{
      {"AveragePool", average_pool},
      {"BatchNormalization", batch_norm},
      {"Conv", conv},
      {"ConvInteger", conv_integer},
      {"ConvTranspose", conv_transpose},
      {"Flatten", flatten},
      {"Gemm", gemm},
      {"GlobalAveragePool",
       each([](const Values& x) { return reference::global_average_pool(x); })},
      {"GlobalMaxPool", each([](const Values& x) { return reference::global_max_pool(x); })},
      {"Identity", each([](const Values& x) { return reference::identity(x); })},
      {"LRN", lrn},
      {"LogSoftmax", log_softmax},
      {"MaxPool", max_pool},
      {"MaxUnpool", max_unpool},
      {"Pad", pad},
      {"Relu", each([](const Values& x) { return reference::relu(x); })},
      {"Sigmoid", each([](const Values& x) { return reference::sigmoid(x); })},
      {"Softmax", softmax},
      {"Tanh", each([](const Values& x) { return reference::tanh(x); })},
  };
  return all;
}

/// Cases of these operators that are no tensors.
const std::map<std::string, std::string>& left_out() {
  static const std::map<std::string, std::string> reasons{
      {"test_identity_opt", "an optional value, not a tensor"},
      {"test_identity_sequence", "a sequence, not a tensor"},
  };
  return reasons;
}

/// Operators of the same kinds that no note has.
const std::vector<std::string>& operators_of_no_note() {
  static const std::vector<std::string> names{
      "Celu",  "Elu",  "HardSigmoid", "HardSwish", "Hardmax",  "LeakyRelu",
      "PRelu", "Selu", "QLinearConv", "Softplus",  "Softsign", "ThresholdedRelu"};
  return names;
}

const OnnxCases& cases() {
  static const OnnxCases all = read_onnx_cases(CONVPROOF_ONNX_NODES);
  return all;
}

/// Why the output is not what was computed in float32, or nothing.
std::string difference(const Values& y, const Tensor<double>& stored) {
  if (!(y.shape() == stored.shape())) return text("shape ", y.shape(), ", not ", stored.shape());
  for (Index i = 0; i < y.size(); ++i) {
    const Real error = abs(Real(stored[i]) - y[i].value());
    if (!(error <= y[i].bound())) {
      return text("element ", i, " is ", y[i].value(), ", not ", stored[i], " (permitted ",
                  y[i].bound(), ")");
    }
  }
  return "";
}

class OnnxNodes : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { Real::thread_default_precision(50); }
};

TEST_P(OnnxNodes, EveryCaseIsWhatTheReferenceComputes) {
  int run = 0;
  for (const OnnxCase& c : cases().read) {
    if (c.op != GetParam()) continue;
    SCOPED_TRACE(c.name);
    const Outputs outputs = operators().at(c.op)(c);
    ASSERT_LE(c.outputs.size(), outputs.size());
    for (std::size_t i = 0; i < c.outputs.size(); ++i) {
      ASSERT_TRUE(c.outputs[i].has_value());
      EXPECT_EQ(difference(outputs[i], *c.outputs[i]), "") << "output " << i;
    }
    std::cout << "ran " << c.name << '\n';
    ++run;
  }
  EXPECT_GT(run, 0);
}

std::vector<std::string> operator_names() {
  std::vector<std::string> names;
  for (const auto& [name, function] : operators()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Nodes, OnnxNodes, testing::ValuesIn(operator_names()),
                         [](const auto& name) { return name.param; });

TEST(OnnxNodesLeftOut, AreListedWithTheirReasons) {
  std::vector<std::string> unlisted;
  for (const OnnxUnread& unread : cases().unread) {
    const std::string op = unread.reason.substr(0, unread.reason.find(':'));
    if (!operators().contains(op)) continue;
    const auto listed = left_out().find(unread.name);
    if (listed == left_out().end()) {
      unlisted.push_back(unread.name);
    } else {
      std::cout << "left out " << unread.name << ": " << listed->second << '\n';
    }
  }
  EXPECT_THAT(unlisted, IsEmpty());
  for (const std::string& op : operators_of_no_note()) {
    EXPECT_FALSE(operators().contains(op)) << op;
    int left = 0;
    for (const OnnxCase& c : cases().read) {
      if (c.op != op) continue;
      std::cout << "left out " << c.name << ": " << op << " is in no note\n";
      ++left;
    }
    EXPECT_GT(left, 0) << op << " is an operator of no case";
  }
}

// Bounds that permit everything would make all of the above pass.
TEST(OnnxNodesBound, IsAFewRoundingsWide) {
  Real::thread_default_precision(50);
  const Values x(Shape{1, 3}, {Rounded(1), Rounded(2), Rounded(3)});
  const Values w(Shape{1, 3}, {Rounded(3), Rounded(5), Rounded(7)});
  const Values y = reference::dense<Rounded>(x, w, nullptr);
  // Three products and the 0 that the sum starts from: 34 * (3 + 3) * 2^-24 at most.
  EXPECT_EQ(y[0].value(), 34);
  EXPECT_GE(y[0].bound(), 34 * 3 * Real(ldexp(Real(1), -24)));
  EXPECT_LE(y[0].bound(), 34 * 7 * Real(ldexp(Real(1), -24)));
  EXPECT_NE(difference(y, Tensor<double>(Shape{1, 1}, {34.0001})), "");
  EXPECT_EQ(difference(y, Tensor<double>(Shape{1, 1}, {34.000001})), "");
  EXPECT_NE(difference(y, Tensor<double>(Shape{1, 1}, {std::nan("")})), "");
}

}  // namespace
}  // namespace convproof
