#include "allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace convproof {
namespace {

std::atomic<std::int64_t> allocations{0};

void* counted(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  allocations.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

}  // namespace

std::int64_t allocation_count() {
  return allocations.load(std::memory_order_relaxed);
}

}  // namespace convproof

void* operator new(std::size_t size) {
  return convproof::counted(std::malloc(size == 0 ? 1 : size));
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  // aligned_alloc wants a multiple of the alignment.
  return convproof::counted(std::aligned_alloc(step, (size + step) / step * step));
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
