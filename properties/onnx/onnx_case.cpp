#include "properties/onnx/onnx_case.h"

#define ONNX_NAMESPACE onnx
#define ONNX_ML 1
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace convproof {
namespace {

namespace fs = std::filesystem;

template <typename Message>
Message parsed(const fs::path& file) {
  Message message;
  std::ifstream in(file, std::ios::binary);
  if (!in || !message.ParseFromIstream(&in)) {
    throw std::runtime_error("cannot read " + file.string());
  }
  return message;
}

/// Raw little-endian elements of type E.
template <typename E>
std::vector<double> raw_elements(const std::string& bytes) {
  static_assert(std::endian::native == std::endian::little);
  std::vector<double> elements(bytes.size() / sizeof(E));
  for (std::size_t i = 0; i < elements.size(); ++i) {
    E element;
    std::memcpy(&element, bytes.data() + i * sizeof(E), sizeof(E));
    elements[i] = static_cast<double>(element);
  }
  return elements;
}

/// Nothing if the elements are of a type that no case of ours has.
std::optional<Tensor<double>> tensor_of(const onnx::TensorProto& proto) {
  const std::vector<Index> extents(proto.dims().begin(), proto.dims().end());
  const std::string& raw = proto.raw_data();
  std::vector<double> elements;
  switch (proto.data_type()) {
    case onnx::TensorProto::FLOAT:
      elements = raw.empty()
                     ? std::vector<double>(proto.float_data().begin(), proto.float_data().end())
                     : raw_elements<float>(raw);
      break;
    case onnx::TensorProto::DOUBLE:
      elements = raw.empty()
                     ? std::vector<double>(proto.double_data().begin(), proto.double_data().end())
                     : raw_elements<double>(raw);
      break;
    case onnx::TensorProto::INT64:
      elements = raw.empty()
                     ? std::vector<double>(proto.int64_data().begin(), proto.int64_data().end())
                     : raw_elements<std::int64_t>(raw);
      break;
    case onnx::TensorProto::INT32:
      elements = raw.empty()
                     ? std::vector<double>(proto.int32_data().begin(), proto.int32_data().end())
                     : raw_elements<std::int32_t>(raw);
      break;
    case onnx::TensorProto::UINT8:
      elements = raw.empty()
                     ? std::vector<double>(proto.int32_data().begin(), proto.int32_data().end())
                     : raw_elements<std::uint8_t>(raw);
      break;
    case onnx::TensorProto::BOOL:
      elements = raw.empty()
                     ? std::vector<double>(proto.int32_data().begin(), proto.int32_data().end())
                     : raw_elements<std::uint8_t>(raw);
      break;
    default: return std::nullopt;
  }
  return Tensor<double>(Shape(extents), std::move(elements));
}

void read_attributes(const onnx::NodeProto& node, OnnxCase& c) {
  for (const onnx::AttributeProto& a : node.attribute()) {
    switch (a.type()) {
      case onnx::AttributeProto::INT: c.integers[a.name()] = {a.i()}; break;
      case onnx::AttributeProto::INTS:
        c.integers[a.name()] = {a.ints().begin(), a.ints().end()};
        break;
      case onnx::AttributeProto::FLOAT: c.numbers[a.name()] = static_cast<double>(a.f()); break;
      case onnx::AttributeProto::STRING: c.strings[a.name()] = a.s(); break;
      default:
        throw std::runtime_error(c.name + ": attribute " + a.name() + " is of no type we know");
    }
  }
}

/// The tensors that the graph lists, in the places where the node uses them.
std::optional<std::string> read_tensors(
    const google::protobuf::RepeatedPtrField<std::string>& used,
    const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto>& listed, const fs::path& data,
    const std::string& prefix, std::vector<std::optional<Tensor<double>>>& tensors) {
  for (const std::string& name : used) {
    if (name.empty()) {
      tensors.emplace_back();
      continue;
    }
    const auto place = std::find_if(listed.begin(), listed.end(),
                                    [&](const auto& value) { return value.name() == name; });
    if (place == listed.end()) return name + " is no tensor of the graph";
    if (!place->type().has_tensor_type()) return name + " is no tensor";
    const auto number = std::to_string(place - listed.begin());
    auto tensor = tensor_of(parsed<onnx::TensorProto>(data / (prefix + number + ".pb")));
    if (!tensor) return name + " has elements of another type";
    tensors.push_back(std::move(tensor));
  }
  return std::nullopt;
}

}  // namespace

std::int64_t OnnxCase::integer(const std::string& attribute, std::int64_t otherwise) const {
  const auto found = integers.find(attribute);
  return found == integers.end() ? otherwise : found->second.at(0);
}

double OnnxCase::number(const std::string& attribute, double otherwise) const {
  const auto found = numbers.find(attribute);
  return found == numbers.end() ? otherwise : found->second;
}

std::string OnnxCase::string(const std::string& attribute, const std::string& otherwise) const {
  const auto found = strings.find(attribute);
  return found == strings.end() ? otherwise : found->second;
}

OnnxCases read_onnx_cases(const fs::path& root) {
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  OnnxCases cases;
  for (const fs::path& folder : folders) {
    OnnxCase c;
    c.name = folder.filename().string();
    const auto model = parsed<onnx::ModelProto>(folder / "model.onnx");
    const onnx::GraphProto& graph = model.graph();
    if (graph.node_size() != 1) {
      cases.unread.push_back({c.name, std::to_string(graph.node_size()) + " nodes"});
      continue;
    }
    const onnx::NodeProto& node = graph.node(0);
    c.op = node.op_type();
    const fs::path data = folder / "test_data_set_0";
    auto problem = read_tensors(node.input(), graph.input(), data, "input_", c.inputs);
    if (!problem) problem = read_tensors(node.output(), graph.output(), data, "output_", c.outputs);
    if (problem) {
      cases.unread.push_back({c.name, c.op + ": " + *problem});
      continue;
    }
    try {
      read_attributes(node, c);
    } catch (const std::runtime_error& error) {
      cases.unread.push_back({c.name, c.op + ": " + error.what()});
      continue;
    }
    cases.read.push_back(std::move(c));
  }
  return cases;
}

}  // namespace convproof
