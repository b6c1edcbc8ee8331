#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "conformance/adapters/builtin.h"
#include "conformance/doors/subject.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

using namespace conformance;

/// A built-in name, a shared library by its ending, else a command line.
SubjectAddress address_of(const std::string& target) {
  const auto builtins = builtin_names();
  if (std::find(builtins.begin(), builtins.end(), target) != builtins.end()) {
    return {SubjectAddress::Door::kBuiltin, target};
  }
  const bool is_library = target.ends_with(".so") || target.find(".so.") != std::string::npos;
  return {is_library ? SubjectAddress::Door::kPlugin : SubjectAddress::Door::kExec, target};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

int hello(const std::string& target) {
  const SubjectAddress address = address_of(target);
  SubjectOptions options;
  options.program = program_path();
  const Subject subject(address, options);
  const Hello& h = subject.hello();
  std::cout << fmt::format("{} {} ({})\n", h.name, h.version, describe(address));
  for (const auto& [op, can] : h.operators) {
    std::vector<std::string> dtypes;
    for (const DType d : can.dtypes) dtypes.emplace_back(name(d));
    std::cout << fmt::format("  {}: passes {}; dtypes {}{}{}{}\n", op, joined(can.passes),
                             joined(dtypes), can.group ? "; groups" : "",
                             can.dilations ? "; dilations" : "",
                             can.asymmetric_pads ? "; asymmetric pads" : "");
    for (const DType d : can.dtypes) {
      const Arithmetic& a = h.arithmetic.at(d);
      std::cout << fmt::format("    {}: input {}, accumulator {}, output {}, {}{}\n", name(d),
                               a.input.name, a.accumulator.name, a.output.name, a.algorithm,
                               a.flush_to_zero ? ", flushes subnormals to zero" : "");
    }
  }
  std::cout << (h.rejects_invalid ? "  answers invalid cases with invalid\n"
                                  : "  is not sent invalid cases\n");
  return 0;
}

}  // namespace

void add_hello(CLI::App& app, Action& action) {
  auto target = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("hello", "Start a subject and print what it says of itself");
  verb->add_option("target", *target,
                   "A built-in path (fast, im2col, reference), a shared library (.so) or a command line")
      ->required();
  verb->callback([target, &action] { action = [target] { return hello(*target); }; });
}

}  // namespace convproof::program
