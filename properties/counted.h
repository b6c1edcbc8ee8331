// A number that counts what is done with it.
#pragma once

#include "core/shape.h"

namespace convproof {

/// Counts multiplications and additions of every number of this type in this thread. A sum starts
/// as Counted(0), which is empty: it takes its first term without an addition.
class Counted {
 public:
  inline static thread_local Index products = 0;
  inline static thread_local Index additions = 0;
  static void reset() { products = additions = 0; }

  explicit Counted(int value = 0) : value_(value), empty_(value == 0) {}

  Counted& operator+=(const Counted& other) {
    if (!empty_) ++additions;
    value_ += other.value_;
    empty_ = false;
    return *this;
  }
  friend Counted operator*(const Counted& a, const Counted& b) {
    ++products;
    Counted product;
    product.value_ = a.value_ * b.value_;
    product.empty_ = false;
    return product;
  }
  Index value() const { return value_; }

 private:
  Index value_ = 0;
  bool empty_;
};

}  // namespace convproof
