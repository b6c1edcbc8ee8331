// The options that name the implementations under test, shared by the verbs that run them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "conformance/doors/subject.h"

namespace convproof::program {

/// `--builtin`, `--plugin`, `--exec`, in the order they were given, and how they are run.
struct SubjectFlags {
  std::vector<conformance::SubjectAddress> addresses;
  int threads = 2;
  int timeout_ms = 10000;
  int memory_limit_mib = 4096;

  void add_to(CLI::App& verb);
  conformance::SubjectOptions options() const;
};

}  // namespace convproof::program
