// The table of the kernels above the place that includes this text, within their namespace: every
// instruction set gives its kernels the same names.

template <typename T, int rows>
constexpr void set_row_of_tiles(Kernels<T>& table) {
  table.tiles[rows - 1][0] = multiply_tile<T, rows, 1>;
  table.tiles[rows - 1][1] = multiply_tile<T, rows, 2>;
  if constexpr (kVectors >= 3) table.tiles[rows - 1][2] = multiply_tile<T, rows, 3>;
  if constexpr (rows > 1) set_row_of_tiles<T, rows - 1>(table);
}

template <typename T>
constexpr Kernels<T> make_kernels() {
  Kernels<T> table{};
  table.isa = kIsa;
  table.lanes = lanes<T>();
  table.tile_rows = kRows;
  table.tile_vectors = kVectors;
  set_row_of_tiles<T, kRows>(table);
  table.expand = expand<T>;
  table.depthwise_row = depthwise<T, 1>;
  table.depthwise_rows = depthwise<T, kDepthwiseRows>;
  table.tap_sums = tap_sums<T>;
  table.sum = sum<T>;
  table.depthwise_3x3[0] = depthwise_3x3<T, 1>;
  table.depthwise_3x3[1] = depthwise_3x3<T, 2>;
  table.depthwise_3x3_dx[0] = depthwise_3x3_dx_stride1<T>;
  table.depthwise_3x3_dx[1] = depthwise_3x3_dx_stride2<T>;
  table.depthwise_3x3_dw[0] = depthwise_3x3_dw<T, 1>;
  table.depthwise_3x3_dw[1] = depthwise_3x3_dw<T, 2>;
  return table;
}
