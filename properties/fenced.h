// Tensors beside memory that cannot be touched.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <system_error>

#include "core/tensor.h"

namespace convproof {

/// Elements between two pages that cannot be touched: against the lower one or the upper one. At
/// the upper one their address is aligned to their own size only.
template <typename T>
class Fenced {
 public:
  Fenced(const Tensor<T>& values, bool at_upper_fence) : shape_(values.shape()) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t bytes = static_cast<std::size_t>(values.size()) * sizeof(T);
    const std::size_t room = (bytes + page - 1) / page * page;
    size_ = room + 2 * page;
    void* const memory = ::mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    memory_ = static_cast<std::byte*>(memory);
    inside_ = memory_ + page;
    room_ = room;
    data_ = reinterpret_cast<T*>(inside_ + (at_upper_fence ? room - bytes : 0));
    protect(PROT_READ | PROT_WRITE);
    std::copy(values.data(), values.data() + values.size(), data_);
  }
  ~Fenced() { ::munmap(memory_, size_); }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;

  /// Reading is allowed, writing is not.
  TensorView<const T> input() {
    protect(PROT_READ);
    return {data_, shape_};
  }
  TensorView<T> output() {
    protect(PROT_READ | PROT_WRITE);
    return {data_, shape_};
  }

 private:
  void protect(int access) {
    if (::mprotect(inside_, room_, access) != 0) {
      throw std::system_error(errno, std::generic_category(), "mprotect");
    }
  }

  Shape shape_;
  std::byte* memory_;
  std::byte* inside_;
  std::size_t size_;
  std::size_t room_;
  T* data_;
};

}  // namespace convproof
