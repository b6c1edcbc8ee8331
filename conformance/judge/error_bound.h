// How far a correct result may be from the exact value. Nobody chooses a tolerance.
//
// Theorem.  Let y = p_1 + ... + p_n be a sum of n products that are not zero, u the unit roundoff
// and h the smallest subnormal number of a binary format with rounding to nearest, and S the sum of
// |p_i|. Compute it by any binary tree of additions, in which every product is either rounded on
// its own or fused into the addition it takes part in, without overflow. Then
//   |computed - y|  <=  n*u*(1+u)*S + (n*h/2)*(1 + n*u)*(1+u).
//
// Proof.  Write v = u/(1+u); one rounding to nearest of a real t errs by at most v|t|, and by no
// more than the distance of t to any number of the format (the rounded value is the nearest one).
// (1) Let products be numbers of the format for now. A subtree with k leaves and sum of moduli S_k
//     errs by E_k <= (k-1)*u*S_k  (Jeannerod and Rump 2013, "Improved error bounds for inner
//     products in floating-point arithmetic", Prop. 3.1 for any order). By induction over a node
//     with children (a, A) and (b, B), where its own rounding adds e:  if B <= u*A, then
//     e <= |computed b-child| (the a-child is a number of the format), which is at most
//     B + E_b <= u*A + E_b, and E_a + 2*E_b + u*A <= (a-1)uA + 2(b-1)uB + uA <= (a+b-1)u(A+B).
//     If A <= u*B the same with the sides exchanged. Otherwise e <= v(A + B + E_a + E_b), and
//     v*E_a <= v(a-1)uA < v(a-1)B, v*E_b < v(b-1)A, so that
//     E <= E_a + E_b + v*a*B + v*b*A <= (a-1)uA + (b-1)uB + uaB + ubA <= (a+b-1)u(A+B).
// (2) A rounded product is p(1+d) + e with |d| <= v, |e| <= h/2. A fused product is used exactly;
//     where step (1) uses that it is a number of the format, its rounded value is one within
//     v|p| + h/2 of it. So both cost at most v|p| + h/2 once per product, and in (1) S becomes at
//     most (1+v)S + n*h/2. Additions do not underflow: sums of multiples of h are such multiples;
//     a fused one is off by at most h/2 more, which is the h/2 of its product.
// (3) Together (n-1)u[(1+v)S + n*h/2] + v*S + n*h/2, and (n-1)u(1+v) + v <= n*u*(1+u).
//
// Exactness.  If all p_i are multiples of 2^g and S <= 2^(g+precision), then every partial sum in
// every order is such a multiple and representable: nothing is ever rounded, and y is due exactly.
#pragma once

#include <string>

#include "conformance/judge/error_account.h"

namespace convproof::conformance {

/// What a subject says of its arithmetic; the defaults are those of the contract.
struct Arithmetic {
  FloatFormat input = kF32;
  FloatFormat accumulator = kF32;
  FloatFormat output = kF32;
  std::string algorithm = "direct";
  bool flush_to_zero = false;
  friend bool operator==(const Arithmetic&, const Arithmetic&) = default;
};

/// The largest permitted |computed - exact| of an element.
///
/// The theorem above for the accumulator, then one rounding to the output format if that is
/// narrower: u/(1+u)*(|y| + bound), or h/2 where that is more, with the output's u and h; and where
/// the accumulator is exact, the distance of y to its nearest number, so that nothing but correct
/// rounding is right. With flush_to_zero every product and every addition may lose the smallest
/// normal number, and products of subnormal factors may be lost whole.
Exact error_bound(const ErrorAccount& account, const Arithmetic& arithmetic);

/// True if the exactness theorem applies to the accumulator.
bool must_be_exact(const ErrorAccount& account, const FloatFormat& accumulator);

/// Whether the hypothesis "without overflow" holds for every order: S(1+2nu) is below the largest
/// number. A finite result needs no such promise: no addition turns an infinity into a number.
bool cannot_overflow(const ErrorAccount& account, const FloatFormat& format);

/// The error that independent roundings of mean zero exceed with probability below 2^-40:
/// lambda*sqrt(n)*u*S (Higham and Mary 2019, "A new approach to probabilistic rounding error
/// analysis", Thm 2.4, where 2n*exp(-lambda^2(1-u)^2/2) bounds the probability). Larger errors are
/// not wrong, but no arithmetic of this class makes them: suspect.
double plausible_error(const ErrorAccount& account, const FloatFormat& accumulator);

}  // namespace convproof::conformance
