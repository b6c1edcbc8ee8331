#include <iostream>

#include "conformance/judge/campaign.h"
#include "core/errors.h"
#include "program/subjects.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

using namespace conformance;

/// Tensors up to this size are printed whole.
constexpr Index kPrintedElements = 64;

void print_tensor(const TensorSpec& spec, const std::function<std::string(Index)>& element) {
  std::cout << "  " << spec.name << ' ' << name(spec.dtype) << ' ' << spec.shape << '\n';
  const Index count = spec.shape.element_count();
  if (count > kPrintedElements || count == 0) return;
  const Index row = spec.shape[spec.shape.rank() - 1];
  for (Index i = 0; i < count; ++i) {
    std::cout << (i % row == 0 ? "    " : " ") << element(i) << ((i + 1) % row == 0 ? "\n" : "");
  }
}

/// As a double where that is exact, else as a fraction.
std::string exact_text(const Exact& value) {
  const double nearest = value.rounded(kF64);
  return Exact(nearest) == value ? number_text(nearest, DType::kF64) : text(value);
}

void print_truth(const Truth& truth) {
  std::cout << "inputs\n";
  for (const TensorBytes& input : truth.inputs) {
    print_tensor(input.spec, [&](Index i) { return number_text(input.at(i), input.spec.dtype); });
  }
  std::cout << "exact output\n";
  print_tensor(truth.output, [&](Index i) { return exact_text(truth.accounts[i].value); });
}

bool judge_at(const SubjectAddress& address, const SubjectOptions& options, const Case& c,
              const Truth* truth) {
  Subject subject(address, options);
  if (const auto skip = reason_to_skip(subject.hello(), c, truth != nullptr)) {
    std::cout << subject.hello().name << ": SKIP, " << *skip << '\n';
    return true;
  }
  const CaseResult result = judge_case(subject, c, truth, options.timeout);
  const Judgement& j = result.judgement;
  std::cout << result.subject << ": " << name(j.verdict) << '\n';
  if (!j.sentence.empty()) std::cout << "  " << j.sentence << '\n';
  if (j.elements > 0) {
    std::cout << "  worst error ratio " << j.worst_ratio << " of " << j.elements
              << " elements, arithmetic: " << j.arithmetic << '\n';
  }
  if (!result.standard_error.empty())
    std::cout << "  it printed: " << result.standard_error << '\n';
  return conforms(j.verdict);
}

int run_case(const std::string& string, const SubjectFlags& flags) {
  const Case c = parse_case(string);
  const auto truth = truth_or_invalid(c, std::int64_t{flags.memory_limit_mib} << 20);
  std::cout << to_string(c) << '\n';
  if (truth) {
    print_truth(*truth);
  } else {
    try {
      (void)operator_page(c.op).output(c);
    } catch (const ShapeError& e) {
      std::cout << "the shape rule rejects this case: " << e.what() << '\n';
    }
    if (flags.addresses.empty()) return 2;
  }
  bool all_conform = true;
  for (const SubjectAddress& address : flags.addresses) {
    all_conform = judge_at(address, flags.options(), c, truth ? &*truth : nullptr) && all_conform;
  }
  return all_conform ? 0 : 1;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto flags = std::make_shared<SubjectFlags>();
  auto string = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand(
      "run", "Show one case: its tensors, its exact output, and what subjects make of it");
  verb->add_option("--case", *string, "The case string")->required();
  flags->add_to(*verb);
  verb->callback([flags, string, &action] { action = [=] { return run_case(*string, *flags); }; });
}

}  // namespace convproof::program
