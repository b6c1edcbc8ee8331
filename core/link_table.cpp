#include "core/link_table.h"

namespace convproof {

LinkTable::LinkTable(const std::vector<std::string>& rows) {
  for (const std::string& row : rows) {
    if (row.size() != rows.front().size()) {
      throw ShapeError("link table", "rows", text(rows.front().size(), " input maps in each"),
                       text(row.size()));
    }
    std::vector<bool> links;
    for (const char c : row) links.push_back(c == 'X' || c == '1');
    links_.push_back(std::move(links));
  }
}

Index LinkTable::count(Index outputs, Index inputs) const {
  Index count = 0;
  for (Index p = 0; p < outputs; ++p) {
    for (Index d = 0; d < inputs; ++d) count += linked(p, d) ? 1 : 0;
  }
  return count;
}

}  // namespace convproof
