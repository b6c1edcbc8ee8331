#include "derivations/check/check_link.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "derivations/check/steps.h"

namespace convproof::derivations {
namespace {

using namespace check;

/// numerator / denominator if all conditions hold, else 0.
struct Piece {
  Sum numerator;
  Sum denominator;
  Conditions where;
};

/// What is known about one piece in one case.
struct Known {
  bool out = false;
  Conditions holds;
};

class LinkChecker {
 public:
  explicit LinkChecker(std::string_view text) : text_(text) {}

  void run() {
    try {
      next();
      while (at_line()) statement();
      if (!proved_any_) throw Refused{"it proves nothing"};
    } catch (const Refused& refused) {
      throw Refused{"line " + std::to_string(number_) + ": " + refused.because};
    }
  }

 private:
  // -------------------------------------------------------------- lines

  bool at_line() const { return has_line_; }

  /// The next line that says something.
  void next() {
    do {
      has_line_ = !text_.empty();
      if (!has_line_) return;
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      line_ = Line(text_.substr(0, end));
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++number_;
    } while (line_.at_end() || line_.accept("#"));
  }

  bool is(std::string_view word) {
    Line copy = line_;
    return at_line() && copy.accept(word);
  }
  /// The word, with the rest of the line for `line_`.
  bool accept(std::string_view word) { return at_line() && line_.accept(word); }
  void expect(std::string_view word) {
    if (!accept(word)) throw Refused{"expected '" + std::string(word) + "'"};
  }
  void end_line() {
    line_.expect_end();
    next();
  }
  void give(const Condition& c) {
    given_.insert(c);
    end_line();
  }

  /// What the steps up to `end` prove from what is given and from `besides`.
  Steps steps(const Conditions& besides = {}) {
    Steps result(
        [this, &besides](const Condition& c) { return given_.contains(c) || besides.contains(c); });
    for (; !accept("end"); next()) {
      if (accept("with ")) {
        result.with(line_);
      } else if (accept("need ")) {
        result.need(line_);
      } else {
        throw Refused{"expected 'with', 'need' or 'end'"};
      }
    }
    end_line();
    result.finish();
    return result;
  }

  static void require(bool holds, const char* otherwise) {
    if (!holds) throw Refused{otherwise};
  }

  static Condition never() {
    Condition result;
    result.sum.add({}, -1);
    return result;
  }

  // -------------------------------------------------------------- statements

  void statement() {
    if (accept("floor ")) return floor();
    if (accept("given ")) return give(line_.condition());
    proved_any_ = true;
    const Conditions before = given_;
    if (accept("condition ")) {
      const Condition goal = line_.bracketed();
      end_line();
      while (accept("given ")) give(line_.condition());
      require(steps().proves(goal), "the steps do not prove the condition");
    } else {
      expect("products ");
      next();
      while (accept("given ")) give(line_.condition());
      products();
    }
    given_ = before;
  }

  void floor() {
    const Sum name = line_.sum();
    line_.expect("=");
    const Sum dividend = line_.sum();
    line_.expect("over");
    const Sum divisor = line_.sum();
    end_line();
    require_new_name(name, dividend, divisor);
    const Steps proof = steps();
    Condition positive{divisor, false};
    positive.sum.add({}, -1);
    const bool constant = divisor.is_constant() && divisor.constant() >= 1;
    require(constant || proof.proves(positive), "the divisor of a floor is not proved positive");
    Sum rest = dividend;
    rest.add(-1, product(divisor, name));
    Sum other = positive.sum;
    other.add(-1, rest);
    given_.insert({rest, false});
    given_.insert({other, false});
  }

  /// A floor is a name that nothing before is about: only then there is always such an integer.
  void require_new_name(const Sum& name, const Sum& dividend, const Sum& divisor) {
    require(name.terms.size() == 1 && name.terms.begin()->first.size() == 1 &&
                name.terms.begin()->second == 1,
            "a floor has to have a name");
    require(dividend.is_integer() && divisor.is_integer(), "a floor of fractions");
    const std::string& word = name.terms.begin()->first.front();
    const auto uses = [&word](const Sum& sum) {
      return std::any_of(sum.terms.begin(), sum.terms.end(), [&word](const auto& term) {
        return std::find(term.first.begin(), term.first.end(), word) != term.first.end();
      });
    };
    const bool is_used =
        uses(dividend) || uses(divisor) ||
        std::any_of(given_.begin(), given_.end(), [&](const Condition& c) { return uses(c.sum); });
    require(!is_used, "the name of a floor is used before");
  }

  void products() {
    pieces_.clear();
    while (accept("piece ")) {
      Piece piece{line_.sum(), {}, {}};
      line_.expect("over");
      piece.denominator = line_.sum();
      if (line_.accept("if")) {
        while (!line_.at_end()) piece.where.insert(line_.bracketed());
      }
      end_line();
      require(!piece.denominator.terms.empty(), "a piece is divided by 0");
      pieces_.push_back(std::move(piece));
    }
    cases(0);
    expect("end");
    end_line();
  }

