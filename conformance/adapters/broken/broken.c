/* Subjects with a known fault, to test the judge with: naive.c, and one thing wrong with it. The
 * build compiles this file once per fault, with FAULT and SUMMATION from the lists in
 * CMakeLists.txt. */
#define _POSIX_C_SOURCE 200809L /* fork, pause */

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "sums.h"

#define convproof_hello naive_hello
#define convproof_run naive_run
#include "../naive.c"
#undef convproof_hello
#undef convproof_run

enum fault {
  none,
  flipped_kernel,       /* a true convolution */
  swapped_padding,      /* top for bottom, left for right */
  dilation_ignored_w,   /* taps of a row are adjacent, whatever was asked for */
  last_channel_dropped, /* the last input channel of each group counts as zero */
  tf32_inputs,          /* inputs lose all but ten mantissa bits */
  nan_last_row,         /* in y */
  segfault_odd_width,   /* writes through a null pointer if x is an odd number of columns wide */
  sleeps,               /* never comes back */
  writes_outside,       /* one element behind the output */
  writes_input,         /* changes the first element of the first input */
  stateful,             /* adds up in a buffer that it does not clear between calls */
  exits,                /* takes the process with it */
  closes_everything,    /* the standard streams, before it touches what is not its own */
  reads_far_outside,    /* ten million bytes behind the input */
  catches_faults,       /* and jumps over them */
  overlong_message,     /* twice as long as there is room for */
  reads_input_stream,   /* the standard input is not its own */
  leaves_orphans,       /* in sessions of their own; their numbers are in the file "orphans" */
  forks_and_aborts,     /* dies, and leaves a child behind that holds its pipes open */
  bad_hello             /* introduces itself with something that is no JSON */
};
static const enum fault kFault = FAULT;

static int64_t size_of(const convproof_tensor* t) {
  int64_t size = 1;
  for (int axis = 0; axis < t->ndim; ++axis) size *= t->shape[axis];
  return size;
}

/* Replaces the elements of `t` by a copy that may be changed; free(t->data) when done. */
static void copy_elements(convproof_tensor* t) {
  const size_t bytes = (size_t)size_of(t) * (t->dtype_bits / 8U);
  void* copy = malloc(bytes + 1);
  if (copy == NULL) abort();
  memcpy(copy, t->data, bytes);
  t->data = copy;
}

/* Turns every kernel by 180 degrees: its elements in reverse order. */
static void rotate(const convproof_tensor* w) {
  const int64_t taps = w->shape[2] * w->shape[3];
  for (int64_t kernel = 0; kernel < w->shape[0] * w->shape[1]; ++kernel) {
    for (int64_t i = 0; i < taps / 2; ++i) {
      const int64_t first = kernel * taps + i;
      const int64_t last = (kernel + 1) * taps - 1 - i;
      const double value = get(w, first);
      put(w, first, get(w, last));
      put(w, last, value);
    }
  }
}

static void clear_last_channel(const convproof_tensor* w) {
  const int64_t taps = w->shape[2] * w->shape[3];
  for (int64_t o = 0; o < w->shape[0]; ++o) {
    for (int64_t i = 0; i < taps; ++i) put(w, ((o + 1) * w->shape[1] - 1) * taps + i, 0);
  }
}

/* To ten stored mantissa bits, to nearest, ties to even. */
static double to_tf32(double value) {
  int exponent;
  const double fraction = frexp(value, &exponent); /* In [1/2, 1): eleven bits are 2^11 steps. */
  return ldexp(nearbyint(ldexp(fraction, 11)), exponent - 11);
}

static void round_to_tf32(const convproof_tensor* t) {
  for (int64_t i = 0; i < size_of(t); ++i) put(t, i, to_tf32(get(t, i)));
}

static void swap(int64_t* a, int64_t* b) {
  const int64_t value = *a;
  *a = *b;
  *b = value;
}

/* The faults that are another question, rightly answered. `p` has its own copy of the inputs. */
static void misread(const convproof_call* call, problem* p) {
  const int makes_w = pass_is(call, "dw");
  const int has_w = p->w.data != NULL && !makes_w;
  if (kFault == flipped_kernel && has_w) rotate(&p->w);
  if (kFault == last_channel_dropped && has_w) clear_last_channel(&p->w);
  if (kFault == dilation_ignored_w) p->attrs.dilations[1] = 1;
  if (kFault == swapped_padding) {
    swap(&p->attrs.pads[0], &p->attrs.pads[2]);
    swap(&p->attrs.pads[1], &p->attrs.pads[3]);
  }
  if (kFault == tf32_inputs) {
    if (has_w) round_to_tf32(&p->w);
    if (!pass_is(call, "y")) round_to_tf32(&p->y);
    if (p->x.data != NULL && !pass_is(call, "dx")) round_to_tf32(&p->x);
  }
}

