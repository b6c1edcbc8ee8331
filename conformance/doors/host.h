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

/// Answers hello, run and stop on standard input and output until the input ends.
///
/// Every case is called with inputs on read-only pages and outputs at exactly their size:
///   1. one thread, data flush with the guard in front, outputs poisoned with NaN;
///   2. the same with another poison: the result must be the same to the bit (else an element was
///      never written, or something was read that is not an input);
///   3. `threads` threads, data flush with the guard behind: another legitimate result, sent along
///      if its bits differ.
/// Standard output of the loaded code goes to standard error.
/// Returns the exit code of the process.
int run_host(const PluginFunctions& subject, int threads, int reply_descriptor);

/// Takes standard output away from whatever is loaded next: returns a descriptor for the replies,
/// and lets descriptor 1 write to standard error.
int claim_standard_output();

}  // namespace convproof::conformance
