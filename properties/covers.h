// Which items of the lecture notes a test covers.
#pragma once

#include <initializer_list>
#include <string_view>

namespace convproof {

/// The running test covers these items of the notes (ids of conformance/notes/index.tsv). When it
/// has passed, it leaves a file that says so; the test of the map (NotesMap) reads them.
void covers(std::initializer_list<std::string_view> ids);

}  // namespace convproof
