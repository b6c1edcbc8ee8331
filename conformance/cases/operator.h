// What the judge has to know about an operator: its tensors, its truth, its corpus. One page each.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/cases/case.h"
#include "conformance/cases/data.h"
#include "conformance/judge/error_account.h"

namespace convproof::conformance {

enum class Tier { kSmoke, kStandard, kFull };
const char* name(Tier tier);
/// Throws: ParseError.
Tier parse_tier(const std::string& text);

/// A convention that others use: what the output would be if they did.
struct Dialect {
  std::string name;  // A few words, for tables.
  std::string sentence;
  Tensor<ErrorAccount> expected;
};

/// The judge's page of one operator. Stateless.
class Operator {
 public:
  virtual ~Operator() = default;

  virtual const char* name() const = 0;
  virtual std::vector<std::string> passes() const = 0;
  /// Attribute names and meanings are ONNX's; always all present.
  virtual nlohmann::json attributes(const Case& c) const = 0;
  /// The tensors that a subject gets and gives, in the order of the contract.
  /// Throws: ShapeError if the shape rule rejects the case.
  virtual std::vector<TensorSpec> inputs(const Case& c) const = 0;
  virtual TensorSpec output(const Case& c) const = 0;
  /// For cases that the shape rule rejects: some output to announce all the same.
  virtual std::vector<TensorSpec> inputs_unchecked(const Case& c) const = 0;
  virtual TensorSpec output_unchecked(const Case& c) const = 0;

  /// Products of one output element in the interior, and how many tensors they multiply: the first
  /// ones among the inputs.
  virtual Index products(const Case& c) const = 0;
  virtual int operands(const Case& c) const = 0;
  /// Multiply-adds of the whole case (an upper bound; saturates at 2^62).
  virtual Index work(const Case& c) const = 0;

  /// The exact value and the error account of every output element, from the reference.
  virtual Tensor<ErrorAccount> expected(const Case& c,
                                        const std::vector<TensorBytes>& inputs) const = 0;
  /// The known conventions that would give another output for this case.
  virtual std::vector<Dialect> dialects(const Case& c,
                                        const std::vector<TensorBytes>& inputs) const = 0;

  /// Cases that are simpler in one respect, most promising first; all of them valid.
  virtual std::vector<Case> simpler(const Case& c) const = 0;
  /// The cases of a tier. Every tier contains the ones before it.
  virtual std::vector<Case> corpus(Tier tier, std::uint64_t seed) const = 0;
};

/// Throws: ParseError if no operator has this name (cannot happen for a parsed case).
const Operator& operator_page(const std::string& name);
/// One page for every line of core/operators.def, in its order.
std::vector<const Operator*> all_operators();

}  // namespace convproof::conformance
