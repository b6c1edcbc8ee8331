// What verbs that run for long share: their end by Ctrl-C, and what they say to a terminal.
#pragma once

#include <atomic>
#include <chrono>
#include <string>

namespace convproof::program {

/// From now on SIGINT, SIGTERM and SIGHUP ask for an end and make the result true, unless they were
/// ignored when the program started, by nohup for one; a second SIGINT ends the program at once.
const std::atomic<bool>& stop_on_interrupt();

/// A line that is rewritten on a terminal, and a line every few seconds elsewhere; on standard
/// error.
class ProgressLine {
 public:
  /// Says nothing for so long.
  explicit ProgressLine(std::chrono::milliseconds quiet = std::chrono::milliseconds(0));

  /// `last`: shown even if the line before has just been.
  void show(const std::string& line, bool last = false);
  void clear() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool is_terminal_;
  Clock::time_point not_before_;
};

/// Of --colour: always, never, or auto: on a terminal unless NO_COLOR is set.
bool wants_colour(const std::string& flag);

}  // namespace convproof::program
