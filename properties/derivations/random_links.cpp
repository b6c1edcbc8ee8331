#include "properties/derivations/random_links.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

#include "core/errors.h"
#include "derivations/edits.h"
#include "derivations/language/parser.h"

namespace convproof::derivations {
namespace {

using language::Choice;

/// Sizes at which the generator looks whether what it builds has a meaning; it need not have one at
/// all others.
struct Sample {
  int K, N, L, n, s, d, p;
};
constexpr std::array<Sample, 6> kSamples{{{1, 1, 1, 1, 1, 1, 0},
                                          {2, 3, 2, 2, 2, 1, 1},
                                          {3, 5, 1, 3, 1, 2, 0},
                                          {1, 7, 3, 2, 3, 1, 2},
                                          {4, 4, 2, 1, 1, 1, 1},
                                          {2, 6, 5, 2, 3, 2, 1}}};
using AtSamples = std::array<int, kSamples.size()>;

/// A whole number of the claim.
struct Size {
  std::string text;  // A name, a number, or in parentheses.
  AtSamples at;
};

template <typename F>
Size computed(std::string text, const F& value) {
  Size result{std::move(text), {}};
  for (std::size_t i = 0; i < kSamples.size(); ++i) result.at[i] = value(i);
  return result;
}
Size constant(int value) {
  return computed(value < 0 ? text("(", value, ")") : text(value),
                  [&](std::size_t) { return value; });
}
Size named(const char* name, int Sample::*member) {
  return computed(name, [&](std::size_t i) { return kSamples[i].*member; });
}
Size operator+(const Size& a, const Size& b) {
  return computed("(" + a.text + " + " + b.text + ")",
                  [&](std::size_t i) { return a.at[i] + b.at[i]; });
}
Size operator-(const Size& a, const Size& b) {
  return computed("(" + a.text + " - " + b.text + ")",
                  [&](std::size_t i) { return a.at[i] - b.at[i]; });
}
Size operator*(const Size& a, const Size& b) {
  return computed("(" + a.text + " * " + b.text + ")",
                  [&](std::size_t i) { return a.at[i] * b.at[i]; });
}
/// Of numbers that are not negative.
Size operator/(const Size& a, const Size& b) {
  return computed("floor(" + a.text + " / " + b.text + ")",
                  [&](std::size_t i) { return a.at[i] / b.at[i]; });
}
bool is_one(const Size& size) {
  return size.text == "1";
}
bool at_least(const Size& size, int least) {
  return std::all_of(size.at.begin(), size.at.end(), [&](int value) { return value >= least; });
}

/// An expression, and the same by other means.
struct Both {
  std::string left;
  std::string right;
  std::vector<Size> sizes{};  // None: a number.
};

Both same(const std::string& text, std::vector<Size> sizes = {}) {
  return {text, text, std::move(sizes)};
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed * 2654435761U + 1U) {}

  RandomLink link() {
    rank_ = one_in(4) ? 2U : 1U;
    declare();
    switch (below(10)) {
      case 0:
      case 1:
      case 2: compare_arrays(); break;
      case 3:
      case 4:
      case 5: compare_gradients(); break;
      case 6: compare_sums(); break;
      case 7: compare_let(); break;
      case 8: compare_elements(); break;
      default: compare_numbers(); break;
    }
    return finished();
  }

 private:
  // The engine is the same everywhere; distributions of the standard library are not.
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  template <typename T>
  T any(std::initializer_list<T> of) {
    return of.begin()[below(static_cast<int>(of.size()))];
  }

  const Size K = named("K", &Sample::K);
  const Size N = named("N", &Sample::N);
  const Size L = named("L", &Sample::L);

  // -------------------------------------------------------------- the text

  void line(const std::string& statement) { text_ += statement + "\n"; }

