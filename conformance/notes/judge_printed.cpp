#include <algorithm>
#include <cctype>
#include <string_view>

#include "conformance/notes/printed.h"
#include "core/errors.h"

namespace convproof::conformance {
namespace {

/// One printed number.
struct Printed {
  Rational value;
  Rational unit;            // Of the last digit that counts; 0 if the number is exact.
  bool more_than = false;   // The notes say that the exact one is larger.
  bool reciprocal = false;  // Printed as 1/value, to a whole `value`.
};

Rational power_of_ten(int exponent) {
  Rational power = 1;
  for (int i = 0; i < std::abs(exponent); ++i) power *= 10;
  return exponent < 0 ? Rational(1 / power) : power;
}

[[noreturn]] void refuse(const std::string& word) {
  throw ParseError("printed figure",
                   "numbers such as 267,960, 1.80, ~16M, >8e9, 1e-5, 1/12 or 2-fold",
                   text("'", word, "'"));
}

/// The digits of `text` with an optional point and thousands separators, and how many follow the
/// point, or -1 without one.
Rational decimal(const std::string& word, const std::string& text, int& decimals) {
  Rational value = 0;
  decimals = -1;
  bool any = false;
  for (const char c : text) {
    if (c == ',' && any && decimals < 0) continue;
    if (c == '.' && any && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) refuse(word);
    any = true;
    value = value * 10 + (c - '0');
    if (decimals >= 0) ++decimals;
  }
  if (!any || decimals == 0) refuse(word);
  return value * power_of_ten(-std::max(decimals, 0));
}

/// The exponent of a suffix such as e9 or M, which is taken off `text`; 0 if there is none.
int take_scale(const std::string& word, std::string& text) {
  if (text.ends_with('k') || text.ends_with('M')) {
    const int scale = text.back() == 'k' ? 3 : 6;
    text.pop_back();
    return scale;
  }
  const auto e = text.find('e');
  if (e == std::string::npos) return 0;
  std::string digits = text.substr(e + 1);
  text.resize(e);
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  if (digits.empty() || digits.size() > 2) refuse(word);
  int scale = 0;
  for (const char c : digits) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) refuse(word);
    scale = scale * 10 + (c - '0');
  }
  return negative ? -scale : scale;
}

/// Where the last digit of a whole number stands that is not 0.
int trailing_zeros(Rational whole) {
  int zeros = 0;
  while (whole != 0 && denominator(Rational(whole / 10)) == 1) {
    whole /= 10;
    ++zeros;
  }
  return zeros;
}

Printed read_number(const std::string& word) {
  std::string text = word;
  Printed number;
  const bool approximate = text.starts_with('~');
  number.more_than = text.starts_with('>');
  if (approximate || number.more_than) text.erase(0, 1);
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  if (text.starts_with("1/")) {
    number.reciprocal = true;
    text.erase(0, 2);
  }
  constexpr std::string_view kFold = "-fold";
  const bool multiple = text.ends_with(kFold);
  if (multiple) text.erase(text.size() - kFold.size());
  const int scale = take_scale(word, text);
  int decimals = -1;
  const Rational digits = decimal(word, text, decimals);
  number.value = (negative ? Rational(-digits) : digits) * power_of_ten(scale);
  if (decimals > 0) {
    number.unit = power_of_ten(scale - decimals);
  } else if (scale > 0) {
    number.unit = power_of_ten(scale);
  } else if (approximate || number.more_than) {
    number.unit = power_of_ten(trailing_zeros(digits));
  }
  if (number.reciprocal && number.value == 0) refuse(word);
  if (number.reciprocal || multiple) number.unit = 1;
  return number;
}

std::vector<Printed> read_numbers(const std::string& printed) {
  std::vector<Printed> numbers;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) numbers.push_back(read_number(word));
    word.clear();
  };
  for (const char c : printed) {
    if (c == ' ' || c == 'x' || c == ';') {
      end_word();
    } else {
      word += c;
    }
  }
  end_word();
  return numbers;
}

