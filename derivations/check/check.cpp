#include "derivations/check/check.h"

#include <algorithm>
#include <set>
#include <vector>

#include "derivations/check/steps.h"

namespace convproof::derivations {
namespace {

using namespace check;

/// Reads a certificate line by line and throws at the first that does not hold.
class Checker {
 public:
  void read(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      try {
        read_line(Line(text.substr(0, end)));
      } catch (const Refused& refused) {
        throw Refused{"line " + std::to_string(number) + ": " + refused.because};
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    steps_.finish();
    if (steps_.proved().empty()) throw Refused{"it proves nothing"};
  }

  const Conditions& given() const { return given_; }
  const Steps& steps() const { return steps_; }

 private:
  void read_line(Line line) {
    if (line.at_end() || line.accept("#")) return;
    if (line.accept("given ")) {
      given_.insert(line.condition());
      line.expect_end();
    } else if (line.accept("with ")) {
      steps_.with(line);
    } else if (line.accept("need ")) {
      steps_.need(line);
    } else {
      throw Refused{"expected 'given', 'with' or 'need'"};
    }
  }

  Conditions given_;
  Steps steps_{[this](const Condition& c) { return given_.contains(c); }};
};

/// What an obligation gives and needs.
struct Obligation {
  std::set<Condition> given;
  std::vector<Condition> needs;
};

Obligation read_obligation(std::string_view text) {
  Obligation result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Line line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.at_end() || line.accept("#")) continue;
    if (line.accept("given ")) {
      result.given.insert(line.condition());
    } else {
      line.expect("need ");
      result.needs.push_back(line.condition());
    }
    line.expect_end();
  }
  return result;
}

void require_fits(const Checker& checker, const Obligation& obligation) {
  for (const Condition& c : checker.given()) {
    if (!obligation.given.contains(c)) {
      throw Refused{"the certificate gives a condition that the obligation does not"};
    }
  }
  if (obligation.needs.empty()) throw Refused{"the obligation needs nothing"};
  for (const Condition& need : obligation.needs) {
    if (!checker.steps().proves(need)) {
      throw Refused{"the certificate leaves something out that the obligation needs"};
    }
  }
}

}  // namespace

std::optional<std::string> why_refused(std::string_view certificate) {
  try {
    Checker().read(certificate);
    return std::nullopt;
  } catch (const Refused& refused) {
    return refused.because;
  }
}

std::optional<std::string> why_refused(std::string_view certificate, std::string_view obligation) {
  Obligation stated;
  try {
    stated = read_obligation(obligation);
  } catch (const Refused& refused) {
    return "the obligation cannot be read: " + refused.because;
  }
  try {
    Checker checker;
    checker.read(certificate);
    require_fits(checker, stated);
    return std::nullopt;
  } catch (const Refused& refused) {
    return refused.because;
  }
}

}  // namespace convproof::derivations
