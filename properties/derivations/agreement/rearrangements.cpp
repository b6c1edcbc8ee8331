// Operators that only move elements.
#include "properties/derivations/agreement/agreement.h"
#include "reference/concat.h"
#include "reference/crop.h"
#include "reference/flatten.h"
#include "reference/identity.h"
#include "reference/kronecker_up.h"
#include "reference/pad.h"
#include "reference/rot180.h"
#include "reference/subsample.h"
#include "reference/zero_insertion.h"

namespace convproof::derivations {
namespace {

using namespace reference;
using Numbers = Tensor<Rational>;

Computed run_identity(Point& p) {
  const Numbers x = p.tensor("x");
  return {{"forward", identity(x)}, {"dx", identity_dx(p.tensor("dy"), x)}};
}

Computed run_rot180(Point& p) {
  return {{"forward", rot180(p.tensor("x"))}, {"dx", rot180_dx(p.tensor("dy"))}};
}

/// A line as an image of one row, padded.
Computed padded_line(Point& p, PadMode mode, const Margins& margins, const std::string& line,
                     const std::string& seed, const std::string& suffix) {
  const Numbers x = p.tensor(line);
  const Numbers dy = p.tensor(seed);
  const Shape image{1, 1, x.size()};
  const Numbers y = pad(reshaped(x, image), margins, mode);
  const Numbers dx = pad_dx(reshaped(dy, Shape{1, 1, dy.size()}), image, margins, mode);
  return {{"forward_" + suffix, reshaped(y, dy.shape())},
          {"dx_" + suffix, reshaped(dx, x.shape())}};
}

Computed run_pad(Point& p) {
  const Margins margins{{p.size("top"), p.size("left")}, {p.size("bottom"), p.size("right")}};
  const Numbers x = p.tensor("x");
  Computed result{{"forward", pad(x, margins)}, {"dx", pad_dx(p.tensor("dy"), x.shape(), margins)}};
  result.merge(padded_line(p, PadMode::kEdge, {{p.size("top")}, {p.size("bottom")}}, "line",
                           "dedge", "edge"));
  result.merge(padded_line(p, PadMode::kReflect, {{p.size("before")}, {p.size("after")}},
                           "mirrored", "dreflect", "reflect"));
  return result;
}

Computed run_crop(Point& p) {
  const Margins margins{{p.size("top"), p.size("left")}, {p.size("bottom"), p.size("right")}};
  const Margins equal{{p.size("p"), p.size("p")}, {p.size("p"), p.size("p")}};
  const Numbers x = p.tensor("x");
  const Numbers of_equal = p.tensor("x'");
  return {{"forward", crop(x, margins)},
          {"dx", crop_dx(p.tensor("dy"), x.shape(), margins)},
          {"forward_of_equal_margins", crop(of_equal, equal)},
          {"dx_of_equal_margins", crop_dx(p.tensor("dy'"), of_equal.shape(), equal)}};
}

Computed run_zero_insertion(Point& p) {
  const Indices stride{p.size("s"), p.size("t")};
  const Numbers x = p.tensor("x");
  return {{"forward", zero_insertion(x, stride)},
          {"dx", zero_insertion_dx(p.tensor("dy"), x.shape(), stride)}};
}

/// y[n,c,i,j,u,v] of the claim is the place (i*r+u, j*s+v) of the copies.
Numbers by_blocks(const Numbers& copies, Index r, Index s) {
  const Shape& all = copies.shape();
  Numbers blocks(Shape{all[0], all[1], all[2] / r, all[3] / s, r, s});
  for_each_index(blocks.shape(), [&](const Indices& at) {
    blocks[flat_index(blocks.shape(), at)] =
        copies(at[0], at[1], at[2] * r + at[4], at[3] * s + at[5]);
  });
  return blocks;
}

Computed run_kronecker_up(Point& p) {
  const Indices n{p.size("r"), p.size("s")};
  const Numbers x = p.tensor("x");
  return {{"forward", by_blocks(kronecker_up(x, n), n[0], n[1])},
          {"dx", kronecker_up_dx(p.tensor("dy"), x.shape(), n)}};
}

Computed run_subsample(Point& p) {
  const Indices stride{p.size("s"), p.size("t")};
  const Numbers x = p.tensor("x");
  return {{"forward", subsample(x, stride)},
          {"dx", subsample_dx(p.tensor("dy"), x.shape(), stride)}};
}

Computed run_flatten(Point& p) {
  const Numbers x = p.tensor("x");
  const Numbers z = p.tensor("z");
  return {{"forward", reshaped(flatten(x), x.shape())},
          {"dx", flatten_dx(p.tensor("dy"), x.shape())},
          {"forward_of_image", reshaped(flatten(z), z.shape())},
          {"dx_of_image", flatten_dx(p.tensor("dpixels"), z.shape())}};
}

Computed run_concat(Point& p) {
  const std::vector<Numbers> parts{p.tensor("a"), p.tensor("b"), p.tensor("c")};
  std::vector<Shape> shapes;
  for (const Numbers& part : parts) shapes.push_back(part.shape());
  const std::vector<Numbers> gradients = concat_dx(p.tensor("dy"), shapes);
  return {
      {"forward", concat(parts)}, {"da", gradients[0]}, {"db", gradients[1]}, {"dc", gradients[2]}};
}

}  // namespace

Codes codes_of_rearrangements() {
  return {{"concat", {run_concat}},
          {"crop", {run_crop}},
          {"flatten", {run_flatten}},
          {"identity", {run_identity}},
          {"kronecker_up", {run_kronecker_up}},
          {"pad", {run_pad}},
          {"rot180", {run_rot180}},
          {"subsample", {run_subsample}},
          {"zero_insertion", {run_zero_insertion}}};
}

}  // namespace convproof::derivations
