// The entry of libFuzzer:  derive_fuzzer CORPUS_DIRECTORY derivations/claims
#include <cstddef>
#include <cstdint>
#include <string>

#include "properties/derivations/fuzz/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  convproof::derivations::answer(std::string(data, data + size));
  return 0;
}
