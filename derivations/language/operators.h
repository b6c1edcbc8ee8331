// The words of the claim language that stand for something: operators, their options, modes.
#pragma once

#include <optional>
#include <string_view>

namespace convproof::derivations::language {

enum class Operator {
  kConv,        // conv(kernel, signal).
  kXcorr,       // xcorr(kernel, signal).
  kId,          // id(T) is T.
  kRot180,      // rot180(T): every axis reversed.
  kFlip,        // flip(T, axis): one axis reversed, counted from 1.
  kTranspose,   // transpose(T): the axes in reverse order.
  kPad,         // pad(T, p): zeros before and after each axis.
  kPadlr,       // padlr(T, l, r): other numbers before and after.
  kCrop,        // crop(T, p) takes off what pad(T, p) adds.
  kZeroinsert,  // zeroinsert(T, s): s - 1 zeros between neighbours.
  kKron,        // kron(T, n): each element n times along each axis.
  kBlocksum,    // blocksum(T, n): sums of blocks of n.
  kSubsample,   // subsample(T, s): every s-th element from the first.
  kOnes,        // ones(M, N).
  kShape,       // ones(shape(T)): as many ones as T has elements.
  kSum,         // sum(T) of all elements.
  kGrad,        // grad(Y, T, G): the gradient by T of the sum of G .* Y.
  kJacobian,    // jacobian(Y, T): the derivative of every element of Y by every one of T.
  kFloor,
  kCeil,
  kMod,
  kMin,
  kMax,
  kPow,  // pow(x, y), of every element like the functions below.
  kExp,
  kLog,
  kSqrt,
  kTanh,
  kSigmoid,
  kRelu,
  kAbs,
  kSign,
  kSin,
  kCos,
  kSoftmax,  // Over all elements.
  kLogsoftmax,
};

/// Where an operator may stand.
enum class OperatorClass {
  kTensors,   // Among tensors.
  kIntegers,  // Also in subscripts and sizes: of numbers, sizes and indices.
  kPower,     // In arithmetic and numeric claims.
  kFunction,  // In numeric claims, and in lets and readings for them.
};

/// How many numbers follow the tensors.
enum class Numbers {
  kNone,
  kOne,           // flip(T, axis)
  kTwo,           // mod(a, b)
  kOneOrPerAxis,  // pad(T, p) or pad(T, p, q)
  kTwoPerAxis,    // padlr(T, l, r) for all axes, or padlr(T, l, r, t, b)
  kAny,           // At least one: ones(M, N)
};

/// How the axes of the result follow from those of the tensors.
enum class Axes {
  kSame,      // All tensors have as many, and so has the result.
  kNone,      // A number.
  kCounted,   // As many as there are numbers.
  kOfSecond,  // grad(Y, T, G) is like T.
  kOfBoth,    // jacobian(Y, T): those of Y, then those of T.
};

struct Signature {
  Operator op;
  std::string_view name;
  OperatorClass where;
  int tensors;
  Numbers numbers;
  Axes axes;
  bool options;  // Takes mode, stride, dilation and pad.
};

const Signature& signature(Operator op);
const Signature* find_operator(std::string_view name);

enum class Mode { kValid, kFull, kSame, kSameLo, kSameHi };
std::string_view name(Mode mode);
std::optional<Mode> find_mode(std::string_view name);

enum class OptionName { kMode, kStride, kDilation, kPad };
std::string_view name(OptionName option);
std::optional<OptionName> find_option(std::string_view name);

/// Words that cannot be names, besides operators and modes.
bool is_keyword(std::string_view word);

}  // namespace convproof::derivations::language
