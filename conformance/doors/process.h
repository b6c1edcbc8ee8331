// A child process at the other end of three pipes, with a deadline on everything.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace convproof::conformance {

using Clock = std::chrono::steady_clock;

/// The other side did not answer in time.
struct DeadlinePassed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// The other side closed the pipe: it has ended or will.
struct PipeClosed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// The other side sent something that it should not.
struct ProtocolError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// How a process ended.
struct ExitStatus {
  bool exited = false;
  int code = 0;         // If it exited.
  int signal = 0;       // If a signal ended it.
  bool forced = false;  // It was still running at the deadline, and we ended it.
};
/// "ended by SIGSEGV", "exited with code 3", "closed its standard output and went on running".
std::string describe(const ExitStatus& status);

/// From now on what subjects leave behind in sessions of its own becomes a child of this process.
void adopt_orphans();
/// Ends all children of this process, and theirs.
void end_orphans();

/// Runs a program in a process group of its own (Ctrl-C in the terminal does not reach it); ends
/// the whole group in the destructor.
class Process {
 public:
  /// Throws: std::system_error if no process can be made. A program that cannot be executed shows
  /// as an exit with code 127.
  explicit Process(const std::vector<std::string>& arguments);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// From now on this much of standard output is kept while nobody reads it; the rest waits in the
  /// pipe. A flood must not take the judge's memory.
  void keep_unread(std::size_t bytes) { most_unread_ = bytes; }
  /// Writes all bytes, while reading whatever comes back into the buffers.
  /// Throws: DeadlinePassed, PipeClosed.
  void write(std::span<const std::byte> bytes, Clock::time_point deadline);
  /// One line of standard output, without its newline.
  /// Throws: DeadlinePassed, PipeClosed, ProtocolError if it is longer than a message may be.
  std::string read_line(Clock::time_point deadline);
  /// Exactly `count` bytes of standard output.
  std::vector<std::byte> read_bytes(std::size_t count, Clock::time_point deadline);
  /// Bytes of standard output that have arrived and that nobody read.
  std::size_t unread() const { return output_.size() - consumed_; }

  /// The last part of standard error since the last call.
  std::string take_standard_error();
  /// Sends a signal to the program, not to what it started itself.
  void signal(int number) const;
  /// The program reads the end of its standard input.
  void close_input();
  /// Waits for the end, and forces it at the deadline. Then ends what the program started itself.
  ExitStatus wait_or_kill(Clock::time_point deadline);

 private:
  /// Waits until something can be read or (if `writing`) written, and reads what there is.
  /// Returns whether standard input can be written.
  bool pump(bool writing, Clock::time_point deadline);
  /// Returns whether anything came.
  bool read_available(int descriptor, std::vector<std::byte>& into, bool& open);
  bool read_standard_error();
  void discard_consumed();
  bool has_ended() const;
  /// Once the program has ended nothing more will come, even if something that it started holds
  /// the pipes open: takes what is there and closes the books.
  void notice_the_end();

  pid_t pid_ = -1;
  bool ended_ = false;
  ExitStatus status_;
  int input_ = -1;
  int output_descriptor_ = -1;
  int error_descriptor_ = -1;
  bool output_open_ = true;
  bool error_open_ = true;
  std::vector<std::byte> output_;
  std::size_t consumed_ = 0;
  std::size_t most_unread_ = std::size_t{1} << 21U;
  std::vector<std::byte> error_;
  Clock::time_point looked_{};  // For its end.
};

}  // namespace convproof::conformance
