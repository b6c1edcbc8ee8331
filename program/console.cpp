#include "program/console.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace convproof::program {
namespace {

std::atomic<bool> stop{false};

void on_interrupt(int signal) {
  constexpr char kSaid[] = "\ninterrupted: what is in hand is finished (again: end at once)\n";
  if (!stop.exchange(true)) {
    (void)!write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
  } else if (signal == SIGINT) {
    std::signal(SIGINT, SIG_DFL);
    (void)raise(SIGINT);
  }
}

void stop_on(int signal) {
  if (std::signal(signal, on_interrupt) == SIG_IGN) std::signal(signal, SIG_IGN);
}

}  // namespace

const std::atomic<bool>& stop_on_interrupt() {
  static const bool listening = [] {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) stop_on(signal);
    return true;
  }();
  (void)listening;
  return stop;
}

ProgressLine::ProgressLine(std::chrono::milliseconds quiet)
    : is_terminal_(isatty(STDERR_FILENO) == 1), not_before_(Clock::now() + quiet) {
  if (!is_terminal_ && quiet.count() == 0) not_before_ += std::chrono::seconds(5);
}

void ProgressLine::show(const std::string& line, bool last) {
  const auto now = Clock::now();
  if (now < not_before_ && !(last && is_terminal_)) return;
  not_before_ = now + std::chrono::milliseconds(is_terminal_ ? 100 : 5000);
  std::cerr << (is_terminal_ ? "\r\x1b[K" : "") << line << (is_terminal_ ? "" : "\n") << std::flush;
}

void ProgressLine::clear() const {
  if (is_terminal_) std::cerr << "\r\x1b[K" << std::flush;
}

bool wants_colour(const std::string& flag) {
  return flag == "always" ||
         (flag == "auto" && isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr);
}

}  // namespace convproof::program
