#include "conformance/judge/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "core/errors.h"

namespace convproof::conformance {
namespace {

/// Arithmetics that the same inputs could have been computed in; tried only after a failure.
struct Alternative {
  const char* words;
  FloatFormat input;
  double (*convert)(double, const FloatFormat&);
};
constexpr Alternative kAlternatives[] = {
    {"inputs rounded to f32", kF32, round_to_format},
    {"inputs rounded to tf32", kTF32, round_to_format},
    {"inputs truncated to tf32", kTF32, truncate_to_format},
    {"inputs rounded to f16", kF16, round_to_format},
    {"inputs rounded to bf16", kBF16, round_to_format},
    {"inputs truncated to bf16", kBF16, truncate_to_format},
};

bool within(const Exact& error, const Exact& bound) {
  return error <= bound;
}

/// |error| in units of u * sum of moduli, plus u|y| of a narrower output. Where something may
/// underflow, smallest numbers are added to the unit: below them, u times anything means nothing.
double ratio_of(const Exact& error, const ErrorAccount& account, const Arithmetic& declared) {
  const FloatFormat& accumulator = declared.accumulator;
  const FloatFormat& output = declared.output;
  double unit = std::ldexp(account.moduli.rounded_up(), accumulator.unit_roundoff_exponent());
  if (account.grid < accumulator.least_exponent()) {
    unit += std::ldexp(static_cast<double>(account.terms), accumulator.least_exponent());
  }
  if (output.precision < accumulator.precision) {
    unit += std::ldexp(account.value.abs().rounded_up(), output.unit_roundoff_exponent()) +
            std::ldexp(1, output.least_exponent());
  }
  return unit == 0 ? HUGE_VAL : error.rounded_up() / unit;
}

/// One element against its account.
struct ElementResult {
  bool right = false;
  bool plausible = false;
  bool exact = false;
  bool correctly_rounded = false;
  bool double_accumulator = false;
  double ratio = 0;
};

/// Past the largest number of the output format an infinity of the right sign is as right as the
/// largest number.
bool may_overflow(const ErrorAccount& account, const Exact& bound, const FloatFormat& output) {
  return account.value.abs() + bound >
         Exact(Exact(1).scaled(output.max_exponent + 1) -
               Exact(1).scaled(output.max_exponent - output.precision));
}

ElementResult judge_element(const ErrorAccount& account, double actual,
                            const Arithmetic& declared) {
  ElementResult result;
  const Exact bound = error_bound(account, declared);
  if (!std::isfinite(actual)) {
    result.plausible = std::isinf(actual) && may_overflow(account, bound, declared.output) &&
                       account.value.sign() == (actual > 0 ? 1 : -1);
    // Partial sums of some order may overflow on the way, and two of them may cancel to NaN.
    result.right = result.plausible || !cannot_overflow(account, declared.accumulator);
    result.ratio = result.right ? 0 : HUGE_VAL;
    result.correctly_rounded = account.value.rounded(declared.output) == actual;
    return result;
  }
  const Exact error = (Exact(actual) - account.value).abs();
  result.exact = error.sign() == 0;
  if (result.exact) {
    result.right = result.plausible = result.correctly_rounded = result.double_accumulator = true;
    return result;
  }
  result.right = within(error, bound);
  result.ratio = ratio_of(error, account, declared);
  result.correctly_rounded = account.value.rounded(declared.output) == actual;
  Arithmetic wider = declared;
  wider.accumulator = kF64;
  result.double_accumulator =
      result.correctly_rounded || (declared.accumulator.precision < kF64.precision &&
                                   within(error, error_bound(account, wider)));
  result.plausible =
      result.right && (declared.output.precision < declared.accumulator.precision ||
                       error.rounded_up() <= plausible_error(account, declared.accumulator));
  return result;
}

bool matches(const Tensor<ErrorAccount>& accounts, const TensorBytes& actual,
             const Arithmetic& arithmetic) {
  for (Index i = 0; i < accounts.size(); ++i) {
    if (!judge_element(accounts[i], actual.at(i), arithmetic).right) return false;
  }
  return true;
}

std::string describe_wrong(const Truth& truth, const TensorBytes& actual, Index element,
                           Index wrong, const Arithmetic& declared) {
  const ErrorAccount& account = truth.accounts[element];
  const double got = actual.at(element);
  std::string sentence =
      text(element_name(truth.output, element), " is ", number_text(got, truth.output.dtype),
           ", the exact value is ", number_text(account.value.rounded(kF64), DType::kF64));
  if (std::isfinite(got)) {
    sentence += fmt::format(" (error {:.3g}, permitted {:.3g})",
                            (Exact(got) - account.value).abs().rounded_up(),
                            error_bound(account, declared).rounded_up());
  }
  return sentence + text("; ", wrong, " of ", truth.accounts.size(), " elements are wrong");
}

/// The same case with every factor of a product converted; a bias is only added, in whatever the
/// accumulator is. Nothing if an input is too large for the other format.
std::optional<Truth> converted(const Truth& truth, const Alternative& alternative) {
  Truth other = truth;
  const auto factors = static_cast<std::size_t>(operator_page(truth.c.op).operands(truth.c));
  for (TensorBytes& input : std::span(other.inputs).first(factors)) {
    for (Index i = 0; i < input.spec.shape.element_count(); ++i) {
      input.set(i, alternative.convert(input.at(i), alternative.input));
      if (!std::isfinite(input.at(i))) return std::nullopt;
    }
  }
  other.accounts = operator_page(truth.c.op).expected(truth.c, other.inputs);
  return other;
}

/// Looks for a reason why the output is right after all: for other inputs, another accumulator,
/// another convention.
void explain(const Truth& truth, const TensorBytes& actual, const Arithmetic& declared,
             Judgement& judgement) {
  const auto settle = [&](Verdict verdict, const std::string& name, const std::string& words) {
    judgement.verdict = verdict;
    judgement.arithmetic = name;
    judgement.sentence = text(verdict == Verdict::kContract ? "right for other arithmetic: "
                                                            : "right for another convention: ",
                              words, "; ", judgement.sentence);
  };
  for (const Dialect& dialect : operator_page(truth.c.op).dialects(truth.c, truth.inputs)) {
    if (matches(dialect.expected, actual, declared)) {
      settle(Verdict::kDialect, dialect.name, dialect.sentence);
      return;
    }
  }
  for (const Alternative& alternative : kAlternatives) {
    if (alternative.input.precision >= declared.input.precision) continue;
    const std::optional<Truth> other = converted(truth, alternative);
    if (other && matches(other->accounts, actual, declared)) {
      settle(Verdict::kContract, alternative.words, alternative.words);
      return;
    }
  }
  if (declared.accumulator == kF64) {
    Arithmetic single = declared;
    single.accumulator = kF32;
    if (matches(truth.accounts, actual, single)) {
      settle(Verdict::kContract, "accumulated in f32", "accumulated in f32");
      return;
    }
  }
  Arithmetic flushing = declared;
  flushing.flush_to_zero = true;
  if (!declared.flush_to_zero && matches(truth.accounts, actual, flushing)) {
    settle(Verdict::kContract, "flushes to zero", "subnormal numbers are flushed to zero");
  }
}

std::string words_for(Precision precision, const Arithmetic& declared) {
  switch (precision) {
    case Precision::kExact: return "exact";
    case Precision::kCorrectlyRounded: return text(declared.output.name, " correctly rounded");
    case Precision::kDoubleAccumulator: return text(declared.output.name, ", f64 accumulator");
    case Precision::kDeclared:
      return declared.accumulator == declared.output
                 ? declared.output.name
                 : text(declared.output.name, ", ", declared.accumulator.name, " accumulator");
    case Precision::kOther: return "none";
  }
  return "";
}

}  // namespace

const char* name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "PASS";
    case Verdict::kPassExact: return "PASS-EXACT";
    case Verdict::kSuspect: return "SUSPECT";
    case Verdict::kContract: return "CONTRACT";
    case Verdict::kDialect: return "DIALECT";
    case Verdict::kFail: return "FAIL";
    case Verdict::kCrash: return "CRASH";
    case Verdict::kTimeout: return "TIMEOUT";
    case Verdict::kMemory: return "MEMORY";
    case Verdict::kSkip: return "SKIP";
  }
  return "";
}

