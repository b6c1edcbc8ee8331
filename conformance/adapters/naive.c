/* An implementation under test, in C99: conv2d in plain loops, for float and double, all passes.
 *
 * This is the file to start from when yours is callable from C. Copy it and convproof_plugin.h,
 * replace the bodies of y_at, dx_at, dw_at and db_at by calls of your own code, then
 *   cc -std=c99 -O2 -fPIC -shared -o libmine.so naive.c
 *   convproof verify --plugin ./libmine.so
 *
 * Two functions are exported, both at the end. Everything before them is static. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "convproof_plugin.h"

/* ---------------------------------------------------------------- tensors */

/* Element `i` in C order. A float fits into a double, so one set of loops serves both types. */
static double get(const convproof_tensor* t, int64_t i) {
  return t->dtype_bits == 32 ? (double)((const float*)t->data)[i] : ((const double*)t->data)[i];
}

static void put(const convproof_tensor* t, int64_t i, double value) {
  if (t->dtype_bits == 32) {
    ((float*)t->data)[i] = (float)value;
  } else {
    ((double*)t->data)[i] = value;
  }
}

/* Where the element [a,b,c,d] of a tensor with four axes lies. */
static int64_t at(const convproof_tensor* t, int64_t a, int64_t b, int64_t c, int64_t d) {
  return ((a * t->shape[1] + b) * t->shape[2] + c) * t->shape[3] + d;
}

/* ---------------------------------------------------------------- sums of products */

#ifndef SUM_IS_DEFINED /* Our own tests put other orders of summation in its place. */
/* Adds in the type of the tensors: product and sum are rounded after every step. Rounding a double
 * to float gives what float arithmetic gives, because a double has more than twice its digits. */
typedef struct {
  double value;
  int is_float;
} sum;

static sum sum_in_type_of(const convproof_tensor* t) {
  sum s = {0, 0};
  s.is_float = t->dtype_bits == 32;
  return s;
}

static void add_product(sum* s, double a, double b) {
  if (s->is_float) {
    s->value = (float)(s->value + (float)(a * b));
  } else {
    s->value += a * b;
  }
}

static double value_of(const sum* s) {
  return s->value;
}
#endif

/* ---------------------------------------------------------------- the call, unpacked */

/* ONNX's attributes of conv2d. Height before width; pads are top, left, bottom, right. */
typedef struct {
  int64_t strides[2];
  int64_t dilations[2];
  int64_t pads[4];
  int64_t group;
} attributes;

/* The tensors of a call by their part in y = conv(x, w) + b, whichever pass it is: in the pass dx,
 * `y` is the input dy and `x` the output dx. */
typedef struct {
  convproof_tensor x, w, b, y;
  attributes attrs;
} problem;

static int pass_is(const convproof_call* call, const char* pass) {
  return strcmp(call->pass, pass) == 0;
}

/* Reads `count` integers after "key": in the JSON text; 1 on success. The keys we want are followed
 * by plain integers or by arrays of them, so this is all the JSON there is to know. */
static int read_integers(const char* json, const char* key, int count, int64_t* values) {
  char quoted[32];
  snprintf(quoted, sizeof quoted, "\"%s\"", key);
  const char* cursor = strstr(json, quoted);
  if (cursor == NULL) return 0;
  cursor += strlen(quoted);
  for (int i = 0; i < count; ++i) {
    char* end;
    cursor += strspn(cursor, " \t:[,");
    values[i] = strtoll(cursor, &end, 10);
    if (end == cursor) return 0;
    cursor = end;
  }
  return 1;
}

static int read_attributes(const char* json, attributes* a) {
  return read_integers(json, "strides", 2, a->strides) &&
         read_integers(json, "dilations", 2, a->dilations) &&
         read_integers(json, "pads", 4, a->pads) && read_integers(json, "group", 1, &a->group);
}

/* Puts the tensors of the call where they belong; 0 if there are not as many as the pass has. */
static int sort_tensors(const convproof_call* call, problem* p) {
  const convproof_tensor* in = call->inputs;
  if (call->n_outputs != 1 || call->n_inputs < (pass_is(call, "db") ? 1 : 2)) return 0;
  memset(p, 0, sizeof *p); /* b.data == NULL means that there is no bias. */
  if (pass_is(call, "y")) {
    p->x = in[0];
    p->w = in[1];
    if (call->n_inputs > 2) p->b = in[2];
    p->y = call->outputs[0];
  } else if (pass_is(call, "dx")) {
    p->y = in[0];
    p->w = in[1];
    p->x = call->outputs[0];
  } else if (pass_is(call, "dw")) {
    p->y = in[0];
    p->x = in[1];
    p->w = call->outputs[0];
  } else {
    p->y = in[0];
    p->b = call->outputs[0];
  }
  return 1;
}

/* ---------------------------------------------------------------- the shape rule */

