// The numbers that the notes print for LeNet-5, AlexNet, VGGNet and GoogLeNet, counted again.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/scalar/rational.h"
#include "models/counting.h"
#include "models/lenet5.h"
#include "properties/covers.h"
#include "properties/error_of.h"
#include "reference/connection_count.h"
#include "reference/multiply_add_count.h"
#include "reference/neuron_count.h"
#include "reference/output_size.h"
#include "reference/parameter_count.h"

namespace convproof {
namespace {

using models::CountedKind;
using models::CountedLayer;

constexpr Index kMillion = 1000000;

// ---- LeNet-5, note 004 §5.4.1 ---------------------------------------------------------------

/// A layer of LeNet-5 as the pages of the reference count it.
models::LayerCount counted(const models::Layer& layer, Shape& maps) {
  const bool pool = layer.kind == models::LayerKind::kSubsampling;
  const WindowAxis axis{.stride = pool ? layer.window : 1};
  const ConvParams p{.axes = {axis, axis}, .groups = pool ? layer.inputs : 1, .links = layer.links};
  const Shape w{layer.outputs, layer.inputs / p.groups, layer.window, layer.window};
  const Shape x = maps;
  maps = conv_y_shape(x, w, p);
  const Index kernels = p.links.count(w[0], w[1]);
  if (pool) {
    return {maps[2],
            maps[3],
            kernels,
            reference::neuron_count(maps),
            reference::subsampling_parameter_count(layer.outputs),
            reference::subsampling_connection_count(maps, Shape{layer.window, layer.window})};
  }
  return {maps[2],
          maps[3],
          kernels,
          reference::neuron_count(maps),
          reference::parameter_count(w, p.links),
          reference::connection_count(x, w, p, true)};
}

TEST(NotedLenet5, EveryNumberIsThatOfThePagesAndOfTheModel) {
  covers({"N-LENET-IN", "N-LENET-C1", "N-LENET-S2", "N-LENET-C3", "N-LENET-S4", "N-LENET-C5",
          "N-LENET-F6"});
  // Rows, columns, kernels, neurons, parameters, connections, as the notes multiply them.
  const models::LayerCount printed[] = {
      {28, 28, 6, 6 * 784, 6 * 25 + 6, 156 * 784},
      {14, 14, 6, 6 * 14 * 14, 6 * (1 + 1), 6 * 196 * (4 + 1)},
      {10, 10, 60, 16 * 100, 60 * 25 + 16, 100 * 1516},
      {5, 5, 16, 16 * 25, 16 * 2, 16 * 25 * (4 + 1)},
      {1, 1, 120 * 16, 120, 1920 * 25 + 120, 120 * (16 * 25 + 1)},
      {1, 1, 84 * 120, 84, 84 * (120 + 1), 10164},
  };
  // The products that the notes print with them.
  EXPECT_EQ(printed[0], (models::LayerCount{28, 28, 6, 4704, 156, 122304}));
  EXPECT_EQ(printed[1], (models::LayerCount{14, 14, 6, 1176, 12, 5880}));
  EXPECT_EQ(printed[2], (models::LayerCount{10, 10, 60, 1600, 1516, 151600}));
  EXPECT_EQ(printed[3], (models::LayerCount{5, 5, 16, 400, 32, 2000}));
  EXPECT_EQ(printed[4], (models::LayerCount{1, 1, 1920, 120, 48120, 48120}));
  EXPECT_EQ(printed[5], (models::LayerCount{1, 1, 10080, 84, 10164, 10164}));

  Shape maps{1, 1, models::kLenet5ImageSize, models::kLenet5ImageSize};
  EXPECT_EQ(reference::neuron_count(maps), 1024);
  const std::vector<models::LayerCount> model =
      count_layers(models::lenet5(), models::kLenet5ImageSize, models::kLenet5ImageSize);
  for (std::size_t l = 0; l < std::size(printed); ++l) {
    EXPECT_EQ(counted(models::lenet5()[l], maps), printed[l]) << models::lenet5()[l].name;
    EXPECT_EQ(model[l], printed[l]) << models::lenet5()[l].name;
  }
  EXPECT_EQ(model.back().neurons, 10);
  EXPECT_EQ(LinkTable().count(16, 6), 96);
}

/// A set of input maps 0 to 5.
using Maps = std::set<Index>;

/// All sets of `size` of the six maps.
std::vector<Maps> all_sets(std::size_t size) {
  std::vector<Maps> sets;
  for (unsigned bits = 0; bits < 64; ++bits) {
    Maps maps;
    for (Index d = 0; d < 6; ++d) {
      if ((bits >> static_cast<unsigned>(d) & 1U) != 0) maps.insert(d);
    }
    if (maps.size() == size) sets.push_back(maps);
  }
  return sets;
}

/// Whether they follow one another; `round`: with the first after the last.
bool consecutive(const Maps& maps, bool round) {
  for (const Index first : maps) {
    bool all = true;
    for (Index i = 0; i < static_cast<Index>(maps.size()); ++i) {
      all &= maps.contains(round ? (first + i) % 6 : first + i);
    }
    if (all) return true;
  }
  return false;
}

std::vector<Maps> chosen(std::vector<Maps> sets, bool are_consecutive, bool round) {
  std::erase_if(sets, [&](const Maps& m) { return consecutive(m, round) != are_consecutive; });
  return sets;
}

/// The input maps that output maps `first` to `last` of C3 see.
std::vector<Maps> links_of_c3(Index first, Index last) {
  std::vector<Maps> links;
  for (Index p = first; p <= last; ++p) {
    Maps maps;
    for (Index d = 0; d < 6; ++d) {
      if (models::lenet5()[2].linked(p, d)) maps.insert(d);
    }
    links.push_back(maps);
  }
  return links;
}

std::vector<Maps> sorted(std::vector<Maps> sets) {
  std::sort(sets.begin(), sets.end());
  return sets;
}

TEST(NotedLenet5, TheLinkTableIsTheOneThatTheWordsDescribe) {
  covers({"F-LINK-TABLE"});
  // Every 3 and every 4 that follow one another, with map 0 after map 5, each once.
  EXPECT_EQ(sorted(links_of_c3(0, 5)), sorted(chosen(all_sets(3), true, true)));
  EXPECT_EQ(sorted(links_of_c3(6, 11)), sorted(chosen(all_sets(4), true, true)));
  for (const Maps& maps : links_of_c3(12, 14)) {
    EXPECT_EQ(maps.size(), 4U);
    EXPECT_FALSE(consecutive(maps, true));
  }
  EXPECT_EQ(links_of_c3(15, 15), all_sets(6));
  // Without going round there would be 4 sets of three and 3 of four for six maps each.
  EXPECT_EQ(chosen(all_sets(3), true, false).size(), 4U);
  EXPECT_EQ(chosen(all_sets(4), true, false).size(), 3U);
}

TEST(NotedLenet5, TheWordsLeaveTheThreeSetsThatAreNotConsecutiveOpen) {
  covers({"F-LINK-TABLE"});
  // "Every" cannot be meant for maps 12 to 14: 9 sets of four do not follow one another, and 84
  // choices of three of them fit the words. In four of those every input map is seen twice; LeCun
  // et al. have the only choice that stays the same when the maps are turned by one.
  const std::vector<Maps> sets = chosen(all_sets(4), false, true);
  ASSERT_EQ(sets.size(), 9U);
  int tables = 0;
  std::vector<std::vector<Maps>> balanced;
  for (std::size_t a = 0; a < sets.size(); ++a) {
    for (std::size_t b = a + 1; b < sets.size(); ++b) {
      for (std::size_t c = b + 1; c < sets.size(); ++c) {
        ++tables;
        bool twice = true;
        for (Index d = 0; d < 6; ++d) {
          twice &= sets[a].count(d) + sets[b].count(d) + sets[c].count(d) == 2;
        }
        if (twice) balanced.push_back(sorted({sets[a], sets[b], sets[c]}));
      }
    }
  }
  EXPECT_EQ(tables, 84);
  const std::vector<Maps> lecun = sorted(links_of_c3(12, 14));
  EXPECT_EQ(lecun, (std::vector<Maps>{{0, 1, 3, 4}, {0, 2, 3, 5}, {1, 2, 4, 5}}));
  EXPECT_EQ(std::count(balanced.begin(), balanced.end(), lecun), 1);
  EXPECT_EQ(balanced.size(), 4U);
  for (const std::vector<Maps>& table : balanced) {
    std::vector<Maps> turned;
    for (const Maps& maps : table) {
      turned.emplace_back();
      for (const Index d : maps) turned.back().insert((d + 1) % 6);
    }
    EXPECT_EQ(sorted(turned) == table, table == lecun);
  }
}

// ---- AlexNet, note 004 §5.4.2 ---------------------------------------------------------------

/// `halves` x (`kernel` x `kernel` x `depth` x `maps`), as the notes print kernels, with biases.
Index printed_parameters(Index halves, Index kernel, Index depth, Index maps) {
  return halves * (kernel * kernel * depth * maps + maps);
}

struct PrintedLayer {
  const char* name;
  Shape output;      // Both halves in one.
  Index parameters;  // Of the kernels as they are printed.
};

TEST(NotedAlexNet, EverySizeFollowsFromTheShapeRules) {
  covers({"N-ALEX-IN", "N-ALEX-C1", "N-ALEX-P1", "N-ALEX-C2", "N-ALEX-P2", "N-ALEX-C3", "N-ALEX-C4",
          "N-ALEX-C5", "N-ALEX-P3", "N-ALEX-FC"});
  const PrintedLayer printed[] = {
      {"conv1", {2 * 48, 55, 55}, printed_parameters(2, 11, 3, 48)},
      {"pool1", {2 * 48, 27, 27}, 0},
      {"conv2", {2 * 128, 27, 27}, printed_parameters(2, 5, 48, 128)},
      {"pool2", {2 * 128, 13, 13}, 0},
      {"conv3", {2 * 192, 13, 13}, printed_parameters(1, 3, 256, 384)},
      {"conv4", {2 * 192, 13, 13}, printed_parameters(2, 3, 192, 192)},
      {"conv5", {2 * 128, 13, 13}, printed_parameters(2, 3, 192, 128)},
      {"pool3", {2 * 128, 6, 6}, 0},
      {"fc1", {4096}, (6 * 6 * 256 + 1) * 4096},
      {"fc2", {4096}, (4096 + 1) * 4096},
      {"fc3", {1000}, (4096 + 1) * 1000},
  };
  const std::vector<CountedLayer> layers = models::alexnet_layers();
  ASSERT_EQ(layers.size(), std::size(printed));
  for (std::size_t l = 0; l < layers.size(); ++l) {
    EXPECT_EQ(layers[l].name, printed[l].name);
    EXPECT_EQ(layers[l].output, printed[l].output) << printed[l].name;
    EXPECT_EQ(layers[l].parameters, printed[l].parameters) << printed[l].name;
    // Every connection of a filter is a parameter that one position uses.
    const Index positions =
        layers[l].output.rank() == 3 ? layers[l].output[1] * layers[l].output[2] : 1;
    if (layers[l].parameters > 0) {
      EXPECT_EQ(layers[l].connections, layers[l].parameters * positions) << printed[l].name;
    }
  }
  EXPECT_EQ(layers.front().input, (Shape{3, 224, 224}));
}

TEST(NotedAlexNet, TheFormulaOfNote002GivesTheFirstLayerNoIntegerSizeIsNotAsPrinted) {
  covers({"N-ALEX-C1", "N-SIZE-STRIDE"});
  // Note 004's 55 is right: the layer has 55 positions, and its last three pixels of padding are
  // not read. By note 002's formula, which does not round, it is (224 - 11 + 6)/4 + 1 = 55.75. 227
  // pixels without padding would be 55 exactly.
  EXPECT_EQ(reference::printed_output_size<Rational>({.W = 224, .F = 11, .P = 3, .S = 4}),
            Rational(223, 4));
  EXPECT_EQ(reference::output_size({.W = 224, .F = 11, .P = 3, .S = 4}), 55);
  EXPECT_EQ(reference::printed_output_size<Rational>({.W = 227, .F = 11, .S = 4}), 55);
}

TEST(NotedAlexNet, AnImageThatIsTooSmallIsRefused) {
  EXPECT_EQ(error_of([] { (void)models::alexnet_layers(4); }),
            "conv1: window h: expected at most the padded input, 10, got 11 (kernel 11, dilation "
            "1)");
  EXPECT_THROW((void)models::layer_named(models::alexnet_layers(), "conv6"), std::out_of_range);
}

// ---- VGGNet, note 002 -----------------------------------------------------------------------

/// Weights and biases of the layers of one kind.
models::Totals totals_of(const std::vector<CountedLayer>& layers, CountedKind kind) {
  return models::totals(models::layers_of(layers, kind));
}

TEST(NotedVgg16, TheConvolutionsHaveFifteenMillionParametersIsNotAsPrinted) {
  covers({"N-VGG-NONFC"});
  // The list of the paper, written out: 3 x 3 kernels, maps in times maps out, and biases.
  const Index maps_in_times_out = 3 * 64 + 64 * 64 + 64 * 128 + 128 * 128 + 128 * 256 +
                                  2 * 256 * 256 + 256 * 512 + 2 * 512 * 512 + 3 * 512 * 512;
  const Index biases = 2 * 64 + 2 * 128 + 3 * 256 + 6 * 512;
  const Index exact = totals_of(models::vgg16_layers(), CountedKind::kConvolution).parameters;
  EXPECT_EQ(exact, 9 * maps_in_times_out + biases);
  EXPECT_EQ(exact, 14714688);
  // Printed: about 16 million. Rounded or cut off it is 15 or 14.
  EXPECT_EQ((exact + kMillion / 2) / kMillion, 15);
  EXPECT_EQ(exact / kMillion, 14);
}

TEST(NotedVgg16, TheFullyConnectedLayersHaveAHundredAndTwentyFourMillionIsNotAsPrinted) {
  covers({"N-VGG-FC"});
  // The printed terms make 123.7 million, not about 122.
  const Index printed_terms = Index{512} * 7 * 7 * 4096 + 4096 * 4096 + 4096 * 1024;
  EXPECT_EQ(printed_terms, 123731968);
  // The paper has 1000 outputs instead of 1024, and biases.
  const Index exact = totals_of(models::vgg16_layers(), CountedKind::kDense).parameters;
  EXPECT_EQ(exact, printed_terms - 4096 * 24 + 4096 + 4096 + 1000);
  EXPECT_EQ(exact, 123642856);
  for (const Index count : {printed_terms, exact}) {
    EXPECT_EQ((count + kMillion / 2) / kMillion, 124);
    EXPECT_EQ(count / kMillion, 123);
  }
  EXPECT_EQ(models::totals(models::vgg16_layers()).parameters, 138357544);
}

TEST(NotedVgg16, MostParametersAreInTheFirstFullyConnectedLayer) {
  covers({"N-VGG-FC1"});
  const std::vector<CountedLayer> layers = models::vgg16_layers();
  const CountedLayer& first = models::layer_named(layers, "fc1");
  EXPECT_EQ(first.input, (Shape{512 * 7 * 7}));
  EXPECT_GT(2 * first.parameters, models::totals(layers).parameters);
  // Printed: about 102 million. It is 102.76, which is 102 when cut off, and 103 when rounded.
  EXPECT_EQ(first.parameters - 4096, 102760448);
  EXPECT_EQ(first.parameters / kMillion, 102);
  EXPECT_EQ((first.parameters + kMillion / 2) / kMillion, 103);
}

// ---- GoogLeNet, note 002 --------------------------------------------------------------------

TEST(NotedGoogLeNet, TheLayersAreThoseOfTheTableOfThePaper) {
  // The paper's column of operations, in millions, some rounded and some cut off. Two rows of it
  // are not what their own kernels make: 34 for the first layer, which has 118, and 54 for module
  // 5a, which has 51. (Nor is its column of parameters: 463K for 4c, whose kernels have 509440
  // weights.)
  struct Row {
    const char* name;
    Index operations;
  };
  const Row rows[] = {{"conv2", 360},        {"inception 3a", 128},
                      {"inception 3b", 304}, {"inception 4a", 73},
                      {"inception 4b", 88},  {"inception 4c", 100},
                      {"inception 4d", 119}, {"inception 4e", 170},
                      {"inception 5b", 71},  {"fc", 1}};
  for (const Row& row : rows) {
    Index products = 0;
    for (const CountedLayer& layer : models::googlenet_layers()) {
      if (layer.name.rfind(row.name, 0) == 0) products += layer.multiply_adds;
    }
    EXPECT_LT((row.operations - 1) * kMillion, products) << row.name;
    EXPECT_LT(products, (row.operations + 1) * kMillion) << row.name;
  }
  const std::vector<CountedLayer> layers = models::googlenet_layers();
  EXPECT_EQ(models::layer_named(layers, "inception 5b pool").input, (Shape{832, 7, 7}));
  EXPECT_EQ(models::layer_named(layers, "pool5").output, (Shape{1024, 1, 1}));
}

TEST(NotedGoogLeNet, AlexNetHasNineTimesItsParametersNotTwelveIsNotAsPrinted) {
  covers({"N-GOOGLENET-PARAMS"});
  const Index alexnet = models::totals(models::alexnet_layers()).parameters;
  const Index googlenet = models::totals(models::googlenet_layers()).parameters;
  EXPECT_EQ(alexnet, 60965224);
  EXPECT_EQ(googlenet, 6998552);
  const Rational ratio(alexnet, googlenet);  // 8.71
  EXPECT_LT(Rational(17, 2), ratio);
  EXPECT_LT(ratio, Rational(19, 2));
  // Leaving out what could be left out does not make 12, either: its classifier (10.2), the biases.
  const Index without_classifier =
      totals_of(models::googlenet_layers(), CountedKind::kConvolution).parameters;
  EXPECT_LT(Rational(alexnet, without_classifier), 11);
}

TEST(NotedGoogLeNet, ItMultipliesTwiceAsOftenAsAlexNet) {
  covers({"N-GOOGLENET-COMPUTE"});
  const Index alexnet = models::totals(models::alexnet_layers()).multiply_adds;
  const Index googlenet = models::totals(models::googlenet_layers()).multiply_adds;
  EXPECT_EQ(alexnet, 724406816);
  EXPECT_EQ(googlenet, 1582671872);
  // 2.18: twice as many when rounded. "Increased by 2 times", read as three times as many, is
  // false.
  const Rational ratio(googlenet, alexnet);
  EXPECT_LT(Rational(3, 2), ratio);
  EXPECT_LT(ratio, Rational(5, 2));
}

// ---- what learning features costs, note 001 §9.9 --------------------------------------------

/// Multiply-adds of one training step on one image: y, dw and dx of every layer, but no dx of the
/// first.
Index training_cost(const std::vector<CountedLayer>& layers) {
  return 3 * models::totals(layers).multiply_adds - layers.front().multiply_adds;
}

TEST(FeatureCost, NearlyAllOfATrainingStepIsForTheFeatures) {
  covers({"E-FEATURE-COST"});
  for (const auto& layers :
       {models::alexnet_layers(), models::vgg16_layers(), models::googlenet_layers()}) {
    // With features that are not learned, only y and dw of the last layer are left in every step:
    // the features of an image are computed once.
    const Index classifier = 2 * layers.back().multiply_adds;
    EXPECT_LT(200 * classifier, training_cost(layers));
    // Even the three fully connected layers together cost less than the convolutions.
    EXPECT_LT(2 * totals_of(layers, CountedKind::kDense).multiply_adds,
              totals_of(layers, CountedKind::kConvolution).multiply_adds);
  }
  // In parameters it is the other way round.
  const std::vector<CountedLayer> alexnet = models::alexnet_layers();
  EXPECT_GT(totals_of(alexnet, CountedKind::kDense).parameters,
            20 * totals_of(alexnet, CountedKind::kConvolution).parameters);
}

}  // namespace
}  // namespace convproof
