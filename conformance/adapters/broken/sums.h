/* Other orders in which to add up products, in the place of naive.c's own. All of them are
 * legitimate: the judge must accept every one. SUMMATION, from the build, chooses. */
#ifndef CONVPROOF_BROKEN_SUMS_H
#define CONVPROOF_BROKEN_SUMS_H

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "../convproof_plugin.h"

#define SUM_IS_DEFINED

enum summation {
  in_order,
  in_reverse,  /* last product first */
  pairwise,    /* halves, added up by themselves, then added */
  blocked8,    /* eight partial sums, as eight SIMD lanes make them */
  fused,       /* fma: the product is not rounded */
  rounded_once /* a double sum, rounded at the end */
};
static const enum summation kSummation = SUMMATION;

typedef struct {
  int is_float;
  size_t count;
  double running;
} sum;

/* The products of the sum at hand; kept from one to the next, so that it rarely grows. */
static double* products = NULL;
static size_t product_capacity = 0;

static double in_type(const sum* s, double value) {
  return s->is_float ? (double)(float)value : value;
}

static double add(const sum* s, double a, double b) {
  return in_type(s, a + b);
}

static sum sum_in_type_of(const convproof_tensor* t) {
  const sum s = {t->dtype_bits == 32, 0, 0};
  return s;
}

static void keep_product(sum* s, double product) {
  if (s->count == product_capacity) {
    product_capacity = 2 * product_capacity + 64;
    products = (double*)realloc(products, product_capacity * sizeof(double));
    if (products == NULL) abort();
  }
  products[s->count++] = product;
}

static void add_product(sum* s, double a, double b) {
  switch (kSummation) {
    case rounded_once: s->running += a * b; break;
    case fused:
      s->running =
          s->is_float ? (double)fmaf((float)a, (float)b, (float)s->running) : fma(a, b, s->running);
      break;
    default: keep_product(s, in_type(s, a * b)); break;
  }
}

static double pairwise_sum(const sum* s, size_t first, size_t count) {
  if (count == 0) return 0;
  if (count == 1) return products[first];
  const size_t half = count / 2;
  return add(s, pairwise_sum(s, first, half), pairwise_sum(s, first + half, count - half));
}

static double blocked_sum(const sum* s) {
  double lanes[8] = {0};
  for (size_t i = 0; i < s->count; ++i) lanes[i % 8] = add(s, lanes[i % 8], products[i]);
  double total = 0;
  for (size_t lane = 0; lane < 8; ++lane) total = add(s, total, lanes[lane]);
  return total;
}

static double value_of(const sum* s) {
  double total = 0;
  switch (kSummation) {
    case in_order:
      for (size_t i = 0; i < s->count; ++i) total = add(s, total, products[i]);
      return total;
    case in_reverse:
      for (size_t i = s->count; i > 0; --i) total = add(s, total, products[i - 1]);
      return total;
    case pairwise: return pairwise_sum(s, 0, s->count);
    case blocked8: return blocked_sum(s);
    default: return s->running;
  }
}

#endif
