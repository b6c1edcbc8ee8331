// The claim files about the operators of the reference, and the code that they are about.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/scalar/rational.h"
#include "core/tensor.h"
#include "core/window.h"
#include "derivations/evaluate/evaluator.h"
#include "derivations/evaluate/sizes.h"
#include "derivations/language/ast.h"

namespace convproof::derivations {

/// Entries that an operator does not take as they come, 0 or 1 in a table of links for instance;
/// all others are small fractions. `random` are the bits for this entry.
using EntryFor =
    std::function<std::optional<Rational>(const evaluate::Sizes& sizes, const std::string& tensor,
                                          const evaluate::PerAxis& at, std::uint64_t random)>;

/// A text at some sizes, with entries for all of its tensors.
class Point {
 public:
  /// `file` outlives the point. Throws as the evaluator, also below.
  Point(const language::File& file, const evaluate::Sizes& sizes, const EntryFor& entry_for,
        std::uint64_t seed, std::uint64_t work);

  const evaluate::Sizes& sizes() const { return sizes_; }
  Index size(const std::string& name) const { return sizes_.at(name); }

  /// A tensor, seed, scalar (no axes) or `let` of the text.
  Tensor<Rational> tensor(const std::string& name);
  /// The same elements in another shape.
  Tensor<Rational> tensor(const std::string& name, const Shape& shape);
  Rational number(const std::string& name);

  /// A member of a claim, both of which outlive the point; the ranges of the claim are the leading
  /// axes.
  Tensor<Rational> member(const language::Claim& claim, const language::Expr& member);

  /// One axis of a window, or two: the names of stride, dilation and of the padding on either side;
  /// an empty name is the default.
  struct AxisNames {
    std::string stride;
    std::string dilation;
    std::string before;
    std::string after;
  };
  WindowAxes axes(const std::vector<AxisNames>& names) const;

 private:
  const language::File& file_;
  evaluate::Sizes sizes_;
  evaluate::Evaluator<Rational> evaluator_;
  std::map<std::string, language::Expr> names_;  // Expressions outlive what evaluates them.
};

/// What the code computes, by the name of the claim whose members it is compared with.
using Computed = std::map<std::string, Tensor<Rational>>;

/// The code of an operator at a point of its claim file.
struct Code {
  std::function<Computed(Point& point)> run;
  EntryFor entry_for{};
};

/// By operator, in families that are compiled by themselves.
using Codes = std::map<std::string, Code>;
Codes codes_of_forms();
Codes codes_of_layers();
Codes codes_of_modules();
Codes codes_of_matrices();
Codes codes_of_pooling();
Codes codes_of_rearrangements();
Codes codes_of_training();

/// The same elements in another shape.
Tensor<Rational> reshaped(const Tensor<Rational>& tensor, const Shape& shape);

/// A tensor of one element without axes.
Tensor<Rational> scalar(const Rational& value);

}  // namespace convproof::derivations
