#include "conformance/doors/host.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <vector>

#include "conformance/cases/data.h"
#include "conformance/doors/guarded_memory.h"
#include "conformance/doors/subject.h"
#include "conformance/judge/judge.h"
#include "core/errors.h"

namespace convproof::conformance {
namespace {

using nlohmann::json;

constexpr std::byte kPoisonNan{0xff};    // All ones are a NaN in every floating-point dtype.
constexpr std::byte kPoisonLarge{0x4b};  // 1.3e7 as a float, 3.9e56 as a double.
constexpr std::size_t kMessageBytes = 1024;

/// One `run` message, and the memory of its tensors.
struct Request {
  json message;
  std::vector<TensorBytes> inputs;
  std::vector<TensorSpec> outputs;
};

/// What one call did.
struct CallResult {
  int code = 0;
  bool threw = false;
  std::string message;
  std::vector<std::vector<std::byte>> outputs;
  std::string memory_fault;  // Not empty: it wrote around an output.
};

void write_all(int descriptor, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t done = write(descriptor, at, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) _exit(1);  // The judge has gone.
    at += done;
    size -= static_cast<std::size_t>(done);
  }
}

TensorSpec parse_spec(const json& j) {
  return {j.at("name").get<std::string>(), parse_dtype(j.at("dtype").get<std::string>(), "run"),
          Shape(j.at("shape").get<std::vector<Index>>())};
}

std::vector<Index> strides_of(const Shape& shape) {
  const auto strides = shape.strides();
  return {strides.begin(), strides.begin() + shape.rank()};
}

/// A tensor in the form of the contract, over memory that lives elsewhere.
struct ContractTensor {
  std::vector<Index> shape;
  std::vector<Index> strides;
  convproof_tensor tensor{};

  ContractTensor(const TensorSpec& spec, void* data)
      : shape(spec.shape.begin(), spec.shape.end()), strides(strides_of(spec.shape)) {
    tensor.data = data;
    tensor.ndim = spec.shape.rank();
    tensor.dtype_code =
        spec.dtype == DType::kBF16 ? std::uint8_t{CONVPROOF_BFLOAT} : std::uint8_t{CONVPROOF_FLOAT};
    tensor.dtype_bits = static_cast<std::uint8_t>(8 * size_of(spec.dtype));
    tensor.shape = shape.data();
    tensor.strides = strides.data();
  }
};

/// Lines and bytes of one descriptor.
class Requests {
 public:
  explicit Requests(int descriptor) : file_(fdopen(descriptor, "rb")) {
    if (file_ == nullptr) throw std::system_error(errno, std::generic_category(), "fdopen");
  }
  ~Requests() {
    std::free(line_);
    std::fclose(file_);
  }
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  /// The next line, or nothing at the end.
  std::optional<std::string> line() {
    const ssize_t length = getline(&line_, &capacity_, file_);
    if (length <= 0) return std::nullopt;
    return std::string(line_, static_cast<std::size_t>(length));
  }
  void read(std::vector<std::byte>& bytes) {
    if (std::fread(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
      throw SubjectError("the requests ended inside a message");
    }
  }

 private:
  std::FILE* file_;
  char* line_ = nullptr;
  std::size_t capacity_ = 0;
};

class Host {
 public:
  Host(const PluginFunctions& subject, int threads, const HostPipes& pipes)
      : subject_(subject), threads_(threads), pipes_(pipes), requests_(pipes.requests) {}

  void run() {
    while (const auto line = requests_.line()) {
      if (!answer(*line)) break;
    }
  }

 private:
  /// Returns false at `stop`.
  bool answer(const std::string& line) {
    const json message = json::parse(line);
    const std::string command = message.at("cmd").get<std::string>();
    if (command == "stop") return false;
    if (command == "hello") {
      answer_hello();
    } else {
      answer_run(message);
    }
    return true;
  }

  void answer_hello() {
    const char* hello = subject_.hello();
    if (hello == nullptr) throw SubjectError("convproof_hello: expected a text, found NULL");
    std::string line = hello;
    // One physical line on the wire, however the library breaks it.
    std::replace(line.begin(), line.end(), '\n', ' ');
    line += '\n';
    write_all(pipes_.replies, line.data(), line.size());
  }

