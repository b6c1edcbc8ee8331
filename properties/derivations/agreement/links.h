// Tables of links as tensors of 0 and 1.
#pragma once

#include <string>
#include <vector>

#include "core/link_table.h"
#include "properties/derivations/agreement/agreement.h"

namespace convproof::derivations {

/// Entries 0 and 1 for that tensor.
inline EntryFor zero_or_one(const std::string& name) {
  return [name](const evaluate::Sizes&, const std::string& tensor, const evaluate::PerAxis&,
                std::uint64_t random) -> std::optional<Rational> {
    if (tensor != name) return std::nullopt;
    return Rational(static_cast<Index>(random & 1U));
  };
}

/// A link for each 1 of a tensor of two axes.
inline LinkTable link_table(const Tensor<Rational>& links) {
  const Index columns = links.shape()[1];
  std::vector<std::string> rows;
  for (Index row = 0; row < links.shape()[0]; ++row) {
    std::string& text = rows.emplace_back();
    for (Index i = 0; i < columns; ++i) text += links[row * columns + i] == 0 ? '.' : '1';
  }
  return LinkTable(rows);
}

}  // namespace convproof::derivations
