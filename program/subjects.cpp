#include "program/subjects.h"

#include "program/verbs.h"

namespace convproof::program {

using conformance::SubjectAddress;

CLI::Validator not_empty() {
  return {[](std::string& text) { return text.empty() ? "expected a name, found ''" : ""; }, "",
          "not empty"};
}

void SubjectFlags::add_to(CLI::App& verb) {
  const auto door = [&](const char* flag, SubjectAddress::Door which, const char* what) {
    verb.add_option_function<std::vector<std::string>>(
            flag,
            [this, which](const std::vector<std::string>& targets) {
              for (const std::string& target : targets) addresses.push_back({which, target});
            },
            what)
        ->expected(1)
        ->take_all()
        ->trigger_on_parse()
        ->group("Subjects");
  };
  door("--builtin", SubjectAddress::Door::kBuiltin, "One of our own paths: fast, im2col, reference");
  door("--plugin", SubjectAddress::Door::kPlugin,
       "A shared library with convproof_hello and convproof_run");
  door("--exec", SubjectAddress::Door::kExec,
       "A command line that speaks the protocol on its standard input and output");
  verb.add_option("--threads", threads, "The most threads a case may use (default 2)")
      ->check(CLI::Range(1, 256));
  verb.add_option("--timeout-ms", timeout_ms, "Milliseconds a case may take (default 10000)")
      ->check(CLI::Range(1, 3600000));
  verb.add_option("--memory-limit", memory_limit_mib,
                  "MiB that the tensors of a case may take (default 4096)")
      ->check(CLI::Range(1, 1 << 20));
}

conformance::SubjectOptions SubjectFlags::options() const {
  conformance::SubjectOptions options;
  options.program = program_path();
  options.threads = threads;
  options.timeout = std::chrono::milliseconds(timeout_ms);
  return options;
}

}  // namespace convproof::program
