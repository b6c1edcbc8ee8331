// What was decided, for programs: JSON as derive.schema.json beside this file describes it.
#pragma once

#include <nlohmann/json.hpp>

#include "derivations/report/report.h"

namespace convproof::derivations::report {

nlohmann::json to_json(const Report& report);

}  // namespace convproof::derivations::report