/* The number of columns of x, or of dy where there is no x. */
static int64_t width(const problem* p) {
  return p->x.shape != NULL ? p->x.shape[3] : p->y.shape[3];
}

static void close_standard_streams(void) {
  for (int descriptor = 0; descriptor < 3; ++descriptor) close(descriptor);
}

static void live_on(void) {
  FILE* file = fopen("orphans", "a");
  setsid();
  fprintf(file, "%d\n", (int)getpid());
  fclose(file);
  for (;;) pause();
}

static sigjmp_buf after_fault;
static void jump_over(int number) {
  (void)number;
  siglongjmp(after_fault, 1);
}

/* Once, as an initialisation does. */
static void catch_faults(void) {
  static int caught = 0;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = jump_over;
  if (caught++ == 0) sigaction(SIGSEGV, &action, NULL);
}

/* The faults of the right result. */
static void spoil(const convproof_call* call, const problem* p) {
  convproof_tensor* out = &call->outputs[0];
  const int64_t size = size_of(out);
  if (kFault == flipped_kernel && pass_is(call, "dw")) rotate(out);
  if (kFault == last_channel_dropped && pass_is(call, "dw")) clear_last_channel(out);
  if (kFault == nan_last_row && pass_is(call, "y") && size > 0) {
    for (int64_t j = 0; j < out->shape[3]; ++j) put(out, size - 1 - j, NAN);
  }
  if (kFault == segfault_odd_width && width(p) % 2 != 0) *(volatile int*)NULL = 1;
  if (kFault == writes_outside) put(out, size, 1);
  if (kFault == closes_everything) put(out, -1, 1);
  if (kFault == catches_faults) (void)*((volatile char*)call->inputs[0].data - 1);
  if (kFault == reads_far_outside) (void)*((volatile char*)call->inputs[0].data + 10000000);
  if (kFault == writes_input && size_of(&call->inputs[0]) > 0) {
    put(&call->inputs[0], 0, get(&call->inputs[0], 0) + 1);
  }
}

/* Adds what the calls before left behind to the output. */
static void add_up(const convproof_tensor* out) {
  static double* scratch = NULL;
  static int64_t capacity = 0;
  const int64_t size = size_of(out);
  if (size > capacity) {
    scratch = (double*)realloc(scratch, (size_t)size * sizeof(double));
    if (scratch == NULL) abort();
    for (int64_t i = capacity; i < size; ++i) scratch[i] = 0;
    capacity = size;
  }
  for (int64_t i = 0; i < size; ++i) {
    scratch[i] += get(out, i);
    put(out, i, scratch[i]);
  }
}

/* Gives `p` copies of the call's inputs, for misread to change; or frees them again. */
static void own_inputs(const convproof_call* call, problem* p, void (*own)(convproof_tensor*)) {
  if (!pass_is(call, "y")) own(&p->y);
  if (p->w.data != NULL && !pass_is(call, "dw")) own(&p->w);
  if (p->x.data != NULL && !pass_is(call, "dx")) own(&p->x);
}

static void free_elements(convproof_tensor* t) {
  free(t->data);
}

const char* convproof_hello(void) {
  if (kFault == bad_hello) return "hello, I am a convolution";
  return "{\"name\":\"broken\",\"version\":\"1\","
         "\"operators\":{\"conv2d\":{\"passes\":[\"y\",\"dx\",\"dw\",\"db\"],"
         "\"dtypes\":[\"f32\",\"f64\"],\"group\":true,\"dilations\":true,"
         "\"asymmetric_pads\":true}}}";
}

int convproof_run(const convproof_call* call, char* message, size_t message_size) {
  problem p;
  const int result = unpack(call, &p, message, message_size);
  if (result != CONVPROOF_OK) return result;
  if (kFault == exits) exit(3);
  if (kFault == overlong_message) {
    memset(message, 'x', 2 * message_size);
    return -1;
  }
  if (kFault == closes_everything) close_standard_streams();
  if (kFault == reads_input_stream) (void)getchar();
  if (kFault == catches_faults && sigsetjmp(after_fault, 1) != 0) return CONVPROOF_OK;
  if (kFault == catches_faults) catch_faults();
  if (kFault == leaves_orphans && fork() == 0) live_on();
  if (kFault == forks_and_aborts) {
    while (fork() == 0) pause();
    abort();
  }
  while (kFault == sleeps) pause();
  own_inputs(call, &p, copy_elements);
  misread(call, &p);
  compute(call, &p);
  own_inputs(call, &p, free_elements);
  spoil(call, &p);
  if (kFault == stateful) add_up(&call->outputs[0]);
  return CONVPROOF_OK;
}
