#include "derivations/evaluate/points.h"

#include <algorithm>
#include <optional>

#include "core/errors.h"
#include "derivations/evaluate/compare_members.h"
#include "derivations/evaluate/entries.h"

namespace convproof::derivations::evaluate {
namespace {

using language::Claim;

std::string decimals(const Rational& x) {
  return text(x);
}
std::string decimals(const Ball& x) {
  return x.middle().str(30);
}

bool differ(const Rational& a, const Rational& b) {
  return a != b;
}

/// Throws: OutsideDomain if the enclosures are too wide to say that the numbers agree.
bool differ(const Ball& a, const Ball& b) {
  if (!overlap(a, b)) return true;
  const Real size = std::max({abs(a.middle()), abs(b.middle()), Real(1)});
  if (a.radius() + b.radius() > size * pow(Real(10), -kAgreeingDigits)) {
    throw OutsideDomain(text("expected ", kAgreeingDigits, " digits, found errors that hide them"));
  }
  return false;
}

/// Both members at one point after the other.
class Points {
 public:
  Points(const language::File& file, const Claim& claim, std::size_t link, const Sizes& sizes,
         const Limits& limits)
      : file_(file),
        claim_(claim),
        members_(members_of(claim, link)),
        sizes_(sizes),
        limits_(limits) {}

  /// The first point at which they do not agree, or the last one.
  Point compare() {
    constexpr int kTriesForEach = 8;
    Point point;
    int agreed = 0;
    for (int i = 0; i < limits_.points * kTriesForEach && agreed < limits_.points; ++i) {
      std::optional<Point> next = compare_at(i);
      if (!next) continue;
      point = *std::move(next);
      point.comparison.points = ++agreed;
      point.comparison.digits = is_exact_ ? 0 : kAgreeingDigits;
      if (point.comparison.outcome != Outcome::kEqual) return point;
    }
    if (agreed == 0) point.comparison = {.outcome = Outcome::kIllFormed, .why = outside_};
    return point;
  }

 private:
  /// Nothing if the point is outside of the domain.
  std::optional<Point> compare_at(int i) {
    try {
      if (is_exact_) return compare_with<Rational>(i);
    } catch (const NotRational&) {
      is_exact_ = false;
    } catch (const OutsideDomain& failure) {
      outside_ = failure.why;
      return std::nullopt;
    }
    try {
      return compare_with<Ball>(i);
    } catch (const OutsideDomain& failure) {
      outside_ = failure.why;
      return std::nullopt;
    }
  }

  template <typename S>
  Point compare_with(int i) {
    Point point;
    const auto entry_of = [&](const std::string& tensor, const PerAxis& subscripts) {
      const std::uint64_t bits =
          bits_of(limits_.seed + static_cast<std::uint64_t>(i), tensor, subscripts);
      const Rational value = random_fraction(bits, i % 2 != 0);
      point.entries.emplace_back(tensor + subscripts_text(subscripts), text(value));
      return S(value);
    };
    Evaluator<S> evaluator(file_, sizes_, entry_of, limits_.work);
    point.comparison = compare_members(evaluator, claim_, members_, [&](const S& a, const S& b) {
      const bool found = differ(a, b);
      if (found && point.left.empty()) {
        point.left = decimals(a);
        point.right = decimals(b);
      }
      return found;
    });
    return point;
  }

  const language::File& file_;
  const Claim& claim_;
  Members members_;
  const Sizes& sizes_;
  const Limits& limits_;
  RealDigits digits_{kComputedDigits};
  bool is_exact_ = true;
  std::string outside_ = "expected points to try, found none";
};

}  // namespace

Comparison compare_at_points(const language::File& file, const Claim& claim, std::size_t link,
                             const Sizes& sizes, const Limits& limits) {
  return differing_point(file, claim, link, sizes, limits).comparison;
}

Point differing_point(const language::File& file, const Claim& claim, std::size_t link,
                      const Sizes& sizes, const Limits& limits) {
  return Points(file, claim, link, sizes, limits).compare();
}

}  // namespace convproof::derivations::evaluate
