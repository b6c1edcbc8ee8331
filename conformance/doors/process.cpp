#include "conformance/doors/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include "core/errors.h"

namespace convproof::conformance {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20U;
constexpr std::size_t kKeptStandardError = 2000;
/// More than fits into the pipe, so that nothing of a normal end is lost, and not forever.
constexpr int kReadsAfterTheEnd = 32;
/// How often a silent program is looked at: has it ended behind an open pipe?
constexpr std::chrono::milliseconds kLook{100};

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    // Close-on-exec: another child must not keep this pipe open.
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe");
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    for (const int end : {read, write}) {
      if (end >= 0) close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
};

void set_non_blocking(int descriptor) {
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

/// Only async-signal-safe calls: other threads may hold any lock at the fork.
[[noreturn]] void become(char* const* arguments, int in, int out, int err, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ})
    sigaction(signal, &standard, nullptr);
  execvp(arguments[0], arguments);
  constexpr char kMessage[] = "cannot execute the program\n";
  (void)!::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  _exit(127);
}

int milliseconds_until(Clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, kLook.count()));
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? text("SIG", name) : text("signal ", number);
}

}  // namespace

std::string describe(const ExitStatus& status) {
  if (status.forced) return "closed its standard output and went on running";
  if (!status.exited) return "ended by " + signal_name(status.signal);
  constexpr int kShellSignal = 128;
  if (status.code > kShellSignal && sigabbrev_np(status.code - kShellSignal) != nullptr) {
    return text("exited with code ", status.code, " (which is what a shell makes of ",
                signal_name(status.code - kShellSignal), ")");
  }
  return text("exited with code ", status.code);
}

void adopt_orphans() {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void end_orphans() {
  const auto children = [] {
    std::vector<pid_t> all;
    std::error_code none;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", none)) {
      std::ifstream list(task.path() / "children");
      for (pid_t child = 0; list >> child;) all.push_back(child);
    }
    return all;
  };
  // The children of those that were ended become ours in the next round.
  constexpr int kMostRounds = 100;
  auto left = children();
  for (int round = 0; round < kMostRounds && !left.empty(); ++round, left = children()) {
    for (const pid_t child : left) kill(child, SIGKILL);
    for (const pid_t child : left) waitpid(child, nullptr, 0);
  }
}

Process::Process(const std::vector<std::string>& arguments) {
  Pipe in;
  Pipe out;
  Pipe err;
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ == 0) become(argv.data(), in.read, out.write, err.write, parent);
  input_ = std::exchange(in.write, -1);
  output_descriptor_ = std::exchange(out.read, -1);
  error_descriptor_ = std::exchange(err.read, -1);
  for (const int descriptor : {input_, output_descriptor_, error_descriptor_}) {
    set_non_blocking(descriptor);
  }
}

Process::~Process() {
  wait_or_kill(Clock::now());
  for (const int descriptor : {input_, output_descriptor_, error_descriptor_}) {
    if (descriptor >= 0) close(descriptor);
  }
}

bool Process::read_available(int descriptor, std::vector<std::byte>& into, bool& open) {
  std::array<std::byte, 65536> chunk{};
  const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
  if (got > 0) into.insert(into.end(), chunk.begin(), chunk.begin() + got);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) open = false;
  return got > 0;
}

bool Process::pump(bool writing, Clock::time_point deadline) {
  if (Clock::now() >= deadline) throw DeadlinePassed("no answer in time");
  std::array<pollfd, 3> polled{};
  const bool has_room = unread() < most_unread_;
  polled[0] = {output_open_ && has_room ? output_descriptor_ : -1, POLLIN, 0};
  polled[1] = {error_open_ ? error_descriptor_ : -1, POLLIN, 0};
  polled[2] = {writing ? input_ : -1, POLLOUT, 0};
  if (poll(polled.data(), polled.size(), milliseconds_until(deadline)) < 0 && errno != EINTR) {
    throw_errno("poll");
  }
  if (polled[0].revents != 0) read_available(output_descriptor_, output_, output_open_);
  if (polled[1].revents != 0) read_standard_error();
  if (Clock::now() - looked_ >= kLook) {
    looked_ = Clock::now();
    if (has_ended()) notice_the_end();
  }
  return polled[2].revents != 0;
}

