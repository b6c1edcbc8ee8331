// Who is right: one output against the exact values, element by element.
#pragma once

#include <string>
#include <vector>

#include "conformance/cases/operator.h"
#include "conformance/judge/error_bound.h"

namespace convproof::conformance {

enum class Verdict {
  kPass,
  kPassExact,  // Every element equals the exact value.
  kSuspect,    // Inside the bound, but no arithmetic of this class makes such errors.
  kContract,   // Right for another arithmetic than the declared one.
  kDialect,    // Right for another convention.
  kFail,
  kCrash,
  kTimeout,
  kMemory,  // Touched memory that is not its own.
  kSkip,    // Not asked, because not declared.
};
const char* name(Verdict verdict);
/// Whether a subject with this verdict conforms.
bool conforms(Verdict verdict);

/// How closely the results follow the exact values, best first.
enum class Precision { kExact, kCorrectlyRounded, kDoubleAccumulator, kDeclared, kOther };

struct Judgement {
  Verdict verdict = Verdict::kFail;
  Precision precision = Precision::kOther;
  std::string arithmetic;  // The class of the arithmetic, in words.
  std::string sentence;    // What is wrong, or empty.
  /// Largest |error| / (u * sum of moduli), u of the declared accumulator. Correct results in it
  /// stay near 1 to 3; rounded inputs or a narrow accumulator give tens to thousands.
  double worst_ratio = 0;
  Index worst_element = -1;
  Index wrong_elements = 0;
  Index elements = 0;
};

/// The truth about one case, computed once and used for every subject.
struct Truth {
  Case c;
  std::vector<TensorBytes> inputs;
  TensorSpec output;
  Tensor<ErrorAccount> accounts;
};
/// Throws: ShapeError if the shape rule rejects the case.
Truth truth_of(const Case& c);

Judgement judge(const Truth& truth, const TensorBytes& actual, const Arithmetic& declared);

/// "y[n,o,i,j]" of a flat index.
std::string element_name(const TensorSpec& spec, Index flat);
/// The shortest decimal that reads back as this number of the dtype.
std::string number_text(double value, DType dtype);

}  // namespace convproof::conformance
