// What was decided, as a page for readers: one file, in English and in Chinese, which needs neither
// a network nor scripts.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "derivations/report/report.h"

namespace convproof::derivations::report {

/// Where an item of the notes stands.
struct Citation {
  std::string note;     // "000".
  std::string section;  // As the note heads it.
  std::string lines;    // Empty if unknown.
};
using Citations = std::function<std::optional<Citation>(const std::string& item)>;

/// A summary of what does not hold, by the part of the files' names before the first '_'; then each
/// text with its claims as formulas, and of each link the verdict, for which sizes it holds, the
/// counterexamples worked out, all readings, the repairs and the proof.
std::string to_html(const Report& report, const Citations& citation = {});

}  // namespace convproof::derivations::report