bool conforms(Verdict verdict) {
  return verdict == Verdict::kPass || verdict == Verdict::kPassExact ||
         verdict == Verdict::kSuspect || verdict == Verdict::kSkip;
}

std::string element_name(const TensorSpec& spec, Index flat) {
  const auto strides = spec.shape.strides();
  std::string indices;
  for (int axis = 0; axis < spec.shape.rank(); ++axis) {
    const Index stride = strides[static_cast<std::size_t>(axis)];
    indices += text(axis == 0 ? "" : ",", flat / stride % spec.shape[axis]);
  }
  return text(spec.name, "[", indices, "]");
}

std::string number_text(double value, DType dtype) {
  return dtype == DType::kF64 ? fmt::format("{}", value)
                              : fmt::format("{}", static_cast<float>(value));
}

Truth truth_of(const Case& c) {
  const Operator& page = operator_page(c.op);
  Truth truth{c, {}, page.output(c), {}};
  for (const TensorSpec& spec : page.inputs(c)) {
    truth.inputs.push_back(generate(c, spec, page.products(c), page.operands(c)));
  }
  for (const KeptElement& kept : c.only) {
    const auto is_input = [&](const TensorBytes& t) { return t.spec.name == kept.tensor; };
    if (kept.tensor != "none" && std::none_of(truth.inputs.begin(), truth.inputs.end(), is_input)) {
      throw ParseError("case string '" + to_string(c) + "'",
                       "only=... to name inputs of pass " + c.pass, "'" + kept.tensor + "'");
    }
  }
  truth.accounts = page.expected(c, truth.inputs);
  return truth;
}

