// Our own paths as subjects: the same contract as a shared library's, without the library.
#pragma once

#include <string>
#include <vector>

#include "conformance/doors/host.h"

namespace convproof::conformance {

/// The names that `--builtin` takes.
std::vector<std::string> builtin_names();

/// Throws: SubjectError if there is no such path.
PluginFunctions builtin_subject(const std::string& name);

}  // namespace convproof::conformance
