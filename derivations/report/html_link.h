// What the page says of one link.
#pragma once

#include <string>

#include "derivations/report/html.h"
#include "derivations/report/report.h"

namespace convproof::derivations::report {

/// A link and the text that it is in.
struct LinkPlace {
  const FileReport& file;
  const DecidedClaim& claim;
  std::size_t link = 0;

  const DecidedLink& decided() const { return claim.links[link]; }
  const LinkDecision& first() const { return decided().verdicts.front().decision; }
};

/// The place of the link in the page.
std::string anchor_of(const LinkPlace& place);
/// left = right as MathML, and in front of it the ranges that it is meant for.
std::string formula_of(const LinkPlace& place);
/// Item, note, section and lines.
std::string citation_of(const std::string& item, const Citations& citation);
/// For which sizes it holds; for others a counterexample, the reading or the repair that saves it.
std::string briefly(const LinkPlace& place);
/// Under which of the choices; empty if nothing is left open.
std::string readings_markup(const language::File& file, const std::vector<std::string>& readings,
                            std::size_t all, const std::vector<language::Choice>& held);

/// The whole card.
std::string card(const LinkPlace& place, const Citations& citation);

}  // namespace convproof::derivations::report
