// Evaluates expressions of the claim language by plain loops, at given sizes and with given
// entries of the tensors. Shares nothing with the proof engine but the syntax tree.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/scalar/rational.h"
#include "derivations/evaluate/array.h"
#include "derivations/evaluate/ball.h"
#include "derivations/evaluate/entry_polynomial.h"
#include "derivations/evaluate/jet.h"
#include "derivations/evaluate/number.h"
#include "derivations/evaluate/residue.h"
#include "derivations/evaluate/work.h"
#include "derivations/language/ast.h"

namespace convproof::derivations::evaluate {

/// A number or an array with axes.
template <typename S>
struct Value {
  Jet<S> number;
  std::shared_ptr<const Array<Jet<S>>> array;  // Null for a number.

  bool is_number() const { return array == nullptr; }
  PerAxis sizes() const { return array == nullptr ? PerAxis() : array->sizes; }
  std::size_t count() const { return array == nullptr ? 1 : array->elements.size(); }
  const Jet<S>& element(std::size_t i) const {
    return array == nullptr ? number : array->elements[i];
  }
};

/// The value of an entry of a tensor, a scalar or a seed; subscripts as the text counts.
template <typename S>
using EntryOf = std::function<S(const std::string& tensor, const PerAxis& subscripts)>;

/// Gradients are found by forward differentiation: the elements to differentiate by are varied by
/// infinitesimals, and what they are differentiated in is evaluated once more.
template <typename S>
class Evaluator {
 public:
  /// `file` has no readings left (see choose) and outlives the evaluator, as do the expressions
  /// that it is given. `work` bounds the multiplications and elements.
  Evaluator(const language::File& file, const Sizes& sizes, EntryOf<S> entry_of,
            std::uint64_t work);

  /// Visits all indices of the ranges, bound for expressions that are evaluated meanwhile.
  void for_each_index(const std::vector<language::Range>& ranges,
                      const std::function<void()>& visit) {
    evaluate::for_each_index(ranges, names_, work_, visit);
  }
  /// The indices that are bound now.
  const Indices& indices() const { return names_.indices; }
  /// Binds these from now on.
  void bind(const Indices& indices) { names_.indices = indices; }

  /// Throws: IllFormed, CannotBeRead, TooLarge; at points of numeric claims also OutsideDomain and
  ///         NotRational.
  Value<S> evaluate(const language::Expr& expr);

  /// A value of the same sizes whose elements mean nothing; reads outside are no errors.
  ///
  /// Throws: as `evaluate`.
  Value<S> shape_of(const language::Expr& expr) { return shape_only({}, expr); }

 private:
  using Number = Jet<S>;
  using Elements = Array<Number>;

  /// What holds within a gradient, or outside of all.
  struct Frame {
    int level = 0;             // How many gradients are around.
    bool shapes_only = false;  // Reads outside are no errors: of an empty sum, the term's sizes.
    std::unordered_map<std::string, Value<S>> varied;  // What is differentiated by.
    std::unordered_map<std::string, Value<S>> lets;
    std::unordered_map<const language::Expr*, Value<S>> calls;  // Those without free indices.
    std::unique_ptr<Frame> shapes;                              // The same, for shapes only.
  };

  /// Evaluates in another frame while it lives.
  class InFrame {
   public:
    InFrame(Evaluator& evaluator, Frame& frame) : evaluator_(evaluator), before_(evaluator.frame_) {
      evaluator.frame_ = &frame;
    }
    InFrame(const InFrame&) = delete;
    InFrame& operator=(const InFrame&) = delete;
    ~InFrame() { evaluator_.frame_ = before_; }

   private:
    Evaluator& evaluator_;
    Frame* before_;
  };

  /// Evaluates what was written elsewhere: none of the indices here is known there.
  class WithoutIndices {
   public:
    explicit WithoutIndices(Names& names) : names_(names) { outer_.swap(names.indices); }
    WithoutIndices(const WithoutIndices&) = delete;
    WithoutIndices& operator=(const WithoutIndices&) = delete;
    ~WithoutIndices() { names_.indices.swap(outer_); }

