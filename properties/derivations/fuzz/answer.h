// What the fuzzer asks of any sequence of bytes.
#pragma once

#include <string>

namespace convproof::derivations {

/// Asks the parser, the checkers and, of a text with few claims, the engine, under limits of a
/// fraction of a second. Whatever is thrown but what a caller has to expect passes through: it is a
/// bug, as is not to come back.
void answer(const std::string& text);

}  // namespace convproof::derivations
