// Memory that faults at its edges, and the handler that says in a sentence what was touched.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace convproof::conformance {

/// A mapping with guard areas on both sides, kept from call to call while it is large enough, so
/// that a subject meets the buffers of earlier cases.
class GuardedMemory {
 public:
  enum class Edge { kStart, kEnd };  // At which guard the data lie flush.

  GuardedMemory() = default;
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  /// Room for `bytes` at the edge; everything else in the mapping is filled with `slack`. Writable.
  /// `name` and `role` ("input", "output") appear in the handler's sentence.
  std::byte* place(std::size_t bytes, Edge edge, std::byte slack, const std::string& name,
                   const char* role);
  /// From now on a write to the data faults.
  void protect();
  /// The first byte of the slack that is not `slack` any more, as an offset from the data.
  std::optional<std::ptrdiff_t> changed_slack() const;

 private:
  void map(std::size_t bytes);
  void unmap();

  std::byte* mapping_ = nullptr;  // Guard, pages, guard.
  std::size_t pages_bytes_ = 0;
  std::byte* data_ = nullptr;
  std::size_t data_bytes_ = 0;
  std::byte slack_{};
  int region_ = -1;
};

/// Makes SIGSEGV and SIGBUS inside any GuardedMemory end the process with kMemoryExitCode after one
/// sentence on `descriptor`; elsewhere they stay what they are. To be called again before foreign
/// code runs: what it did last time must not hide a fault now. Handlers found then stay in use for
/// the faults that are not ours (some runtimes live on them).
void install_fault_handler(int descriptor);

}  // namespace convproof::conformance
