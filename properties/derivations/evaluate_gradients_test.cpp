// Gradients and Jacobians of the evaluator against differences, which are exact for polynomials.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "derivations/evaluate/failure.h"
#include "properties/derivations/evaluated.h"

namespace convproof::derivations::evaluate {
namespace {

const std::string kDeclared =
    "tensor x[5]\n"
    "tensor w[3]\n"
    "tensor A[3, 4]\n"
    "tensor K[2, 2]\n"
    "scalar b\n"
    "let y = conv(w, x, mode=full)\n"
    "let z[t in 0..4] zero = x[t + 1] * x[t + 1] + b\n"
    "let s[p in 1..3] = A[p] * b";

const Given kGiven{{"x", {2, 3, 5, 7, 11}},
                   {"w", {1, -2, 4}},
                   {"A", {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}},
                   {"K", {3, 1, -4, 2}},
                   {"b", {-3}}};

/// How every element of `expr` changes with one entry of a tensor: exact for degrees up to 4.
std::vector<Rational> difference(const std::string& expr, const std::string& tensor,
                                 std::size_t entry) {
  const auto at = [&](int step) {
    Given moved = kGiven;
    moved[tensor][entry] += step;
    return value_of(kDeclared, expr, {}, moved).elements;
  };
  const std::vector<Rational> far_left = at(-2);
  const std::vector<Rational> left = at(-1);
  const std::vector<Rational> right = at(1);
  const std::vector<Rational> far_right = at(2);
  std::vector<Rational> result;
  for (std::size_t i = 0; i < left.size(); ++i) {
    result.push_back((far_left[i] - 8 * left[i] + 8 * right[i] - far_right[i]) / 12);
  }
  return result;
}

struct Case {
  std::string expr;
  std::string tensor;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.expr << " by " << c.tensor;
}

class EvaluateGradients : public testing::TestWithParam<Case> {};

TEST_P(EvaluateGradients, AreTheExactDifferences) {
  const auto& [expr, tensor] = GetParam();
  const Numbers value = value_of(kDeclared, expr, {}, kGiven);
  const std::size_t entries = kGiven.at(tensor).size();
  const Numbers jacobian =
      value_of(kDeclared, "jacobian(" + expr + ", " + tensor + ")", {}, kGiven);
  ASSERT_EQ(jacobian.elements.size(), value.elements.size() * entries);
  const Numbers tensor_itself = value_of(kDeclared, tensor, {}, kGiven);
  PerAxis sizes = value.sizes;
  sizes.insert(sizes.end(), tensor_itself.sizes.begin(), tensor_itself.sizes.end());
  EXPECT_EQ(jacobian.sizes, sizes);
  // With the value itself as the factor, which has its shape.
  const Numbers gradient =
      value_of(kDeclared, "grad(" + expr + ", " + tensor + ", " + expr + ")", {}, kGiven);
  EXPECT_EQ(gradient.sizes, tensor_itself.sizes);
  bool depends = false;
  for (std::size_t t = 0; t < entries; ++t) {
    const std::vector<Rational> expected = difference(expr, tensor, t);
    Rational total = 0;
    for (std::size_t o = 0; o < expected.size(); ++o) {
      EXPECT_EQ(jacobian.elements[o * entries + t], expected[o]) << o << " by " << t;
      total += value.elements[o] * expected[o];
      depends = depends || expected[o] != 0;
    }
    EXPECT_EQ(gradient.elements[t], total) << t;
  }
  EXPECT_TRUE(depends);
}

INSTANTIATE_TEST_SUITE_P(
    OfExpressions, EvaluateGradients,
    testing::Values(Case{"conv(w, x)", "w"}, Case{"conv(w, x)", "x"}, Case{"xcorr(w, x)", "x"},
                    Case{"xcorr(w, x, mode=full, stride=2)", "x"},
                    Case{"conv(w, x, dilation=2, pad=1)", "w"}, Case{"conv(K, A, mode=full)", "K"},
                    Case{"xcorr(K, A, mode=same_lo)", "A"}, Case{"conv(x, x, mode=full)", "x"},
                    Case{"xcorr(w, conv(w, x))", "w"}, Case{"x .* x .* x - 2 * x", "x"},
                    Case{"sum(x) * x", "x"}, Case{"sum(i in 1..5) i * x[i] * x", "x"},
                    Case{"y .* y", "w"}, Case{"z[3] * z", "x"}, Case{"z[7] + z[4]", "x"},
                    Case{"z", "b"}, Case{"b * b * w", "b"}, Case{"s[2]", "A"}, Case{"s", "b"},
                    Case{"rot180(pad(transpose(A), 1))", "A"}, Case{"kron(w .* w, 2)", "w"},
                    Case{"blocksum(A .* A, 3, 2)", "A"}, Case{"zeroinsert(w, 3)", "w"},
                    Case{"subsample(x .* x, 2)", "x"}, Case{"crop(x .* x, 1) / 7", "x"},
                    Case{"grad(x .* x .* x, x, ones(5)) .* x", "x"},
                    Case{"jacobian(conv(w, x) .* conv(w, x), w)", "x"},
                    Case{"grad(sum(grad(x .* x .* x .* x, x, x)), x, 1)", "x"}));

TEST(EvaluateGradientRules, TheFactorIsNotDifferentiated) {
  EXPECT_EQ(value_of("tensor x[2]", "grad(x, x, x .* x)", {}, {{"x", {3, 5}}}), row({9, 25}));
}

TEST(EvaluateGradientRules, OnlyTheElementsOfTheSliceAreVaried) {
  const Given given{{"A", {1, 2, 3, 4}}};
  EXPECT_EQ(value_of("tensor A[2, 2]", "grad(A .* A, A[2], ones(2, 2))", {}, given), row({6, 8}));
  EXPECT_EQ(value_of("tensor A[2, 2]", "jacobian(sum(A .* A), A[2, 1])", {}, given), number(6));
  EXPECT_EQ(value_of("tensor A[2, 2]", "jacobian(A[1, 1], A[2])", {}, given), row({0, 0}));
  EXPECT_THROW((void)value_of("tensor A[2, 2]", "jacobian(A, A[3])"), IllFormed);
  EXPECT_EQ(value_of("tensor A[2, 2] zero", "jacobian(sum(A), A[3])"), row({0, 0}));
  EXPECT_THROW((void)value_of("tensor x[2]\nlet y = x", "jacobian(y, y[3])"), IllFormed);
}

TEST(EvaluateGradientRules, ByALetItsNameIsAVariableOfItsOwn) {
  const std::string declared =
      "tensor x[2]\nlet y = x .* x\nlet z = y .* y + x\nlet u[i in 0..1] zero = x[i + 1]";
  const Given given{{"x", {3, 5}}};
  EXPECT_EQ(value_of(declared, "grad(z, y, ones(2))", {}, given), row({18, 50}));
  EXPECT_EQ(value_of(declared, "grad(y, y, x)", {}, given), row({3, 5}));
  EXPECT_EQ(value_of(declared, "grad(z, x, ones(2))", {}, given), row({4 * 27 + 1, 4 * 125 + 1}));
  EXPECT_EQ(value_of(declared, "grad(x, y, ones(2))", {}, given), row({0, 0}));
  EXPECT_EQ(value_of(declared, "jacobian(u[0] * u[1] + u[2], u)", {}, given), row({5, 3}));
  EXPECT_EQ(value_of(declared, "jacobian(u[0] * u[0], u[0])", {}, given), number(6));
}

TEST(EvaluateGradientRules, BySeedsAndScalars) {
  const std::string declared = "tensor x[2]\nscalar b\nlet y = b * x\nseed G like y";
  const Given given{{"x", {3, 5}}, {"b", {7}}, {"G", {1, 10}}};
  EXPECT_EQ(value_of(declared, "grad(y, b, G)", {}, given), number(53));
  EXPECT_EQ(value_of(declared, "grad(G .* y, G, ones(2))", {}, given), row({21, 35}));
  EXPECT_EQ(value_of(declared, "grad(sum(y), b, 2)", {}, given), number(16));
}

TEST(EvaluateGradientRules, OfAGradientByTheSameTensorAreTheSecondDerivatives) {
  const std::string declared = "tensor x[2]";
  const Given given{{"x", {3, 5}}};
  EXPECT_EQ(value_of(declared, "jacobian(jacobian(x[1] * x[1] * x[2], x), x)", {}, given),
            (Numbers{{2, 2}, {10, 6, 6, 0}}));
}

TEST(EvaluateGradientRules, NestAtMostFourTimes) {
  const std::string four =
      "jacobian(jacobian(jacobian(jacobian(x[1] * x[1] * x[1] * x[1], x), x), x), x)";
  EXPECT_EQ(value_of("tensor x[1]", four), (Numbers{{1, 1, 1, 1}, {24}}));
  EXPECT_THROW((void)value_of("tensor x[1]", "jacobian(" + four + ", x)"), TooLarge);
}

}  // namespace
}  // namespace convproof::derivations::evaluate
