/* convproof plug-in contract, version 1. Copy this file; it needs nothing else (C99).
 *
 * Build a shared library that exports the two functions at the end, then
 *   convproof verify --plugin ./libmine.so
 * Tensors are dense, C order, little endian; images are N, C, H, W. Kernels are not flipped. */
#ifndef CONVPROOF_PLUGIN_H
#define CONVPROOF_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Values of dtype_code, as in DLPack. */
enum { CONVPROOF_INT = 0, CONVPROOF_FLOAT = 2, CONVPROOF_BFLOAT = 4 };

/* What convproof_run returns; a negative value means that the call failed. */
enum { CONVPROOF_OK = 0, CONVPROOF_UNSUPPORTED = 1, CONVPROOF_INVALID = 2 };

typedef struct {
  void* data; /* NULL: an optional input that is absent */
  int32_t ndim;
  uint8_t dtype_code; /* CONVPROOF_FLOAT, ... */
  uint8_t dtype_bits; /* 16, 32, 64 */
  uint16_t reserved;
  const int64_t* shape;
  const int64_t* strides; /* in elements */
} convproof_tensor;

typedef struct {
  uint32_t struct_size;   /* sizeof(convproof_call) of the caller */
  const char* op;         /* "conv2d" */
  const char* pass;       /* "y", "dx", "dw", "db" */
  const char* attrs_json; /* {"strides":[2,1],"dilations":[1,1],"pads":[0,1,2,0],"group":1,...} */
  int32_t n_inputs;
  int32_t n_outputs;
  const convproof_tensor* inputs; /* must not be written */
  convproof_tensor* outputs;      /* of exactly the announced size; hold anything before the call */
  int32_t threads;                /* how many threads may be used */
} convproof_call;

/* The JSON of the reply to `hello`. The text stays valid until the library is unloaded. */
const char* convproof_hello(void);

/* Computes the outputs. `message` takes a sentence when the result is not CONVPROOF_OK. */
int convproof_run(const convproof_call* call, char* message, size_t message_size);

#ifdef __cplusplus
}
#endif

#endif
