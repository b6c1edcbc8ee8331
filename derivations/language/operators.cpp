#include "derivations/language/operators.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace convproof::derivations::language {
namespace {

using enum Operator;
using enum OperatorClass;

constexpr Signature kSignatures[] = {
    {kConv, "conv", kTensors, 2, Numbers::kNone, Axes::kSame, true},
    {kXcorr, "xcorr", kTensors, 2, Numbers::kNone, Axes::kSame, true},
    {kId, "id", kTensors, 1, Numbers::kNone, Axes::kSame, false},
    {kRot180, "rot180", kTensors, 1, Numbers::kNone, Axes::kSame, false},
    {kFlip, "flip", kTensors, 1, Numbers::kOne, Axes::kSame, false},
    {kTranspose, "transpose", kTensors, 1, Numbers::kNone, Axes::kSame, false},
    {kPad, "pad", kTensors, 1, Numbers::kOneOrPerAxis, Axes::kSame, false},
    {kPadlr, "padlr", kTensors, 1, Numbers::kTwoPerAxis, Axes::kSame, false},
    {kCrop, "crop", kTensors, 1, Numbers::kOneOrPerAxis, Axes::kSame, false},
    {kZeroinsert, "zeroinsert", kTensors, 1, Numbers::kOneOrPerAxis, Axes::kSame, false},
    {kKron, "kron", kTensors, 1, Numbers::kOneOrPerAxis, Axes::kSame, false},
    {kBlocksum, "blocksum", kTensors, 1, Numbers::kOneOrPerAxis, Axes::kSame, false},
    {kSubsample, "subsample", kTensors, 1, Numbers::kOneOrPerAxis, Axes::kSame, false},
    {kOnes, "ones", kTensors, 0, Numbers::kAny, Axes::kCounted, false},
    {kShape, "shape", kTensors, 1, Numbers::kNone, Axes::kNone, false},
    {kSum, "sum", kTensors, 1, Numbers::kNone, Axes::kNone, false},
    {kGrad, "grad", kTensors, 3, Numbers::kNone, Axes::kOfSecond, false},
    {kJacobian, "jacobian", kTensors, 2, Numbers::kNone, Axes::kOfBoth, false},
    {kFloor, "floor", kIntegers, 0, Numbers::kOne, Axes::kNone, false},
    {kCeil, "ceil", kIntegers, 0, Numbers::kOne, Axes::kNone, false},
    {kMod, "mod", kIntegers, 0, Numbers::kTwo, Axes::kNone, false},
    {kMin, "min", kIntegers, 0, Numbers::kTwo, Axes::kNone, false},
    {kMax, "max", kIntegers, 0, Numbers::kTwo, Axes::kNone, false},
    {kPow, "pow", kPower, 2, Numbers::kNone, Axes::kSame, false},
    {kExp, "exp", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kLog, "log", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kSqrt, "sqrt", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kTanh, "tanh", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kSigmoid, "sigmoid", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kRelu, "relu", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kAbs, "abs", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kSign, "sign", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kSin, "sin", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kCos, "cos", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kSoftmax, "softmax", kFunction, 1, Numbers::kNone, Axes::kSame, false},
    {kLogsoftmax, "logsoftmax", kFunction, 1, Numbers::kNone, Axes::kSame, false},
};

constexpr bool in_the_order_of_the_enumeration() {
  int i = 0;
  for (const Signature& s : kSignatures) {
    if (static_cast<int>(s.op) != i++) return false;
  }
  return true;
}
static_assert(in_the_order_of_the_enumeration());

constexpr std::array<std::string_view, 5> kModes{"valid", "full", "same", "same_lo", "same_hi"};
constexpr std::array<std::string_view, 4> kOptions{"mode", "stride", "dilation", "pad"};

constexpr std::array<std::string_view, 26> kKeywords{
    "title", "size",    "assume", "const", "each",       "tensor", "scalar",  "seed",  "let",
    "claim", "reading", "arith",  "item",  "expect",     "from",   "numeric", "zero",  "like",
    "in",    "where",   "and",    "or",    "consistent", "holds",  "iff",     "never",
};

/// The place of `word` among `words` as an enumerator, if it is there.
template <typename Enum, std::size_t kCount>
std::optional<Enum> find_in(const std::array<std::string_view, kCount>& words,
                            std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

const Signature& signature(Operator op) {
  return kSignatures[static_cast<std::size_t>(op)];
}

const Signature* find_operator(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const Signature*> map;
    for (const Signature& s : kSignatures) map.emplace(s.name, &s);
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

std::string_view name(Mode mode) {
  return kModes[static_cast<std::size_t>(mode)];
}

std::optional<Mode> find_mode(std::string_view name) {
  return find_in<Mode>(kModes, name);
}

std::string_view name(OptionName option) {
  return kOptions[static_cast<std::size_t>(option)];
}

std::optional<OptionName> find_option(std::string_view name) {
  return find_in<OptionName>(kOptions, name);
}

bool is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

}  // namespace convproof::derivations::language
