// oneDNN behind the plug-in door: conv2d, all four passes, by its direct algorithm.
//
// The primitives choose their own memory layouts (format_tag::any); the plain NCHW tensors of the
// call are reordered to them and back, as an application would do it.
#include <cstdio>
#include <cstring>
#include <exception>
#include <nlohmann/json.hpp>
#include <oneapi/dnnl/dnnl.hpp>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "convproof_plugin.h"

// Of the OpenMP runtime that oneDNN itself brings along; that of our compiler may be another one.
extern "C" void omp_set_num_threads(int threads);

namespace {

using dnnl::memory;
using Dims = memory::dims;
using Type = memory::data_type;

struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Invalid : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

dnnl::stream& stream() {
  static dnnl::stream in_order(engine());
  return in_order;
}

/// Shapes and attributes in oneDNN's words: its dilation counts the pixels left out.
struct Problem {
  Type type;
  Dims x;
  Dims w;  // [O, C/group, Kh, Kw], or [group, O/group, C/group, Kh, Kw].
  Dims y;
  bool has_bias;
  Dims strides;
  Dims dilates;
  Dims before;
  Dims after;

  Dims bias() const { return has_bias ? Dims{y[1]} : Dims{}; }
};

memory::desc any_layout(const Dims& dims, Type type) {
  return dims.empty() ? memory::desc() : memory::desc(dims, type, memory::format_tag::any);
}

memory::desc c_order(const Dims& dims, Type type) {
  using Tag = memory::format_tag;
  constexpr Tag kTags[] = {Tag::undef, Tag::a, Tag::ab, Tag::abc, Tag::abcd, Tag::abcde};
  return {dims, type, kTags[dims.size()]};
}

/// The forward primitive; the backward ones take it as a hint.
dnnl::convolution_forward::primitive_desc forward(const Problem& p, dnnl::prop_kind kind) {
  return {{kind, dnnl::algorithm::convolution_direct, any_layout(p.x, p.type),
           any_layout(p.w, p.type), any_layout(p.bias(), p.type), any_layout(p.y, p.type),
           p.strides, p.dilates, p.before, p.after},
          engine()};
}

dnnl::convolution_backward_data::primitive_desc backward_data(const Problem& p) {
  return {{dnnl::algorithm::convolution_direct, any_layout(p.x, p.type), any_layout(p.w, p.type),
           any_layout(p.y, p.type), p.strides, p.dilates, p.before, p.after},
          engine(),
          forward(p, dnnl::prop_kind::forward_training)};
}

dnnl::convolution_backward_weights::primitive_desc backward_weights(const Problem& p) {
  return {{dnnl::algorithm::convolution_direct, any_layout(p.x, p.type), any_layout(p.w, p.type),
           any_layout(p.y, p.type), p.strides, p.dilates, p.before, p.after},
          engine(),
          forward(p, dnnl::prop_kind::forward_training)};
}

/// The sum of dy over images and pixels.
dnnl::reduction::primitive_desc bias_gradient(const Dims& dy, Type type) {
  return {{dnnl::algorithm::reduction_sum, c_order(dy, type), c_order({1, dy[1], 1, 1}, type), 0.0F,
           0.0F},
          engine()};
}

/// `user` in the layout that a primitive wants: itself, or a reordered copy.
memory to_layout(memory user, const memory::desc& wanted) {
  if (user.get_desc() == wanted) return user;
  memory copy(wanted, engine());
  dnnl::reorder(user, copy).execute(stream(), user, copy);
  return copy;
}

/// Runs the primitive and leaves the result in `user`, in C order.
void execute_into(memory user, const memory::desc& wanted, int argument,
                  const dnnl::primitive& primitive, std::unordered_map<int, memory> arguments) {
  const bool direct = user.get_desc() == wanted;
  memory result = direct ? user : memory(wanted, engine());
  arguments[argument] = result;
  primitive.execute(stream(), arguments);
  if (!direct) dnnl::reorder(result, user).execute(stream(), result, user);
  stream().wait();
}

memory memory_of(const convproof_tensor& t, const Dims& dims, Type type) {
  return {c_order(dims, type), engine(), t.data};
}

void run_y(const convproof_call& call, const Problem& p) {
  const auto primitive = forward(p, dnnl::prop_kind::forward_inference);
  std::unordered_map<int, memory> arguments{
      {DNNL_ARG_SRC, to_layout(memory_of(call.inputs[0], p.x, p.type), primitive.src_desc())},
      {DNNL_ARG_WEIGHTS,
       to_layout(memory_of(call.inputs[1], p.w, p.type), primitive.weights_desc())}};
  if (p.has_bias) arguments[DNNL_ARG_BIAS] = memory_of(call.inputs[2], p.bias(), p.type);
  execute_into(memory_of(call.outputs[0], p.y, p.type), primitive.dst_desc(), DNNL_ARG_DST,
               dnnl::convolution_forward(primitive), arguments);
}

void run_dx(const convproof_call& call, const Problem& p) {
  const auto primitive = backward_data(p);
  execute_into(memory_of(call.outputs[0], p.x, p.type), primitive.diff_src_desc(),
               DNNL_ARG_DIFF_SRC, dnnl::convolution_backward_data(primitive),
               {{DNNL_ARG_DIFF_DST,
                 to_layout(memory_of(call.inputs[0], p.y, p.type), primitive.diff_dst_desc())},
                {DNNL_ARG_WEIGHTS,
                 to_layout(memory_of(call.inputs[1], p.w, p.type), primitive.weights_desc())}});
}

void run_dw(const convproof_call& call, const Problem& p) {
  const auto primitive = backward_weights(p);
  execute_into(
      memory_of(call.outputs[0], p.w, p.type), primitive.diff_weights_desc(), DNNL_ARG_DIFF_WEIGHTS,
      dnnl::convolution_backward_weights(primitive),
      {{DNNL_ARG_DIFF_DST,
        to_layout(memory_of(call.inputs[0], p.y, p.type), primitive.diff_dst_desc())},
       {DNNL_ARG_SRC, to_layout(memory_of(call.inputs[1], p.x, p.type), primitive.src_desc())}});
}

void run_db(const convproof_call& call, const Dims& dy, Type type) {
  if (dy == Dims{1, dy[1], 1, 1}) {  // oneDNN refuses a reduction that has nothing to reduce.
    memory from = memory_of(call.inputs[0], dy, type);
    memory to = memory_of(call.outputs[0], dy, type);
    dnnl::reorder(from, to).execute(stream(), from, to);
    stream().wait();
    return;
  }
  const auto primitive = bias_gradient(dy, type);
  execute_into(memory_of(call.outputs[0], {1, dy[1], 1, 1}, type), primitive.dst_desc(),
               DNNL_ARG_DST, dnnl::reduction(primitive),
               {{DNNL_ARG_SRC, memory_of(call.inputs[0], dy, type)}});
}

Dims dims_of(const convproof_tensor& t) {
  return {t.shape, t.shape + t.ndim};
}

Type type_of(const convproof_tensor& t) {
  if (t.dtype_code == CONVPROOF_FLOAT && t.dtype_bits == 32) return Type::f32;
  if (t.dtype_code == CONVPROOF_BFLOAT && t.dtype_bits == 16) return Type::bf16;
  throw Unsupported("only f32 and bf16");
}

/// The tensor of the call that stands at the place of x, w or y in y = conv(x, w) + b.
struct Roles {
  const convproof_tensor& x;
  const convproof_tensor& w;
  const convproof_tensor& y;
};

Roles roles_of(const convproof_call& call) {
  const std::string pass = call.pass;
  const convproof_tensor* in = call.inputs;
  if (pass == "y") return {in[0], in[1], call.outputs[0]};
  if (pass == "dx") return {call.outputs[0], in[1], in[0]};
  if (pass == "dw") return {in[1], call.outputs[0], in[0]};
  throw Unsupported("only the passes y, dx, dw and db");
}

Problem problem_of(const convproof_call& call) {
  const auto attrs = nlohmann::json::parse(call.attrs_json);
  const auto pads = attrs.at("pads").get<Dims>();
  const auto group = attrs.at("group").get<memory::dim>();
  const Roles roles = roles_of(call);
  Problem p{type_of(call.inputs[0]),
            dims_of(roles.x),
            dims_of(roles.w),
            dims_of(roles.y),
            false,
            attrs.at("strides"),
            attrs.at("dilations"),
            {pads.at(0), pads.at(1)},
            {pads.at(2), pads.at(3)}};
  for (memory::dim& d : p.dilates) d -= 1;
  if (group < 1 || p.w[0] % group != 0) throw Invalid("group does not divide the channels");
  if (group > 1) {
    p.w[0] /= group;
    p.w.insert(p.w.begin(), group);
  }
  p.has_bias = call.n_inputs > 2 && call.inputs[2].data != nullptr;
  return p;
}

std::size_t bytes_of(const convproof_tensor& t) {
  std::size_t bytes = t.dtype_bits / 8U;
  for (int axis = 0; axis < t.ndim; ++axis) bytes *= static_cast<std::size_t>(t.shape[axis]);
  return bytes;
}

void run(const convproof_call& call) {
  if (std::strcmp(call.op, "conv2d") != 0) throw Unsupported("only conv2d");
  omp_set_num_threads(call.threads);
  if (dims_of(call.inputs[0])[0] == 0) {
    // oneDNN takes an empty batch and then does nothing, also where the result is a sum over it.
    std::memset(call.outputs[0].data, 0, bytes_of(call.outputs[0]));
    return;
  }
  const std::string pass = call.pass;
  if (pass == "db") return run_db(call, dims_of(call.inputs[0]), type_of(call.inputs[0]));
  const Problem p = problem_of(call);
  if (pass == "y") run_y(call, p);
  if (pass == "dx") run_dx(call, p);
  if (pass == "dw") run_dw(call, p);
}

/// Whether oneDNN has all passes in bfloat16 on this processor.
bool has_bf16() {
  const Problem p{Type::bf16, {1, 1, 2, 2}, {1, 1, 1, 1}, {1, 1, 2, 2}, true,
                  {1, 1},     {0, 0},       {0, 0},       {0, 0}};
  try {
    (void)forward(p, dnnl::prop_kind::forward_inference);
    (void)backward_data(p);
    (void)backward_weights(p);
    (void)bias_gradient(p.y, p.type);
    return true;
  } catch (const dnnl::error&) {
    return false;
  }
}

nlohmann::json arithmetic_of(const char* type) {
  return {{"input", type},
          {"accumulator", "f32"},
          {"output", type},
          {"algorithm", "direct"},
          {"flush_to_zero", false}};
}

std::string hello() {
  const auto* version = dnnl::version();
  nlohmann::json dtypes{"f32"};
  nlohmann::json arithmetic{{"f32", arithmetic_of("f32")}};
  if (has_bf16()) {
    dtypes.push_back("bf16");
    arithmetic["bf16"] = arithmetic_of("bf16");
  }
  const nlohmann::json conv2d{{"passes", {"y", "dx", "dw", "db"}},
                              {"dtypes", dtypes},
                              {"group", true},
                              {"dilations", true},
                              {"asymmetric_pads", true}};
  return nlohmann::json{
      {"name", "oneDNN"},
      {"version", std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
                      std::to_string(version->patch)},
      {"operators", {{"conv2d", conv2d}}},
      {"arithmetic", arithmetic}}
      .dump();
}

int answer(int result, const char* reason, char* message, std::size_t message_size) {
  if (message_size > 0) std::snprintf(message, message_size, "%s", reason);
  return result;
}

int result_of(dnnl_status_t status) {
  switch (status) {
    case dnnl_unimplemented: return CONVPROOF_UNSUPPORTED;
    case dnnl_invalid_arguments: return CONVPROOF_INVALID;
    default: return -1;
  }
}

}  // namespace

extern "C" const char* convproof_hello(void) {
  try {
    static const std::string reply = hello();
    return reply.c_str();
  } catch (const std::exception&) {
    return "";  // No JSON: convproof reports that the subject does not introduce itself.
  }
}

extern "C" int convproof_run(const convproof_call* call, char* message, std::size_t message_size) {
  try {
    run(*call);
    return CONVPROOF_OK;
  } catch (const Unsupported& e) {
    return answer(CONVPROOF_UNSUPPORTED, e.what(), message, message_size);
  } catch (const Invalid& e) {
    return answer(CONVPROOF_INVALID, e.what(), message, message_size);
  } catch (const dnnl::error& e) {
    return answer(result_of(e.status), e.what(), message, message_size);
  } catch (const std::exception& e) {
    return answer(-1, e.what(), message, message_size);
  }
}
