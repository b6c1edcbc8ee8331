// What was decided, for the continuous integration of a text: JUnit XML.
#pragma once

#include <string>

#include "derivations/report/report.h"

namespace convproof::derivations::report {

/// A suite for each file, a test case for each link; one fails where the verdict is not what the
/// text expects.
std::string to_junit(const Report& report);

}  // namespace convproof::derivations::report
