// The layers whose speed is measured, named after the models they come from.
#pragma once

#include <string>
#include <vector>

#include "core/conv2d.h"

namespace convproof::bench {

/// A convolution with the shapes of one image.
struct Layer {
  std::string name;
  Shape x;
  Shape w;
  Conv2dParams p;

  Shape y() const { return conv2d_y_shape(x, w, p); }
  /// Multiplications and additions of y; dx and dw have as many. Those with the zeros of the
  /// padding count, as they do everywhere else.
  double flops() const {
    return 2.0 * static_cast<double>(y().element_count()) * static_cast<double>(w[1] * w[2] * w[3]);
  }
};

/// A layer with square images and kernels.
inline Layer square_layer(std::string name, Index channels, Index size, Index outputs, Index kernel,
                          Index stride, Index padding, Index groups = 1) {
  Conv2dParams p;
  p.stride = {stride, stride};
  p.padding = same_on_all_sides(padding);
  p.groups = groups;
  return {
      std::move(name), {1, channels, size, size}, {outputs, channels / groups, kernel, kernel}, p};
}

/// All layers of LeNet-5 and AlexNet, those of VGG-16 that differ, a selection of ResNet-50, and
/// the depthwise ones of MobileNet that differ, and grouped and depthwise ones beside the same
/// layer with one group.
inline std::vector<Layer> layers() {
  return {
      square_layer("lenet5/c1", 1, 32, 6, 5, 1, 0),
      square_layer("lenet5/c3", 6, 14, 16, 5, 1, 0),
      square_layer("lenet5/c5", 16, 5, 120, 5, 1, 0),
      square_layer("alexnet/conv1", 3, 227, 96, 11, 4, 0),
      square_layer("alexnet/conv2", 96, 27, 256, 5, 1, 2, 2),
      square_layer("alexnet/conv3", 256, 13, 384, 3, 1, 1),
      square_layer("alexnet/conv4", 384, 13, 384, 3, 1, 1, 2),
      square_layer("alexnet/conv5", 384, 13, 256, 3, 1, 1, 2),
      square_layer("vgg16/conv1_1", 3, 224, 64, 3, 1, 1),
      square_layer("vgg16/conv1_2", 64, 224, 64, 3, 1, 1),
      square_layer("vgg16/conv2_1", 64, 112, 128, 3, 1, 1),
      square_layer("vgg16/conv2_2", 128, 112, 128, 3, 1, 1),
      square_layer("vgg16/conv3_1", 128, 56, 256, 3, 1, 1),
      square_layer("vgg16/conv3_2", 256, 56, 256, 3, 1, 1),
      square_layer("vgg16/conv4_1", 256, 28, 512, 3, 1, 1),
      square_layer("vgg16/conv4_2", 512, 28, 512, 3, 1, 1),
      square_layer("vgg16/conv5_1", 512, 14, 512, 3, 1, 1),
      square_layer("resnet50/conv1", 3, 224, 64, 7, 2, 3),
      square_layer("resnet50/conv2_1x1_reduce", 256, 56, 64, 1, 1, 0),
      square_layer("resnet50/conv2_3x3", 64, 56, 64, 3, 1, 1),
      square_layer("resnet50/conv2_1x1_expand", 64, 56, 256, 1, 1, 0),
      square_layer("resnet50/conv3_1x1_shortcut", 256, 56, 512, 1, 2, 0),
      square_layer("resnet50/conv3_3x3_stride2", 128, 56, 128, 3, 2, 1),
      square_layer("resnet50/conv4_3x3", 256, 14, 256, 3, 1, 1),
      square_layer("resnet50/conv5_3x3", 512, 7, 512, 3, 1, 1),
      square_layer("resnet50/conv5_1x1_expand", 512, 7, 2048, 1, 1, 0),
      square_layer("mobilenet/dw1", 32, 112, 32, 3, 1, 1, 32),
      square_layer("mobilenet/dw2", 64, 112, 64, 3, 2, 1, 64),
      square_layer("mobilenet/dw3", 128, 56, 128, 3, 1, 1, 128),
      square_layer("mobilenet/dw4", 128, 56, 128, 3, 2, 1, 128),
      square_layer("mobilenet/dw5", 256, 28, 256, 3, 1, 1, 256),
      square_layer("mobilenet/dw6", 256, 28, 256, 3, 2, 1, 256),
      square_layer("mobilenet/dw7", 512, 14, 512, 3, 1, 1, 512),
      square_layer("mobilenet/dw8", 512, 14, 512, 3, 2, 1, 512),
      square_layer("mobilenet/dw9", 1024, 7, 1024, 3, 1, 1, 1024),
      square_layer("groups/64x112_1", 64, 112, 64, 3, 1, 1),
      square_layer("groups/64x112_depthwise", 64, 112, 64, 3, 1, 1, 64),
      square_layer("groups/256x28_1", 256, 28, 256, 3, 1, 1),
      square_layer("groups/256x28_2", 256, 28, 256, 3, 1, 1, 2),
      square_layer("groups/256x28_8", 256, 28, 256, 3, 1, 1, 8),
      square_layer("groups/256x28_32", 256, 28, 256, 3, 1, 1, 32),
      square_layer("groups/256x28_depthwise", 256, 28, 256, 3, 1, 1, 256),
      square_layer("groups/512x14_1", 512, 14, 512, 3, 1, 1),
      square_layer("groups/512x14_depthwise", 512, 14, 512, 3, 1, 1, 512),
      square_layer("groups/128x56_stride2_depthwise", 128, 56, 128, 3, 2, 1, 128),
  };
}

}  // namespace convproof::bench
