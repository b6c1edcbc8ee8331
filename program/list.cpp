#include <fmt/format.h>

#include <iostream>

#include "conformance/cases/operator.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

using namespace conformance;

void list_operators() {
  std::cout << fmt::format("{:<12} {}\n", "operator", "passes: inputs -> output");
  for (const Operator* op : all_operators()) {
    // Any valid case shows the tensors of a pass.
    for (const std::string& pass : op->passes()) {
      for (Case c : op->corpus(Tier::kSmoke, 1)) {
        if (c.pass != pass) continue;
        std::string inputs;
        for (const TensorSpec& spec : op->inputs(c)) inputs += " " + spec.name;
        std::cout << fmt::format("{:<12} {}:{} -> {}\n", op->name(), pass, inputs,
                                 op->output(c).name);
        break;
      }
    }
  }
}

int list(const std::string& tier, std::uint64_t seed, bool operators) {
  if (operators) {
    list_operators();
    return 0;
  }
  for (const Operator* op : all_operators()) {
    for (const Case& c : op->corpus(parse_tier(tier), seed)) std::cout << to_string(c) << '\n';
  }
  return 0;
}

}  // namespace

void add_list(CLI::App& app, Action& action) {
  struct Flags {
    std::string tier = "standard";
    std::uint64_t seed = 1;
    bool operators = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* verb = app.add_subcommand("list", "Print the case strings of a tier, or the operators");
  verb->add_option("--tier", flags->tier, "smoke, standard (default) or full");
  verb->add_option("--seed", flags->seed, "Seed of the data and of the random cases (default 1)");
  verb->add_flag("--operators", flags->operators, "The table of operators, passes and tensors");
  verb->callback([flags, &action] {
    action = [flags] { return list(flags->tier, flags->seed, flags->operators); };
  });
}

}  // namespace convproof::program
