#include "properties/derivations/agreement/agreement.h"

#include <stdexcept>
#include <utility>
#include <variant>

#include "derivations/evaluate/entries.h"

namespace convproof::derivations {
namespace {

using evaluate::Array;
using evaluate::Jet;
using evaluate::PerAxis;
using evaluate::Value;
using language::NameKind;

/// -9 to 9, by 1 to 4.
Rational small_fraction(std::uint64_t bits) {
  const auto above = static_cast<Index>(bits % 19) - 9;
  const auto below = static_cast<Index>((bits >> 32U) % 4) + 1;
  return Rational(above) / Rational(below);
}

evaluate::EntryOf<Rational> entries(const evaluate::Sizes& sizes, const EntryFor& entry_for,
                                    std::uint64_t seed) {
  return [sizes, entry_for, seed](const std::string& tensor, const PerAxis& at) {
    const std::uint64_t bits = evaluate::bits_of(seed, tensor, at);
    const auto entry = entry_for ? entry_for(sizes, tensor, at, bits) : std::nullopt;
    return entry ? *entry : small_fraction(bits);
  };
}

/// What a statement declares of that name; nothing if another one does.
std::optional<NameKind> declared(const language::Statement& statement, const std::string& name) {
  if (const auto* tensor = std::get_if<language::TensorStatement>(&statement.node)) {
    if (tensor->name == name) return NameKind::kTensor;
  } else if (const auto* seed = std::get_if<language::Seed>(&statement.node)) {
    if (seed->name == name) return NameKind::kSeed;
  } else if (const auto* let = std::get_if<language::Let>(&statement.node)) {
    if (let->name == name) return NameKind::kLet;
  } else if (const auto* scalars = std::get_if<language::ScalarStatement>(&statement.node)) {
    for (const std::string& one : scalars->names) {
      if (one == name) return NameKind::kScalar;
    }
  }
  return std::nullopt;
}

language::Expr expression(const language::File& file, const std::string& name) {
  for (const language::Statement& statement : file.statements) {
    if (const auto kind = declared(statement, name)) return {language::Name{name, *kind}};
  }
  throw std::invalid_argument("expected a name of the text, found " + name);
}

void append(std::vector<Rational>& elements, const Value<Rational>& value) {
  for (std::size_t i = 0; i < value.count(); ++i) elements.push_back(value.element(i).value());
}

}  // namespace

Point::Point(const language::File& file, const evaluate::Sizes& sizes, const EntryFor& entry_for,
             std::uint64_t seed, std::uint64_t work)
    : file_(file), sizes_(sizes), evaluator_(file, sizes, entries(sizes, entry_for, seed), work) {}

Tensor<Rational> Point::tensor(const std::string& name) {
  if (!names_.contains(name)) names_.emplace(name, expression(file_, name));
  const Value<Rational> value = evaluator_.evaluate(names_.at(name));
  std::vector<Rational> elements;
  append(elements, value);
  return {Shape(value.sizes()), std::move(elements)};
}

Tensor<Rational> Point::tensor(const std::string& name, const Shape& shape) {
  return reshaped(tensor(name), shape);
}

Rational Point::number(const std::string& name) {
  return tensor(name, Shape{})[0];
}

Tensor<Rational> Point::member(const language::Claim& claim, const language::Expr& member) {
  const evaluate::Names names(file_, sizes_);
  PerAxis extents;
  for (const language::Range& range : claim.ranges) {
    extents.push_back(whole_at(range.upper, names) - whole_at(range.lower, names) + 1);
  }
  PerAxis inner;
  std::vector<Rational> elements;
  evaluator_.for_each_index(claim.ranges, [&] {
    const Value<Rational> value = evaluator_.evaluate(member);
    inner = value.sizes();
    append(elements, value);
  });
  extents.insert(extents.end(), inner.begin(), inner.end());
  return {Shape(extents), std::move(elements)};
}

WindowAxes Point::axes(const std::vector<AxisNames>& names) const {
  const auto or_else = [&](const std::string& name, Index value) {
    return name.empty() ? value : size(name);
  };
  WindowAxes axes;
  for (const AxisNames& axis : names) {
    axes.push_back({.stride = or_else(axis.stride, 1),
                    .before = or_else(axis.before, 0),
                    .after = or_else(axis.after, 0),
                    .dilation = or_else(axis.dilation, 1)});
  }
  return axes;
}

Tensor<Rational> reshaped(const Tensor<Rational>& tensor, const Shape& shape) {
  return {shape, {tensor.data(), tensor.data() + tensor.size()}};
}

Tensor<Rational> scalar(const Rational& value) {
  return {Shape{}, {value}};
}

}  // namespace convproof::derivations
