#include "fast/workspace.h"

#include <cstring>

namespace convproof::fast {

std::byte* Workspace::bytes(Scratch purpose, std::size_t size) {
  Buffer& buffer = buffers_[static_cast<std::size_t>(purpose)];
  if (size > buffer.size) {
    // Release first: both at once could be more than the machine has.
    buffer.memory.reset();
    buffer.size = 0;
    buffer.memory.reset(
        static_cast<std::byte*>(::operator new (size, std::align_val_t{kAlignment})));
    buffer.size = size;
  }
  return buffer.memory.get();
}

void Workspace::poison() {
  for (Buffer& buffer : buffers_) {
    if (buffer.size > 0) std::memset(buffer.memory.get(), 0xff, buffer.size);
  }
}

}  // namespace convproof::fast
