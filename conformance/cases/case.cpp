#include "conformance/cases/case.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/errors.h"

namespace convproof::conformance {
namespace {

constexpr std::array kDTypes = {DType::kF64, DType::kF32, DType::kF16, DType::kBF16};
constexpr std::array kFills = {Fill::kIntegers, Fill::kDense, Fill::kSparse, Fill::kSpecial};
constexpr std::array kOperatorNames = {
#define CONVPROOF_OPERATOR(op) std::string_view(#op),
#include "core/operators.def"
};
constexpr const char* kAxes = "HW";

std::string in_quotes(std::string_view field) {
  return text("'", field, "'");
}

/// Reads one field after the other and says which one it could not read.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : text_(text), rest_(text) {}

  /// The next field, without its colon.
  std::string_view next(const std::string& expected) {
    if (at_end_) fail(expected, "the end of the text");
    const std::size_t colon = rest_.find(':');
    const std::string_view field = rest_.substr(0, colon);
    at_end_ = colon == std::string_view::npos;
    rest_ = at_end_ ? std::string_view() : rest_.substr(colon + 1);
    return field;
  }
  bool next_starts_with(std::string_view prefix) const {
    return !at_end_ && rest_.substr(0, prefix.size()) == prefix;
  }
  bool at_end() const { return at_end_; }
  std::string_view rest() const { return rest_; }
  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    throw ParseError("case string " + in_quotes(text_), expected, found);
  }

  /// Takes an integer of 0 or more from the front of `field`.
  Index number(std::string_view& field, const std::string& expected) const {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error == std::errc::result_out_of_range || value > (std::uint64_t{1} << 62U)) {
      fail("numbers below 2^62", in_quotes(field));
    }
    if (error != std::errc()) fail(expected, in_quotes(field));
    field.remove_prefix(static_cast<std::size_t>(end - field.data()));
    return static_cast<Index>(value);
  }
  /// `seed=` and 64 bits.
  std::uint64_t seed() {
    const std::string expected = "a seed as seed=<n>";
    const std::string_view whole = next(expected);
    const std::string_view digits = whole.substr(std::min<std::size_t>(whole.size(), 5));
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) fail("seeds below 2^64", in_quotes(whole));
    if (whole.substr(0, 5) != "seed=" || error != std::errc() ||
        end != digits.data() + digits.size()) {
      fail(expected, in_quotes(whole));
    }
    return value;
  }
  /// `prefix` and numbers joined by `separator`, as many as there are axes times `per_axis`.
  std::vector<Index> numbers(std::string_view prefix, char separator, std::size_t count,
                             const std::string& expected) {
    const std::string_view whole = next(expected);
    std::string_view field = whole;
    if (field.substr(0, prefix.size()) != prefix) fail(expected, in_quotes(whole));
    field.remove_prefix(prefix.size());
    std::vector<Index> values;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) {
        if (field.empty() || field.front() != separator) fail(expected, in_quotes(whole));
        field.remove_prefix(1);
      }
      if (field.empty()) fail(expected, in_quotes(whole));
      values.push_back(number(field, expected));
    }
    if (!field.empty()) fail(expected, in_quotes(whole));
    return values;
  }

 private:
  std::string_view text_;
  std::string_view rest_;
  bool at_end_ = false;
};

template <typename Values>
std::string joined_names(const Values& values) {
  std::string names;
  for (const auto& value : values) names += (names.empty() ? "" : ", ") + std::string(value);
  return names;
}

template <typename Enum, std::size_t n>
Enum parse_name(const FieldReader& reader, const std::array<Enum, n>& values, std::string_view text,
                const std::string& expected) {
  for (const Enum value : values) {
    if (text == name(value)) return value;
  }
  reader.fail(expected, in_quotes(text));
}

void parse_extents(FieldReader& reader, Case& c, std::size_t axes) {
  std::string expected = "sizes as N<n>C<c>";
  for (std::size_t a = 0; a < axes; ++a) expected += text(kAxes[a], "<", kAxes[a], ">");
  const std::string_view whole = reader.next(expected);
  std::string_view field = whole;
  const auto extent = [&](char letter) {
    if (field.empty() || field.front() != letter) reader.fail(expected, in_quotes(whole));
    field.remove_prefix(1);
    return reader.number(field, expected);
  };
  c.batch = extent('N');
  c.channels = extent('C');
  for (std::size_t a = 0; a < axes; ++a) c.size.push_back(extent(kAxes[a]));
  if (!field.empty()) reader.fail(expected, in_quotes(whole));
}

std::vector<KeptElement> parse_only(const FieldReader& reader, std::string_view field) {
  const std::string expected = "only=<tensor><index>,...";
  std::vector<KeptElement> kept;
  while (!field.empty()) {
    KeptElement element;
    const auto digit =
        std::find_if(field.begin(), field.end(), [](char ch) { return ch >= '0' && ch <= '9'; });
    element.tensor = std::string(field.begin(), digit);
    field.remove_prefix(element.tensor.size());
    if (element.tensor.empty()) reader.fail(expected, in_quotes(field));
    if (element.tensor == "none" && field.empty()) return {{"none", 0}};
    element.index = reader.number(field, expected);
    kept.push_back(element);
    if (!field.empty() && field.front() != ',') reader.fail(expected, in_quotes(field));
    if (!field.empty()) field.remove_prefix(1);
  }
  if (kept.empty()) reader.fail(expected, "an empty list");
  return kept;
}

