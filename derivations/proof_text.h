// Writes the proof of a link as text that link_check.h reads.
#pragma once

#include <cstddef>
#include <string>

#include "derivations/proof.h"

namespace convproof::derivations {

/// Every condition with its certificate, every group of products with its pieces and its cases.
std::string to_text(const LinkProof& proof);

/// How large a proof is.
struct ProofSize {
  std::size_t conditions = 0;    // Obligations and sizes.
  std::size_t products = 0;      // Groups of products of elements.
  std::size_t cases = 0;
  std::size_t certificates = 0;  // In all.
};
ProofSize size_of(const LinkProof& proof);

}  // namespace convproof::derivations
