// Long texts, and how long it takes to answer them: for the laws of both languages.
#pragma once

#include <ctime>
#include <functional>
#include <string>

#include "derivations/language/source.h"

namespace convproof::derivations {

/// As long as a text may be; with sanitizers a part of it, because all of it takes minutes.
inline constexpr std::size_t kLong = language::kLongestText / CONVPROOF_LONGEST_PARTS;

/// before part part ... part after: as many parts as fit into `longest` bytes.
inline std::string filled(const std::string& before, const std::string& part,
                          const std::string& after = "", std::size_t longest = kLong) {
  std::string text = before;
  while (text.size() + part.size() + after.size() <= longest) text += part;
  return text + after;
}

/// Of the processor: what else the machine does is not the fault of `run`.
inline double seconds(const std::function<void()>& run) {
  const std::clock_t begin = std::clock();
  run();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// Room for sanitizers; anything quadratic takes minutes.
inline constexpr double kLongestSeconds = 20;

}  // namespace convproof::derivations
