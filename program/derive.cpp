#include <iostream>

#include "derivations/conv2d_dw.h"
#include "program/verbs.h"

namespace convproof::program {

void add_derive(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "derive", "Decide the notes' derivation of conv2d_dw, line by line, on small shapes");
  verb->callback([&action] {
    action = [] {
      std::cout << derivations::table(derivations::decide_conv2d_dw());
      return 0;
    };
  });
}

}  // namespace convproof::program
