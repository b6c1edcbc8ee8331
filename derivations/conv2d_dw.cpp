#include "derivations/conv2d_dw.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>

namespace convproof::derivations {
namespace {

using Matrices = std::vector<Matrix>;

Index rows(const Matrix& a) {
  return a.shape()[0];
}

Index columns(const Matrix& a) {
  return a.shape()[1];
}

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

// ---------------------------------------------------------------- the notes' operations

enum class Star { kConvolution, kCrossCorrelation };

Star other(Star star) {
  return star == Star::kConvolution ? Star::kCrossCorrelation : Star::kConvolution;
}

Matrix rotated(Matrix a) {
  std::reverse(a.data(), a.data() + a.size());
  return a;
}

Matrix padded(const Matrix& a, Index h, Index w) {
  Matrix result(Shape{rows(a) + 2 * h, columns(a) + 2 * w});
  for (Index i = 0; i < rows(a); ++i) {
    for (Index j = 0; j < columns(a); ++j) result(i + h, j + w) = a(i, j);
  }
  return result;
}

/// The notes' product of a kernel and an image (§3.1.1 and §3.1.2): all positions at which the
/// kernel lies within the image; for the convolution the kernel's taps run the other way.
Matrix product(Star star, const Matrix& kernel, const Matrix& image) {
  const Index height = rows(kernel);
  const Index width = columns(kernel);
  Matrix result(Shape{rows(image) - height + 1, columns(image) - width + 1});
  for (Index i = 0; i < rows(result); ++i) {
    for (Index j = 0; j < columns(result); ++j) {
      for (Index a = 0; a < height; ++a) {
        for (Index b = 0; b < width; ++b) {
          result(i, j) += star == Star::kConvolution
                              ? kernel(a, b) * image(i + height - 1 - a, j + width - 1 - b)
                              : kernel(a, b) * image(i + a, j + b);
        }
      }
    }
  }
  return result;
}

Rational sum_of_products(const Matrix& a, const Matrix& b) {
  Rational sum = 0;
  for (Index i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// (f(a+1) - f(a-1)) / 2 for every entry of `a`: the derivative itself for polynomials of at most
/// the second degree, whatever the step.
template <typename F>
Matrix derivative(Matrix& a, F f) {
  Matrix result(a.shape());
  for (Index i = 0; i < a.size(); ++i) {
    a[i] += 1;
    const Rational after = f();
    a[i] -= 2;
    const Rational before = f();
    a[i] += 1;
    result[i] = (after - before) / 2;
  }
  return result;
}

// ---------------------------------------------------------------- readings

class Reading {
 public:
  Reading() = default;
  Reading(std::initializer_list<Change> changes) : Reading(std::vector<Change>(changes)) {}
  explicit Reading(const std::vector<Change>& changes) {
    for (const Change c : changes) bits_ |= bit(c);
  }
  bool has(Change c) const { return (bits_ & bit(c)) != 0; }
  bool contains(Reading r) const { return (bits_ & r.bits_) == r.bits_; }
  Reading with(Change c) const {
    Reading r = *this;
    r.bits_ |= bit(c);
    return r;
  }

 private:
  static unsigned bit(Change c) { return 1U << static_cast<unsigned>(c); }
  unsigned bits_ = 0;
};

constexpr std::array kChanges{
    Change::kRotateResult,  Change::kOtherProduct,   Change::kFullProduct,
    Change::kIndexD,        Change::kSumOverEntries, Change::kForwardCrossCorrelation,
    Change::kForwardIndexP,
};

std::vector<Change> changes_of(Reading reading) {
  std::vector<Change> changes;
  for (const Change c : kChanges) {
    if (reading.has(c)) changes.push_back(c);
  }
  return changes;
}

// ---------------------------------------------------------------- the truth

/// The image that the kernels see: with zeros around it in §3.1.1.
Matrix seen(const Instance& in, Index map) {
  const bool same = in.section == Section::kSame;
  return padded(in.x[at(map)], same ? in.sizes.u : 0, same ? in.sizes.v : 0);
}

/// The map of index d that the forward pass reads for Z^p: d, or as §3.2.4 prints it, p.
Index map_read(Index p, Index d, Reading reading) {
  return reading.has(Change::kForwardIndexP) ? p : d;
}

/// Z^p = sum_d W^(p,d) (star) X^d + b^p, the forward pass of §3.2.1.
Matrix forward(const Instance& in, Reading reading, Index p) {
  const Star star =
      reading.has(Change::kForwardCrossCorrelation) ? Star::kCrossCorrelation : Star::kConvolution;
  Matrix z(in.linear[at(p)].shape());
  for (Index i = 0; i < z.size(); ++i) z[i] = in.b[at(p)];
  for (Index d = 0; d < in.sizes.d; ++d) {
    const Matrix term = product(star, in.kernel(p, d), seen(in, map_read(p, d, reading)));
    for (Index i = 0; i < z.size(); ++i) z[i] += term[i];
  }
  return z;
}

/// What Z^p adds to the loss.
Rational loss(const Instance& in, Index p, const Matrix& z) {
  Rational sum = 0;
  for (Index i = 0; i < z.size(); ++i) {
    sum += in.linear[at(p)][i] * z[i] + in.quadratic[at(p)][i] * z[i] * z[i] / 2;
  }
  return sum;
}

/// Both derivatives of the loss, from its values alone.
struct Truth {
  Matrices dz;  // [p]
  Matrices dw;  // [p*D + d]
};

/// Nothing if the forward pass reads a map that does not exist.
std::optional<Truth> truth_of(Instance in, Reading reading) {
  if (map_read(in.sizes.p - 1, 0, reading) >= in.sizes.d) return std::nullopt;
  Truth truth;
  for (Index p = 0; p < in.sizes.p; ++p) {
    Matrix z = forward(in, reading, p);
    truth.dz.push_back(derivative(z, [&] { return loss(in, p, z); }));
    for (Index d = 0; d < in.sizes.d; ++d) {
      Matrix& w = in.w[at(p * in.sizes.d + d)];  // No other Z depends on it.
      truth.dw.push_back(derivative(w, [&] { return loss(in, p, forward(in, reading, p)); }));
    }
  }
  return truth;
}

/// An instance and its truth for the four ways to read the forward pass.
struct Problem {
  Instance in;
  std::array<std::optional<Truth>, 4> truths;

  const std::optional<Truth>& truth(Reading reading) const {
    return truths[(reading.has(Change::kForwardCrossCorrelation) ? 1U : 0U) +
                  (reading.has(Change::kForwardIndexP) ? 2U : 0U)];
  }
};

Problem make_problem(Section section, const Sizes& sizes, std::uint64_t seed) {
  using enum Change;
  const Instance in = make_instance(section, sizes, seed);
  return {
      in,
      {truth_of(in, {}), truth_of(in, {kForwardCrossCorrelation}), truth_of(in, {kForwardIndexP}),
       truth_of(in, {kForwardCrossCorrelation, kForwardIndexP})}};
}

// ---------------------------------------------------------------- the lines

/// What a line says dL/dW is, or why it says nothing: there is no such operation.
struct Outcome {
  Matrices dw;
  std::string unreadable;
};

/// What a line is made of for one pair (p, d).
struct Parts {
  const Problem& problem;
  Reading reading;
  Index p;
  Index d;

  const Instance& in() const { return problem.in; }
  const Matrix& dz() const { return problem.truth(reading)->dz[at(p)]; }
  /// The X of the line: the notes print the index p in §3.2.4.
  Index map() const { return reading.has(Change::kIndexD) ? d : p; }
  Matrix x() const { return seen(in(), map()); }
  /// A product that is printed as `star`.
  Matrix times(Star star, const Matrix& kernel, const Matrix& image) const {
    const Star meant = reading.has(Change::kOtherProduct) ? other(star) : star;
    if (!reading.has(Change::kFullProduct)) return product(meant, kernel, image);
    return product(meant, kernel, padded(image, rows(kernel) - 1, columns(kernel) - 1));
  }
};

/// Why "a . b" is no product that the notes have: theirs are of numbers and of matrices that fit.
std::string why_no_dot(const char* a_name, int a_axes, const char* b_name, int b_axes) {
  if (a_axes == 0 || b_axes == 0 || (a_axes == 2 && b_axes == 2)) return "";
  return text(a_name, " has ", a_axes, " axes and ", b_name, " ", b_axes,
              ": no product of the two is defined");
}

/// The number of axes of the derivative of one array by another.
int axes_of_derivative(const Matrix& above, const Matrix& below) {
  return above.shape().rank() + below.shape().rank();
}

/// sum_ij dA_ij/dW_uv * G_ij for every (u,v), A a function of W.
template <typename F>
Matrix summed_derivative(Matrix w, const Matrix& g, F a) {
  return derivative(w, [&] { return sum_of_products(a(w), g); });
}

Outcome one(Matrix dw) {
  return {{std::move(dw)}, ""};
}

Outcome same_l1(const Parts& l) {
  Instance in = l.in();
  return one(summed_derivative(in.w[0], l.dz(), [&](const Matrix& w) {
    in.w[0] = w;
    return forward(in, l.reading, 0);
  }));
}

Outcome same_l2(const Parts& l) {
  const Sizes& s = l.in().sizes;
  const Matrix& x = l.in().x[0];
  Matrix dw(Shape{2 * s.u + 1, 2 * s.v + 1});
  for (Index u = -s.u; u <= s.u; ++u) {
    for (Index v = -s.v; v <= s.v; ++v) {
      for (Index i = 0; i < s.m; ++i) {
        for (Index j = 0; j < s.n; ++j) {
          if (i - u < 0 || i - u >= s.m || j - v < 0 || j - v >= s.n) continue;
          dw(u + s.u, v + s.v) += x(i - u, j - v) * l.dz()(i, j);
        }
      }
    }
  }
  return one(dw);
}

Outcome same_l3(const Parts& l) {
  return one(l.times(Star::kConvolution, l.dz(), rotated(l.x())));
}

Outcome same_l4(const Parts& l) {
  return one(l.times(Star::kConvolution, rotated(l.dz()), l.x()));
}

Outcome same_l5(const Parts& l) {
  return one(l.times(Star::kCrossCorrelation, l.dz(), l.x()));
}

Outcome layer_l1(const Parts& l) {
  Instance in = l.in();
  Matrix& w = in.w[at(l.p * in.sizes.d + l.d)];
  const std::string why = why_no_dot("∂Z/∂W", axes_of_derivative(l.dz(), w), "∂L/∂Z", 2);
  if (!why.empty() && !l.reading.has(Change::kSumOverEntries)) return {{}, why};
  return one(summed_derivative(w, l.dz(), [&](const Matrix& changed) {
    w = changed;
    return forward(in, l.reading, l.p);
  }));
}

// The remark after the lines says that their star is the cross-correlation.
Outcome layer_l2(const Parts& l) {
  const Matrix& w = l.in().kernel(l.p, l.d);
  const std::string why = why_no_dot("∂(W ⋆ X)/∂W", axes_of_derivative(l.dz(), w), "∂L/∂Z", 2);
  if (!why.empty() && !l.reading.has(Change::kSumOverEntries)) return {{}, why};
  const Matrix x = l.x();
  if (l.times(Star::kCrossCorrelation, w, x).shape() != l.dz().shape()) {
    return {{}, "W ⋆ X has not the shape of Z"};
  }
  return one(summed_derivative(w, l.dz(), [&](const Matrix& changed) {
    return l.times(Star::kCrossCorrelation, changed, x);
  }));
}

Outcome layer_l3(const Parts& l) {
  const Matrix& w = l.in().kernel(l.p, l.d);
  if (!l.reading.has(Change::kSumOverEntries)) {
    return {{}, text("⋆ takes a matrix, and ∂W/∂W has ", axes_of_derivative(w, w), " axes")};
  }
  Matrix dw(w.shape());
  for (Index i = 0; i < w.size(); ++i) {
    Matrix unit(w.shape());  // ∂W/∂w_i.
    unit[i] = 1;
    const Matrix changed = l.times(Star::kCrossCorrelation, unit, l.x());
    if (changed.shape() != l.dz().shape()) return {{}, "W ⋆ X has not the shape of Z"};
    dw[i] = sum_of_products(changed, l.dz());
  }
  return one(dw);
}

Outcome layer_l4(const Parts& l) {
  return one(l.times(Star::kCrossCorrelation, l.dz(), l.x()));
}

struct Claim {
  const char* id;
  const char* printed;
  Section section;
  bool names_x;  // By an index that may be out of range.
  Outcome (*evaluate)(const Parts&);
};

constexpr Claim kClaims[] = {
    {"V-DW-SAME-L1", "∂f/∂w_{u'v'} := Σ_i Σ_j ∂y_ij/∂w_{u'v'} · ∂f/∂y_ij", Section::kSame, false,
     same_l1},
    {"V-DW-SAME-L2", "= Σ_i Σ_j x_{i-u',j-v'} · ∂f/∂y_ij", Section::kSame, false, same_l2},
    {"V-DW-SAME-L3", "∂f/∂W = ∂f/∂Y ⋆ rotate(X_padded, 180°)", Section::kSame, false, same_l3},
    {"V-DW-SAME-L4", "= rotate(∂f/∂Y, 180°) ⋆ X_padded", Section::kSame, false, same_l4},
    {"V-DW-SAME-L5", "= ∂f/∂Y * X_padded", Section::kSame, false, same_l5},
    {"V-DW-L1", "∂L/∂W^(l,p,d) = ∂Z^(l,p)/∂W^(l,p,d) · ∂L/∂Z^(l,p)", Section::kLayer, false,
     layer_l1},
    {"V-DW-L2", "= ∂(W^(l,p,d) ⋆ X^(l-1,p))/∂W^(l,p,d) · ∂L/∂Z^(l,p)", Section::kLayer, true,
     layer_l2},
    {"V-DW-L3", "= (∂W^(l,p,d)/∂W^(l,p,d) ⋆ X^(l-1,p)) · ∂L/∂Z^(l,p)", Section::kLayer, true,
     layer_l3},
    {"V-DW-L4", "= ∂L/∂Z^(l,p) ⋆ X^(l-1,p), ⋆ the cross-correlation", Section::kLayer, true,
     layer_l4},
};

/// The map that the line names although this instance has none, or nothing.
std::optional<std::string> missing_map(const Claim& claim, const Problem& problem,
                                       Reading reading) {
  const Sizes& s = problem.in.sizes;
  if (!claim.names_x || reading.has(Change::kIndexD) || s.p <= s.d) return std::nullopt;
  return text("X^(l-1,", s.p, ") with D = ", s.d);
}

/// The line for all pairs (p, d); no map of it is missing.
Outcome evaluate(const Claim& claim, const Problem& problem, Reading reading) {
  Outcome all;
  const Sizes& s = problem.in.sizes;
  for (Index p = 0; p < s.p; ++p) {
    for (Index d = 0; d < s.d; ++d) {
      Outcome pair = claim.evaluate({problem, reading, p, d});
      if (pair.dw.empty()) return pair;
      if (reading.has(Change::kRotateResult)) pair.dw[0] = rotated(pair.dw[0]);
      all.dw.push_back(std::move(pair.dw[0]));
    }
  }
  return all;
}

// ---------------------------------------------------------------- the decision

constexpr Index kInstancesPerShape = 2;

/// All small shapes of a section, the smallest sum of sizes first.
std::vector<Sizes> shapes_of(Section section) {
  const bool same = section == Section::kSame;
  std::vector<Sizes> all;
  for (Index m = 1; m <= 4; ++m) {
    for (Index n = 1; n <= 4; ++n) {
      for (Index u = same ? 0 : 1; u <= (same ? 1 : std::min<Index>(m, 2)); ++u) {
        for (Index v = same ? 0 : 1; v <= (same ? 1 : std::min<Index>(n, 2)); ++v) {
          for (Index maps = 0; maps < (same ? 1 : 4); ++maps) {
            all.push_back({m, n, u, v, 1 + maps / 2, 1 + maps % 2});
          }
        }
      }
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Sizes& a, const Sizes& b) {
    return a.m + a.n + a.u + a.v + a.d + a.p < b.m + b.n + b.u + b.v + b.d + b.p;
  });
  return all;
}

std::vector<Problem> make_problems(Section section) {
  std::vector<Problem> problems;
  for (const Sizes& sizes : shapes_of(section)) {
    for (Index seed = 1; seed <= kInstancesPerShape; ++seed) {
      problems.push_back(make_problem(section, sizes, static_cast<std::uint64_t>(seed)));
    }
  }
  return problems;
}

/// Made once: the differences behind the truth cost more than all lines together.
const std::vector<Problem>& problems_of(Section section) {
  static const std::vector<Problem> same = make_problems(Section::kSame);
  static const std::vector<Problem> layer = make_problems(Section::kLayer);
  return section == Section::kSame ? same : layer;
}

/// The first entry in which the line and the truth differ; their shapes agree.
std::optional<Counterexample> first_difference(const Problem& problem, const Truth& truth,
                                               const Matrices& claimed) {
  const Instance& in = problem.in;
  for (Index p = 0; p < in.sizes.p; ++p) {
    for (Index d = 0; d < in.sizes.d; ++d) {
      const Matrix& right = truth.dw[at(p * in.sizes.d + d)];
      const Matrix& wrong = claimed[at(p * in.sizes.d + d)];
      for (Index i = 0; i < right.size(); ++i) {
        if (right[i] == wrong[i]) continue;
        return Counterexample{
            in.sizes,           in.seed,  p,        d,           i / columns(right),
            i % columns(right), right[i], wrong[i], in.x[at(d)], truth.dz[at(p)]};
      }
    }
  }
  return std::nullopt;
}

/// Compares the line with the truth on one instance and notes what speaks against it.
void judge(const Claim& claim, const Problem& problem, Reading reading, ClaimVerdict& v) {
  const Truth& truth = *problem.truth(reading);
  const Outcome outcome = evaluate(claim, problem, reading);
  if (!outcome.unreadable.empty()) {
    v.verdict = Verdict::kCannotBeRead;
    v.reason = outcome.unreadable;
  } else if (!(outcome.dw[0].shape() == truth.dw[0].shape())) {
    v.verdict = Verdict::kShapesDiffer;
    v.reason = text("∂/∂W is ", truth.dw[0].shape(), ", the line gives ", outcome.dw[0].shape());
  } else if ((v.counterexample = first_difference(problem, truth, outcome.dw))) {
    v.verdict = Verdict::kRefuted;
  }
}

/// Tries the line on every instance for which the forward pass, so read, exists.
ClaimVerdict try_line(const Claim& claim, const std::vector<Problem>& problems, Reading reading) {
  ClaimVerdict v{.id = claim.id, .printed = claim.printed, .section = claim.section};
  Index instances = 0;
  Index undefined = 0;
  std::string missing;
  for (const Problem& problem : problems) {
    if (!problem.truth(reading)) continue;
    ++instances;
    if (const auto map = missing_map(claim, problem, reading)) {
      if (undefined++ == 0) missing = "there is no " + *map;
    } else if (v.verdict == Verdict::kHolds) {
      judge(claim, problem, reading, v);
    }
  }
  v.shapes = instances / kInstancesPerShape;
  v.undefined_shapes = undefined / kInstancesPerShape;
  if (v.verdict == Verdict::kHolds && undefined > 0) v.verdict = Verdict::kRefuted;
  if (v.verdict == Verdict::kRefuted) v.reason = missing;
  return v;
}

/// All sets of exactly `count` changes.
std::vector<Reading> readings_with(int count) {
  if (count == 0) return {Reading()};
  std::vector<Reading> readings;
  for (const Reading& smaller : readings_with(count - 1)) {
    for (auto c = kChanges.rbegin(); c != kChanges.rend() && !smaller.has(*c); ++c) {
      readings.push_back(smaller.with(*c));
    }
  }
  return readings;
}

std::vector<Repair> repairs_of(const Claim& claim, const std::vector<Problem>& problems) {
  constexpr int kMostChanges = 3;
  std::vector<Reading> found;
  std::vector<Repair> repairs;
  for (int count = 1; count <= kMostChanges; ++count) {
    for (const Reading& reading : readings_with(count)) {
      const auto weaker = [&](const Reading& r) { return reading.contains(r); };
      if (std::any_of(found.begin(), found.end(), weaker)) continue;
      const ClaimVerdict v = try_line(claim, problems, reading);
      if (v.verdict != Verdict::kHolds) continue;
      found.push_back(reading);
      repairs.push_back({changes_of(reading), v.shapes});
    }
  }
  std::stable_sort(repairs.begin(), repairs.end(),
                   [](const Repair& a, const Repair& b) { return a.shapes > b.shapes; });
  return repairs;
}

const char* words(Change change) {
  switch (change) {
    case Change::kRotateResult: return "the result is rotated by 180°";
    case Change::kOtherProduct: return "the line's product is the other one (convolution, xcorr)";
    case Change::kFullProduct: return "the line's product is the full one";
    case Change::kIndexD: return "the line's X^(l-1,p) is X^(l-1,d)";
    case Change::kSumOverEntries: return "the dot sums over all entries of Z";
    case Change::kForwardCrossCorrelation: return "the forward ⋆ is the cross-correlation";
    case Change::kForwardIndexP: return "the forward pass reads X^(l-1,p)";
  }
  return "";
}

/// The sizes and the entry, in the notes' letters and indices.
std::string place(const Counterexample& c, Section section) {
  const std::string sizes =
      text("M=", c.sizes.m, " N=", c.sizes.n, " U=", c.sizes.u, " V=", c.sizes.v);
  if (section == Section::kSame) {
    return text(sizes, ": ∂f/∂w at (u',v') = (", c.row - c.sizes.u, ",", c.column - c.sizes.v, ")");
  }
  return text(sizes, " D=", c.sizes.d, " P=", c.sizes.p, ": ∂L/∂W^(", c.p + 1, ",", c.d + 1,
              ") at (", c.row + 1, ",", c.column + 1, ")");
}

std::string verdict_line(const ClaimVerdict& v) {
  switch (v.verdict) {
    case Verdict::kHolds: return text("holds on all ", v.shapes, " shapes tried");
    case Verdict::kCannotBeRead: return "cannot be read: " + v.reason;
    case Verdict::kShapesDiffer: return "shapes differ: " + v.reason;
    default: break;
  }
  if (!v.counterexample) return "refuted: " + v.reason;
  const Counterexample& c = *v.counterexample;
  const bool same = v.section == Section::kSame;
  return text("refuted by ", place(c, v.section), " is ", c.truth, ", the line gives ", c.claimed,
              "\n    where ", same ? "X" : text("X^(l-1,", c.d + 1, ")"), " = ", c.x, ", ",
              same ? "∂f/∂Y" : text("∂L/∂Z^(l,", c.p + 1, ")"), " = ", c.dz);
}

}  // namespace

Instance make_instance(Section section, const Sizes& sizes, std::uint64_t seed) {
  const bool same = section == Section::kSame;
  std::uint64_t state = seed;
  const auto next = [&state] {
    // Knuth's MMIX generator (The Art of Computer Programming 2, §3.3.4); its upper bits are good.
    state = state * 6364136223846793005U + 1442695040888963407U;
    const int magnitude = 1 + static_cast<int>((state >> 33U) % 5);
    return Rational((state >> 62U) % 2 == 0 ? magnitude : -magnitude);
  };
  for (int i = 0; i < 4; ++i) (void)next();  // Small seeds start alike.
  const auto fill = [&next](Index height, Index width) {
    Matrix a(Shape{height, width});
    for (Index i = 0; i < a.size(); ++i) a[i] = next();
    return a;
  };
  Instance in{section, sizes, seed, {}, {}, {}, {}, {}};
  const Index height = same ? 2 * sizes.u + 1 : sizes.u;
  const Index width = same ? 2 * sizes.v + 1 : sizes.v;
  for (Index d = 0; d < sizes.d; ++d) in.x.push_back(fill(sizes.m, sizes.n));
  for (Index k = 0; k < sizes.p * sizes.d; ++k) in.w.push_back(fill(height, width));
  const Index z_rows = same ? sizes.m : sizes.m - height + 1;
  const Index z_columns = same ? sizes.n : sizes.n - width + 1;
  for (Index p = 0; p < sizes.p; ++p) {
    in.b.push_back(same ? Rational(0) : next());
    in.linear.push_back(fill(z_rows, z_columns));
    in.quadratic.push_back(fill(z_rows, z_columns));
  }
  return in;
}

std::vector<ClaimVerdict> decide_conv2d_dw() {
  std::vector<ClaimVerdict> verdicts;
  for (const Claim& claim : kClaims) {
    const std::vector<Problem>& problems = problems_of(claim.section);
    ClaimVerdict verdict = try_line(claim, problems, {});
    if (verdict.verdict != Verdict::kHolds) verdict.repairs = repairs_of(claim, problems);
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

ClaimVerdict decide_line(const std::string& id, const std::vector<Change>& reading) {
  const auto* claim = std::find_if(std::begin(kClaims), std::end(kClaims),
                                   [&](const Claim& c) { return c.id == id; });
  if (claim == std::end(kClaims)) {
    throw ParseError("line of the derivation", "V-DW-SAME-L1 to L5 or V-DW-L1 to L4", id);
  }
  return try_line(*claim, problems_of(claim->section), Reading(reading));
}

std::string table(const std::vector<ClaimVerdict>& verdicts) {
  std::string out;
  for (const ClaimVerdict& v : verdicts) {
    out += text(v.id, "  ", v.printed, "\n    ", verdict_line(v), "\n");
    if (v.verdict == Verdict::kRefuted && v.undefined_shapes > 0) {
      out += text("    has no meaning on ", v.undefined_shapes, " of ", v.shapes,
                  " shapes: ", v.reason, "\n");
    }
    for (const Repair& repair : v.repairs) {
      const bool all = repair.shapes == v.shapes;
      out += text("    holds on ", all ? "all " : text(repair.shapes, " of "), v.shapes,
                  all ? " shapes if\n" : " shapes, where the forward pass exists, if\n");
      for (const Change change : repair.changes) out += text("      - ", words(change), "\n");
    }
  }
  return out;
}

}  // namespace convproof::derivations
