// The layers whose speed is measured, named after the models they come from.
#pragma once

#include <string>
#include <vector>

#include "core/conv2d.h"

namespace convproof::bench {

/// A convolution of a network, with the shapes of one image.
struct Layer {
  std::string name;  // "network/layer".
  Shape x;
  Shape w;
  Conv2dParams p;
  Index count;  // How many layers of the network have these shapes.

  std::string network() const { return name.substr(0, name.find('/')); }
  Shape y() const { return conv2d_y_shape(x, w, p); }
  /// Multiplications and additions of y; dx and dw have as many. Those with the zeros of the
  /// padding count, as they do everywhere else.
  double flops() const {
    return 2.0 * static_cast<double>(y().element_count()) * static_cast<double>(w[1] * w[2] * w[3]);
  }
  /// The same layer of several images.
  Layer with_images(Index images) const;
};

/// A layer with square images and kernels.
Layer square_layer(std::string name, Index channels, Index size, Index outputs, Index kernel,
                   Index stride, Index padding, Index groups = 1, Index count = 1);

/// All convolutions of LeNet-5, AlexNet, VGG-16, GoogLeNet and ResNet-50, each shape of a network
/// once; the depthwise ones of MobileNet; and grouped and depthwise ones beside the same layer with
/// one group. ResNet-50 halves its maps in the 3x3 layers, as the implementations do that people
/// use.
///
/// Sources: LeCun et al. 1998, §II.B; Krizhevsky et al. 2012, §3.5; Simonyan and Zisserman 2015,
/// table 1 (D); Szegedy et al. 2015, table 1; He et al. 2016, table 1; Howard et al. 2017, table 1.
std::vector<Layer> layers();

}  // namespace convproof::bench
