#include "derivations/form_operators.h"

#include <algorithm>
#include <utility>

namespace convproof::derivations {
namespace {

/// The form read at `position`, which is made of new outs and of `inner`, under `where`; nothing
/// but zeros is read outside of it.
Form read_at(const Form& form, const std::vector<Polynomial>& position,
             std::vector<Polynomial> sizes, std::vector<Variable> outs,
             const std::vector<Variable>& inner, const std::vector<Constraint>& where,
             World& world) {
  Form from = renamed(form, world.variables);
  Form result{std::move(sizes), std::vector<Polynomial>(outs.size(), Polynomial(1)),
              std::move(outs), std::move(from.terms)};
  std::vector<Constraint> box = where;
  for (std::size_t axis = 0; axis < from.rank(); ++axis) {
    append(box, inside(position[axis], from.sizes[axis]));
  }
  for (Term& term : result.terms) {
    for (std::size_t axis = 0; axis < from.rank(); ++axis) {
      term.substitute(from.outs[axis], position[axis]);
    }
    append(term.where, box);
    term.inner.insert(term.inner.end(), inner.begin(), inner.end());
  }
  // Each term has inner variables of its own.
  if (!inner.empty()) {
    for (Term& term : result.terms) term = renamed(term, world.variables);
  }
  return result;
}

std::vector<Variable> new_variables(std::size_t count, const char* stem, World& world) {
  std::vector<Variable> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(world.variables.fresh(stem, VariableKind::kIndex));
  }
  return result;
}

}  // namespace

Form flipped(Form form, std::size_t axis) {
  const Variable out = form.outs[axis];
  for (Term& term : form.terms) term.substitute(out, form.sizes[axis] - 1 - Polynomial(out));
  return form;
}

Form rotated(Form form) {
  for (std::size_t axis = 0; axis < form.rank(); ++axis) form = flipped(std::move(form), axis);
  return form;
}

Form transposed(const Form& form) {
  Form result = form;
  std::reverse(result.sizes.begin(), result.sizes.end());
  std::reverse(result.outs.begin(), result.outs.end());
  return result;
}

Form padded(const Form& form, const std::vector<Polynomial>& before,
            const std::vector<Polynomial>& after, World& world) {
  std::vector<Variable> outs = new_variables(form.rank(), "o", world);
  std::vector<Polynomial> sizes;
  std::vector<Polynomial> position;
  for (std::size_t axis = 0; axis < form.rank(); ++axis) {
    sizes.push_back(form.sizes[axis] + before[axis] + after[axis]);
    position.push_back(Polynomial(outs[axis]) - before[axis]);
  }
  return read_at(form, position, std::move(sizes), std::move(outs), {}, {}, world);
}

Form cropped(const Form& form, const std::vector<Polynomial>& off) {
  Form result = form;
  for (std::size_t axis = 0; axis < form.rank(); ++axis) {
    const Variable out = form.outs[axis];
    result.sizes[axis] = form.sizes[axis] - off[axis] - off[axis];
    for (Term& term : result.terms) term.substitute(out, Polynomial(out) + off[axis]);
  }
  return result;
}

Form zero_inserted(const Form& form, const std::vector<Polynomial>& step, World& world) {
  std::vector<Variable> outs = new_variables(form.rank(), "o", world);
  const std::vector<Variable> from = new_variables(form.rank(), "e", world);
  std::vector<Polynomial> sizes;
  std::vector<Polynomial> position;
  std::vector<Constraint> where;
  for (std::size_t axis = 0; axis < form.rank(); ++axis) {
    sizes.push_back((form.sizes[axis] - 1) * step[axis] + 1);
    position.emplace_back(from[axis]);
    where.push_back(equal(outs[axis], step[axis] * Polynomial(from[axis])));
  }
  return read_at(form, position, std::move(sizes), std::move(outs), from, where, world);
}

Form repeated(const Form& form, const std::vector<Polynomial>& block, World& world) {
  std::vector<Variable> outs = new_variables(form.rank(), "o", world);
  const std::vector<Variable> from = new_variables(form.rank(), "e", world);
  std::vector<Polynomial> sizes;
  std::vector<Polynomial> position;
  std::vector<Constraint> where;
  for (std::size_t axis = 0; axis < form.rank(); ++axis) {
    sizes.push_back(form.sizes[axis] * block[axis]);
    position.emplace_back(from[axis]);
    append(where,
           inside(Polynomial(outs[axis]) - block[axis] * Polynomial(from[axis]), block[axis]));
  }
  return read_at(form, position, std::move(sizes), std::move(outs), from, where, world);
}

Form block_sums(const Form& form, const std::vector<Polynomial>& block, World& world) {
  std::vector<Variable> outs = new_variables(form.rank(), "o", world);
  const std::vector<Variable> in_block = new_variables(form.rank(), "r", world);
  std::vector<Polynomial> sizes;
  std::vector<Polynomial> position;
  std::vector<Constraint> where;
  for (std::size_t axis = 0; axis < form.rank(); ++axis) {
    sizes.push_back(world.floor(form.sizes[axis], block[axis]));
    position.push_back(block[axis] * Polynomial(outs[axis]) + Polynomial(in_block[axis]));
    append(where, inside(in_block[axis], block[axis]));
  }
  return read_at(form, position, std::move(sizes), std::move(outs), in_block, where, world);
}

Form subsampled(const Form& form, const std::vector<Polynomial>& step, World& world) {
  std::vector<Variable> outs = new_variables(form.rank(), "o", world);
  std::vector<Polynomial> sizes;
  std::vector<Polynomial> position;
  for (std::size_t axis = 0; axis < form.rank(); ++axis) {
    sizes.push_back(world.floor(form.sizes[axis] - 1, step[axis]) + 1);
    position.push_back(step[axis] * Polynomial(outs[axis]));
  }
  return read_at(form, position, std::move(sizes), std::move(outs), {}, {}, world);
}

Form total(const Form& form) {
  Form result{{}, {}, {}, form.terms};
  const std::vector<Constraint> box = inside(form);
  for (Term& term : result.terms) {
    append(term.where, box);
    term.inner.insert(term.inner.end(), form.outs.begin(), form.outs.end());
  }
  return result;
}

Polynomial extent(const Polynomial& kernel, const Movement& movement) {
  return (kernel - 1) * movement.dilation + 1;
}

Form correlated(const Form& kernel, const Form& signal, const std::vector<Movement>& movement,
                bool convolution, World& world) {
  const Form weights = renamed(kernel, world.variables);
  std::vector<Variable> outs = new_variables(signal.rank(), "o", world);
  std::vector<Polynomial> sizes;
  std::vector<Polynomial> position;
  for (std::size_t axis = 0; axis < signal.rank(); ++axis) {
    const Movement& m = movement[axis];
    const Polynomial size = signal.sizes[axis] + m.before + m.after;
    const Polynomial slack = size - extent(kernel.sizes[axis], m);
    sizes.push_back(world.floor(slack, m.stride) + 1);
    const Polynomial k = weights.outs[axis];
    const Polynomial tap = convolution ? kernel.sizes[axis] - 1 - k : k;
    position.push_back(Polynomial(outs[axis]) * m.stride + tap * m.dilation - m.before);
  }
  Form read =
      read_at(signal, position, std::move(sizes), std::move(outs), {}, inside(weights), world);
  read.terms = products(weights.terms, read.terms);
  for (Term& term : read.terms) {
    term.inner.insert(term.inner.end(), weights.outs.begin(), weights.outs.end());
    term = renamed(term, world.variables);
  }
  return read;
}

}  // namespace convproof::derivations
