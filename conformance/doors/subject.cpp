#include "conformance/doors/subject.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <system_error>

#include "core/errors.h"

namespace convproof::conformance {
namespace {

using nlohmann::json;

std::string in_quotes(const std::string& text) {
  constexpr std::size_t kMost = 60;
  std::string out;
  for (const char ch : text.substr(0, kMost)) {
    out.push_back(ch >= ' ' && ch < 127 ? ch : '?');
  }
  return "'" + out + (text.size() > kMost ? "...'" : "'");
}

/// Where programs say what ended them: below tracebacks, after everything else.
std::string last_line(std::string said) {
  while (!said.empty() && (said.back() == '\n' || said.back() == '\r')) said.pop_back();
  return said.substr(said.rfind('\n') + 1);
}

/// A JSON object, or a ProtocolError that shows what came instead.
json parse_object(const std::string& line) {
  json message = parse_foreign_json(line);
  if (!message.is_object()) {
    throw ProtocolError("expected a JSON object on one line, found " + in_quotes(line));
  }
  return message;
}

/// message[key] of the wanted kind; ParseError "hello: expected key as kind, found ...".
template <typename T>
T value_of(const json& object, const char* key, const T& fallback, const std::string& what) {
  const auto found = object.find(key);
  if (found == object.end()) return fallback;
  try {
    return found->get<T>();
  } catch (const json::exception&) {
    throw ParseError(what, text("another type for \"", key, "\""), found->dump());
  }
}

/// The command line for the shell. A single command takes the shell's place, so that the signal
/// that ends it is seen; `cd there && ./mine` needs the shell, and NAME=value the help of env.
std::string shell_command(const std::string& target) {
  if (target.find_first_of(";&|\n") != std::string::npos) return target;
  const std::size_t first = target.find_first_not_of(" \t");
  const std::string word =
      first == std::string::npos
          ? std::string()
          : target.substr(first, target.find_first_of(" \t'\"", first) - first);
  if (word == "exec") return target;
  return (word.find('=') != std::string::npos ? "exec env " : "exec ") + target;
}

std::vector<std::string> arguments_for(const SubjectAddress& address,
                                       const SubjectOptions& options) {
  switch (address.door) {
    case SubjectAddress::Door::kBuiltin:
      return {options.program, "host",      "--builtin",
              address.target,  "--threads", std::to_string(options.threads)};
    case SubjectAddress::Door::kPlugin:
      return {options.program, "host",      "--plugin",
              address.target,  "--threads", std::to_string(options.threads)};
    case SubjectAddress::Door::kExec: return {"/bin/sh", "-c", shell_command(address.target)};
  }
  return {};
}

json spec_to_json(const TensorSpec& spec) {
  return {{"name", spec.name},
          {"dtype", name(spec.dtype)},
          {"shape", std::vector<Index>(spec.shape.begin(), spec.shape.end())}};
}

TensorSpec spec_from_json(const json& j) {
  try {
    const auto extents = j.at("shape").get<std::vector<Index>>();
    return {j.at("name").get<std::string>(),
            parse_dtype(j.at("dtype").get<std::string>(), "output"), Shape(extents)};
  } catch (const std::exception& e) {
    throw ProtocolError("expected an output as {name, dtype, shape}, found " + in_quotes(j.dump()));
  }
}

void check_output(const TensorSpec& got, const TensorSpec& expected) {
  if (got.name != expected.name) {
    throw ProtocolError(text("expected output ", expected.name, ", found ", in_quotes(got.name)));
  }
  if (got.dtype != expected.dtype) {
    throw ProtocolError(text("expected ", expected.name, " as ", name(expected.dtype),
                             ", found dtype ", name(got.dtype)));
  }
  if (!(got.shape == expected.shape)) {
    throw ProtocolError(text("expected ", expected.name, " of shape ", expected.shape,
                             ", found shape ", got.shape));
  }
}

Arithmetic parse_arithmetic(const json& j, DType dtype) {
  const std::string what = "hello: arithmetic";
  Arithmetic a;
  a.input = a.output = format_of(dtype);
  a.accumulator = dtype == DType::kF64 ? kF64 : kF32;
  if (!j.is_object()) throw ParseError(what, "an object", j.dump());
  const auto format = [&](const char* key, const FloatFormat& fallback) {
    const std::string given = value_of<std::string>(j, key, fallback.name, what);
    for (const FloatFormat& f : {kF64, kF32, kTF32, kF16, kBF16}) {
      if (given == f.name) return f;
    }
    throw ParseError(what, text("\"", key, "\" as f64, f32, tf32, f16 or bf16"), in_quotes(given));
  };
  a.input = format("input", a.input);
  a.accumulator = format("accumulator", a.accumulator);
  a.output = format("output", a.output);
  a.algorithm = value_of<std::string>(j, "algorithm", a.algorithm, what);
  a.flush_to_zero = value_of<bool>(j, "flush_to_zero", a.flush_to_zero, what);
  return a;
}

constexpr std::array kAllDTypes = {DType::kF64, DType::kF32, DType::kF16, DType::kBF16};

/// Tables and lists of known failures hold one name per line.
void check_name(const std::string& name) {
  constexpr std::size_t kLongest = 100;
  const bool has_control = std::any_of(name.begin(), name.end(),
                                       [](char ch) { return (ch >= 0 && ch < ' ') || ch == 127; });
  if (has_control || name.size() > kLongest || name.front() == '#') {
    throw ParseError("hello",
                     text("a \"name\" of at most ", kLongest,
                          " bytes without control characters or a leading #"),
                     in_quotes(name));
  }
}

Capability parse_capability(const json& j, const std::string& op) {
  const std::string what = "hello: operator " + op;
  if (!j.is_object()) throw ParseError(what, "an object", j.dump());
  Capability c;
  c.passes = value_of<std::vector<std::string>>(j, "passes", {}, what);
  for (const auto& d : value_of<std::vector<std::string>>(j, "dtypes", {}, what)) {
    // Integer dtypes belong to the contract; no operator here is judged in them.
    if (d != "i32") c.dtypes.push_back(parse_dtype(d, what));
  }
  c.group = value_of<bool>(j, "group", false, what);
  c.dilations = value_of<bool>(j, "dilations", false, what);
  c.asymmetric_pads = value_of<bool>(j, "asymmetric_pads", false, what);
  return c;
}

}  // namespace

std::string describe(const SubjectAddress& address) {
  switch (address.door) {
    case SubjectAddress::Door::kBuiltin: return "builtin " + address.target;
    case SubjectAddress::Door::kPlugin: return "plugin " + address.target;
    case SubjectAddress::Door::kExec: return "command '" + address.target + "'";
  }
  return "";
}

json parse_foreign_json(const std::string& text) {
  constexpr int kDeepest = 100;
  bool too_deep = false;
  const auto keep = [&](int depth, json::parse_event_t, const json&) {
    too_deep = too_deep || depth > kDeepest;
    return !too_deep;
  };
  json parsed = json::parse(text, keep, false);
  return too_deep ? json(json::value_t::discarded) : parsed;
}

Hello parse_hello(const std::string& line) {
  const json j = parse_foreign_json(line);
  if (!j.is_object()) throw ParseError("hello", "a JSON object on one line", in_quotes(line));
  Hello hello;
  hello.json = line;
  hello.name = value_of<std::string>(j, "name", "", "hello");
  if (hello.name.empty()) throw ParseError("hello", "a \"name\"", in_quotes(line));
  check_name(hello.name);
  hello.version = value_of<std::string>(j, "version", "", "hello");
  hello.rejects_invalid = value_of<bool>(j, "rejects_invalid", false, "hello");
  hello.conventions = j.value("conventions", json::object());
  const json operators = j.value("operators", json());
  if (!operators.is_object())
    throw ParseError("hello", "\"operators\" as an object", in_quotes(line));
  for (const auto& [op, capability] : operators.items()) {
    hello.operators[op] = parse_capability(capability, op);
  }
  const json arithmetic = j.value("arithmetic", json::object());
  for (const DType dtype : kAllDTypes) {
    // One object for all dtypes, or one per dtype.
    const bool per_dtype = arithmetic.is_object() &&
                           std::any_of(kAllDTypes.begin(), kAllDTypes.end(),
                                       [&](DType d) { return arithmetic.contains(name(d)); });
    const json own = per_dtype ? arithmetic.value(name(dtype), json::object()) : arithmetic;
    hello.arithmetic[dtype] = parse_arithmetic(own, dtype);
    if (!per_dtype && dtype != DType::kF32 && own.contains("input") &&
        own["input"] != json(name(dtype))) {
      // One object that names f32 says nothing about the other dtypes but its algorithm.
      Arithmetic standard = parse_arithmetic(json::object(), dtype);
      standard.algorithm = hello.arithmetic[dtype].algorithm;
      standard.flush_to_zero = hello.arithmetic[dtype].flush_to_zero;
      hello.arithmetic[dtype] = standard;
    }
  }
  return hello;
}

std::optional<std::string> reason_to_skip(const Hello& hello, const Case& c, bool valid) {
  const auto found = hello.operators.find(c.op);
  if (found == hello.operators.end()) return "operator " + c.op + " is not declared";
  const Capability& can = found->second;
  if (std::find(can.passes.begin(), can.passes.end(), c.pass) == can.passes.end()) {
    return "pass " + c.pass + " is not declared";
  }
  if (std::find(can.dtypes.begin(), can.dtypes.end(), c.dtype) == can.dtypes.end()) {
    return text("dtype ", name(c.dtype), " is not declared");
  }
  if (c.groups != 1 && !can.group) return "groups are not declared";
  const auto is_one = [](Index d) { return d == 1; };
  if (!std::all_of(c.dilation.begin(), c.dilation.end(), is_one) && !can.dilations) {
    return "dilations are not declared";
  }
  const std::size_t axes = c.size.size();
  for (std::size_t a = 0; a < axes; ++a) {
    if (c.pads[a] != c.pads[a + axes] && !can.asymmetric_pads) {
      return "asymmetric pads are not declared";
    }
  }
  const std::string& algorithm = hello.arithmetic.at(c.dtype).algorithm;
  if (algorithm != "direct") {
    return "declares " + algorithm + ", which has no bound per element";
  }
  if (!valid && !hello.rejects_invalid) return "invalid cases are not declared";
  return std::nullopt;
}

Subject::Subject(SubjectAddress address, SubjectOptions options)
    : address_(std::move(address)), options_(std::move(options)) {
  try {
    hello_ = start();
  } catch (const DeadlinePassed& e) {
    throw SubjectError(e.what());
  }
}

Subject::Subject(SubjectAddress address, SubjectOptions options, Hello known)
    : address_(std::move(address)), options_(std::move(options)), hello_(std::move(known)) {}

Subject::~Subject() {
  if (process_ == nullptr) return;
  constexpr std::chrono::milliseconds kGrace{500};
  const auto deadline = Clock::now() + kGrace;
  try {
    const std::string stop = "{\"cmd\":\"stop\"}\n";
    process_->write(std::as_bytes(std::span(stop)), deadline);
    process_->close_input();
    process_->wait_or_kill(deadline);
  } catch (const std::exception&) {
    // It does not listen; the process ends it.
  }
}

Hello Subject::start() {
  try {
    process_ = std::make_unique<Process>(arguments_for(address_, options_));
    return greet();
  } catch (const std::system_error& e) {
    process_.reset();
    throw SubjectError(text(describe(address_), ": ", e.what()));
  } catch (...) {
    process_.reset();
    throw;
  }
}

/// What is judged by the hello must not change in the middle: a crash would turn the rest of the
/// cases into skipped ones.
void Subject::restart() {
  const Hello now = start();
  if (now.name == hello_.name && now.operators == hello_.operators &&
      now.arithmetic == hello_.arithmetic && now.rejects_invalid == hello_.rejects_invalid) {
    return;
  }
  process_.reset();
  throw SubjectError(text(describe(address_), ": expected the same hello as at first, found ",
                          in_quotes(now.json)));
}

Hello Subject::greet() {
  const auto deadline = Clock::now() + options_.hello_timeout;
  const std::string who = describe(address_);
  try {
    const std::string hello = "{\"cmd\":\"hello\",\"contract\":1}\n";
    process_->write(std::as_bytes(std::span(hello)), deadline);
    return parse_hello(process_->read_line(deadline));
  } catch (const PipeClosed&) {
    const ExitStatus status = process_->wait_or_kill(Clock::now() + std::chrono::seconds(1));
    const std::string said = last_line(process_->take_standard_error());
    throw SubjectError(text(who, ": expected an answer to hello, but it ", describe(status),
                            said.empty() ? "" : ": ", said));
  } catch (const DeadlinePassed&) {
    throw DeadlinePassed(text(who, ": expected an answer to hello within ",
                              options_.hello_timeout.count() / 1000, " s, found none"));
  } catch (const std::exception& e) {
    throw SubjectError(text(who, ": ", e.what()));
  }
}

void Subject::send(const Case& c, const std::vector<TensorBytes>& inputs, const TensorSpec& output,
                   Clock::time_point deadline) {
  json message{{"cmd", "run"},
               {"id", next_id_},
               {"op", c.op},
               {"pass", c.pass},
               {"attrs", operator_page(c.op).attributes(c)},
               {"inputs", json::array()},
               {"outputs", json::array({spec_to_json(output)})}};
  Index bytes = 0;
  for (const TensorBytes& input : inputs) {
    message["inputs"].push_back(spec_to_json(input.spec));
    bytes += input.spec.bytes();
  }
  message["bytes"] = bytes;
  // Room for the longest reply: four results and a line.
  process_->keep_unread((std::size_t{1} << 21U) + 4 * static_cast<std::size_t>(output.bytes()));
  const std::string line = message.dump() + "\n";
  process_->write(std::as_bytes(std::span(line)), deadline);
  for (const TensorBytes& input : inputs) process_->write(input.bytes, deadline);
}

Reply Subject::receive(const TensorSpec& output, Clock::time_point deadline) {
  const json message = parse_object(process_->read_line(deadline));
  if (message.value("id", json()) != json(next_id_)) {
    throw ProtocolError(text("expected a reply with id ", next_id_, ", found id ",
                             message.value("id", json()).dump()));
  }
  Reply reply;
  const json status = message.value("status", json());
  reply.sentence =
      message.value("reason", json("")).is_string() ? message.value("reason", std::string()) : "";
  if (status == "unsupported") {
    reply.status = Reply::Status::kUnsupported;
  } else if (status == "invalid") {
    reply.status = Reply::Status::kInvalid;
  } else if (status == "failed") {
    reply.status = Reply::Status::kFailed;
  } else if (status == "memory") {
    reply.status = Reply::Status::kMemory;
  } else if (status == "ok") {
    reply.status = Reply::Status::kOk;
  } else {
    throw ProtocolError("expected status ok, unsupported or invalid, found " + status.dump());
  }
  if (reply.status != Reply::Status::kOk) return reply;

  const json outputs = message.value("outputs", json::array());
  if (!outputs.is_array() || outputs.empty()) {
    throw ProtocolError("expected one output, found " + in_quotes(outputs.dump()));
  }
  // A host may send several results of one case; everybody else sends one.
  const std::size_t most = address_.door == SubjectAddress::Door::kExec ? 1 : 4;
  if (outputs.size() > most) {
    throw ProtocolError(text("expected one output, found ", outputs.size()));
  }
  for (const json& j : outputs) check_output(spec_from_json(j), output);
  const Index expected_bytes = output.bytes() * static_cast<Index>(outputs.size());
  const json announced = message.value("bytes", json());
  if (announced != json(expected_bytes)) {
    throw ProtocolError(text("expected ", expected_bytes, " bytes for ", output.name, " ",
                             output.shape, ", found ", announced.dump()));
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    reply.outputs.push_back(
        {output, process_->read_bytes(static_cast<std::size_t>(output.bytes()), deadline)});
  }
  return reply;
}

Reply Subject::end_of_process() {
  const ExitStatus status = process_->wait_or_kill(Clock::now() + std::chrono::seconds(1));
  Reply reply;
  const bool hosted = address_.door != SubjectAddress::Door::kExec;
  reply.standard_error = process_->take_standard_error();
  if (hosted && status.exited && status.code == kMemoryExitCode) {
    // The host's fault handler writes one sentence and ends; it comes last.
    reply.status = Reply::Status::kMemory;
    reply.sentence = last_line(reply.standard_error);
    if (reply.sentence.empty()) {
      reply.sentence =
          "access outside of the tensors (where cannot be said: the subject closed its "
          "standard error)";
    }
  } else {
    reply.status = Reply::Status::kCrash;
    reply.sentence = "the subject " + describe(status);
  }
  return reply;
}

Reply Subject::run(const Case& c, const std::vector<TensorBytes>& inputs, const TensorSpec& output,
                   std::chrono::milliseconds timeout) {
  Reply reply;
  try {
    if (process_ == nullptr) restart();
  } catch (const DeadlinePassed& e) {
    reply.status = Reply::Status::kTimeout;
    reply.sentence = text("cannot be started once more: ", e.what());
    return reply;
  } catch (const SubjectError& e) {
    reply.status = Reply::Status::kCrash;
    reply.sentence = text("cannot be started once more: ", e.what());
    return reply;
  }
  const auto deadline = Clock::now() + timeout;
  try {
    send(c, inputs, output, deadline);
    reply = receive(output, deadline);
    if (process_->unread() != 0) {
      throw ProtocolError(
          text("expected nothing after the reply, found ", process_->unread(), " more bytes"));
    }
    reply.standard_error = process_->take_standard_error();
    ++next_id_;
    return reply;
  } catch (const DeadlinePassed&) {
    reply.status = Reply::Status::kTimeout;
    reply.sentence = text("no answer within ", timeout.count(), " ms");
    reply.standard_error = process_->take_standard_error();
  } catch (const PipeClosed&) {
    reply = end_of_process();
  } catch (const ProtocolError& e) {
    reply.status = Reply::Status::kGarbage;
    reply.sentence = e.what();
    reply.standard_error = process_->take_standard_error();
  }
  // What it says next would be about this case: start afresh.
  process_.reset();
  ++next_id_;
  return reply;
}

}  // namespace convproof::conformance
