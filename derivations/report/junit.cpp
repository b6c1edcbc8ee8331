#include "derivations/report/junit.h"

#include <iomanip>
#include <sstream>

#include "core/errors.h"
#include "derivations/language/printer.h"
#include "derivations/report/xml.h"

namespace convproof::derivations::report {
namespace {

struct Test {
  std::string name;
  language::Verdict verdict = language::Verdict::kUndecided;
  std::string why;
  std::string surprise;
  double seconds = 0;
};

/// Without an exponent.
std::string decimal(double seconds) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(6) << seconds;
  return out.str();
}

std::string element(const std::string& suite, const Test& test) {
  const std::string out = text("    <testcase classname=\"", escaped(suite), "\" name=\"",
                               escaped(test.name), "\" time=\"", decimal(test.seconds), "\"");
  if (test.surprise.empty()) return out + "/>\n";
  return text(out, "><failure type=\"", language::print(test.verdict), "\" message=\"",
              escaped(test.surprise), "\">", escaped(test.why), "</failure></testcase>\n");
}

std::string with_item(const std::string& name, const std::string& item) {
  return item.empty() ? name : name + " [" + item + "]";
}

double seconds_of(const DecidedLink& link) {
  double seconds = 0;
  for (const LinkVerdict& verdict : link.verdicts) seconds += verdict.decision.seconds;
  return seconds;
}

Test test_of(const DecidedClaim& claim, std::size_t link) {
  const LinkDecision& decision = claim.links[link].verdicts.front().decision;
  return {with_item(text(claim.claim.name, " ", link + 1), item_of(claim.claim.remarks, link)),
          decision.verdict, decision.why, surprise(claim, link), seconds_of(claim.links[link])};
}

Test test_of(const DecidedConsistency& consistency) {
  std::string name = "consistent:";
  for (const std::string& claim : consistency.consistent.claims) name += " " + claim;
  return {with_item(name, item_of(consistency.consistent.remarks, 0)), consistency.verdict, "",
          surprise(consistency), 0};
}

std::string suite_of(const FileReport& file) {
  const Counts counts = counts_of(file);
  std::string out = text("  <testsuite name=\"", escaped(file.name), "\" tests=\"", counts.all,
                         "\" failures=\"", counts.surprises, "\">\n");
  for (const auto& statement : file.decided.statements) {
    if (const auto* claim = std::get_if<DecidedClaim>(&statement)) {
      for (std::size_t i = 0; i < claim->links.size(); ++i) {
        out += element(file.name, test_of(*claim, i));
      }
    } else {
      out += element(file.name, test_of(std::get<DecidedConsistency>(statement)));
    }
  }
  return out + "  </testsuite>\n";
}

}  // namespace

std::string to_junit(const Report& report) {
  const Counts counts = counts_of(report);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += text("<testsuites name=\"convproof derive\" tests=\"", counts.all, "\" failures=\"",
              counts.surprises, "\" time=\"", decimal(report.seconds), "\">\n");
  for (const FileReport& file : report.files) out += suite_of(file);
  return out + "</testsuites>\n";
}

}  // namespace convproof::derivations::report