namespace {

/// Judged by the inputs as they are given.
Judgement judge_as_given(const Truth& truth, const TensorBytes& actual,
                         const Arithmetic& declared) {
  Judgement judgement;
  judgement.elements = truth.accounts.size();
  bool plausible = true;
  bool exact = true;
  bool rounded = true;
  bool wide = true;
  for (Index i = 0; i < judgement.elements; ++i) {
    const ElementResult r = judge_element(truth.accounts[i], actual.at(i), declared);
    if (!r.right) ++judgement.wrong_elements;
    plausible = plausible && r.plausible;
    exact = exact && r.exact;
    rounded = rounded && r.correctly_rounded;
    wide = wide && r.double_accumulator;
    if (r.ratio > judgement.worst_ratio || judgement.worst_element < 0) {
      judgement.worst_ratio = r.ratio;
      judgement.worst_element = i;
    }
  }
  if (judgement.wrong_elements > 0) {
    judgement.sentence =
        describe_wrong(truth, actual, judgement.worst_element, judgement.wrong_elements, declared);
    judgement.arithmetic = words_for(Precision::kOther, declared);
    explain(truth, actual, declared, judgement);
    return judgement;
  }
  judgement.verdict = exact ? Verdict::kPassExact : plausible ? Verdict::kPass : Verdict::kSuspect;
  judgement.precision = exact     ? Precision::kExact
                        : rounded ? Precision::kCorrectlyRounded
                        : wide    ? Precision::kDoubleAccumulator
                                  : Precision::kDeclared;
  judgement.arithmetic = words_for(judgement.precision, declared);
  if (!plausible) {
    judgement.sentence = text(
        "inside the bound, but the error at ", element_name(truth.output, judgement.worst_element),
        " is ", judgement.worst_ratio, " u*sum|products|, more than independent roundings in ",
        declared.accumulator.name, " make");
  }
  return judgement;
}

}  // namespace

Judgement judge(const Truth& truth, const TensorBytes& actual, const Arithmetic& declared) {
  const Judgement given = judge_as_given(truth, actual, declared);
  // More precise inputs than were declared are right, too.
  if (conforms(given.verdict) || declared.input.precision >= format_of(truth.c.dtype).precision) {
    return given;
  }
  std::optional<Judgement> first;
  for (const Alternative& alternative : kAlternatives) {
    if (!(alternative.input == declared.input)) continue;
    const std::optional<Truth> other = converted(truth, alternative);
    if (!other) continue;
    Judgement judgement = judge_as_given(*other, actual, declared);
    if (conforms(judgement.verdict)) {
      judgement.arithmetic += text(", ", alternative.words);
      return judgement;
    }
    if (!first) first = judgement;
  }
  return first.value_or(given);
}

}  // namespace convproof::conformance