  void declare() {
    line("size K, N >= K, L");
    line("size n, s, d, p >= 0");
    const bool other_bounds = one_in(4);
    if (other_bounds) line(any<const char*>({"assume s <= K", "assume p < K", "assume n >= s"}));
    const std::string second = rank_ == 2 ? ", L" : "";
    line("tensor W[K" + second + "]");
    line("tensor X[N" + second + "]");
    line("tensor F[N" + second + "]");
    line("tensor V[L]");
    line("tensor Z[N] from " + std::string(any<const char*>({"1", "0", "1 - p"})) + " zero");
    line("scalar b");
    readings_ = one_in(5);
    if (!readings_) return;
    line("reading star = conv | xcorr");
    line("reading some = full | same_lo | same_hi");
    line("reading off = 0 | 1 | K - 1");
    line("each e in 1..2");
    choice_.readings = {{"star", at(2)}, {"some", at(3)}, {"off", at(3)}};
    choice_.each = {{"e", Rational(1 + below(2))}};
  }
  std::size_t at(int n) { return static_cast<std::size_t>(below(n)); }

  void claim(const Both& both, const std::string& ranges = "") {
    line("claim c" + ranges + ": " + both.left + " == " + both.right);
  }

  RandomLink finished() {
    const language::File whole = language::parse({"random", text_});
    const auto& first = std::get<language::Claim>(whole.statements.back().node);
    RandomLink result{text_, language::choose(language::part_for(whole, first), choice_)};
    auto& claim = std::get<language::Claim>(result.file.statements.back().node);
    if (!one_in(2)) return result;
    std::vector<Edited> edits = edits_of(claim.links[0].expr, result.file, claim);
    if (!edits.empty()) {
      claim.links[0].expr = edits[at(static_cast<int>(edits.size()))].expr;
    }
    return result;
  }

  // -------------------------------------------------------------- arrays

  std::vector<Size> shape(const Size& first) const {
    return rank_ == 2 ? std::vector<Size>{first, L} : std::vector<Size>{first};
  }

  std::string per_axis(const Size& number) const {
    return rank_ == 2 ? number.text + ", " + number.text : number.text;
  }

  Both leaf() {
    switch (below(6)) {
      case 0: return same("W", shape(K));
      case 1: return same("F", shape(N));
      case 2: return same(rank_ == 2 ? "ones(N, L)" : "ones(N)", shape(N));
      case 3:
        if (rank_ == 1) return same("Z", shape(N));
        [[fallthrough]];
      default: return same("X", shape(N));
    }
  }

  Both array(int depth) {
    if (depth == 0 || one_in(6)) return leaf();
    if (one_in(3)) return correlation(depth);
    const Both of = array(depth - 1);
    switch (below(12)) {
      case 0: return turned(of);
      case 1: return transposed(of);
      case 2: return padded(of);
      case 3: return cropped(of);
      case 4: return spread(of, "zeroinsert");
      case 5: return spread(of, "kron");
      case 6: return blocked(of);
      case 7: return subsampled(of);
      case 8: return added(of);
      case 9: return scaled(of);
      case 10: return summed(of);
      default: return {"id(" + of.left + ")", of.right, of.sizes};
    }
  }

  Both turned(const Both& of) {
    std::string right = "rot180(" + of.right + ")";
    if (one_in(2)) right = "flip(" + of.right + ", 1)";
    if (one_in(2) && rank_ == 2) right = "flip(flip(" + of.right + ", 2), 1)";
    return {"rot180(" + of.left + ")", right, of.sizes};
  }

  Both transposed(const Both& of) {
    std::vector<Size> sizes(of.sizes.rbegin(), of.sizes.rend());
    const std::string right =
        rank_ == 1 ? of.right : "transpose(" + (one_in(2) ? of.right : id_of(of.right)) + ")";
    return {"transpose(" + of.left + ")", right, std::move(sizes)};
  }
  static std::string id_of(const std::string& array) { return "rot180(rot180(" + array + "))"; }

  Size padding() {
    return any<Size>(
        {constant(1), constant(0), constant(2), named("p", &Sample::p), K - constant(1)});
  }

  Both padded(const Both& of) {
    const Size p = padding();
    std::vector<Size> sizes;
    for (const Size& size : of.sizes) sizes.push_back(size + p + p);
    const std::string right =
        one_in(2) ? "padlr(" + of.right + ", " + p.text + ", " + p.text + ")"
                  : "crop(pad(" + of.right + ", " + (p + constant(1)).text + "), 1)";
    return {"pad(" + of.left + ", " + per_axis(p) + ")", right, std::move(sizes)};
  }

