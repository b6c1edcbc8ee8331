#include <fmt/format.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "conformance/notes/items.h"
#include "conformance/notes/printed.h"
#include "core/errors.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

using namespace conformance;
using nlohmann::json;

/// A printed figure, sum or formula and its verdict, ready to be shown.
struct Row {
  std::string item;
  std::string what;
  std::string printed;
  std::string exact;
  PrintedVerdict verdict;
};

std::vector<Row> judged_rows() {
  std::vector<Row> rows;
  for (const PrintedFigure& figure : printed_figures()) {
    const std::vector<Rational> exact = figure.exact();
    rows.push_back({figure.item, figure.what, figure.printed, exact_text(exact),
                    judge_printed(figure.printed, exact)});
  }
  for (const PrintedSum& sum : printed_sums()) {
    const std::vector<std::string> terms = sum.terms();
    rows.push_back(
        {sum.item, sum.what, sum.printed, sum_text(terms), judge_sum(sum.printed, terms)});
  }
  for (const PrintedFormula& formula : printed_formulas()) {
    const FormulaResult result = judge_formula(formula);
    rows.push_back({formula.item, formula.what, formula.printed,
                    result.counterexample.empty() ? fmt::format("for {} sizes", result.sizes_tried)
                                                  : result.counterexample,
                    result.verdict});
  }
  return rows;
}

int show_numbers(bool as_json) {
  const std::vector<Row> rows = judged_rows();
  if (as_json) {
    json all = json::array();
    for (const Row& row : rows) {
      all.push_back({{"item", row.item},
                     {"what", row.what},
                     {"printed", row.printed},
                     {"exact", row.exact},
                     {"verdict", name(row.verdict)}});
    }
    std::cout << all.dump(2) << '\n';
    return 0;
  }
  constexpr const char* kRow = "{:<20} {:<21} {:<20} {:<23} {}\n";
  std::cout << fmt::format(kRow, "item", "what", "printed", "exact", "verdict");
  std::map<PrintedVerdict, int> counts;
  for (const Row& row : rows) {
    std::cout << fmt::format(kRow, row.item, row.what, row.printed, row.exact, name(row.verdict));
    ++counts[row.verdict];
  }
  std::cout << fmt::format("\n{} printed: {} equal, {} rounded, {} wrong\n", rows.size(),
                           counts[PrintedVerdict::kEqual], counts[PrintedVerdict::kRounds],
                           counts[PrintedVerdict::kDoesNot]);
  return 0;
}

int show_coverage(bool as_json) {
  if (as_json) {
    json all = json::array();
    for (const NoteItem& item : note_items()) {
      json entry{{"id", item.id},           {"kind", item.kind},   {"note", item.note},
                 {"section", item.section}, {"lines", item.lines}, {"covers", item.covers}};
      if (!item.reason.empty()) entry["reason"] = item.reason;
      all.push_back(std::move(entry));
    }
    std::cout << all.dump(2) << '\n';
    return 0;
  }
  struct Count {
    int items = 0;
    int covered = 0;
    int not_computable = 0;
  };
  std::map<std::string, Count> kinds;
  Count total;
  for (const NoteItem& item : note_items()) {
    std::cout << item.id;
    const char* separator = "  ";
    for (const std::string& test : item.covers) {
      std::cout << '\n' << separator << test;
    }
    if (!item.reason.empty()) std::cout << '\n' << separator << "not computable: " << item.reason;
    std::cout << '\n';
    for (Count* count : {&kinds[item.kind], &total}) {
      ++count->items;
      count->covered += item.covers.empty() ? 0 : 1;
      count->not_computable += item.reason.empty() ? 0 : 1;
    }
  }
  constexpr const char* kRow = "{:<20} {:>6} {:>8} {:>15}\n";
  std::cout << '\n' << fmt::format(kRow, "kind", "items", "covered", "not computable");
  for (const auto& [kind, count] : kinds) {
    std::cout << fmt::format(kRow, kind, count.items, count.covered, count.not_computable);
  }
  std::cout << fmt::format(kRow, "all", total.items, total.covered, total.not_computable);
  return 0;
}

int show_item(const std::string& id) {
  const NoteItem& item = note_item(id);
  std::cout << fmt::format("{}  {}, note {} {} {}\n", item.id, item.kind, item.note, item.section,
                           item.lines);
  for (const std::string& test : item.covers) std::cout << "  covered by " << test << '\n';
  if (!item.reason.empty()) std::cout << "  not computable: " << item.reason << '\n';
  for (const Row& row : judged_rows()) {
    if (row.item != id) continue;
    std::cout << fmt::format("  {}: printed {}, exact {}: {}\n", row.what, row.printed, row.exact,
                             name(row.verdict));
  }
  return 0;
}

}  // namespace

void add_notes(CLI::App& app, Action& action) {
  struct Options {
    bool coverage = false;
    bool as_json = false;
    std::string item;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "notes", "Hold the numbers that the lecture notes print against what they are");
  verb->add_flag("--coverage", options->coverage,
                 "Print every item of the notes and the tests that cover it");
  verb->add_flag("--json", options->as_json, "Print JSON");
  verb->add_option("item", options->item, "Only this item, such as X-SENSOR-1D")
      ->check(not_empty())
      ->excludes("--coverage")
      ->excludes("--json");
  verb->footer(
      "examples:\n"
      "  convproof notes                   printed / exact / verdict of every number\n"
      "  convproof notes X-SENSOR-1D       where an item stands, and what covers it\n"
      "  convproof notes --coverage        the map of all items");
  verb->callback([options, &action] {
    action = [options] {
      if (!options->item.empty()) return show_item(options->item);
      return options->coverage ? show_coverage(options->as_json) : show_numbers(options->as_json);
    };
  });
}

}  // namespace convproof::program
