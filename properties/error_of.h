// What a call refuses, word for word.
#pragma once

#include <string>

#include "core/errors.h"

namespace convproof {

/// The message of the ShapeError that `call` throws, or that it throws none.
template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const ShapeError& error) {
    return error.what();
  }
  return "no ShapeError";
}

}  // namespace convproof
