// Text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace convproof::derivations::report {

/// The text with nothing in it that markup is made of, for elements and for attributes in double
/// quotes; U+FFFD for what is no UTF-8, and for the characters that XML 1.0 does not have.
std::string escaped(std::string_view text);

/// A sentence with `...` in it as <code>.
std::string sentence_markup(std::string_view sentence);

}  // namespace convproof::derivations::report
