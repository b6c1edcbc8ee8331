// The node tests of ONNX, read from the folder that Debian's libonnx-testdata installs.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace convproof {

/// One model that consists of a single node, with its inputs and outputs. Elements of every type
/// are held as doubles, which have room for the float32, integer and bool values that occur.
struct OnnxCase {
  std::string name;                                           // The folder's.
  std::string op;                                             // ONNX's name, such as Conv.
  std::map<std::string, std::vector<std::int64_t>> integers;  // Attributes of one or more integers.
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> strings;
  std::vector<std::optional<Tensor<double>>> inputs;  // Nothing where an optional one is left out.
  std::vector<std::optional<Tensor<double>>> outputs;

  bool has(const std::string& attribute) const { return integers.contains(attribute); }
  std::int64_t integer(const std::string& attribute, std::int64_t otherwise) const;
  double number(const std::string& attribute, double otherwise) const;
  std::string string(const std::string& attribute, const std::string& otherwise) const;
};

/// A folder that holds no single node, or tensors of no number, and why.
struct OnnxUnread {
  std::string name;
  std::string reason;
};

/// All folders below `root`, in the order of their names.
struct OnnxCases {
  std::vector<OnnxCase> read;
  std::vector<OnnxUnread> unread;
};

/// Throws: std::runtime_error if there is no such folder, or a file in it cannot be read.
OnnxCases read_onnx_cases(const std::filesystem::path& root);

}  // namespace convproof