  void answer_run(const json& message) {
    Request request = read_request(message);
    const CallResult first = call(request, 1, GuardedMemory::Edge::kStart, kPoisonNan);
    if (!passes(request, first)) return;
    const CallResult second = call(request, 1, GuardedMemory::Edge::kStart, kPoisonLarge);
    if (!passes(request, second)) return;
    if (const std::string difference = describe_difference(request, first, second);
        !difference.empty()) {
      reply_status(request, "failed", difference);
      return;
    }
    const CallResult third = call(request, threads_, GuardedMemory::Edge::kEnd, kPoisonNan);
    if (!passes(request, third)) return;
    reply_ok(request, first, third);
  }

  Request read_request(const json& message) {
    Request request{message, {}, {}};
    for (const json& j : message.at("inputs")) {
      TensorBytes input{parse_spec(j), {}};
      input.bytes.resize(static_cast<std::size_t>(input.spec.bytes()));
      requests_.read(input.bytes);
      request.inputs.push_back(std::move(input));
    }
    for (const json& j : message.at("outputs")) request.outputs.push_back(parse_spec(j));
    return request;
  }

  GuardedMemory& memory(std::size_t index) {
    while (memories_.size() <= index) memories_.push_back(std::make_unique<GuardedMemory>());
    return *memories_[index];
  }

  CallResult call(const Request& request, int threads, GuardedMemory::Edge edge, std::byte poison) {
    std::vector<ContractTensor> tensors;
    std::size_t slot = 0;
    for (const TensorBytes& input : request.inputs) {
      GuardedMemory& m = memory(slot++);
      std::byte* data = m.place(input.bytes.size(), edge, kPoisonNan, input.spec.name, "input");
      std::copy(input.bytes.begin(), input.bytes.end(), data);
      m.protect();
      tensors.emplace_back(input.spec, data);
    }
    const std::size_t first_output = slot;
    for (const TensorSpec& output : request.outputs) {
      // The slack holds the poison, too: it is checked afterwards.
      std::byte* data = memory(slot++).place(static_cast<std::size_t>(output.bytes()), edge, poison,
                                             output.name, "output");
      std::fill_n(data, output.bytes(), poison);
      tensors.emplace_back(output, data);
    }
    CallResult result = call_subject(request, tensors, threads);
    for (std::size_t o = 0; o < request.outputs.size(); ++o) {
      const auto* data = static_cast<const std::byte*>(tensors[first_output + o].tensor.data);
      result.outputs.emplace_back(data, data + request.outputs[o].bytes());
      if (const auto at = memory(first_output + o).changed_slack()) {
        result.memory_fault =
            text("writes ", *at < 0 ? -*at : *at - request.outputs[o].bytes(),
                 *at < 0 ? " bytes before the start of " : " bytes past the end of ", "output ",
                 request.outputs[o].name);
      }
    }
    return result;
  }

  CallResult call_subject(const Request& request, const std::vector<ContractTensor>& tensors,
                          int threads) {
    std::vector<convproof_tensor> flat;
    flat.reserve(tensors.size());
    for (const ContractTensor& t : tensors) flat.push_back(t.tensor);
    const std::string op = request.message.at("op").get<std::string>();
    const std::string pass = request.message.at("pass").get<std::string>();
    const std::string attributes = request.message.at("attrs").dump();
    const auto inputs = static_cast<std::int32_t>(request.inputs.size());
    const convproof_call call{sizeof(convproof_call),
                              op.c_str(),
                              pass.c_str(),
                              attributes.c_str(),
                              inputs,
                              static_cast<std::int32_t>(request.outputs.size()),
                              flat.data(),
                              flat.data() + inputs,
                              threads};
    // Flush with a guard: a longer sentence must not overwrite what belongs to the host.
    std::byte* place =
        message_.place(kMessageBytes, GuardedMemory::Edge::kEnd, std::byte{0}, "message", "buffer");
    char* message = reinterpret_cast<char*>(place);
    CallResult result;
    install_fault_handler(pipes_.sentences);
    try {
      result.code = subject_.run(&call, message, kMessageBytes);
      result.message.assign(message, strnlen(message, kMessageBytes));
    } catch (const std::exception& e) {
      result.threw = true;
      result.message = e.what();
    }
    return result;
  }

  /// Replies for a call that did not succeed; true if it did.
  bool passes(const Request& request, const CallResult& result) {
    if (!result.memory_fault.empty()) {
      reply_status(request, "memory", result.memory_fault);
    } else if (result.threw) {
      reply_status(request, "failed", "convproof_run threw an exception: " + result.message);
    } else if (result.code == CONVPROOF_UNSUPPORTED) {
      reply_status(request, "unsupported", result.message);
    } else if (result.code == CONVPROOF_INVALID) {
      reply_status(request, "invalid", result.message);
    } else if (result.code != CONVPROOF_OK) {
      reply_status(request, "failed",
                   text("convproof_run returned ", result.code, result.message.empty() ? "" : ": ",
                        result.message));
    } else {
      return true;
    }
    return false;
  }