  Both cropped(const Both& of) {
    std::vector<Size> sizes;
    for (const Size& size : of.sizes) sizes.push_back(size - constant(2));
    if (!std::all_of(sizes.begin(), sizes.end(), [](const Size& s) { return at_least(s, 0); })) {
      return {"crop(pad(" + of.left + ", 1), 1)", of.right, of.sizes};
    }
    return {"crop(" + of.left + ", 1)", "crop(crop(pad(" + of.right + ", 1), 1), 1)",
            std::move(sizes)};
  }

  Size step() {
    return any<Size>({constant(2), constant(3), named("n", &Sample::n), named("s", &Sample::s)});
  }

  /// zeroinsert or kron: the latter is the former with ones in the gaps.
  Both spread(const Both& of, const std::string& op) {
    const Size n = step();
    std::vector<Size> sizes;
    for (const Size& size : of.sizes) {
      sizes.push_back(op == "kron" ? size * n : (size - constant(1)) * n + constant(1));
    }
    const std::string between = "zeroinsert(" + of.right + ", " + n.text + ")";
    const std::string right =
        op == "kron" ? "conv(ones(" + per_axis(n) + "), " + between + ", mode=full)" : between;
    return {op + "(" + of.left + ", " + per_axis(n) + ")", right, std::move(sizes)};
  }

  Both blocked(const Both& of) {
    const Size n = step();
    const std::string repeated = "kron(" + of.left + ", " + n.text + ")";
    const std::string right = one_in(2)
                                  ? n.text + " * " + (rank_ == 2 ? n.text + " * " : "") + of.right
                                  : "xcorr(ones(" + per_axis(n) + "), kron(" + of.right + ", " +
                                        n.text + "), stride=" + n.text + ")";
    return {"blocksum(" + repeated + ", " + n.text + ")", right, of.sizes};
  }

  Both subsampled(const Both& of) {
    const Size n = step();
    std::vector<Size> sizes;
    for (const Size& size : of.sizes) sizes.push_back((size - constant(1)) / n + constant(1));
    return {"subsample(" + of.left + ", " + n.text + ")",
            "xcorr(ones(" + per_axis(constant(1)) + "), " + of.right + ", stride=" + n.text + ")",
            std::move(sizes)};
  }

  Both added(const Both& of) {
    const std::string other = any<const char*>({"rot180", "id"});
    const std::string sign = any<const char*>({" + ", " - "});
    const std::string left = "(" + of.left + sign + other + "(" + of.left + "))";
    const std::string right = sign == " + "
                                  ? "(" + other + "(" + of.right + ") + " + of.right + ")"
                                  : "(-" + other + "(" + of.right + ") + " + of.right + ")";
    return {left, right, of.sizes};
  }

  Both scaled(const Both& of) {
    switch (below(5)) {
      case 0: return {"(b * " + of.left + ")", "(" + of.right + " * b)", of.sizes};
      case 1: return {"(2 * " + of.left + ")", "(" + of.right + " + " + of.right + ")", of.sizes};
      case 2: return {"(" + of.left + " / K)", "(1 / K * " + of.right + ")", of.sizes};
      case 3:
        return {"(" + of.left + " .* " + of.left + ")", "(" + of.right + " .* " + of.right + ")",
                of.sizes};
      default: return {"(" + of.left + " + b)", "(b + " + of.right + ")", of.sizes};
    }
  }

  /// The same array several times.
  Both summed(const Both& of) {
    const std::string index = new_index();
    switch (below(3)) {
      case 0:
        return {"(sum(" + index + " in 1..3) " + index + " * " + of.left + ")",
                "(6 * " + of.right + ")", of.sizes};
      case 1:
        return {"(sum(" + index + " in 1..K) " + of.left + ")", "(K * " + of.right + ")", of.sizes};
      default:
        return {"(sum(" + index + " in 1..N where " + index + " <= K) " + of.left + ")",
                "(K * " + of.right + ")", of.sizes};
    }
  }

  std::string new_index() { return text("i", count_++); }

  // -------------------------------------------------------------- correlations

  struct Movement {
    std::string mode;
    Size stride = constant(1);
    Size dilation = constant(1);
    Size pad = constant(0);