  // -------------------------------------------------------------- cases

  void cases(std::size_t depth) {
    require(depth < kDeepestCase, "its cases are too deep");
    expect("case");
    end_line();
    const Conditions before = given_;
    while (accept("lemma ")) {
      const Condition lemma = line_.bracketed();
      end_line();
      require(steps().proves(lemma), "the steps do not prove the lemma");
      given_.insert(lemma);
    }
    if (accept("split ")) {
      split(depth);
    } else {
      settled();
    }
    given_ = before;
    expect("end");
    end_line();
  }

  void split(std::size_t depth) {
    const Condition c = line_.bracketed();
    end_line();
    under(c, depth);
    std::vector<Sum> open{c.sum};
    if (c.is_zero) open.push_back(negative(c.sum));
    while (accept("else ")) {
      const Condition other = line_.bracketed();
      end_line();
      std::erase_if(open, [&other](const Sum& sum) { return negates(other, sum); });
      under(other, depth);
    }
    require(open.empty(), "the cases of a split leave something out");
  }

  void under(const Condition& c, std::size_t depth) {
    const bool is_new = given_.insert(c).second;
    cases(depth + 1);
    if (is_new) given_.erase(c);
  }

  std::size_t piece_number() {
    const Sum number = line_.sum();
    require(number.is_constant() && number.is_integer() && number.constant() >= 1 &&
                number.constant() <= pieces_.size(),
            "expected the number of a piece");
    return static_cast<std::size_t>(numerator(number.constant())) - 1;
  }

  void settled() {
    if (accept("empty")) {
      end_line();
      require(steps().proves(never()), "the steps do not refute the case");
      return;
    }
    std::vector<Known> known(pieces_.size());
    for (;;) {
      if (accept("out ")) {
        const std::size_t i = piece_number();
        end_line();
        require(steps(pieces_[i].where).proves(never()),
                "the steps do not refute the conditions of the piece");
        known[i].out = true;
      } else if (accept("holds ")) {
        const std::size_t i = piece_number();
        const Condition c = line_.bracketed();
        end_line();
        require(steps().proves(c), "the steps do not prove the condition of the piece");
        known[i].holds.insert(c);
      } else {
        break;
      }
    }
    sums(known);
  }

  /// The pieces by the conditions that are left of theirs, added up.
  void sums(const std::vector<Known>& known) {
    std::map<Conditions, Piece> by_open;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (known[i].out) continue;
      Conditions open;
      for (const Condition& c : pieces_[i].where) {
        if (!given_.contains(c) && !known[i].holds.contains(c)) open.insert(c);
      }
      const auto [found, is_new] = by_open.try_emplace(open, pieces_[i]);
      if (!is_new) found->second = added(found->second, pieces_[i]);
    }
    std::vector<std::pair<Conditions, Sum>> left;
    for (const auto& [open, sum] : by_open) {
      if (!sum.numerator.terms.empty()) left.emplace_back(open, sum.numerator);
    }
    // The writer's zeros come in any order, each under the conditions of one of the sums.
    while (accept("zero ")) zero(left);
    require(left.empty(), "the pieces do not add up to 0 in a case");
  }

  void zero(std::vector<std::pair<Conditions, Sum>>& left) {
    const Sum goal = line_.sum();
    end_line();
    const auto found = std::find_if(left.begin(), left.end(), [&goal](const auto& sum) {
      return is_multiple(sum.second, goal);
    });
    require(found != left.end(), "no sum of pieces is the one that is said to be 0");
    const Conditions open = found->first;
    require(steps(open).proves({goal, true}), "the steps do not prove that a sum is 0");
    left.erase(found);
  }

  static Piece added(const Piece& a, const Piece& b) {
    if (a.denominator == b.denominator) {
      Piece result = a;
      result.numerator.add(1, b.numerator);
      return result;
    }
    Piece result{product(a.numerator, b.denominator), product(a.denominator, b.denominator), {}};
    result.numerator.add(1, product(b.numerator, a.denominator));
    return result;
  }

  /// a = f*b for some number f.
  static bool is_multiple(const Sum& a, const Sum& b) {
    if (a.terms.empty() || b.terms.empty()) return a == b;
    const auto last = a.terms.rbegin();
    const auto same = b.terms.find(last->first);
    if (same == b.terms.end()) return false;
    Sum difference = a;
    difference.add(-last->second / same->second, b);
    return difference.terms.empty();
  }

  std::string_view text_;
  Line line_{""};
  bool has_line_ = false;
  std::size_t number_ = 0;
  Conditions given_;
  std::vector<Piece> pieces_;
  bool proved_any_ = false;
};

}  // namespace

std::optional<std::string> why_link_refused(std::string_view text) {
  try {
    LinkChecker(text).run();
    return std::nullopt;
  } catch (const Refused& refused) {
    return refused.because;
  }
}

}  // namespace convproof::derivations
