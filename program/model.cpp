#include <fmt/format.h>

#include <iostream>

#include "core/errors.h"
#include "models/lenet5.h"
#include "program/verbs.h"

namespace convproof::program {
namespace {

int show_model(const std::string& name) {
  if (name != "lenet5") throw ParseError("model", "lenet5", "'" + name + "'");
  const auto& layers = models::lenet5();
  const auto counts =
      models::count_layers(layers, models::kLenet5ImageSize, models::kLenet5ImageSize);
  constexpr const char* kRow = "{:<8} {:>10} {:>8} {:>9} {:>11} {:>12}\n";
  std::cout << fmt::format(kRow, "layer", "maps", "kernels", "neurons", "parameters",
                           "connections");
  Index parameters = 0;
  Index connections = 0;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const models::LayerCount& c = counts[l];
    const std::string maps = fmt::format("{}x{}x{}", layers[l].outputs, c.map_rows, c.map_columns);
    std::cout << fmt::format(kRow, layers[l].name, maps, c.kernels, c.neurons, c.parameters,
                             c.connections);
    parameters += c.parameters;
    connections += c.connections;
  }
  std::cout << fmt::format(kRow, "total", "", "", "", parameters, connections);
  return 0;
}

}  // namespace

void add_model(CLI::App& app, Action& action) {
  auto name = std::make_shared<std::string>();
  CLI::App* verb =
      app.add_subcommand("model", "Print the layers of a network with the notes' counts");
  verb->add_option("name", *name, "lenet5")->required();
  verb->callback([name, &action] { action = [name] { return show_model(*name); }; });
}

}  // namespace convproof::program
