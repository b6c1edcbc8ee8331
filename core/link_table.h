// Which input maps an output map sees.
#pragma once

#include <string>
#include <vector>

#include "core/shape.h"

namespace convproof {

/// T of note 004 §5.4.1.1 (F-LINK-TABLE): links[p][d] if output map p depends on input map d.
/// Without rows: every output map sees every input map.
class LinkTable {
 public:
  LinkTable() = default;
  /// One row per output map, in the notes' way: 'X' or '1' where there is a link, anything else
  /// where there is none.
  /// Throws: ShapeError if the rows are not all as long.
  explicit LinkTable(const std::vector<std::string>& rows);

  bool is_full() const { return links_.empty(); }
  Index outputs() const { return static_cast<Index>(links_.size()); }
  Index inputs() const { return links_.empty() ? 0 : static_cast<Index>(links_.front().size()); }
  bool linked(Index output, Index input) const {
    return links_.empty() ||
           links_[static_cast<std::size_t>(output)][static_cast<std::size_t>(input)];
  }
  /// K of N-LINK-PARAMS: how many links there are among `outputs` x `inputs` maps.
  Index count(Index outputs, Index inputs) const;

  friend bool operator==(const LinkTable&, const LinkTable&) = default;

 private:
  std::vector<std::vector<bool>> links_;
};

}  // namespace convproof
