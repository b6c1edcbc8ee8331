#include "derivations/language/choose.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "derivations/language/walk.h"

namespace convproof::derivations::language {
namespace {

/// What an expression names: tensors and lets, and readings in whatever place.
template <typename F>
void for_each_name(const Expr& expr, const F& f) {
  for_each_inside(expr, [&f](const Expr& part) {
    // An index may have the name of something that is declared elsewhere.
    const auto* name = std::get_if<Name>(&part.node);
    if (name != nullptr && name->kind != NameKind::kIndex) f(name->name);
    const auto* call = std::get_if<Call>(&part.node);
    if (call == nullptr) return;
    if (const auto* reading = std::get_if<ReadingName>(&call->callee)) f(reading->name);
    for (const Option& option : call->options) {
      if (const auto* reading = std::get_if<ReadingName>(&option.value)) f(reading->name);
    }
  });
}

/// The names that a statement declares.
std::vector<std::string> names_of(const Statement& statement) {
  return std::visit(
      [](const auto& node) -> std::vector<std::string> {
        using Node = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<Node, SizeStatement>) {
          std::vector<std::string> names;
          for (const auto& item : node.sizes) names.push_back(item.name);
          return names;
        } else if constexpr (std::is_same_v<Node, ScalarStatement>) {
          return node.names;
        } else if constexpr (std::is_same_v<Node, Each>) {
          return {node.range.name};
        } else if constexpr (std::is_same_v<Node, Constant> ||
                             std::is_same_v<Node, TensorStatement> || std::is_same_v<Node, Seed> ||
                             std::is_same_v<Node, Let> || std::is_same_v<Node, ReadingStatement>) {
          return {node.name};
        } else {
          return {};
        }
      },
      statement.node);
}

/// What is reached from expressions through the statements of the names in them.
class Reached {
 public:
  explicit Reached(const File& file) {
    for (const Statement& statement : file.statements) {
      for (const std::string& name : names_of(statement)) by_name_[name] = &statement;
    }
  }

  void add(const Expr& expr) {
    for_each_name(expr, [this](const std::string& name) { add(name); });
  }
  void add(const Claim& claim) {
    for_each_range_limit(claim);
    add(claim.first);
    for (const Link& link : claim.links) add(link.expr);
  }
  void for_each_range_limit(const Claim& claim) {
    for (const Range& range : claim.ranges) {
      add(range.lower);
      add(range.upper);
    }
  }
  void add(const std::string& name) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end() || !names_.insert(name).second) return;
    // Each of several sizes in one statement has a bound of its own.
    const auto* sizes = std::get_if<SizeStatement>(&found->second->node);
    if (sizes == nullptr) {
      for_each_expression(*found->second, [this](const Expr& expr) { add(expr); });
      return;
    }
    for (const SizeStatement::Item& item : sizes->sizes) {
      if (item.name == name && item.bound) add(item.bound->value);
    }
  }

  const std::set<std::string>& names() const { return names_; }

 private:
  std::unordered_map<std::string, const Statement*> by_name_;
  std::set<std::string> names_;
};

/// The groups of sizes that one bound or assumption is about.
std::vector<std::set<std::string>> ties_of(const File& file) {
  std::vector<std::set<std::string>> result;
  const auto names_in = [](const Expr& expr, std::set<std::string>& to) {
    for_each_name(expr, [&to](const std::string& name) { to.insert(name); });
  };
  for (const Statement& statement : file.statements) {
    if (const auto* assume = std::get_if<Assume>(&statement.node)) {
      for (const Comparison& comparison : assume->all) {
        std::set<std::string>& tie = result.emplace_back();
        names_in(comparison.first, tie);
        for (const Link& link : comparison.links) names_in(link.expr, tie);
      }
    } else if (const auto* sizes = std::get_if<SizeStatement>(&statement.node)) {
      for (const SizeStatement::Item& item : sizes->sizes) {
        // A lower bound of a size says nothing about what it is made of: there is a larger size.
        const bool lower = item.bound && (item.bound->relation == Relation::kGreaterEqual ||
                                          item.bound->relation == Relation::kGreater);
        if (!item.bound || lower) continue;
        std::set<std::string>& tie = result.emplace_back();
        tie.insert(item.name);
        names_in(item.bound->value, tie);
      }
    }
  }
  return result;
}

std::set<std::string> names_needed(const File& file, const Claim& claim) {
  Reached reached(file);
  reached.add(claim);
  const std::vector<std::set<std::string>> ties = ties_of(file);
  for (std::size_t before = 0; before != reached.names().size();) {
    before = reached.names().size();
    for (const std::set<std::string>& tie : ties) {
      const bool touched = std::any_of(tie.begin(), tie.end(), [&](const std::string& name) {
        return reached.names().contains(name);
      });
      if (!touched) continue;
      for (const std::string& name : tie) reached.add(name);
    }
  }
  return reached.names();
}

