// The formulas of the lecture notes as they are printed, or reconstructed where the name ends in -R,
// and the claims that they are read as.
#pragma once

#include <string>
#include <vector>

namespace convproof::derivations::latex {

struct NoteFormula {
  std::string item;  // Of the index of the notes.
  std::string declarations;
  std::string formula;
  std::string claims;  // What the formula adds to the declarations, behind the end of a line.
};

const std::vector<NoteFormula>& formulas_of_notes();

}  // namespace convproof::derivations::latex
