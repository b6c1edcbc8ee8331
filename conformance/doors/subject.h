// An implementation under test, seen from the judge: started, greeted, asked, restarted.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/cases/operator.h"
#include "conformance/doors/process.h"
#include "conformance/judge/error_bound.h"

namespace convproof::conformance {

/// Which door, and what is behind it.
struct SubjectAddress {
  enum class Door { kBuiltin, kPlugin, kExec };
  Door door = Door::kBuiltin;
  std::string target;  // The name, the library's path, the command line.
};
std::string describe(const SubjectAddress& address);

/// The subject cannot be tried at all: missing, no such symbol, no hello. The user's mistake, not a
/// failed case.
struct SubjectError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// JSON that somebody else wrote; discarded if it is none, or nested deeper than any message is:
/// copies of JSON recurse.
nlohmann::json parse_foreign_json(const std::string& text);

/// What a subject says of one operator; what it does not declare it is not asked.
struct Capability {
  std::vector<std::string> passes;
  std::vector<DType> dtypes;
  bool group = false;
  bool dilations = false;
  bool asymmetric_pads = false;
  friend bool operator==(const Capability&, const Capability&) = default;
};

struct Hello {
  std::string name;
  std::string version;
  std::map<std::string, Capability> operators;
  std::map<DType, Arithmetic> arithmetic;
  bool rejects_invalid = false;
  nlohmann::json conventions;
  std::string json;  // As it came.
};

/// Why a subject is not asked this case, or nothing. `valid`: the shape rule takes it.
std::optional<std::string> reason_to_skip(const Hello& hello, const Case& c, bool valid = true);

/// What came of one case.
struct Reply {
  enum class Status { kOk, kUnsupported, kInvalid, kFailed, kGarbage, kCrash, kTimeout, kMemory };
  Status status = Status::kFailed;
  /// One or more results: of calls with other numbers of threads or other addresses that differ.
  std::vector<TensorBytes> outputs;
  std::string sentence;
  std::string standard_error;
};

struct SubjectOptions {
  std::string program;  // The convproof program itself, which hosts shared libraries.
  int threads = 2;      // The most threads that a case runs with.
  std::chrono::milliseconds timeout{10000};
  std::chrono::milliseconds hello_timeout{60000};
};

class Subject {
 public:
  /// Starts it and reads its hello.
  /// Throws: SubjectError.
  Subject(SubjectAddress address, SubjectOptions options);
  /// Another process of a subject that was greeted before: started when it is asked first, and
  /// judged by the hello that is known.
  Subject(SubjectAddress address, SubjectOptions options, Hello known);

  /// Says stop, and waits a moment for the end.
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  const Hello& hello() const { return hello_; }
  const SubjectAddress& address() const { return address_; }
  /// Never throws for what a subject does; a subject that has ended or lost its place is restarted
  /// before the next case. One that does not start again, or is somebody else then, fails the case.
  Reply run(const Case& c, const std::vector<TensorBytes>& inputs, const TensorSpec& output,
            std::chrono::milliseconds timeout);
  Reply run(const Case& c, const std::vector<TensorBytes>& inputs, const TensorSpec& output) {
    return run(c, inputs, output, options_.timeout);
  }

 private:
  /// Throws: SubjectError, DeadlinePassed.
  Hello start();
  Hello greet();
  void restart();
  void send(const Case& c, const std::vector<TensorBytes>& inputs, const TensorSpec& output,
            Clock::time_point deadline);
  Reply receive(const TensorSpec& output, Clock::time_point deadline);
  Reply end_of_process();

  SubjectAddress address_;
  SubjectOptions options_;
  std::unique_ptr<Process> process_;
  Hello hello_;
  std::int64_t next_id_ = 1;
};

/// Throws: ParseError with what is wrong in the hello.
Hello parse_hello(const std::string& line);

/// The exit code of a host process whose subject touched memory that is not its own.
inline constexpr int kMemoryExitCode = 86;

}  // namespace convproof::conformance