    std::string options() const {
      std::string result;
      if (!mode.empty()) result += ", mode=" + mode;
      if (!is_one(stride)) result += ", stride=" + stride.text;
      if (!is_one(dilation)) result += ", dilation=" + dilation.text;
      if (pad.text != "0") result += ", pad=" + pad.text;
      return result;
    }
  };

  /// How many zeros a mode adds in all.
  Size zeros_of(const std::string& mode, const Size& rest) const {
    if (mode == "full") return rest + rest;
    if (mode == "some" && choice_.readings.at("some") == 0) return rest + rest;
    if (mode.empty() || mode == "valid") return constant(0);
    return rest;
  }

  Both kernel() {
    switch (below(5)) {
      case 0: return {"rot180(W)", "rot180(W)", shape(K)};
      case 1: return {"ones(shape(W))", rank_ == 2 ? "ones(K, L)" : "ones(K)", shape(K)};
      case 2: return rank_ == 1 ? same("V", {L}) : same("W", shape(K));
      default: return same("W", shape(K));
    }
  }

  Both correlation(int depth) {
    const Both of = array(depth - 1);
    const Both by = kernel();
    Movement movement;
    if (one_in(2)) movement.mode = any<const char*>({"full", "same_lo", "same_hi", "valid"});
    if (readings_ && one_in(2)) movement.mode = "some";
    if (one_in(3)) movement.stride = step();
    if (one_in(4)) movement.dilation = any<Size>({constant(2), named("d", &Sample::d)});
    if (one_in(5)) movement.pad = padding();
    std::vector<Size> sizes;
    if (!result_sizes(of, by, movement, sizes)) {
      movement.mode = "full";
      sizes.clear();
      result_sizes(of, by, movement, sizes);
    }
    const bool open = readings_ && one_in(2);
    const bool conv = open ? choice_.readings.at("star") == 0 : one_in(2);
    const std::string name = conv ? "conv" : "xcorr";
    const std::string left =
        (open ? "star" : name) + "(" + by.left + ", " + of.left + movement.options() + ")";
    return {left, rewritten(conv, by, of, movement), std::move(sizes)};
  }

  bool result_sizes(const Both& of, const Both& by, const Movement& movement,
                    std::vector<Size>& sizes) const {
    for (std::size_t axis = 0; axis < of.sizes.size(); ++axis) {
      const Size rest = (by.sizes[axis] - constant(1)) * movement.dilation;
      const Size slack = of.sizes[axis] + zeros_of(movement.mode, rest) + movement.pad +
                         movement.pad - rest - constant(1);
      if (!at_least(slack, 0)) return false;
      sizes.push_back(is_one(movement.stride) ? slack + constant(1)
                                              : slack / movement.stride + constant(1));
    }
    return true;
  }

  std::string rewritten(bool conv, const Both& by, const Both& of, Movement movement) {
    std::string name = conv ? "conv" : "xcorr";
    std::string kernel = by.right;
    std::string signal = of.right;
    std::string outer = "";
    switch (below(7)) {
      case 0:
        name = conv ? "xcorr" : "conv";
        kernel = "rot180(" + kernel + ")";
        break;
      case 1:
        if (is_one(movement.stride)) break;
        outer = ", " + movement.stride.text + ")";
        movement.stride = constant(1);
        break;
      case 2:
        kernel = "zeroinsert(" + kernel + ", " + movement.dilation.text + ")";
        movement.dilation = constant(1);
        break;
      case 3:
        signal = "pad(" + signal + ", " + per_axis(movement.pad) + ")";
        movement.pad = constant(0);
        break;
      case 4:
        if (movement.mode != "full") break;
        signal = "pad(" + signal + ", " + full_padding(by, movement.dilation) + ")";
        movement.mode = "valid";
        break;
      case 5:
        if (!conv || movement.mode != "full" || !is_one(movement.dilation)) break;
        std::swap(kernel, signal);
        break;
      default: break;
    }
    const std::string inner = name + "(" + kernel + ", " + signal + movement.options() + ")";
    return outer.empty() ? inner : "subsample(" + inner + outer;
  }

  std::string full_padding(const Both& by, const Size& dilation) const {
    std::string result;
    for (const Size& size : by.sizes) {
      result += (result.empty() ? "" : ", ") + ((size - constant(1)) * dilation).text;
    }
    return result;
  }