PrintedVerdict judge_number(const Printed& printed, const Rational& exact) {
  if (printed.reciprocal) {
    if (exact == 0) return PrintedVerdict::kDoesNot;
    const Rational inverse = 1 / exact;
    if (inverse == printed.value) return PrintedVerdict::kEqual;
    return 2 * abs(inverse - printed.value) <= printed.unit ? PrintedVerdict::kRounds
                                                            : PrintedVerdict::kDoesNot;
  }
  if (printed.more_than && exact <= printed.value) return PrintedVerdict::kDoesNot;
  if (exact == printed.value) return PrintedVerdict::kEqual;
  return 2 * abs(exact - printed.value) <= printed.unit ? PrintedVerdict::kRounds
                                                        : PrintedVerdict::kDoesNot;
}

std::string decimal_text(const Rational& exact) {
  constexpr int kDigits = 6;
  const Rational scaled = abs(exact) * power_of_ten(kDigits);
  // Rounded half up: for people to read; verdicts are taken from the exact number.
  const boost::multiprecision::mpz_int whole =
      numerator(Rational(scaled * 2 + 1)) / (denominator(Rational(scaled * 2 + 1)) * 2);
  std::string digits = whole.str();
  if (digits.size() <= kDigits) digits.insert(0, kDigits + 1 - digits.size(), '0');
  digits.insert(digits.size() - kDigits, 1, '.');
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  const bool ends = denominator(scaled) == 1;
  return (ends ? "" : "~") + std::string(exact < 0 ? "-" : "") + digits;
}

}  // namespace

const char* name(PrintedVerdict verdict) {
  switch (verdict) {
    case PrintedVerdict::kEqual: return "equal";
    case PrintedVerdict::kRounds: return "rounds to it";
    case PrintedVerdict::kDoesNot: return "does not";
  }
  return "";
}

PrintedVerdict judge_printed(const std::string& printed, const std::vector<Rational>& exact) {
  const std::vector<Printed> numbers = read_numbers(printed);
  if (numbers.empty() || numbers.size() != exact.size()) {
    throw ParseError("printed figure", text(exact.size(), " numbers"), text("'", printed, "'"));
  }
  PrintedVerdict worst = PrintedVerdict::kEqual;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    worst = std::max(worst, judge_number(numbers[i], exact[i]));
  }
  return worst;
}

PrintedVerdict judge_sum(const std::string& printed, std::vector<std::string> terms) {
  std::vector<std::string> claimed(1);
  for (const char c : printed) {
    if (c == '+') {
      claimed.emplace_back();
    } else {
      claimed.back() += c;
    }
  }
  std::sort(claimed.begin(), claimed.end());
  std::sort(terms.begin(), terms.end());
  return claimed == terms ? PrintedVerdict::kEqual : PrintedVerdict::kDoesNot;
}

std::string sum_text(const std::vector<std::string>& terms) {
  std::string all;
  for (const std::string& term : terms) all += (all.empty() ? "" : "+") + term;
  return all;
}

FormulaResult judge_formula(const PrintedFormula& f) {
  constexpr Index kMost = 5;
  FormulaResult result;
  std::vector<Index> sizes(f.letters.size(), 1);
  for (;;) {
    try {
      const Rational count = f.count(sizes);
      ++result.sizes_tried;
      if (const Rational claimed = f.formula(sizes); claimed != count) {
        result.verdict = PrintedVerdict::kDoesNot;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
          result.counterexample += text(f.letters[i], sizes[i], i + 1 < sizes.size() ? " " : "");
        }
        result.counterexample += text(": ", claimed, ", not ", count);
        return result;
      }
    } catch (const ShapeError&) {
      // No such layer: nothing is claimed of it.
    }
    // The last letter fastest; the smallest counterexample comes first.
    std::size_t i = sizes.size();
    while (i > 0 && ++sizes[i - 1] > kMost) sizes[--i] = 1;
    if (i == 0) return result;
  }
}

std::string exact_text(const std::vector<Rational>& exact) {
  std::string all;
  for (const Rational& number : exact) all += (all.empty() ? "" : " ") + decimal_text(number);
  return all;
}

}  // namespace convproof::conformance
