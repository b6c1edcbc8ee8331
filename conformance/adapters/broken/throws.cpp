// A subject in C++ that lets an exception out of a C function.
#include <stdexcept>

#include "../convproof_plugin.h"

extern "C" const char* convproof_hello() {
  return R"({"name":"throws","operators":{"conv2d":{"passes":["y"],"dtypes":["f32"]}}})";
}

extern "C" int convproof_run(const convproof_call*, char*, size_t) {
  throw std::runtime_error("no kernel for this shape");
}
