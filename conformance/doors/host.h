// The child process that stands between the judge and code it loads: a shared library, or one of
// our own paths. To the judge it looks like any subject behind the subprocess door.
#pragma once

#include <string>

#include "conformance/adapters/convproof_plugin.h"

namespace convproof::conformance {

/// The two functions of the shared-library contract.
struct PluginFunctions {
  const char* (*hello)() = nullptr;
  int (*run)(const convproof_call* call, char* message, std::size_t message_size) = nullptr;
};

/// Loads a shared library.
/// Throws: SubjectError that names what the library lacks.
PluginFunctions load_plugin(const std::string& path);

/// The host's own ends of the pipes, out of reach of code that uses, or closes, 0, 1 and 2.
struct HostPipes {
  int requests = -1;
  int replies = -1;
  int sentences = -1;  // What the fault handler says: standard error.
};

/// Takes the standard streams away from whatever is loaded next: its standard input is empty, and
/// its standard output goes to standard error. Also installs the fault handler.
HostPipes claim_standard_streams();

/// Answers hello, run and stop until the requests end.
///
/// Every case is called with inputs on read-only pages and outputs at exactly their size:
///   1. one thread, data flush with the guard in front, outputs poisoned with NaN;
///   2. the same with another poison: the result must be the same to the bit (else an element was
///      never written, or something was read that is not an input);
///   3. `threads` threads, data flush with the guard behind: another legitimate result, sent along
///      if its bits differ.
/// Returns the exit code of the process.
int run_host(const PluginFunctions& subject, int threads, const HostPipes& pipes);

}  // namespace convproof::conformance