  // -------------------------------------------------------------- claims about arrays

  void compare_arrays() {
    const Both both = array(2 + below(2));
    if (one_in(3)) {
      claim({"sum(" + both.left + ")", "sum(rot180(" + both.right + "))"});
    } else {
      claim(both);
    }
  }

  void compare_gradients() {
    const Both y = one_in(3) ? correlation(1) : array(1 + below(2));
    const std::string by = any<const char*>({"X", "W", "X", "F"});
    const bool inner = one_in(4);
    line("let A = " + any<std::string>({"2 * X", "rot180(X)", "X + F", "X .* X"}));
    const std::string value = inner ? with_name(y.left, "A") : y.left;
    const std::string other = inner ? with_name(y.right, "A") : y.right;
    line("let Y = " + value);
    line("seed G like Y");
    switch (below(rank_ == 1 ? 4 : 3)) {
      case 0:
        claim({"grad(Y, " + (inner ? "A" : by) + ", G)",
               "grad(" + other + ", " + (inner ? "A" : by) + ", G)"});
        break;
      case 1:
        claim({"sum(grad(Y, b, G)) + sum(grad(Y, " + by + ", G))",
               "sum(grad(" + other + ", " + by + ", rot180(rot180(G)))) + grad(Y, b, G)"});
        break;
      case 2:
        claim({"grad(Y, " + by + "[j], G)", "grad(" + other + ", " + by + ", G)[j]"},
              " [j in 1.." + (by == "W" ? std::string("K") : std::string("N")) + "]");
        break;
      default:
        claim(
            {"grad(Y, " + by + ", G)[j]", "sum(i in 1.." + y.sizes[0].text + ") G[i] * jacobian(" +
                                              other + ", " + by + ")[i, j]"},
            " [j in 1.." + (by == "W" ? std::string("K") : std::string("N")) + "]");
        break;
    }
  }

  /// X replaced by a let.
  static std::string with_name(std::string expr, const std::string& name) {
    for (std::size_t i = 0; i < expr.size(); ++i) {
      if (expr[i] == 'X') expr.replace(i, 1, name);
    }
    return expr;
  }

  // -------------------------------------------------------------- sums

  std::string offset() {
    if (readings_ && one_in(2)) return any<const char*>({" + off", " - off", " + e"});
    return any<const char*>({"", " + 1", " - 1", " + K", " - K", " - p", " + 2"});
  }

  std::string condition(const std::string& i, const std::string& j) {
    const std::string relation = any<const char*>({" < ", " <= ", " == ", " != ", " >= "});
    switch (below(4)) {
      case 0: return i + relation + j + offset();
      case 1: return "mod(" + i + offset() + ", 2) == " + any<std::string>({"0", "1"});
      case 2: return "floor(" + i + " / " + any<std::string>({"2", "3", "s"}) + ") " + relation + j;
      default: return i + " + " + j + relation + any<std::string>({"K", "N", "L + 1", "4"});
    }
  }

  void compare_sums() {
    const std::string where = condition("i", "j");
    const std::string product = any<std::string>(
        {"Z[i" + offset() + "] * V[j]", "Z[i" + offset() + "] * Z[j]", "i * V[j]", "V[j]", "1",
         "Z[i - j" + offset() + "]", "Z[2 * i + j" + offset() + "]", "Z[s * i - j] * V[j]"});
    const std::string i = "i in 1.." + any<std::string>({"N", "K", "min(N, 4)"});
    const std::string j = "j in " + any<std::string>({"1", "1", "min(2, L)"}) + "..L";
    const std::string left = "sum(" + i + ", " + j + " where " + where + ") " + product;
    switch (below(4)) {
      case 0: claim({left, "sum(" + j + ", " + i + " where " + where + ") " + product}); break;
      case 1: claim({left, "sum(" + i + ") sum(" + j + " where " + where + ") " + product}); break;
      case 2: {
        const std::string cut = any<std::string>({"i <= 2", "i <= K", "j == 1"});
        const std::string rest = cut == "j == 1" ? "j != 1" : "i > " + cut.substr(5);
        claim({left, "sum(" + i + ", " + j + " where " + where + ", " + cut + ") " + product +
                         " + sum(" + i + ", " + j + " where " + rest + ", " + where + ") " +
                         product});
        break;
      }
      default:
        claim({left, "sum(" + j + ") V[j] * 0 + sum(" + j + ", " + i + " where " + where + ", " +
                         where + ") " + product});
        break;
    }
  }

