#include "conformance/cases/data.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/counter_random.h"

namespace convproof::conformance {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors travel little endian");

constexpr std::uint64_t kSecondStream = 0x5851f42d4c957f2dU;
/// About this many products of an element are not zero in sparse data.
constexpr double kSparseProducts = 7;

std::uint64_t fnv1a(std::uint64_t hash, std::string_view text) {
  for (const char ch : text) {
    hash = (hash ^ static_cast<unsigned char>(ch)) * 1099511628211U;
  }
  return hash;
}

std::uint64_t key_of(const Case& c, std::string_view tensor) {
  Case whole = c;
  whole.only.clear();
  std::uint64_t key = fnv1a(14695981039346656037U, to_string(whole));
  key = fnv1a(key, "/");
  return fnv1a(key, tensor);
}

std::uint64_t element_bits(std::uint64_t key, Index flat) {
  return counter_bits(key, static_cast<std::uint64_t>(flat));
}

double integer_magnitude(std::uint64_t r) {
  return static_cast<double>(1 + (r >> 1U) % 8);
}

double dense_magnitude(std::uint64_t r, int precision) {
  const std::uint64_t upper = r >> static_cast<unsigned>(65 - precision);
  return std::ldexp(static_cast<double>(2 * upper + 1), -precision);
}

double special_magnitude(std::uint64_t r, std::uint64_t s, const FloatFormat& f) {
  switch ((r >> 1U) % 8) {
    case 0: return 0;
    case 1: return std::ldexp(1, f.least_exponent());
    case 2: {
      const std::uint64_t subnormals = (std::uint64_t{1} << (f.precision - 1)) - 1;
      return std::ldexp(static_cast<double>(1 + s % subnormals), f.least_exponent());
    }
    case 3: return std::ldexp(1, f.min_exponent);
    case 4: return 1;
    case 5: return 1 + std::ldexp(1, 1 - f.precision);
    default: {
      const int most = std::max(f.max_exponent / 2 - 20, 0);
      const auto span = static_cast<std::uint64_t>(most - f.min_exponent + 1);
      return std::ldexp(1, f.min_exponent + static_cast<int>(s % span));
    }
  }
}

/// An element is kept if its second stream is below this; all are if it is 2^64 or more.
double sparse_threshold(Index products, int operands) {
  const double density = kSparseProducts / static_cast<double>(std::max<Index>(products, 1));
  return std::ldexp(operands == 1 ? density : std::sqrt(density), 64);
}

}  // namespace

double TensorBytes::at(Index flat) const {
  const std::byte* from = bytes.data() + flat * size_of(spec.dtype);
  const auto read = [&]<typename T>(T value) {
    std::memcpy(static_cast<void*>(&value), from, sizeof(T));
    return static_cast<double>(value);
  };
  switch (spec.dtype) {
    case DType::kF64: return read(0.0);
    case DType::kF32: return read(0.0F);
    case DType::kF16: return read(Half());
    case DType::kBF16: return read(BFloat16());
  }
  return 0;
}

void TensorBytes::set(Index flat, double value) {
  std::byte* to = bytes.data() + flat * size_of(spec.dtype);
  const auto write = [&]<typename T>(T element) { std::memcpy(to, &element, sizeof(T)); };
  switch (spec.dtype) {
    case DType::kF64: write(value); break;
    case DType::kF32: write(static_cast<float>(value)); break;
    case DType::kF16: write(Half(value)); break;
    case DType::kBF16: write(BFloat16(value)); break;
  }
}

template <typename T>
Tensor<T> as_tensor(const TensorBytes& t) {
  std::vector<T> elements(static_cast<std::size_t>(t.spec.shape.element_count()));
  if (!t.bytes.empty())
    std::memcpy(static_cast<void*>(elements.data()), t.bytes.data(), t.bytes.size());
  return Tensor<T>(t.spec.shape, std::move(elements));
}
template Tensor<float> as_tensor(const TensorBytes&);
template Tensor<double> as_tensor(const TensorBytes&);
template Tensor<Half> as_tensor(const TensorBytes&);
template Tensor<BFloat16> as_tensor(const TensorBytes&);

std::uint64_t random_bits(const Case& c, std::string_view tensor, Index flat, int stream) {
  return element_bits(key_of(c, tensor) ^ (stream == 0 ? 0 : kSecondStream), flat);
}

TensorBytes generate(const Case& c, const TensorSpec& spec, Index products, int operands) {
  TensorBytes tensor{spec, std::vector<std::byte>(static_cast<std::size_t>(spec.bytes()))};
  const FloatFormat format = format_of(spec.dtype);
  const std::uint64_t key = key_of(c, spec.name);
  const double threshold = sparse_threshold(products, operands);
  const auto value_at = [&](Index i) {
    const std::uint64_t r = element_bits(key, i);
    const std::uint64_t s = element_bits(key ^ kSecondStream, i);
    const double sign = (r & 1U) != 0 ? -1.0 : 1.0;
    switch (c.fill) {
      case Fill::kIntegers: return sign * integer_magnitude(r);
      case Fill::kDense: return sign * dense_magnitude(r, format.precision);
      case Fill::kSparse:
        return threshold >= 0x1p64 || s < static_cast<std::uint64_t>(threshold)
                   ? sign * dense_magnitude(r, format.precision)
                   : 0.0;
      case Fill::kSpecial: return sign * special_magnitude(r, s, format);
    }
    return 0.0;
  };
  if (c.only.empty()) {
    for (Index i = 0; i < spec.shape.element_count(); ++i) tensor.set(i, value_at(i));
  }
  for (const KeptElement& kept : c.only) {
    if (kept.tensor != spec.name) continue;
    if (kept.index >= spec.shape.element_count()) {
      throw ParseError("case string '" + to_string(c) + "'",
                       text("an index below ", spec.shape.element_count(), " of ", spec.name),
                       text(kept.index));
    }
    tensor.set(kept.index, value_at(kept.index));
  }
  return tensor;
}

}  // namespace convproof::conformance