/* Why the axis (0 height, 1 width) cannot be, or NULL. */
static const char* axis_is_invalid(const problem* p, int axis) {
  const attributes* a = &p->attrs;
  const int64_t size = p->x.shape[2 + axis];
  const int64_t kernel = p->w.shape[2 + axis];
  const int64_t before = a->pads[axis];
  const int64_t after = a->pads[2 + axis];
  if (kernel < 1 || a->strides[axis] < 1 || a->dilations[axis] < 1) {
    return "kernel, strides and dilations are at least 1";
  }
  if (before < 0 || after < 0) return "pads are at least 0";
  if (size > INT32_MAX || kernel > INT32_MAX || before > INT32_MAX || after > INT32_MAX ||
      a->dilations[axis] > INT32_MAX) {
    return "sizes beyond 2^31"; /* So that nothing below overflows. */
  }
  const int64_t span = a->dilations[axis] * (kernel - 1) + 1;
  const int64_t room = size + before + after - span;
  if (room < 0) return "window larger than the padded input";
  if (p->y.shape[2 + axis] != room / a->strides[axis] + 1) return "y has another size";
  return NULL;
}

/* Why the shapes and attributes do not go together, or NULL. */
static const char* is_invalid(const problem* p) {
  const int64_t group = p->attrs.group;
  const int64_t channels = p->x.shape[1];
  const int64_t outputs = p->w.shape[0];
  if (group < 1 || channels % group != 0 || outputs % group != 0) {
    return "group does not divide the channels";
  }
  if (p->w.shape[1] != channels / group) return "w has not C/group channels";
  if (p->y.shape[0] != p->x.shape[0] || p->y.shape[1] != outputs) return "y has another shape";
  const char* reason = axis_is_invalid(p, 0);
  return reason != NULL ? reason : axis_is_invalid(p, 1);
}

/* ---------------------------------------------------------------- the four passes, per element */

/* The input row that tap `u` of output row `i` reads (axis 0), or the column (axis 1); it may lie
 * outside the image, where x is 0. */
static int64_t tap(const problem* p, int axis, int64_t i, int64_t u) {
  return i * p->attrs.strides[axis] + u * p->attrs.dilations[axis] - p->attrs.pads[axis];
}

/* The output row whose tap `u` reads input row `h`, or -1 if there is none. */
static int64_t reader(const problem* p, int axis, int64_t h, int64_t u) {
  const int64_t distance = h + p->attrs.pads[axis] - u * p->attrs.dilations[axis];
  const int64_t stride = p->attrs.strides[axis];
  if (distance < 0 || distance % stride != 0) return -1;
  return distance / stride < p->y.shape[2 + axis] ? distance / stride : -1;
}

static int inside(const convproof_tensor* t, int64_t h, int64_t q) {
  return h >= 0 && h < t->shape[2] && q >= 0 && q < t->shape[3];
}

/* y[n,o,i,j] = b[o] + sum over c, u, v of w[o,c,u,v] * x[n, first + c, h, q]. */
static double y_at(const problem* p, int64_t n, int64_t o, int64_t i, int64_t j) {
  const int64_t first = o / (p->w.shape[0] / p->attrs.group) * p->w.shape[1];
  sum s = sum_in_type_of(&p->y);
  if (p->b.data != NULL) add_product(&s, get(&p->b, o), 1);
  for (int64_t c = 0; c < p->w.shape[1]; ++c) {
    for (int64_t u = 0; u < p->w.shape[2]; ++u) {
      for (int64_t v = 0; v < p->w.shape[3]; ++v) {
        const int64_t h = tap(p, 0, i, u);
        const int64_t q = tap(p, 1, j, v);
        if (!inside(&p->x, h, q)) continue;
        add_product(&s, get(&p->w, at(&p->w, o, c, u, v)),
                    get(&p->x, at(&p->x, n, first + c, h, q)));
      }
    }
  }
  return value_of(&s);
}

/* dx[n,c,h,q] = sum over o, u, v of w[o, c - first, u, v] * dy[n,o,i,j], where (i,j) reads (h,q).
 */
static double dx_at(const problem* p, int64_t n, int64_t c, int64_t h, int64_t q) {
  const int64_t outputs = p->w.shape[0] / p->attrs.group;
  const int64_t group = c / p->w.shape[1];
  sum s = sum_in_type_of(&p->x);
  for (int64_t o = group * outputs; o < (group + 1) * outputs; ++o) {
    for (int64_t u = 0; u < p->w.shape[2]; ++u) {
      for (int64_t v = 0; v < p->w.shape[3]; ++v) {
        const int64_t i = reader(p, 0, h, u);
        const int64_t j = reader(p, 1, q, v);
        if (i < 0 || j < 0) continue;
        add_product(&s, get(&p->w, at(&p->w, o, c % p->w.shape[1], u, v)),
                    get(&p->y, at(&p->y, n, o, i, j)));
      }
    }
  }
  return value_of(&s);
}

