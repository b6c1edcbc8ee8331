#include "conformance/adapters/builtin.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "conformance/doors/subject.h"
#include "core/conv2d.h"
#include "core/errors.h"
#include "core/tensor.h"
#include "fast/conv2d.h"
#include "fast/im2col_gemm.h"
#include "reference/conv2d.h"

namespace convproof::conformance {
namespace {

using nlohmann::json;

constexpr const char* kHello = R"({{"name":"{}","version":"{}","rejects_invalid":true,
  "operators":{{"conv2d":{{"passes":["y","dx","dw","db"],"dtypes":["f32","f64"],
  "group":true,"dilations":true,"asymmetric_pads":true}}}}}})";

Shape shape_of(const convproof_tensor& t) {
  return Shape(std::vector<Index>(t.shape, t.shape + t.ndim));
}

Conv2dParams params_of(const json& attributes) {
  const auto list = [&](const char* key) { return attributes.at(key).get<std::vector<Index>>(); };
  const auto strides = list("strides");
  const auto pads = list("pads");
  const auto dilations = list("dilations");
  return {
      .stride = {.h = strides.at(0), .w = strides.at(1)},
      .padding = {.top = pads.at(0), .bottom = pads.at(2), .left = pads.at(1), .right = pads.at(3)},
      .dilation = {.h = dilations.at(0), .w = dilations.at(1)},
      .groups = attributes.at("group").get<Index>()};
}

template <typename T>
TensorView<const T> input(const convproof_call& call, int i) {
  return {static_cast<const T*>(call.inputs[i].data), shape_of(call.inputs[i])};
}
template <typename T>
TensorView<T> output(const convproof_call& call) {
  return {static_cast<T*>(call.outputs[0].data), shape_of(call.outputs[0])};
}

/// The reference in ordinary float or double arithmetic: one legitimate order of many.
struct ReferencePath {
  template <typename T>
  static Tensor<T> copy(TensorView<const T> view) {
    return Tensor<T>(view.shape(), std::vector<T>(view.data(), view.data() + view.size()));
  }
  template <typename T>
  static void store(const Tensor<T>& from, TensorView<T> to) {
    if (!(from.shape() == to.shape())) {
      throw ShapeError("conv2d", "output", text(from.shape()), text(to.shape()));
    }
    std::copy_n(from.data(), from.size(), to.data());
  }
  template <typename T>
  void run(const convproof_call& call, const std::string& pass, const Conv2dParams& p) const {
    const TensorView<T> out = output<T>(call);
    const Tensor<T> first = copy(input<T>(call, 0));
    if (pass == "db") return store(reference::conv2d_db<T>(first), out);
    const Tensor<T> second = copy(input<T>(call, 1));
    if (pass == "dx") {
      return store(reference::conv2d_dx<T>(first, second, out.shape(), p), out);
    }
    if (pass == "dw") {
      return store(reference::conv2d_dw<T>(first, second, out.shape(), p), out);
    }
    const bool has_bias = call.n_inputs > 2 && call.inputs[2].data != nullptr;
    const Tensor<T> b = has_bias ? copy(input<T>(call, 2)) : Tensor<T>();
    store(reference::conv2d<T>(first, second, has_bias ? &b : nullptr, p), out);
  }
};

/// The optimised path, straight on the caller's memory.
struct FastPath {
  template <typename T>
  static void y(TensorView<const T> x, TensorView<const T> w, const T* b, const Conv2dParams& p,
                TensorView<T> out, fast::Workspace& workspace, int threads) {
    fast::conv2d<T>(x, w, b, p, out, workspace, threads);
  }
  template <typename T>
  static void dx(TensorView<const T> dy, TensorView<const T> w, const Conv2dParams& p,
                 TensorView<T> out, fast::Workspace& workspace, int threads) {
    fast::conv2d_dx<T>(dy, w, p, out, workspace, threads);
  }
  template <typename T>
  static void dw(TensorView<const T> dy, TensorView<const T> x, const Conv2dParams& p,
                 TensorView<T> out, fast::Workspace& workspace, int threads) {
    fast::conv2d_dw<T>(dy, x, p, out, workspace, threads);
  }
};