/// The statement without what is not needed; nothing if all of it is not.
std::optional<Statement> part_of(const Statement& statement, const std::set<std::string>& needed) {
  const auto is_needed = [&needed](const std::string& name) { return needed.contains(name); };
  if (const auto* sizes = std::get_if<SizeStatement>(&statement.node)) {
    SizeStatement part;
    for (const SizeStatement::Item& item : sizes->sizes) {
      if (is_needed(item.name)) part.sizes.push_back(item);
    }
    if (part.sizes.empty()) return std::nullopt;
    return Statement{std::move(part), statement.span};
  }
  if (const auto* assume = std::get_if<Assume>(&statement.node)) {
    Assume part;
    for (const Comparison& comparison : assume->all) {
      bool all = true;
      const auto check = [&](const std::string& name) { all = all && is_needed(name); };
      for_each_name(comparison.first, check);
      for (const Link& link : comparison.links) for_each_name(link.expr, check);
      if (all) part.all.push_back(comparison);
    }
    if (part.all.empty()) return std::nullopt;
    return Statement{std::move(part), statement.span};
  }
  const std::vector<std::string> names = names_of(statement);
  if (std::none_of(names.begin(), names.end(), is_needed)) return std::nullopt;
  return statement;
}

/// The readings among the names, in the order of their statements.
std::vector<std::string> readings_among(const File& file, const std::set<std::string>& names) {
  std::vector<std::string> result;
  for (const Statement& statement : file.statements) {
    const auto* reading = std::get_if<ReadingStatement>(&statement.node);
    if (reading != nullptr && names.contains(reading->name)) result.push_back(reading->name);
  }
  return result;
}

class Chooser {
 public:
  explicit Chooser(const Choice& choice) : choice_(choice) {}

  File file(const File& from) {
    File result;
    for (const Statement& statement : from.statements) {
      if (const auto* reading = std::get_if<ReadingStatement>(&statement.node)) {
        take(*reading);
        continue;
      }
      Statement& chosen = result.statements.emplace_back(statement);
      for_each_expression(chosen, [this](Expr& expr) { replace(expr); });
      if (const auto* each = std::get_if<Each>(&statement.node)) {
        chosen.node = constant(*each, chosen);
      }
    }
    return result;
  }

 private:
  void take(const ReadingStatement& reading) {
    const auto found = choice_.readings.find(reading.name);
    ReadingStatement::Alternative taken =
        reading.alternatives.at(found == choice_.readings.end() ? 0 : found->second);
    if (Expr* expr = std::get_if<Expr>(&taken)) replace(*expr);
    taken_.insert_or_assign(reading.name, std::move(taken));
  }

  Constant constant(const Each& each, const Statement& chosen) const {
    const auto found = choice_.each.find(each.range.name);
    if (found == choice_.each.end()) {
      return {each.range.name, std::get<Each>(chosen.node).range.lower};
    }
    Expr value{Number{abs(found->second)}};
    if (found->second < 0) value = Expr{Negation{std::move(value)}};
    return {each.range.name, std::move(value)};
  }

  void replace(Expr& expr) const {
    for_each_inside(expr, [this](Expr& part) {
      if (auto* call = std::get_if<Call>(&part.node)) {
        replace(*call);
        return;
      }
      auto* name = std::get_if<Name>(&part.node);
      if (name == nullptr) return;
      if (name->kind == NameKind::kEach) {
        name->kind = NameKind::kConstant;
      } else if (name->kind == NameKind::kReading) {
        const Span span = part.span;
        part = Expr(std::get<Expr>(taken_.at(name->name)));
        part.span = span;
      }
    });
  }

  void replace(Call& call) const {
    if (const auto* reading = std::get_if<ReadingName>(&call.callee)) {
      call.callee = std::get<Operator>(taken_.at(reading->name));
    }
    for (Option& option : call.options) {
      if (const auto* reading = std::get_if<ReadingName>(&option.value)) {
        option.value = std::get<Mode>(taken_.at(reading->name));
      }
    }
  }

  const Choice& choice_;
  std::unordered_map<std::string, ReadingStatement::Alternative> taken_;
};

}  // namespace

std::vector<std::string> readings_of(const File& file, const Claim& claim) {
  return readings_among(file, names_needed(file, claim));
}

std::vector<std::string> readings_of(const File& file, const Claim& claim, std::size_t member) {
  Claim alone = claim;
  if (member > 0) alone.first = claim.links.at(member - 1).expr;
  alone.links.clear();
  return readings_of(file, alone);
}

File part_for(const File& file, const Claim& claim) {
  const std::set<std::string> needed = names_needed(file, claim);
  File result;
  for (const Statement& statement : file.statements) {
    if (auto part = part_of(statement, needed)) result.statements.push_back(std::move(*part));
  }
  result.statements.push_back({claim, claim.first.span});
  return result;
}

File choose(const File& file, const Choice& choice) {
  return Chooser(choice).file(file);
}

}  // namespace convproof::derivations::language
