// The lecture notes as a list of items, and what covers each.
#pragma once

#include <string>
#include <vector>

namespace convproof::conformance {

/// One item of the notes: a definition, a claim, an example, a number, an architecture.
struct NoteItem {
  std::string id;  // Ending in -R where the notes show a formula only as a picture or a name.
  std::string kind;
  std::string note;  // 000 to 004.
  std::string section;
  std::string lines;                // As L21-25, or empty.
  std::vector<std::string> covers;  // Tests that name it, as Suite.Test.
  std::string reason;               // Why nothing can be computed; empty if it is covered.
};

/// All items in the order of the notes, from index.tsv, coverage.tsv and not_computable.tsv, which
/// are part of the program. The test of the map keeps coverage.tsv what tests have shown.
/// Throws: ParseError if the files do not fit together.
const std::vector<NoteItem>& note_items();

/// Throws: ParseError if there is no such item.
const NoteItem& note_item(const std::string& id);

}  // namespace convproof::conformance
