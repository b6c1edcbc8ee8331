// Text in columns of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace convproof::derivations::report {

/// How many columns a terminal shows it in: two for each letter of Chinese, Japanese and Korean.
std::size_t columns_of(std::string_view text);

/// The text as a terminal may be given it: U+FFFD for what it would obey, or is no UTF-8.
std::string printable(std::string_view text);

/// Filled up with blanks; what is longer stays so.
std::string padded(std::string_view text, std::size_t columns);

/// Lines of at most `columns` columns (at least 2), broken at blanks; a word that is longer than a
/// line is broken where the line ends. At least one line.
///
/// Cost:  linear in the text.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace convproof::derivations::report