std::string joined(const std::vector<Index>& values, char separator) {
  std::string out;
  for (const Index value : values) {
    if (!out.empty()) out += separator;
    out += std::to_string(value);
  }
  return out;
}

}  // namespace

const char* name(DType dtype) {
  switch (dtype) {
    case DType::kF64: return "f64";
    case DType::kF32: return "f32";
    case DType::kF16: return "f16";
    case DType::kBF16: return "bf16";
  }
  return "";
}

FloatFormat format_of(DType dtype) {
  switch (dtype) {
    case DType::kF64: return kF64;
    case DType::kF32: return kF32;
    case DType::kF16: return kF16;
    case DType::kBF16: return kBF16;
  }
  return kF64;
}

Index size_of(DType dtype) {
  switch (dtype) {
    case DType::kF64: return 8;
    case DType::kF32: return 4;
    case DType::kF16:
    case DType::kBF16: return 2;
  }
  return 0;
}

DType parse_dtype(std::string_view text, const std::string& what) {
  for (const DType dtype : kDTypes) {
    if (text == name(dtype)) return dtype;
  }
  throw ParseError(what, "a dtype of f64, f32, f16, bf16", in_quotes(text));
}

const char* name(Fill fill) {
  switch (fill) {
    case Fill::kIntegers: return "integers";
    case Fill::kDense: return "dense";
    case Fill::kSparse: return "sparse";
    case Fill::kSpecial: return "special";
  }
  return "";
}

std::string to_string(const Case& c) {
  std::string out = text(c.op, ":N", c.batch, "C", c.channels);
  for (std::size_t a = 0; a < c.size.size(); ++a) out += text(kAxes[a], c.size[a]);
  out += text(":O", c.outputs, ":k", joined(c.kernel, 'x'), ":s", joined(c.stride, 'x'), ":p",
              joined(c.pads, ','), ":d", joined(c.dilation, 'x'), ":g", c.groups,
              c.bias ? "" : ":nobias", ":", c.pass, ":", name(c.dtype), ":fill=", name(c.fill),
              ":seed=", c.seed);
  std::string kept;
  for (const KeptElement& e : c.only) {
    kept += kept.empty() ? "" : ",";
    kept += e.tensor == "none" ? e.tensor : text(e.tensor, e.index);
  }
  return kept.empty() ? out : out + ":only=" + kept;
}

Case parse_case(std::string_view string) {
  FieldReader reader(string);
  Case c;
  c.op = std::string(reader.next("an operator"));
  if (std::find(kOperatorNames.begin(), kOperatorNames.end(), c.op) == kOperatorNames.end()) {
    reader.fail("an operator of " + joined_names(kOperatorNames), in_quotes(c.op));
  }
  constexpr std::size_t kSpatialAxes = 2;
  parse_extents(reader, c, kSpatialAxes);
  c.outputs = reader.numbers("O", ',', 1, "output channels as O<o>")[0];
  c.kernel = reader.numbers("k", 'x', kSpatialAxes, "kernel sizes as k<h>x<w>");
  c.stride = reader.numbers("s", 'x', kSpatialAxes, "strides as s<h>x<w>");
  c.pads = reader.numbers("p", ',', 2 * kSpatialAxes, "pads as p<top>,<left>,<bottom>,<right>");
  c.dilation = reader.numbers("d", 'x', kSpatialAxes, "dilations as d<h>x<w>");
  c.groups = reader.numbers("g", ',', 1, "groups as g<n>")[0];
  if (reader.next_starts_with("nobias")) {
    (void)reader.next("nobias");
    c.bias = false;
  }
  const std::string_view pass = reader.next("a pass of y, dx, dw, db");
  if (pass != "y" && pass != "dx" && pass != "dw" && pass != "db") {
    reader.fail("a pass of y, dx, dw, db", in_quotes(pass));
  }
  c.pass = std::string(pass);
  const std::string dtypes = "a dtype of f64, f32, f16, bf16";
  c.dtype = parse_name(reader, kDTypes, reader.next(dtypes), dtypes);
  const std::string fills = "fill=integers, dense, sparse or special";
  std::string_view fill = reader.next(fills);
  if (fill.substr(0, 5) != "fill=") reader.fail(fills, in_quotes(fill));
  c.fill = parse_name(reader, kFills, fill.substr(5), fills);
  c.seed = reader.seed();
  if (!reader.at_end()) {
    const std::string_view only = reader.next("only=... or the end of the text");
    if (only.substr(0, 5) != "only=" || !reader.at_end()) {
      reader.fail("only=... or the end of the text", in_quotes(only));
    }
    c.only = parse_only(reader, only.substr(5));
  }
  // The data depend on the string, letter by letter: 07 must not mean 7.
  if (const std::string plain = to_string(c); plain != string)
    reader.fail(plain, in_quotes(string));
  return c;
}

}  // namespace convproof::conformance
