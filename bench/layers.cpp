#include "bench/layers.h"

#include <algorithm>
#include <utility>

#include "core/errors.h"

namespace convproof::bench {
namespace {

/// A row of Szegedy et al. 2015, table 1.
struct Inception {
  const char* name;
  Index size;
  Index inputs;
  Index ones;
  Index reduce_3x3;
  Index outputs_3x3;
  Index reduce_5x5;
  Index outputs_5x5;
  Index pool_projection;
};

constexpr Inception kInceptions[] = {
    {"3a", 28, 192, 64, 96, 128, 16, 32, 32},     {"3b", 28, 256, 128, 128, 192, 32, 96, 64},
    {"4a", 14, 480, 192, 96, 208, 16, 48, 64},    {"4b", 14, 512, 160, 112, 224, 24, 64, 64},
    {"4c", 14, 512, 128, 128, 256, 24, 64, 64},   {"4d", 14, 512, 112, 144, 288, 32, 64, 64},
    {"4e", 14, 528, 256, 160, 320, 32, 128, 128}, {"5a", 7, 832, 256, 160, 320, 32, 128, 128},
    {"5b", 7, 832, 384, 192, 384, 48, 128, 128},
};

void add_inception(const Inception& i, std::vector<Layer>& to) {
  const auto add = [&](const char* branch, Index inputs, Index outputs, Index kernel) {
    to.push_back(square_layer(text("googlenet/", i.name, "_", branch), inputs, i.size, outputs,
                              kernel, 1, kernel / 2));
  };
  add("1x1", i.inputs, i.ones, 1);
  add("3x3_reduce", i.inputs, i.reduce_3x3, 1);
  add("3x3", i.reduce_3x3, i.outputs_3x3, 3);
  add("5x5_reduce", i.inputs, i.reduce_5x5, 1);
  add("5x5", i.reduce_5x5, i.outputs_5x5, 5);
  add("pool_projection", i.inputs, i.pool_projection, 1);
}

/// Stage `stage` of ResNet-50: `blocks` blocks of 1x1 (to `width`), 3x3, 1x1 (to four times as
/// many), on maps of `size` after the first 3x3, from `inputs` channels.
void add_stage(int stage, Index blocks, Index inputs, Index width, Index size,
               std::vector<Layer>& to) {
  const Index stride = stage == 2 ? 1 : 2;
  const Index before = size * stride;
  const auto add = [&](const char* part, Index from, Index at, Index outputs, Index kernel,
                       Index step, Index count) {
    to.push_back(square_layer(text("resnet50/conv", stage, "_", part), from, at, outputs, kernel,
                              step, kernel / 2, 1, count));
  };
  add("1x1_first", inputs, before, width, 1, 1, 1);
  if (stride == 2) add("3x3_stride2", width, before, width, 3, 2, 1);
  add("3x3", width, size, width, 3, 1, stride == 2 ? blocks - 1 : blocks);
  // In the first stage the shortcut has the shapes of an expansion.
  add("1x1_expand", width, size, 4 * width, 1, 1, stride == 2 ? blocks : blocks + 1);
  if (stride == 2) add("1x1_shortcut", inputs, before, 4 * width, 1, 2, 1);
  add("1x1_reduce", 4 * width, size, width, 1, 1, blocks - 1);
}

}  // namespace

Layer Layer::with_images(Index images) const {
  Layer layer = *this;
  layer.x = {images, x[1], x[2], x[3]};
  return layer;
}

Layer square_layer(std::string name, Index channels, Index size, Index outputs, Index kernel,
                   Index stride, Index padding, Index groups, Index count) {
  Conv2dParams p;
  p.stride = {stride, stride};
  p.padding = same_on_all_sides(padding);
  p.groups = groups;
  return {std::move(name),
          {1, channels, size, size},
          {outputs, channels / groups, kernel, kernel},
          p,
          count};
}

std::vector<Layer> layers() {
  std::vector<Layer> all{
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
      square_layer("vgg16/conv3_2", 256, 56, 256, 3, 1, 1, 1, 2),
      square_layer("vgg16/conv4_1", 256, 28, 512, 3, 1, 1),
      square_layer("vgg16/conv4_2", 512, 28, 512, 3, 1, 1, 1, 2),
      square_layer("vgg16/conv5_1", 512, 14, 512, 3, 1, 1, 1, 3),
      square_layer("googlenet/conv1", 3, 224, 64, 7, 2, 3),
      square_layer("googlenet/conv2_reduce", 64, 56, 64, 1, 1, 0),
      square_layer("googlenet/conv2", 64, 56, 192, 3, 1, 1),
  };
  for (const Inception& inception : kInceptions) add_inception(inception, all);
  all.push_back(square_layer("resnet50/conv1", 3, 224, 64, 7, 2, 3));
  add_stage(2, 3, 64, 64, 56, all);
  add_stage(3, 4, 256, 128, 28, all);
  add_stage(4, 6, 512, 256, 14, all);
  add_stage(5, 3, 1024, 512, 7, all);
  const auto depthwise = [&](const char* name, Index channels, Index size, Index stride,
                             Index count) {
    all.push_back(square_layer(text("mobilenet/", name), channels, size, channels, 3, stride, 1,
                               channels, count));
  };
  depthwise("dw1", 32, 112, 1, 1);
  depthwise("dw2", 64, 112, 2, 1);
  depthwise("dw3", 128, 56, 1, 1);
  depthwise("dw4", 128, 56, 2, 1);
  depthwise("dw5", 256, 28, 1, 1);
  depthwise("dw6", 256, 28, 2, 1);
  depthwise("dw7", 512, 14, 1, 5);
  depthwise("dw8", 512, 14, 2, 1);
  depthwise("dw9", 1024, 7, 1, 1);
  for (const Index groups : {1, 64}) {
    all.push_back(square_layer(text("groups/64x112_", groups), 64, 112, 64, 3, 1, 1, groups));
  }
  for (const Index groups : {1, 2, 8, 32, 256}) {
    all.push_back(square_layer(text("groups/256x28_", groups), 256, 28, 256, 3, 1, 1, groups));
  }
  return all;
}

}  // namespace convproof::bench
