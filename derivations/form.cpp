#include "derivations/form.h"

namespace convproof::derivations {
namespace {

/// The stem of a name that fresh() may have numbered.
std::string stem_of(const std::string& name) {
  return name.substr(0, name.find('_'));
}

}  // namespace

void append(std::vector<Constraint>& to, const std::vector<Constraint>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void Term::substitute(Variable v, const Polynomial& value) {
  coefficient = coefficient.substitute(v, value);
  for (Access& access : accesses) {
    for (Polynomial& position : access.position) position = position.substitute(v, value);
  }
  for (Constraint& c : where) {
    if (c.p.degree_in(v) > 0) c.p = c.p.substitute(v, value);
  }
}

std::vector<Constraint> inside(const Polynomial& position, const Polynomial& size) {
  return {not_negative(position), not_negative(size - position - 1)};
}

std::vector<Constraint> inside(const Form& form) {
  std::vector<Constraint> result;
  for (std::size_t axis = 0; axis < form.rank(); ++axis) {
    append(result, inside(form.outs[axis], form.sizes[axis]));
  }
  return result;
}

Term renamed(const Term& term, Variables& variables) {
  Term result = term;
  for (Variable& inner : result.inner) {
    const Variable copy = variables.fresh(stem_of(variables.name(inner)), VariableKind::kIndex);
    result.substitute(inner, copy);
    inner = copy;
  }
  return result;
}

Form renamed(const Form& form, Variables& variables) {
  Form result{form.sizes, form.origin, {}, {}, form.zero};
  for (const Variable out : form.outs) {
    result.outs.push_back(variables.fresh(stem_of(variables.name(out)), VariableKind::kIndex));
  }
  for (const Term& term : form.terms) {
    Term& copy = result.terms.emplace_back(renamed(term, variables));
    for (std::size_t axis = 0; axis < form.rank(); ++axis) {
      copy.substitute(form.outs[axis], result.outs[axis]);
    }
  }
  return result;
}

std::vector<Term> products(const std::vector<Term>& a, const std::vector<Term>& b) {
  std::vector<Term> result;
  for (const Term& x : a) {
    for (const Term& y : b) {
      Term& product = result.emplace_back(x);
      product.coefficient = x.coefficient * y.coefficient;
      product.accesses.insert(product.accesses.end(), y.accesses.begin(), y.accesses.end());
      product.inner.insert(product.inner.end(), y.inner.begin(), y.inner.end());
      append(product.where, y.where);
    }
  }
  return result;
}

}  // namespace convproof::derivations
