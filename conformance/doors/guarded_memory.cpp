#include "conformance/doors/guarded_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include "conformance/doors/subject.h"

namespace convproof::conformance {
namespace {

constexpr std::size_t kPageBytes = 4096;
/// Wider than any tensor of the tiers, so that a wrong stride does not reach beyond. Costs nothing
/// but addresses.
constexpr std::size_t kGuardBytes = std::size_t{1} << 26U;

/// What the fault handler knows; plain data, because it runs inside a signal.
struct Region {
  const std::byte* mapping = nullptr;
  std::size_t pages_bytes = 0;
  const std::byte* data = nullptr;
  std::size_t data_bytes = 0;
  std::array<char, 16> name{};
  const char* role = "";
};
std::array<Region, 16> regions;
int region_count = 0;
int say_to = STDERR_FILENO;
/// What foreign code had installed, by signal.
std::array<struct sigaction, NSIG> handlers_before{};

void say(const char* text) {
  (void)!write(say_to, text, std::strlen(text));
}

void say(std::size_t number) {
  std::array<char, 24> digits{};
  auto* at = digits.end() - 1;
  do {
    *--at = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  say(at);
}

void say_what_was_touched(const Region& r, const std::byte* address) {
  say("\naccess ");
  if (address < r.data) {
    say(static_cast<std::size_t>(r.data - address));
    say(" bytes before the start of ");
  } else if (address >= r.data + r.data_bytes) {
    say(static_cast<std::size_t>(address - (r.data + r.data_bytes)));
    say(" bytes past the end of ");
  } else {
    say("that writes byte ");
    say(static_cast<std::size_t>(address - r.data));
    say(" of the read-only ");
  }
  say(r.role);
  say(" ");
  say(r.name.data());
  say(" (");
  say(r.data_bytes);
  say(" bytes)\n");
}

void on_fault(int signal, siginfo_t* info, void*) {
  const auto* address = static_cast<const std::byte*>(info->si_addr);
  for (int i = 0; i < region_count; ++i) {
    const Region& r = regions[static_cast<std::size_t>(i)];
    if (address >= r.mapping && address < r.mapping + r.pages_bytes + 2 * kGuardBytes) {
      say_what_was_touched(r, address);
      _exit(kMemoryExitCode);
    }
  }
  // The instruction faults again, and whoever else wants the signal has it.
  sigaction(signal, &handlers_before[static_cast<std::size_t>(signal)], nullptr);
}

bool is_ours(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == on_fault;
}

std::size_t rounded_up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

}  // namespace

void install_fault_handler(int descriptor) {
  say_to = descriptor;
  static bool is_first = true;
  const bool first = std::exchange(is_first, false);
  if (first) {
    static std::array<std::byte, 65536> stack;  // A subject may fault by using up its own.
    stack_t alternative{};
    alternative.ss_sp = stack.data();
    alternative.ss_size = stack.size();
    sigaltstack(&alternative, nullptr);
  }
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS}) {
    struct sigaction before {};
    sigaction(signal, &action, &before);
    // What was there at first belongs to sanitizers: a crash has to show as its signal.
    if (!first && !is_ours(before)) handlers_before[static_cast<std::size_t>(signal)] = before;
  }
}

GuardedMemory::~GuardedMemory() {
  unmap();
}

void GuardedMemory::unmap() {
  if (mapping_ != nullptr) munmap(mapping_, pages_bytes_ + 2 * kGuardBytes);
  mapping_ = nullptr;
}

void GuardedMemory::map(std::size_t bytes) {
  unmap();
  pages_bytes_ = rounded_up(bytes, kPageBytes);
  void* got = mmap(nullptr, pages_bytes_ + 2 * kGuardBytes, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (got == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  mapping_ = static_cast<std::byte*>(got);
}

std::byte* GuardedMemory::place(std::size_t bytes, Edge edge, std::byte slack,
                                const std::string& name, const char* role) {
  const std::size_t needed = rounded_up(std::max<std::size_t>(bytes, 1), kPageBytes);
  // Reuse makes subjects meet old buffers; a mapping much too large would cost filling its slack.
  if (mapping_ == nullptr || needed > pages_bytes_ || needed * 8 < pages_bytes_) map(needed);
  std::byte* pages = mapping_ + kGuardBytes;
  if (mprotect(pages, pages_bytes_, PROT_READ | PROT_WRITE) != 0) {
    throw std::system_error(errno, std::generic_category(), "mprotect");
  }
  std::memset(pages, static_cast<int>(slack), pages_bytes_);
  data_ = edge == Edge::kStart ? pages : pages + pages_bytes_ - bytes;
  data_bytes_ = bytes;
  slack_ = slack;
  if (region_ < 0 && region_count < static_cast<int>(regions.size())) region_ = region_count++;
  if (region_ >= 0) {
    Region& r = regions[static_cast<std::size_t>(region_)];
    r = {mapping_, pages_bytes_, data_, data_bytes_, {}, role};
    name.copy(r.name.data(), r.name.size() - 1);
  }
  return data_;
}

void GuardedMemory::protect() {
  mprotect(mapping_ + kGuardBytes, pages_bytes_, PROT_READ);
}

std::optional<std::ptrdiff_t> GuardedMemory::changed_slack() const {
  const std::byte* pages = mapping_ + kGuardBytes;
  const auto first_change = [&](const std::byte* from,
                                const std::byte* to) -> std::optional<std::ptrdiff_t> {
    const std::byte* at = std::find_if(from, to, [&](std::byte b) { return b != slack_; });
    return at == to ? std::nullopt : std::optional(at - data_);
  };
  const auto before = first_change(pages, data_);
  return before ? before : first_change(data_ + data_bytes_, pages + pages_bytes_);
}

}  // namespace convproof::conformance