  static std::string describe_difference(const Request& request, const CallResult& a,
                                         const CallResult& b) {
    for (std::size_t o = 0; o < a.outputs.size(); ++o) {
      const auto at =
          std::mismatch(a.outputs[o].begin(), a.outputs[o].end(), b.outputs[o].begin()).first;
      if (at == a.outputs[o].end()) continue;
      const TensorSpec& spec = request.outputs[o];
      const Index element = (at - a.outputs[o].begin()) / size_of(spec.dtype);
      const TensorBytes first{spec, a.outputs[o]};
      const TensorBytes second{spec, b.outputs[o]};
      if (is_poison(first, element, kPoisonNan) && is_poison(second, element, kPoisonLarge)) {
        return element_name(spec, element) + " was never written";
      }
      return text("two identical calls gave different results: ", element_name(spec, element),
                  " is ", number_text(first.at(element), spec.dtype), ", then ",
                  number_text(second.at(element), spec.dtype));
    }
    return "";
  }

  static bool is_poison(const TensorBytes& t, Index element, std::byte poison) {
    const auto first = t.bytes.begin() + element * size_of(t.spec.dtype);
    return std::all_of(first, first + size_of(t.spec.dtype),
                       [&](std::byte b) { return b == poison; });
  }

  void reply_status(const Request& request, const char* status, const std::string& reason) {
    json reply{{"id", request.message.at("id")}, {"status", status}, {"reason", reason}};
    // A subject's own words need not be UTF-8.
    const std::string line = reply.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    write_all(pipes_.replies, line.data(), line.size());
  }

  void reply_ok(const Request& request, const CallResult& one, const CallResult& many) {
    const bool same = one.outputs == many.outputs;
    json reply{{"id", request.message.at("id")}, {"status", "ok"}, {"outputs", json::array()}};
    Index bytes = 0;
    for (int copy = 0; copy < (same ? 1 : 2); ++copy) {
      for (std::size_t o = 0; o < request.outputs.size(); ++o) {
        reply["outputs"].push_back(request.message.at("outputs").at(o));
        bytes += request.outputs[o].bytes();
      }
    }
    reply["bytes"] = bytes;
    const std::string line = reply.dump() + "\n";
    write_all(pipes_.replies, line.data(), line.size());
    for (const auto& output : one.outputs) write_all(pipes_.replies, output.data(), output.size());
    if (same) return;
    for (const auto& output : many.outputs) write_all(pipes_.replies, output.data(), output.size());
  }

  PluginFunctions subject_;
  int threads_;
  HostPipes pipes_;
  Requests requests_;
  GuardedMemory message_;
  std::vector<std::unique_ptr<GuardedMemory>> memories_;
};

template <typename Function>
Function symbol(void* library, const char* name, const std::string& path) {
  void* found = dlsym(library, name);
  if (found == nullptr) {
    throw SubjectError(text("expected the function ", name, " in ", path, ", found none"));
  }
  return reinterpret_cast<Function>(found);
}

}  // namespace

PluginFunctions load_plugin(const std::string& path) {
  // Without a slash dlopen searches the system's folders instead of this one.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw SubjectError(text("expected a shared library, found: ", dlerror()));
  }
  return {symbol<decltype(PluginFunctions::hello)>(library, "convproof_hello", path),
          symbol<decltype(PluginFunctions::run)>(library, "convproof_run", path)};
}

HostPipes claim_standard_streams() {
  // Closed in programs that the subject starts.
  const auto own = [](int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 10); };
  const HostPipes pipes{own(STDIN_FILENO), own(STDOUT_FILENO), own(STDERR_FILENO)};
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (pipes.requests < 0 || pipes.replies < 0 || pipes.sentences < 0 || nothing < 0) {
    throw std::system_error(errno, std::generic_category(), "standard streams");
  }
  dup2(nothing, STDIN_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  close(nothing);
  install_fault_handler(pipes.sentences);
  return pipes;
}

int run_host(const PluginFunctions& subject, int threads, const HostPipes& pipes) {
  Host(subject, threads, pipes).run();
  return 0;
}

}  // namespace convproof::conformance
