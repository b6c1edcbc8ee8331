#include "conformance/cases/operator.h"

#include "core/errors.h"

namespace convproof::conformance {

// Every operator's page defines <name>_page() in conformance/cases/<name>.cpp.
#define CONVPROOF_OPERATOR(op) const Operator& op##_page();
#include "core/operators.def"

const char* name(Tier tier) {
  switch (tier) {
    case Tier::kSmoke: return "smoke";
    case Tier::kStandard: return "standard";
    case Tier::kFull: return "full";
  }
  return "";
}

Tier parse_tier(const std::string& text) {
  for (const Tier tier : {Tier::kSmoke, Tier::kStandard, Tier::kFull}) {
    if (text == name(tier)) return tier;
  }
  throw ParseError("--tier", "smoke, standard or full", "'" + text + "'");
}

std::vector<const Operator*> all_operators() {
  return {
#define CONVPROOF_OPERATOR(op) &op##_page(),
#include "core/operators.def"
  };
}

const Operator& operator_page(const std::string& name) {
  for (const Operator* page : all_operators()) {
    if (name == page->name()) return *page;
  }
  throw ParseError("operator", "a name from `convproof list --operators`", "'" + name + "'");
}

}  // namespace convproof::conformance
