#include "conformance/notes/items.h"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "core/errors.h"

namespace convproof::conformance {

// The three tables, which the build makes of the files beside this one.
extern const std::string_view kNotesIndex;
extern const std::string_view kNotesCoverage;
extern const std::string_view kNotesNotComputable;

namespace {

using Row = std::vector<std::string>;

/// The fields of all lines but the first, which names them.
std::vector<Row> rows_of(std::string_view table, const char* name, std::size_t fields) {
  std::vector<Row> rows;
  std::istringstream lines{std::string(table)};
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    Row row(1);
    for (const char c : line) {
      if (c == '\t') {
        row.emplace_back();
      } else {
        row.back() += c;
      }
    }
    if (row.size() != fields) {
      throw ParseError(name, text(fields, " fields in a line"), text("'", line, "'"));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

NoteItem& find(std::vector<NoteItem>& items, const std::string& id, const char* table) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const NoteItem& item) { return item.id == id; });
  if (found == items.end()) throw ParseError(table, "ids of index.tsv", text("'", id, "'"));
  return *found;
}

std::vector<NoteItem> read_items() {
  std::vector<NoteItem> items;
  for (Row& row : rows_of(kNotesIndex, "index.tsv", 5)) {
    items.push_back({row[0], row[1], row[2], row[3], row[4], {}, {}});
  }
  for (Row& row : rows_of(kNotesCoverage, "coverage.tsv", 2)) {
    find(items, row[0], "coverage.tsv").covers.push_back(row[1]);
  }
  for (Row& row : rows_of(kNotesNotComputable, "not_computable.tsv", 2)) {
    find(items, row[0], "not_computable.tsv").reason = row[1];
  }
  return items;
}

}  // namespace

const std::vector<NoteItem>& note_items() {
  static const std::vector<NoteItem> items = read_items();
  return items;
}

const NoteItem& note_item(const std::string& id) {
  for (const NoteItem& item : note_items()) {
    if (item.id == id) return item;
  }
  throw ParseError("item", "an id that convproof notes --coverage lists", text("'", id, "'"));
}

}  // namespace convproof::conformance