bool Process::read_standard_error() {
  const bool got = read_available(error_descriptor_, error_, error_open_);
  if (error_.size() > 2 * kKeptStandardError) {
    error_.erase(error_.begin(), error_.end() - kKeptStandardError);
  }
  return got;
}

bool Process::has_ended() const {
  siginfo_t info{};
  // Not reaped: until then its process group's number is not given to anybody else.
  return ended_ ||
         waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == pid_;
}

void Process::notice_the_end() {
  for (int reads = 0; reads < kReadsAfterTheEnd && output_open_; ++reads) {
    // A reply may be longer than what is kept unread: then somebody is reading it right now.
    if (unread() >= most_unread_) break;
    if (!read_available(output_descriptor_, output_, output_open_)) output_open_ = false;
  }
  for (int reads = 0; reads < kReadsAfterTheEnd && error_open_; ++reads) {
    if (!read_standard_error()) break;
  }
  error_open_ = false;
}

void Process::write(std::span<const std::byte> bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    if (!pump(true, deadline)) {
      if (!output_open_) throw PipeClosed("standard output was closed");
      continue;
    }
    const ssize_t done = ::write(input_, bytes.data(), bytes.size());
    if (done > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(done));
    } else if (errno != EAGAIN && errno != EINTR) {
      throw PipeClosed("standard input was closed");
    }
  }
}

void Process::discard_consumed() {
  output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(consumed_));
  consumed_ = 0;
}

std::string Process::read_line(Clock::time_point deadline) {
  std::size_t searched = consumed_;
  while (true) {
    const auto newline = std::find(output_.begin() + static_cast<std::ptrdiff_t>(searched),
                                   output_.end(), std::byte{'\n'});
    if (newline != output_.end()) {
      std::string line;
      for (auto at = output_.begin() + static_cast<std::ptrdiff_t>(consumed_); at != newline;
           ++at) {
        line.push_back(static_cast<char>(*at));
      }
      consumed_ += line.size() + 1;
      discard_consumed();
      return line;
    }
    searched = output_.size();
    if (unread() > kLongestLine) {
      throw ProtocolError(
          text("expected a JSON object on one line, found ", unread(), " bytes without a newline"));
    }
    if (!output_open_) throw PipeClosed("standard output was closed");
    (void)pump(false, deadline);
  }
}

std::vector<std::byte> Process::read_bytes(std::size_t count, Clock::time_point deadline) {
  most_unread_ = std::max(most_unread_, count);
  while (unread() < count) {
    if (!output_open_) throw PipeClosed("standard output was closed");
    (void)pump(false, deadline);
  }
  const auto first = output_.begin() + static_cast<std::ptrdiff_t>(consumed_);
  std::vector<std::byte> bytes(first, first + static_cast<std::ptrdiff_t>(count));
  consumed_ += count;
  discard_consumed();
  return bytes;
}

std::string Process::take_standard_error() {
  // What a flood writes meanwhile is not waited for.
  for (int reads = 0; reads < kReadsAfterTheEnd && error_open_; ++reads) {
    if (!read_standard_error()) break;
  }
  const std::size_t kept = std::min(error_.size(), kKeptStandardError);
  std::string tail;
  for (auto at = error_.end() - static_cast<std::ptrdiff_t>(kept); at != error_.end(); ++at) {
    tail.push_back(static_cast<char>(*at));
  }
  error_.clear();
  return tail;
}

void Process::signal(int number) const {
  if (!ended_) kill(pid_, number);
}

void Process::close_input() {
  if (input_ >= 0) close(std::exchange(input_, -1));
}

ExitStatus Process::wait_or_kill(Clock::time_point deadline) {
  if (ended_) return status_;
  while (!has_ended() && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const bool forced = !has_ended();
  // Whatever the program itself started goes with it, before its group's number is given away.
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  status_.exited = WIFEXITED(status);
  status_.code = status_.exited ? WEXITSTATUS(status) : 0;
  status_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  status_.forced = forced && status_.signal == SIGKILL;
  return status_;
}

}  // namespace convproof::conformance
