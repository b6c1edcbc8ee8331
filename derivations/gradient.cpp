#include "derivations/gradient.h"

#include <algorithm>
#include <utility>

namespace convproof::derivations {
namespace {

/// An array like the slice, with nothing in it.
Form like(const By& by, World& world) {
  Form result{by.sizes, std::vector<Polynomial>(by.sizes.size(), Polynomial(1)), {}, {}};
  for (std::size_t axis = 0; axis < by.sizes.size(); ++axis) {
    result.outs.push_back(world.variables.fresh("t", VariableKind::kIndex));
  }
  return result;
}

/// The terms of y's derivative by the element at `outs` of the slice.
std::vector<Term> derivatives(const Form& y, const By& by, const std::vector<Variable>& outs,
                              World& world) {
  std::vector<Term> result;
  for (const Term& term : y.terms) {
    for (std::size_t i = 0; i < term.accesses.size(); ++i) {
      if (term.accesses[i].leaf != by.leaf) continue;
      Term& derivative = result.emplace_back(term);
      const std::vector<Polynomial> position = term.accesses[i].position;
      derivative.accesses.erase(derivative.accesses.begin() + static_cast<std::ptrdiff_t>(i));
      for (std::size_t axis = 0; axis < position.size(); ++axis) {
        const std::size_t lead = by.leading.size();
        const Polynomial at = axis < lead ? by.leading[axis] : Polynomial(outs[axis - lead]);
        derivative.where.push_back(equal(position[axis], at));
      }
      derivative = renamed(derivative, world.variables);
    }
  }
  return result;
}

/// More than any form may have; the product of two is a number.
constexpr std::size_t kManyTerms = std::size_t{1} << 24U;

std::size_t occurrences(const Term& term, std::size_t leaf) {
  return static_cast<std::size_t>(
      std::count_if(term.accesses.begin(), term.accesses.end(),
                    [leaf](const Access& access) { return access.leaf == leaf; }));
}

}  // namespace

Form gradient(const Form& y, const By& by, const Form& seed, World& world) {
  const Form of = renamed(y, world.variables);
  Form weights = renamed(seed, world.variables);
  for (Term& term : weights.terms) {
    for (std::size_t axis = 0; axis < of.rank(); ++axis) {
      term.substitute(weights.outs[axis], of.outs[axis]);
    }
  }
  Form result = like(by, world);
  result.terms = products(derivatives(of, by, result.outs, world), weights.terms);
  const std::vector<Constraint> box = inside(of);
  for (Term& term : result.terms) {
    append(term.where, box);
    term.inner.insert(term.inner.end(), of.outs.begin(), of.outs.end());
    term = renamed(term, world.variables);
  }
  return result;
}

Form jacobian(const Form& y, const By& by, World& world) {
  const Form of = renamed(y, world.variables);
  const Form t = like(by, world);
  Form result = of;
  result.origin.assign(of.rank() + t.rank(), Polynomial(1));
  result.sizes.insert(result.sizes.end(), t.sizes.begin(), t.sizes.end());
  result.outs.insert(result.outs.end(), t.outs.begin(), t.outs.end());
  result.terms = derivatives(of, by, t.outs, world);
  result.zero = false;
  return result;
}

std::size_t count_of_gradient(const Form& y, std::size_t leaf, const Form& seed) {
  std::size_t derivatives = 0;
  for (const Term& term : y.terms) derivatives += occurrences(term, leaf);
  return derivatives * seed.terms.size();
}

std::size_t count_of_expanded(const Form& form, std::size_t leaf, const Form& meaning) {
  std::size_t result = 0;
  for (const Term& term : form.terms) {
    std::size_t products = 1;
    for (std::size_t i = occurrences(term, leaf); i > 0; --i) {
      products = std::min(products * meaning.terms.size(), kManyTerms);
    }
    result += products;
  }
  return result;
}

Form expanded(const Form& form, std::size_t leaf, const Form& meaning, World& world) {
  Form result = form;
  result.terms.clear();
  std::vector<Term> open = form.terms;
  while (!open.empty()) {
    Term term = std::move(open.back());
    open.pop_back();
    const auto found = std::find_if(term.accesses.begin(), term.accesses.end(),
                                    [leaf](const Access& access) { return access.leaf == leaf; });
    if (found == term.accesses.end()) {
      result.terms.push_back(std::move(term));
      continue;
    }
    const std::vector<Polynomial> position = found->position;
    term.accesses.erase(found);
    Form read = renamed(meaning, world.variables);
    for (Term& part : read.terms) {
      for (std::size_t axis = 0; axis < read.rank(); ++axis) {
        part.substitute(read.outs[axis], position[axis]);
      }
    }
    for (Term& product : products({term}, read.terms)) {
      open.push_back(renamed(product, world.variables));
    }
  }
  return result;
}

}  // namespace convproof::derivations