/* dw[o,c,u,v] = sum over n, i, j of dy[n,o,i,j] * x[n, first + c, h, q]. */
static double dw_at(const problem* p, int64_t o, int64_t c, int64_t u, int64_t v) {
  const int64_t first = o / (p->w.shape[0] / p->attrs.group) * p->w.shape[1];
  sum s = sum_in_type_of(&p->w);
  for (int64_t n = 0; n < p->y.shape[0]; ++n) {
    for (int64_t i = 0; i < p->y.shape[2]; ++i) {
      for (int64_t j = 0; j < p->y.shape[3]; ++j) {
        const int64_t h = tap(p, 0, i, u);
        const int64_t q = tap(p, 1, j, v);
        if (!inside(&p->x, h, q)) continue;
        add_product(&s, get(&p->y, at(&p->y, n, o, i, j)),
                    get(&p->x, at(&p->x, n, first + c, h, q)));
      }
    }
  }
  return value_of(&s);
}

/* db[o] = sum over n, i, j of dy[n,o,i,j]. */
static double db_at(const problem* p, int64_t o) {
  sum s = sum_in_type_of(&p->b);
  for (int64_t n = 0; n < p->y.shape[0]; ++n) {
    for (int64_t i = 0; i < p->y.shape[2]; ++i) {
      for (int64_t j = 0; j < p->y.shape[3]; ++j) {
        add_product(&s, get(&p->y, at(&p->y, n, o, i, j)), 1);
      }
    }
  }
  return value_of(&s);
}

/* ---------------------------------------------------------------- a whole pass */

typedef double (*element)(const problem* p, int64_t a, int64_t b, int64_t c, int64_t d);

/* Calls `value` for every element of a tensor with four axes. */
static void fill(const problem* p, const convproof_tensor* t, element value) {
  for (int64_t a = 0; a < t->shape[0]; ++a) {
    for (int64_t b = 0; b < t->shape[1]; ++b) {
      for (int64_t c = 0; c < t->shape[2]; ++c) {
        for (int64_t d = 0; d < t->shape[3]; ++d) put(t, at(t, a, b, c, d), value(p, a, b, c, d));
      }
    }
  }
}

static void compute(const convproof_call* call, const problem* p) {
  if (pass_is(call, "y")) fill(p, &p->y, y_at);
  if (pass_is(call, "dx")) fill(p, &p->x, dx_at);
  if (pass_is(call, "dw")) fill(p, &p->w, dw_at);
  if (pass_is(call, "db")) {
    for (int64_t o = 0; o < p->y.shape[1]; ++o) put(&p->b, o, db_at(p, o));
  }
}

static int refuse(int result, const char* reason, char* message, size_t message_size) {
  if (message_size > 0) snprintf(message, message_size, "%s", reason);
  return result;
}

/* Unpacks the call and says what is wrong with it, as convproof_run does. */
static int unpack(const convproof_call* call, problem* p, char* message, size_t message_size) {
  if (strcmp(call->op, "conv2d") != 0) {
    return refuse(CONVPROOF_UNSUPPORTED, "only conv2d", message, message_size);
  }
  if (!pass_is(call, "y") && !pass_is(call, "dx") && !pass_is(call, "dw") && !pass_is(call, "db")) {
    return refuse(CONVPROOF_UNSUPPORTED, "only the passes y, dx, dw and db", message, message_size);
  }
  for (int i = 0; i < call->n_inputs; ++i) {
    const convproof_tensor* t = &call->inputs[i];
    if (t->dtype_code != CONVPROOF_FLOAT || (t->dtype_bits != 32 && t->dtype_bits != 64)) {
      return refuse(CONVPROOF_UNSUPPORTED, "only f32 and f64", message, message_size);
    }
  }
  if (!sort_tensors(call, p)) {
    return refuse(CONVPROOF_INVALID, "tensors are missing", message, message_size);
  }
  if (!read_attributes(call->attrs_json, &p->attrs)) {
    return refuse(CONVPROOF_INVALID, "attributes are missing", message, message_size);
  }
  const char* reason = pass_is(call, "db") ? NULL : is_invalid(p);
  return reason == NULL ? CONVPROOF_OK : refuse(CONVPROOF_INVALID, reason, message, message_size);
}

/* ---------------------------------------------------------------- what is exported */

const char* convproof_hello(void) {
  return "{\"name\":\"naive\",\"version\":\"1\",\"rejects_invalid\":true,"
         "\"operators\":{\"conv2d\":{\"passes\":[\"y\",\"dx\",\"dw\",\"db\"],"
         "\"dtypes\":[\"f32\",\"f64\"],\"group\":true,\"dilations\":true,"
         "\"asymmetric_pads\":true}},"
         "\"arithmetic\":{\"f32\":{\"input\":\"f32\",\"accumulator\":\"f32\",\"output\":\"f32\","
         "\"algorithm\":\"direct\",\"flush_to_zero\":false},"
         "\"f64\":{\"input\":\"f64\",\"accumulator\":\"f64\",\"output\":\"f64\","
         "\"algorithm\":\"direct\",\"flush_to_zero\":false}}}";
}

int convproof_run(const convproof_call* call, char* message, size_t message_size) {
  problem p;
  const int result = unpack(call, &p, message, message_size);
  if (result == CONVPROOF_OK) compute(call, &p);
  return result;
}
