// How much of each frequency a signal has at each time: spectrogram.
#include "reference/spectrogram.h"

#include <gtest/gtest.h>

#include "core/scalar/rational.h"
#include "core/scalar/real.h"
#include "properties/arbitrary.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "properties/gradients.h"
#include "reference/conv.h"

namespace convproof {
namespace {

using Reals = Tensor<Real>;

template <typename T>
Tensor<T> reals(const char* name, const Shape& shape) {
  return tensor_cast<T>(any_tensor(name, shape));
}

TEST(SpectrogramExamples, AToneHasARowAndAClickHasAColumn) {
  const RealPrecision digits;
  const Reals ones(Shape{4}, {1, 1, 1, 1});
  // cos(2 pi n / 4), twice: rows 1 and 3 have (4/2)^2.
  const Reals tone(Shape{1, 8}, {1, 0, -1, 0, 1, 0, -1, 0});
  EXPECT_TRUE(
      agree(reference::spectrogram(tone, ones, 4), Reals(Shape{4, 2}, {0, 0, 4, 4, 0, 0, 4, 4})));
  const Reals click(Shape{1, 8}, {0, 0, 0, 0, 0, 3, 0, 0});
  EXPECT_TRUE(
      agree(reference::spectrogram(click, ones, 4), Reals(Shape{4, 2}, {0, 9, 0, 9, 0, 9, 0, 9})));
  // exp(2 pi i n / 4) has one row only; half of the window, a quarter of the power.
  const Reals turning(Shape{2, 4}, {1, 0, -1, 0, 0, 1, 0, -1});
  EXPECT_TRUE(agree(reference::spectrogram(turning, ones, 1), Reals(Shape{4, 1}, {0, 16, 0, 0})));
  const Reals half(Shape{4}, {Real(1) / 2, Real(1) / 2, Real(1) / 2, Real(1) / 2});
  EXPECT_TRUE(agree(reference::spectrogram(turning, half, 1), Reals(Shape{4, 1}, {0, 4, 0, 0})));
  EXPECT_EQ(reference::spectrogram_shape({1, 9}, {4}, 2), (Shape{4, 3}));
}

TEST(SpectrogramErrors, EveryArgumentIsRefusedByName) {
  const auto refusal = [](const Shape& x, const Shape& window, Index hop) {
    return error_of([&] { (void)reference::spectrogram_shape(x, window, hop); });
  };
  EXPECT_EQ(refusal({4}, {2}, 1), "spectrogram: x: expected 2 axes [parts, N], got [4]");
  EXPECT_EQ(refusal({3, 4}, {2}, 1),
            "spectrogram: parts of x: expected 1 (real) or 2 (real, imaginary), got 3");
  EXPECT_EQ(refusal({1, 4}, {2, 2}, 1), "spectrogram: window: expected 1 axis [L], got [2, 2]");
  EXPECT_EQ(refusal({1, 4}, {0}, 1), "spectrogram: length of window: expected 1 or more, got 0");
  EXPECT_EQ(refusal({1, 4}, {5}, 1), "spectrogram: samples of x: expected 5 or more, got 4");
  EXPECT_EQ(refusal({1, 4}, {2}, 0), "spectrogram: hop: expected 1 or more, got 0");
  const Tensor<double> x(Shape{1, 4});
  const Tensor<double> window(Shape{2});
  EXPECT_EQ(error_of([&] { (void)reference::spectrogram_dx(x, x, window, 1); }),
            "spectrogram: dy: expected [2, 3] (the shape of y), got [1, 4]");
  EXPECT_EQ(error_of([&] { (void)reference::spectrogram_dwindow(x, x, window, 1); }),
            "spectrogram: dy: expected [2, 3] (the shape of y), got [1, 4]");
}

/// A signal, real or complex, with a window and a hop.
template <typename T>
struct Sound {
  Tensor<T> window = reals<T>("window", Shape{any_index("L", 1, 5)});
  Index hop = any_index("hop", 1, 3);
  Tensor<T> x = reals<T>(
      "x", Shape{any_index("parts", 1, 2), window.size() + any_index("more samples", 0, 5)});