   private:
    Names& names_;
    Indices outer_;
  };

  /// One expression deeper while it lives, so that no text overflows the stack.
  class Deeper {
   public:
    explicit Deeper(int& depth);
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    ~Deeper() { --depth_; }

   private:
    int& depth_;
  };

  // Values.
  void spend(std::uint64_t work) { work_.spend(work); }
  static std::uint64_t work_of(const Number& number);
  Number times(const Number& a, const Number& b);
  Value<S> value_of(Elements array) const;
  std::shared_ptr<const Elements> array_of(const Value<S>& value) const;
  Elements zeros(const PerAxis& sizes);
  template <typename F>
  Value<S> elementwise(const language::Expr& expr, const Value<S>& a, const Value<S>& b,
                       const F& combine);
  template <typename F>
  Value<S> each_element(const Value<S>& of, const F& change);

  // Names.
  Value<S> value_of_name(const language::Name& name);
  Value<S> value_of_declared(const std::string& name);
  Value<S> entries(const std::string& name, Elements array);
  Value<S> declared_tensor(const language::TensorStatement& tensor);
  Value<S> declared_seed(const language::Seed& seed);
  Value<S> declared_let(const language::Let& let);
  Value<S> stacked(const language::Let& let);
  PerAxis sizes_of_ranges(const language::Let& let, PerAxis& from);
  void require_rectangle(const language::Let& let, const PerAxis& sizes, const PerAxis& from);

  // Expressions.
  Value<S> sum(const language::Expr& expr, const language::Addition& addition);
  Value<S> product(const language::Expr& expr, const language::Product& product);
  Number divisor(const language::Expr& expr);
  Value<S> access(const language::Expr& expr, const language::Access& access);
  Value<S> sum_over(const language::Expr& expr, const language::Sum& sum);
  Value<S> shape_only(const std::vector<language::Range>& ranges, const language::Expr& of);
  Value<S> shape_from(std::size_t first, const std::vector<language::Range>& ranges,
                      const language::Expr& of);
  Frame& shapes_frame();

  // Calls.
  bool is_closed(const language::Expr& expr);
  Value<S> call(const language::Expr& expr, const language::Call& call);
  Value<S> called(const language::Expr& expr, const language::Call& call);
  std::vector<Index> whole_arguments(const language::Call& call, std::size_t first);
  Value<S> rearrange(language::Operator op, const language::Call& call);
  Value<S> sums_of_blocks(const language::Call& call);
  Value<S> sliding(language::Operator op, const language::Call& call);
  Value<S> ones(const language::Call& call);
  Value<S> total(const Value<S>& of);
  Value<S> softmax(const Value<S>& of, bool logarithm);

  // Gradients.
  struct Varied {
    Value<S> of;    // What is differentiated.
    PerAxis sizes;  // Of what it is differentiated by.
    int level = 0;
  };
  Varied vary(const language::Expr& of, const language::Expr& by);
  /// Varies the elements of a slice; returns its sizes.
  PerAxis vary_slice(const language::Expr& by, const language::Access* slice, Elements& array);
  Value<S> gradient(const language::Expr& expr, const language::Call& call);
  Value<S> jacobian(const language::Call& call);

  const language::File& file_;
  EntryOf<S> entry_of_;
  Work work_;
  Names names_;
  std::unordered_map<std::string, const language::Statement*> declared_;
  std::unordered_map<std::string, Value<S>> leaves_;
  std::unordered_map<const language::Expr*, bool> closed_;
  Frame outermost_;
  Frame* frame_ = &outermost_;
  int depth_ = 0;
};

extern template class Evaluator<Residue>;
extern template class Evaluator<EntryPolynomial>;
extern template class Evaluator<Rational>;
extern template class Evaluator<Ball>;

}  // namespace convproof::derivations::evaluate
