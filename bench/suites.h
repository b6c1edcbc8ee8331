// What the program measures: every suite registers its benchmarks by name.
#pragma once

namespace convproof::bench {

/// Registers `conv2d/<model>/<layer>/<pass>/<scalar>/threads:<n>` for all layers.
void register_conv2d();

/// Registers `<operator>/<layer>/<pass>/f32/threads:<n>` for the layers around the convolutions.
void register_layers_around();

/// Registers `exact/<layer>/<scalar>`: the cost of sums without rounding.
void register_exact();

}  // namespace convproof::bench