  // -------------------------------------------------------------- pointwise definitions

  void compare_let() {
    const std::string coefficient = any<std::string>({"", "2 * ", "s * ", "-"});
    const std::string off = offset();
    const auto value = [&](const std::string& k) {
      return "V[" + k + "] * Z[" + coefficient + "i + " + k + off + "]";
    };
    const std::string upper = any<std::string>({"N", "N - K + 1", "L", "2 * K"});
    const std::string zero = one_in(2) ? " zero" : "";
    line("let Y[i in 1.." + upper + "]" + zero + " = sum(k in 1..L) " + value("k"));
    line("let T[i in 1.." + upper + "]" + zero + " = sum(k in 1..L) " + value("(L + 1 - k)"));
    if (one_in(3)) {
      line("seed G like Y");
      const std::string by = any<std::string>({"V", "Z"});
      claim({"grad(Y, " + by + ", G)", "grad(T, " + by + ", G)"});
    } else if (zero.empty() || one_in(2)) {
      claim({"rot180(Y)", "rot180(T)"});
    } else {
      const std::string beyond = readings_ ? "off" : "1";
      claim({"Y[i + " + beyond + "]", "T[i + " + beyond + "]"}, " [i in 0..N]");
    }
  }

  void compare_elements() {
    const Both both = array(2);
    std::string ranges;
    std::string subscripts;
    for (std::size_t axis = 0; axis < both.sizes.size(); ++axis) {
      const std::string index = text("x", axis);
      ranges += (axis == 0 ? "" : ", ") + index + " in 1.." + both.sizes[axis].text;
      subscripts += (axis == 0 ? "" : ", ") + index;
    }
    // Only operators and names can be read by an index.
    claim(
        {"id(" + both.left + ")[" + subscripts + "]", "id(" + both.right + ")[" + subscripts + "]"},
        " [" + ranges + "]");
  }

  // -------------------------------------------------------------- numbers

  Both number(int depth) {
    if (depth == 0) return same(any<std::string>({"N", "K", "L", "2", "s", "3 * N", "N - K"}));
    const Both a = number(depth - 1);
    const Both b = number(0);
    const std::string m = any<std::string>({"2", "3", "5", "s"});
    switch (below(8)) {
      case 0:
        return {"floor((" + a.left + ") / " + m + ")",
                "ceil((" + a.right + " - " + m + " + 1) / " + m + ")"};
      case 1:
        return {"mod(" + a.left + ", " + m + ")",
                "(" + a.right + " - " + m + " * floor((" + a.right + ") / " + m + "))"};
      case 2: return {"(" + a.left + " + " + b.left + ")", "(" + b.right + " + " + a.right + ")"};
      case 3:
        return {"((" + a.left + ") * (" + b.left + "))", "((" + b.right + ") * (" + a.right + "))"};
      case 4:
        return {"(floor((" + a.left + ") / 2) + ceil((" + a.left + ") / 2))", "(" + a.right + ")"};
      case 5: return {"max(" + a.left + ", " + a.left + " - 1)", "(" + a.right + ")"};
      case 6: return {"((" + a.left + ") / L * L)", "(" + a.right + ")"};
      default:
        return {"((" + a.left + ") - (" + b.left + "))", "(" + a.right + " - (" + b.right + "))"};
    }
  }

  void compare_numbers() {
    const Both both = number(1 + below(2));
    const std::string relation = any<std::string>({" == ", " == ", " <= ", " < ", " >= "});
    const std::string more = relation == " < " && one_in(2) ? " + 1" : "";
    line("arith c: " + both.left + relation + both.right + more);
  }

  std::mt19937 random_;
  std::size_t rank_ = 1;
  bool readings_ = false;
  Choice choice_;
  std::string text_;
  int count_ = 0;
};

}  // namespace

RandomLink random_link(unsigned seed) {
  return Generator(seed).link();
}

}  // namespace convproof::derivations
