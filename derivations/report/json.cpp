#include "derivations/report/json.h"

#include "core/errors.h"
#include "derivations/language/printer.h"
#include "derivations/proof_text.h"

namespace convproof::derivations::report {
namespace {

using language::Choice;
using nlohmann::json;

constexpr const char* kFormat = "convproof-derive-1";

/// {"star": "conv"}
json readings_json(const language::File& file, const Choice& choice) {
  json result = json::object();
  for (const auto& [reading, number] : choice.readings) {
    result[reading] = alternatives_of(file, reading).at(number);
  }
  return result;
}

json choices_json(const language::File& file, const std::vector<Choice>& choices) {
  json result = json::array();
  for (const Choice& choice : choices) result.push_back(readings_json(file, choice));
  return result;
}

const char* name(evaluate::Outcome outcome) {
  using evaluate::Outcome;
  switch (outcome) {
    case Outcome::kEqual: return "equal";
    case Outcome::kDiffer: return "differ";
    case Outcome::kShapesDiffer: return "shapes differ";
    case Outcome::kIllFormed: return "ill-formed";
    case Outcome::kCannotBeRead: return "cannot be read";
    case Outcome::kTooLarge: break;
  }
  return "too large";
}

json named_numbers(const auto& pairs) {
  json result = json::object();
  for (const auto& [name, value] : pairs) result[name] = value;
  return result;
}

json counterexample_json(const evaluate::Counterexample& found) {
  const evaluate::Comparison& comparison = found.comparison;
  json result{{"sizes", named_numbers(found.sizes)},
              {"outcome", name(comparison.outcome)},
              {"indices", named_numbers(comparison.indices)},
              {"left_shape", comparison.left},
              {"right_shape", comparison.right}};
  if (!comparison.why.empty()) result["why"] = comparison.why;
  if (comparison.outcome != evaluate::Outcome::kDiffer) return result;
  result["element"] = comparison.element;
  result["entries"] = named_numbers(found.entries);
  result["left"] = found.left;
  result["right"] = found.right;
  if (!found.left_sum.empty()) result["left_sum"] = found.left_sum;
  if (!found.right_sum.empty()) result["right_sum"] = found.right_sum;
  json products = json::array();
  for (const evaluate::DifferentProduct& product : found.products) {
    products.push_back({{"product", product.product},
                        {"left", product.left.str()},
                        {"right", product.right.str()}});
  }
  result["products"] = std::move(products);
  return result;
}

json proof_json(const LinkProof& proof) {
  const ProofSize size = size_of(proof);
  return {{"conditions", size.conditions},
          {"products", size.products},
          {"cases", size.cases},
          {"certificates", size.certificates}};
}

json repairs_json(const std::vector<Repair>& repairs) {
  json result = json::array();
  for (const Repair& repair : repairs) {
    json entry{{"cost", repair.cost},
               {"what", repair.what},
               {"repaired", language::print(repair.repaired)}};
    if (repair.decision.proof) entry["proof"] = proof_json(*repair.decision.proof);
    result.push_back(std::move(entry));
  }
  return result;
}

json verdict_json(const language::File& file, const LinkVerdict& verdict) {
  const LinkDecision& decision = verdict.decision;
  json result{{"readings", readings_json(file, verdict.choice)},
              {"verdict", language::print(decision.verdict)},
              {"why", decision.why},
              {"confirmed_at_sizes", decision.confirmed},
              {"seconds", decision.seconds},
              {"repairs", repairs_json(verdict.repairs)}};
  if (decision.where) {
    result["place"] = {{"line", decision.where->begin.line},
                       {"column", decision.where->begin.column}};
  }
  if (decision.region && decision.region->holds) {
    const auto& sizes = *decision.region->holds;
    result["holds_iff"] = sizes.empty() ? "never" : language::print(sizes);
  }
  if (decision.smallest) result["smallest"] = counterexample_json(*decision.smallest);
  if (decision.typical) result["typical"] = counterexample_json(*decision.typical);
  if (decision.proof && decision.proof->complete()) result["proof"] = proof_json(*decision.proof);
  return result;
}

/// What links and questions for consistency have in common.
json judged_json(const language::Remarks& remarks, std::size_t link, language::Verdict verdict,
                 const std::string& surprise) {
  json result{{"verdict", language::print(verdict)}, {"surprise", surprise}};
  const std::string item = item_of(remarks, link);
  if (!item.empty()) result["item"] = item;
  return result;
}

json link_json(const language::File& file, const DecidedClaim& claim, std::size_t number) {
  const DecidedLink& link = claim.links[number];
  const LinkDecision& decision = link.verdicts.front().decision;
  json result = judged_json(claim.claim.remarks, number, decision.verdict, surprise(claim, number));
  result["link"] = number + 1;
  result["left"] = language::print(evaluate::member(claim.claim, decision.members.left));
  result["right"] = language::print(evaluate::member(claim.claim, decision.members.right));
  json verdicts = json::array();
  for (const LinkVerdict& verdict : link.verdicts) verdicts.push_back(verdict_json(file, verdict));
  result["verdicts"] = std::move(verdicts);
  return result;
}

const char* name(language::ClaimKind kind) {
  switch (kind) {
    case language::ClaimKind::kTensors: return "claim";
    case language::ClaimKind::kArithmetic: return "arith";
    case language::ClaimKind::kNumeric: break;
  }
  return "numeric";
}

/// The statement without its remarks.
std::string statement_text(language::Claim claim) {
  claim.remarks = {};
  std::string result = language::print(language::Statement{std::move(claim), {}});
  if (result.ends_with('\n')) result.pop_back();
  return result;
}

json claim_json(const language::File& file, const DecidedClaim& claim) {
  json links = json::array();
  for (std::size_t i = 0; i < claim.links.size(); ++i) links.push_back(link_json(file, claim, i));
  return {{"name", claim.claim.name},
          {"kind", name(claim.claim.kind)},
          {"text", statement_text(claim.claim)},
          {"readings", claim.readings},
          {"holds_under", choices_json(file, claim.holds_under)},
          {"links", std::move(links)}};
}

json consistency_json(const language::File& file, const DecidedConsistency& consistency) {
  json result =
      judged_json(consistency.consistent.remarks, 0, consistency.verdict, surprise(consistency));
  result["claims"] = consistency.consistent.claims;
  result["readings"] = consistency.readings;
  result["holds_under"] = choices_json(file, consistency.holds_under);
  return result;
}

json file_json(const FileReport& report) {
  const language::File& file = report.decided.file;
  json claims = json::array();
  json consistent = json::array();
  for (const auto& statement : report.decided.statements) {
    if (const auto* claim = std::get_if<DecidedClaim>(&statement)) {
      claims.push_back(claim_json(file, *claim));
    } else {
      consistent.push_back(consistency_json(file, std::get<DecidedConsistency>(statement)));
    }
  }
  json result{{"file", report.name},
              {"title", report.decided.title},
              {"claims", std::move(claims)},
              {"consistent", std::move(consistent)}};
  if (const auto& page = report.decided.page) {
    result["page"] = {{"readings", page->readings},
                      {"links", page->links},
                      {"most", page->most},
                      {"under", choices_json(file, page->under)}};
  }
  return result;
}

}  // namespace

json to_json(const Report& report) {
  const Counts counts = counts_of(report);
  json verdicts = json::object();
  for (const auto& [verdict, count] : counts.verdicts) verdicts[language::print(verdict)] = count;
  json files = json::array();
  for (const FileReport& file : report.files) files.push_back(file_json(file));
  return {{"format", kFormat},
          {"exit_code", exit_code(report)},
          {"interrupted", report.interrupted},
          {"seconds", report.seconds},
          {"links", counts.all},
          {"surprises", counts.surprises},
          {"verdicts", std::move(verdicts)},
          {"files", std::move(files)}};
}

}  // namespace convproof::derivations::report