/// The textbook's way to the same.
struct Im2colPath {
  template <typename T>
  static void y(TensorView<const T> x, TensorView<const T> w, const T* b, const Conv2dParams& p,
                TensorView<T> out, fast::Workspace& workspace, int threads) {
    fast::conv2d_im2col<T>(x, w, b, p, out, workspace, threads);
  }
  template <typename T>
  static void dx(TensorView<const T> dy, TensorView<const T> w, const Conv2dParams& p,
                 TensorView<T> out, fast::Workspace& workspace, int threads) {
    fast::conv2d_dx_im2col<T>(dy, w, p, out, workspace, threads);
  }
  template <typename T>
  static void dw(TensorView<const T> dy, TensorView<const T> x, const Conv2dParams& p,
                 TensorView<T> out, fast::Workspace& workspace, int threads) {
    fast::conv2d_dw_im2col<T>(dy, x, p, out, workspace, threads);
  }
};

/// One of the paths of fast/.
template <typename Path>
struct InPlace {
  template <typename T>
  void run(const convproof_call& call, const std::string& pass, const Conv2dParams& p) const {
    // Kept from call to call, as a user of the fast path would: shapes grow and shrink in it.
    static fast::Workspace workspace;
    const TensorView<T> out = output<T>(call);
    const TensorView<const T> first = input<T>(call, 0);
    if (pass == "db") return fast::conv2d_db<T>(first, out, call.threads);
    const TensorView<const T> second = input<T>(call, 1);
    if (pass == "dx") return Path::template dx<T>(first, second, p, out, workspace, call.threads);
    if (pass == "dw") return Path::template dw<T>(first, second, p, out, workspace, call.threads);
    const T* b = call.n_inputs > 2 ? static_cast<const T*>(call.inputs[2].data) : nullptr;
    Path::template y<T>(first, second, b, p, out, workspace, call.threads);
  }
};

int answer(char* message, std::size_t size, int code, const char* sentence) {
  std::snprintf(message, size, "%s", sentence);
  return code;
}

template <typename Path>
int run_path(const Path& path, const convproof_call* call, char* message, std::size_t size) {
  try {
    if (std::strcmp(call->op, "conv2d") != 0) {
      return answer(message, size, CONVPROOF_UNSUPPORTED, "only conv2d");
    }
    const Conv2dParams p = params_of(json::parse(call->attrs_json));
    if (call->inputs[0].dtype_bits == 64) {
      path.template run<double>(*call, call->pass, p);
    } else {
      path.template run<float>(*call, call->pass, p);
    }
    return CONVPROOF_OK;
  } catch (const ShapeError& e) {
    return answer(message, size, CONVPROOF_INVALID, e.what());
  } catch (const std::exception& e) {
    return answer(message, size, -1, e.what());
  }
}

const char* hello_reference() {
  static const std::string kText = fmt::format(kHello, "reference", "plain loops");
  return kText.c_str();
}
int run_reference(const convproof_call* call, char* message, std::size_t size) {
  return run_path(ReferencePath(), call, message, size);
}

const char* hello_fast() {
  // Throws now, and not in every case, if CONVPROOF_ISA names no instruction set.
  static const std::string kText = fmt::format(kHello, "fast", fast::name(fast::current_isa()));
  return kText.c_str();
}
int run_fast(const convproof_call* call, char* message, std::size_t size) {
  return run_path(InPlace<FastPath>(), call, message, size);
}

const char* hello_im2col() {
  static const std::string kText = fmt::format(kHello, "im2col", "plain loops");
  return kText.c_str();
}
int run_im2col(const convproof_call* call, char* message, std::size_t size) {
  return run_path(InPlace<Im2colPath>(), call, message, size);
}

}  // namespace

std::vector<std::string> builtin_names() {
  return {"fast", "im2col", "reference"};
}

PluginFunctions builtin_subject(const std::string& name) {
  if (name == "fast") return {hello_fast, run_fast};
  if (name == "im2col") return {hello_im2col, run_im2col};
  if (name == "reference") return {hello_reference, run_reference};
  throw SubjectError("expected a built-in path of fast, im2col, reference, found '" + name + "'");
}

}  // namespace convproof::conformance
