// The claims of the lecture notes, which are part of the program.
#pragma once

#include <string_view>
#include <vector>

namespace convproof::derivations {

struct ClaimText {
  std::string_view name;  // Of the file: note000_3.1.1.claim.
  std::string_view text;
};

/// All files of this folder, by name.
const std::vector<ClaimText>& notes_claims();

}  // namespace convproof::derivations