  Tensor<T> spectrogram() const { return reference::spectrogram(x, window, hop); }
};

TEST(SpectrogramLaws, GradientsAreFiniteDifferences) {
  const RealPrecision digits;
  for_all("dx and dwindow agree with differences", [] {
    const Sound<Real> s;
    const Reals dy = reals<Real>("dy", s.spectrogram().shape());
    require(agree(reference::spectrogram_dx(dy, s.x, s.window, s.hop),
                  smooth_gradient(
                      [&](const Reals& x) { return reference::spectrogram(x, s.window, s.hop); },
                      s.x, dy)),
            "dx");
    require(
        agree(reference::spectrogram_dwindow(dy, s.x, s.window, s.hop),
              smooth_gradient([&](const Reals& w) { return reference::spectrogram(s.x, w, s.hop); },
                              s.window, dy)),
        "dwindow");
  });
}

/// One windowed part of a signal: real parts, then imaginary parts.
std::pair<std::vector<Real>, std::vector<Real>> windowed(const Sound<Real>& s, Index column) {
  std::vector<Real> re, im;
  for (Index n = 0; n < s.window.size(); ++n) {
    re.push_back(s.window[n] * s.x(0, column * s.hop + n));
    im.push_back(s.x.shape()[0] == 2 ? Real(s.window[n] * s.x(1, column * s.hop + n)) : Real(0));
  }
  return {re, im};
}

// From another side: powers are the transform of how a part resembles itself r samples later
// (Wiener and Khinchin), and sum to the energy (Parseval). Neither transforms the signal.
TEST(SpectrogramLaws, IsTheTransformOfTheAutocorrelationAndKeepsTheEnergy) {
  covers({"F-DATA-TYPES"});
  const RealPrecision digits;
  for_all("y[k] = sum_r Re(c[r] exp(-2 pi i k r / L)), sum_k y[k] = L * energy", [] {
    const Sound<Real> s;
    const Reals y = s.spectrogram();
    Reals expected(y.shape());
    Reals energies(Shape{y.shape()[1]});
    Reals sums(Shape{y.shape()[1]});
    const Index length = s.window.size();
    const Real turn = 2 * acos(Real(-1));
    for (Index m = 0; m < y.shape()[1]; ++m) {
      const auto [re, im] = windowed(s, m);
      for (Index r = 0; r < length; ++r) {
        Real same = 0;  // c[r] = sum_n conj(z[n]) z[n+r], around the end.
        Real turned_by = 0;
        for (Index n = 0; n < length; ++n) {
          const auto a = static_cast<std::size_t>(n);
          const auto b = static_cast<std::size_t>((n + r) % length);
          same += re[a] * re[b] + im[a] * im[b];
          turned_by += re[a] * im[b] - im[a] * re[b];
        }
        if (r == 0) energies[m] = length * same;
        for (Index k = 0; k < length; ++k) {
          const Real angle = turn * Real(k * r) / Real(length);
          expected(k, m) += same * cos(angle) + turned_by * sin(angle);
        }
      }
      for (Index k = 0; k < length; ++k) sums[m] += y(k, m);
    }
    require(agree(y, expected), "autocorrelation");
    require(agree(sums, energies), "energy");
  });
}

TEST(SpectrogramLaws, AShiftByTheHopIsAShiftOfColumnsAndALayerFollows) {
  covers({"P-SPECTROGRAM-EQUIV"});
  for_all("column m+1 of the later signal is column m, bit by bit", [] {
    const Sound<double> s;
    Tensor<double> delayed = tensor_cast<double>(
        any_tensor("silence before", Shape{s.x.shape()[0], s.x.shape()[1] + s.hop}));
    for (Index part = 0; part < s.x.shape()[0]; ++part) {
      for (Index t = 0; t < s.x.shape()[1]; ++t) delayed(part, t + s.hop) = s.x(part, t);
    }
    const Tensor<double> y = s.spectrogram();
    const Tensor<double> later = reference::spectrogram(delayed, s.window, s.hop);
    const Shape image = with_spatial(1, 1, y.shape());
    const Shape wider = with_spatial(1, 1, later.shape());
    for (Index k = 0; k < y.shape()[0]; ++k) {
      for (Index m = 0; m < y.shape()[1]; ++m) require_equal(later(k, m + 1), y(k, m));
    }
    if (y.shape()[1] < 2) return;
    const Tensor<double> w = reals<double>("w", Shape{1, 1, 1, 2});
    const auto layer = [&](const Tensor<double>& spectrum, const Shape& shape) {
      const Tensor<double> maps(
          shape, std::vector<double>(spectrum.data(), spectrum.data() + spectrum.size()));
      return reference::conv<double>(maps, w, nullptr, {.axes = {{}, {}}});
    };
    const Tensor<double> out = layer(y, image);
    const Tensor<double> out_later = layer(later, wider);
    for (Index k = 0; k < out.shape()[2]; ++k) {
      for (Index m = 0; m < out.shape()[3]; ++m) {
        require_equal(out_later(0, 0, k, m + 1), out(0, 0, k, m));
      }
    }
  });
}

TEST(SpectrogramLaws, AFrequencyThatIsAddedIsAShiftOfRows) {
  covers({"P-SPECTROGRAM-EQUIV"});
  const RealPrecision digits;
  for_all("x exp(2 pi i q t / L) has row k + q where x has row k", [] {
    const Sound<Real> s;
    const Index length = s.window.size();
    const Index q = any_index("q", 0, 4);
    Reals modulated(Shape{2, s.x.shape()[1]});
    for (Index t = 0; t < s.x.shape()[1]; ++t) {
      const Real angle = 2 * acos(Real(-1)) * Real(q * t) / Real(length);
      const Real re = s.x(0, t);
      const Real im = s.x.shape()[0] == 2 ? Real(s.x(1, t)) : Real(0);
      modulated(0, t) = re * cos(angle) - im * sin(angle);
      modulated(1, t) = re * sin(angle) + im * cos(angle);
    }
    const Reals y = s.spectrogram();
    Reals shifted(y.shape());
    for (Index k = 0; k < length; ++k) {
      for (Index m = 0; m < y.shape()[1]; ++m) shifted((k + q) % length, m) = y(k, m);
    }
    require(agree(reference::spectrogram(modulated, s.window, s.hop), shifted), "rows");
  });
}

/// Tones of whole frequencies, one after the other, each as long as the window.
Reals melody(const std::vector<Index>& frequencies, Index length) {
  const auto tones = static_cast<Index>(frequencies.size());
  Reals x(Shape{2, tones * length});
  for (Index t = 0; t < tones * length; ++t) {
    const Index frequency = frequencies[static_cast<std::size_t>(t / length)];
    const Real angle = 2 * acos(Real(-1)) * Real(frequency * t % length) / Real(length);
    x(0, t) = cos(angle);
    x(1, t) = sin(angle);
  }
  return x;
}

TEST(SpectrogramLaws, AnOctaveIsAShiftOnALogarithmicAxisOnlyIsNotAsPrinted) {
  covers({"P-SPECTROGRAM-EQUIV"});
  // The notes: the same melody in another octave is the same at another height. An octave doubles
  // every frequency; tones 1, 2, 4 move by 1, 2 and 4 rows, and no shift of rows does that.
  const RealPrecision digits;
  constexpr Index kLength = 16;
  Reals ones(Shape{kLength});
  for (Index n = 0; n < kLength; ++n) ones[n] = 1;
  const Reals low = reference::spectrogram(melody({1, 2, 4}, kLength), ones, kLength);
  const Reals high = reference::spectrogram(melody({2, 4, 8}, kLength), ones, kLength);
  for (Index shift = 0; shift < kLength; ++shift) {
    Reals shifted(low.shape());
    for (Index k = 0; k < kLength; ++k) {
      for (Index m = 0; m < 3; ++m) shifted((k + shift) % kLength, m) = low(k, m);
    }
    EXPECT_FALSE(agree(shifted, high)) << shift;
  }
  // With a row for every octave, 2^j, it is a shift by one row.
  const auto octaves = [](const Reals& y, Index first) {
    Reals rows(Shape{3, y.shape()[1]});
    for (Index j = 0; j < 3; ++j) {
      for (Index m = 0; m < y.shape()[1]; ++m) rows(j, m) = y(Index{1} << (first + j), m);
    }
    return rows;
  };
  EXPECT_TRUE(agree(octaves(high, 1), octaves(low, 0)));
}

}  // namespace
}  // namespace convproof
