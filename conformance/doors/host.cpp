#include "conformance/doors/host.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "conformance/cases/data.h"
#include "conformance/doors/guarded_memory.h"
#include "conformance/doors/subject.h"
#include "core/errors.h"

namespace convproof::conformance {
namespace {

using nlohmann::json;

constexpr std::byte kPoisonNan{0xff};    // All ones are a NaN in every floating-point dtype.
constexpr std::byte kPoisonLarge{0x4b};  // 1.3e7 as a float, 3.9e56 as a double.

/// One `run` message, and the memory of its tensors.
struct Request {
  json message;
  std::vector<TensorBytes> inputs;
  std::vector<TensorSpec> outputs;
};

/// What one call did.
struct CallResult {
  int code = 0;
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

class Host {
 public:
  Host(const PluginFunctions& subject, int threads, int reply_descriptor)
      : subject_(subject), threads_(threads), reply_(reply_descriptor) {}

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

 private:
  void answer_hello() {
    const char* hello = subject_.hello();
    if (hello == nullptr) throw SubjectError("convproof_hello: expected a text, found NULL");
    std::string line = hello;
    // One physical line on the wire, however the library breaks it.
    std::replace(line.begin(), line.end(), '\n', ' ');
    line += '\n';
    write_all(reply_, line.data(), line.size());
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
      std::cin.read(reinterpret_cast<char*>(input.bytes.data()),
                    static_cast<std::streamsize>(input.bytes.size()));
      if (!std::cin) throw SubjectError("standard input ended inside a message");
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
    std::array<char, 1024> message{};
    CallResult result;
    result.code = subject_.run(&call, message.data(), message.size());
    message.back() = '\0';
    result.message = message.data();
    return result;
  }

  /// Replies for a call that did not succeed; true if it did.
  bool passes(const Request& request, const CallResult& result) {
    if (!result.memory_fault.empty()) {
      reply_status(request, "memory", result.memory_fault);
    } else if (result.code == CONVPROOF_UNSUPPORTED) {
      reply_status(request, "unsupported", result.message);
    } else if (result.code == CONVPROOF_INVALID) {
      reply_status(request, "invalid", result.message);
    } else if (result.code != CONVPROOF_OK) {
      reply_status(request, "failed",
                   text("convproof_run returned ", result.code, ": ", result.message));
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
        return text(spec.name, "[", element, "] was never written");
      }
      return text("two identical calls gave different results: ", spec.name, "[", element, "] is ",
                  first.at(element), ", then ", second.at(element));
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
    write_all(reply_, line.data(), line.size());
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
    write_all(reply_, line.data(), line.size());
    for (const auto& output : one.outputs) write_all(reply_, output.data(), output.size());
    if (same) return;
    for (const auto& output : many.outputs) write_all(reply_, output.data(), output.size());
  }

  PluginFunctions subject_;
  int threads_;
  int reply_;
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

int claim_standard_output() {
  const int replies = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  return replies;
}

int run_host(const PluginFunctions& subject, int threads, int reply_descriptor) {
  install_fault_handler();
  std::ios::sync_with_stdio(false);
  Host host(subject, threads, reply_descriptor);
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!host.answer(line)) break;
  }
  return 0;
}

}  // namespace convproof::conformance
