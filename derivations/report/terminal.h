// What was decided, for a terminal: a line for each link, at most 100 columns wide.
#pragma once

#include <string>

#include "derivations/report/report.h"

namespace convproof::derivations::report {

/// Verdict of each link as the text has it (of readings: the first alternatives), for which sizes
/// it holds, the smallest counterexample, the readings that save it, what would have been right,
/// and what the text expected instead.
std::string terminal(const FileReport& file, bool colour);

/// The counts of all files, and whether all is as expected.
std::string terminal_summary(const Report& report, bool colour);

}  // namespace convproof::derivations::report
