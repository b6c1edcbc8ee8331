#include "properties/derivations/engine_claims.h"

#include "derivations/language/choose.h"
#include "derivations/language/parser.h"

namespace convproof::derivations {
namespace {

using language::Verdict;

// What most claims are about.
const std::string kOneAxis = R"(
size K, N >= K
tensor W[K]
tensor X[N]
)";
const std::string kTwoAxes = R"(
size U, V, M >= U, N >= V
tensor W[U, V]
tensor X[M, N]
)";
const std::string kThreeSignals = R"(
size K, M, N
tensor F[K]
tensor G[M]
tensor H[N]
)";
const std::string kBlocks = R"(
size N, n
tensor X[N]
)";
const std::string kStrided = R"(
size K, N >= K, s
tensor W[K]
tensor X[N]
)";
const std::string kDilated = R"(
size K, d, N >= (K - 1) * d + 1
tensor W[K]
tensor X[N]
)";

}  // namespace

const std::vector<KnownClaim>& true_claims() {
  static const std::vector<KnownClaim> claims{
      // ---------------------------------------------------------- full convolution
      {"FullConvolutionCommutes",
       kThreeSignals + "claim c: conv(F, G, mode=full) == conv(G, F, mode=full)"},
      {"FullConvolutionIsAssociative", kThreeSignals +
                                           "claim c: conv(F, conv(G, H, mode=full), mode=full) == "
                                           "conv(conv(F, G, mode=full), H, mode=full)"},
      {"FullConvolutionCommutesInTwoAxes",
       "size K, L, M, N\ntensor F[K, L]\ntensor G[M, N]\n"
       "claim c: conv(F, G, mode=full) == conv(G, F, mode=full)"},
      {"FullConvolutionDistributes",
       "size K, N\ntensor F[K]\ntensor G[N]\ntensor H[N]\n"
       "claim c: conv(F, G + H, mode=full) == conv(F, G, mode=full) + conv(F, H, mode=full)"},
      {"ValidAfterFullIsPadded",
       kOneAxis + "claim c: conv(W, X, mode=full) == conv(W, pad(X, K - 1))"},
      {"FullIsASumOverTheKernel",
       "size K, N\ntensor W[K]\ntensor X[N] zero\nclaim c [t in 1..N + K - 1]: "
       "conv(W, X, mode=full)[t] == sum(k in 1..K) W[k] * X[t - k + 1]"},
      {"TheSumOfAConvolutionIsTheProductOfSums",
       "size K, N\ntensor W[K]\ntensor X[N]\n"
       "claim c: sum(conv(W, X, mode=full)) == sum(W) * sum(X)"},
      {"AScalarFactorGoesThrough",
       kOneAxis + "scalar a\nclaim c: conv(a * W, X) == a * conv(W, X)"},
      {"TwoFiltersAfterEachOtherAreOne",
       "size K, L, N >= K + L - 1\ntensor F[K]\ntensor G[L]\ntensor X[N]\n"
       "claim c: conv(F, conv(G, X)) == conv(conv(F, G, mode=full), X)"},
      {"TwoCorrelationsAfterEachOtherAreOne",
       "size K, L, N >= K + L - 1\ntensor F[K]\ntensor G[L]\ntensor X[N]\n"
       "claim c: xcorr(F, xcorr(G, X)) == xcorr(conv(F, G, mode=full), X)"},
      {"AnOuterProductSeparates",
       "size U, V, M >= U, N >= V\ntensor a[U]\ntensor b[V]\ntensor X[M, N]\n"
       "let K[u in 1..U, v in 1..V] = a[u] * b[v]\n"
       "let rows[m in 1..M] = conv(b, X[m])\n"
       "claim c [i in 1..M - U + 1, j in 1..N - V + 1]: "
       "conv(K, X)[i, j] == sum(u in 1..U) a[U + 1 - u] * rows[i + u - 1, j]"},

      // ---------------------------------------------------------- turning and moving
      {"ConvolutionTurnsTheKernel", kOneAxis + "claim c: conv(W, X) == xcorr(rot180(W), X)"},
      {"ConvolutionTurnsTheKernelInTwoAxes",
       kTwoAxes + "claim c: conv(W, X) == xcorr(rot180(W), X)"},
      {"TurningBothTurnsTheResult",
       kTwoAxes + "claim c: rot180(conv(W, X)) == conv(rot180(W), rot180(X))"},
      {"TurningTwiceIsNothing", kTwoAxes + "claim c: rot180(rot180(X)) == X"},
      {"TurningIsFlippingBothAxes", kTwoAxes + "claim c: rot180(X) == flip(flip(X, 1), 2)"},
      {"CorrelationInTheOtherOrderIsTurned",
       kThreeSignals + "claim c: xcorr(F, G, mode=full) == rot180(xcorr(G, F, mode=full))"},
      {"TransposingBothTransposesTheResult",
       kTwoAxes + "claim c: transpose(xcorr(W, X)) == xcorr(transpose(W), transpose(X))"},
      {"TransposingTwiceIsNothing",
       "size A, B, C\ntensor T[A, B, C]\nclaim c: transpose(transpose(T)) == T"},
      {"CroppingUndoesPadding", "size N, p >= 0\ntensor X[N]\nclaim c: crop(pad(X, p), p) == X"},
      {"PaddingsAdd",
       "size N, p >= 0, q >= 0\ntensor X[N]\nclaim c: pad(pad(X, p), q) == pad(X, p + q)"},
      {"PadIsPadlrOnBothSides",
       "size M, N, p >= 0, q >= 0\ntensor X[M, N]\n"
       "claim c: pad(X, p, q) == padlr(X, p, p, q, q)"},
      {"PaddingAsAnOptionIsPadding", kStrided +
                                         "size p >= 0\nclaim c: xcorr(W, X, pad=p, stride=s) == "
                                         "xcorr(W, pad(X, p), stride=s)"},
      {"ACircularShiftInTwoPieces",
       "size N, r >= 0\nassume r <= N\ntensor X[N]\n"
       "let Y[i in 1..N] = sum(j in i - r..i - r where j >= 1) X[j] "
       "+ sum(j in i - r + N..i - r + N where j <= N) X[j]\n"
       "let Z[i in 1..N] = sum(j in i + r..i + r where j <= N) Y[j] "
       "+ sum(j in i + r - N..i + r - N where j >= 1) Y[j]\nclaim c: Z == X"},
      {"SameIsTheMiddleOfFull",
       "size h >= 0, N\ntensor W[2 * h + 1]\ntensor X[N]\n"
       "claim c: xcorr(W, X, mode=same) == crop(xcorr(W, X, mode=full), h)"},
      {"SameLoPadsLessBefore",
       "size K, N\ntensor W[K]\ntensor X[N]\nclaim c: xcorr(W, X, mode=same_lo) == "
       "xcorr(W, padlr(X, floor((K - 1) / 2), ceil((K - 1) / 2)))"},
      {"SameHiIsSameLoTurned",
       "size K, N\ntensor W[K]\ntensor X[N]\nclaim c: xcorr(W, X, mode=same_hi) == "
       "rot180(xcorr(rot180(W), rot180(X), mode=same_lo))"},
      {"SameKeepsTheSize",
       "size K, N\ntensor W[K]\ntensor X[N]\n"
       "claim c: ones(shape(xcorr(W, X, mode=same_lo))) == ones(N)"},
      {"AnOriginIsNoDifference",
       "size N\nsize a\ntensor X[N]\nlet Y[i in a..a + N - 1] = X[i - a + 1]\nclaim c: Y == X"},
      {"ATensorThatStartsElsewhereIsReadByItsIndices",
       "size U >= 0, N\ntensor X[N + 2 * U] from 1 - U\n"
       "claim c [i in 1..N]: X[i] == crop(X, U)[i]"},

      // ---------------------------------------------------------- strides, dilations, blocks
      {"AStridedCorrelationIsSubsampled",
       kStrided + "claim c: xcorr(W, X, stride=s) == subsample(xcorr(W, X), s)"},
      {"AStridedConvolutionIsSubsampled", kTwoAxes +
                                              "size s, t\nclaim c: conv(W, X, stride=[s, t]) == "
                                              "subsample(conv(W, X), s, t)"},
      {"ADilatedKernelHasZerosInserted",
       kDilated + "claim c: xcorr(W, X, dilation=d) == xcorr(zeroinsert(W, d), X)"},
      {"ADilatedConvolutionHasZerosInserted",
       kDilated + "claim c: conv(W, X, dilation=d) == conv(zeroinsert(W, d), X)"},
      {"ADilatedFullConvolutionHasZerosInserted",
       "size K, d, N\ntensor W[K]\ntensor X[N]\n"
       "claim c: conv(W, X, dilation=d, mode=full) == conv(zeroinsert(W, d), X, mode=full)"},
      {"SubsamplingUndoesZeroInsertion", kBlocks + "claim c: subsample(zeroinsert(X, n), n) == X"},
      {"SubsamplingUndoesRepetition", kBlocks + "claim c: subsample(kron(X, n), n) == X"},
      {"BlockSumsOfARepetitionAreMultiples", kBlocks + "claim c: blocksum(kron(X, n), n) == n * X"},
      {"BlockSumsOfARepetitionInTwoAxes",
       "size M, N, n\ntensor X[M, N]\nclaim c: blocksum(kron(X, n), n) == n * n * X"},
      {"BlockSumsOfInsertedZeros",
       "size N, n\ntensor X[N]\n"
       "claim c: blocksum(padlr(zeroinsert(X, n), 0, n - 1), n) == X"},
      {"BlockSumsKeepTheSum", "size N, n\ntensor X[n * N]\nclaim c: sum(blocksum(X, n)) == sum(X)"},
      {"BlockSumsAreStridedCorrelationsWithOnes",
       "size N, n\ntensor X[n * N]\n"
       "claim c: blocksum(X, n) == xcorr(ones(n), X, stride=n)"},
      {"RepetitionIsConvolutionOfInsertedZerosWithOnes",
       kBlocks + "claim c: kron(X, n) == conv(ones(n), zeroinsert(X, n), mode=full)"},
      {"BlocksOfTwoThenThreeAreSix",
       "size N\ntensor X[6 * N]\nclaim c: blocksum(blocksum(X, 2), 3) == blocksum(X, 6)"},
      {"BlocksOfTwoThenThreeAreThreeThenTwo",
       "size N\ntensor X[6 * N]\n"
       "claim c: blocksum(blocksum(X, 2), 3) == blocksum(blocksum(X, 3), 2)"},
      {"SubsamplingTwiceMultipliesTheSteps",
       "size N\ntensor X[N]\nclaim c: subsample(subsample(X, 2), 3) == subsample(X, 6)"},
      {"ZeroInsertionTwiceMultipliesTheSteps",
       "size N\ntensor X[N]\nclaim c: zeroinsert(zeroinsert(X, 2), 3) == zeroinsert(X, 6)"},
      {"RepetitionTwiceMultipliesTheBlocks",
       "size N\ntensor X[N]\nclaim c: kron(kron(X, 3), 2) == kron(X, 6)"},
      {"AStrideOfOneIsNone", kOneAxis + "claim c: conv(W, X, stride=1) == conv(W, X)"},
      {"AConstantStrideByItsIndices",
       "size K, N >= K\ntensor W[K]\ntensor X[N]\n"
       "claim c [o in 1..floor((N - K) / 3) + 1]: "
       "xcorr(W, X, stride=3)[o] == sum(k in 1..K) W[k] * X[3 * (o - 1) + k]"},
      {"EvenAndOddSamplesMakeUpTheSum",
       "size N\ntensor X[2 * N]\n"
       "claim c: sum(X) == sum(i in 1..N) X[2 * i] + sum(i in 1..N) X[2 * i - 1]"},
      {"RemaindersSelect",
       "size N\ntensor X[3 * N]\n"
       "claim c: sum(i in 1..3 * N where mod(i, 3) == 1) X[i] == sum(j in 1..N) X[3 * j - 2]"},

      // ---------------------------------------------------------- gradients
      {"TheGradientByTheSignalOfAConvolution",
       kOneAxis + "let Y = conv(W, X)\nseed G like Y\n"
                  "claim c: grad(Y, X, G) == xcorr(W, G, mode=full)"},
      {"TheGradientByTheKernelOfAConvolution", kOneAxis +
                                                   "let Y = conv(W, X)\nseed G like Y\n"
                                                   "claim c: grad(Y, W, G) == rot180(xcorr(G, X))"},
      {"TheGradientByTheKernelInTwoAxes",
       kTwoAxes + "let Y = xcorr(W, X)\nseed G like Y\nclaim c: grad(Y, W, G) == xcorr(G, X)"},
      {"TheGradientByTheSignalInTwoAxes", kTwoAxes +
                                              "let Y = xcorr(W, X)\nseed G like Y\n"
                                              "claim c: grad(Y, X, G) == conv(W, G, mode=full)"},
      {"TheGradientByTheKernelWithAStride",
       "size K, T, s\ntensor W[K]\ntensor X[(T - 1) * s + K]\n"
       "let Y = xcorr(W, X, stride=s)\nseed G like Y\n"
       "claim c: grad(Y, W, G) == xcorr(zeroinsert(G, s), X)"},
      {"TheGradientByTheKernelWithAStrideIsDilated",
       "size K, T, s\ntensor W[K]\ntensor X[(T - 1) * s + K]\n"
       "let Y = xcorr(W, X, stride=s)\nseed G like Y\n"
       "claim c: grad(Y, W, G) == xcorr(G, X, dilation=s)"},
      {"TheGradientByTheSignalWithAStrideHasZerosInserted",
       "size K, T, s\ntensor W[K]\ntensor X[(T - 1) * s + K]\n"
       "let Y = xcorr(W, X, stride=s)\nseed G like Y\n"
       "claim c: grad(Y, X, G) == conv(W, zeroinsert(G, s), mode=full)"},
      {"TheGradientByTheSignalWithStrideTwoAndARest",
       "size K, N >= K\ntensor W[K]\ntensor X[N]\n"
       "let Y = xcorr(W, X, stride=2)\nseed G like Y\n"
       "claim c: grad(Y, X, G) == "
       "padlr(conv(W, zeroinsert(G, 2), mode=full), 0, mod(N - K, 2))"},
      {"TheGradientByTheKernelWithADilation",
       kDilated + "let Y = xcorr(W, X, dilation=d)\nseed G like Y\n"
                  "claim c: grad(Y, W, G) == xcorr(G, X, stride=d)"},
      {"TheGradientByTheSignalWithADilation",
       kDilated + "let Y = xcorr(W, X, dilation=d)\nseed G like Y\n"
                  "claim c: grad(Y, X, G) == conv(W, G, dilation=d, mode=full)"},
      {"TheGradientByAPaddedSignalIsCropped",
       "size K, p >= 0, N >= K\ntensor W[K]\ntensor X[N]\n"
       "let Y = xcorr(W, X, pad=p)\nseed G like Y\n"
       "claim c: grad(Y, X, G) == crop(conv(W, G, mode=full), p)"},
      {"TheGradientOfASquareIsTwice",
       "size N\ntensor f[N]\nlet Y = conv(f, f, mode=full)\nseed G like Y\n"
       "claim c: grad(Y, f, G) == 2 * xcorr(f, G)"},
      {"TheGradientOfAnAutocorrelationHasTwoTerms",
       "size N\ntensor f[N]\nlet Y = xcorr(f, f, mode=full)\nseed G like Y\n"
       "claim c: grad(Y, f, G) == rot180(xcorr(f, G)) + conv(f, G)"},
      {"TheGradientByAnInnerLetIsTheChainRule",
       "size K, L, N >= K + L - 1\ntensor F[K]\ntensor H[L]\ntensor X[N]\n"
       "let A = conv(F, X)\nlet Y = conv(H, A)\nseed G like Y\n"
       "claim c: grad(Y, X, G) == grad(A, X, grad(Y, A, G))"},
      {"TheGradientBySliceIsTheSliceOfTheGradient",
       "size C, K, N >= K\ntensor W[C, K]\ntensor X[N]\n"
       "let Y[c' in 1..C] = conv(W[c'], X)\nseed G like Y\n"
       "claim c [i in 1..C]: grad(Y, W[i], G) == rot180(xcorr(G[i], X))"},
      {"TheGradientByAScalarIsASum", kOneAxis + "scalar b\nlet Y = conv(W, X) + b\nseed G like Y\n"
                                                "claim c: grad(Y, b, G) == sum(G)"},
      {"TheGradientOfBlockSumsIsARepetition",
       "size N, n\ntensor X[n * N]\nlet Y = blocksum(X, n)\nseed G like Y\n"
       "claim c: grad(Y, X, G) == kron(G, n)"},
      {"TheGradientOfARepetitionIsBlockSums",
       kBlocks + "let Y = kron(X, n)\nseed G like Y\nclaim c: grad(Y, X, G) == blocksum(G, n)"},
      {"TheGradientOfZeroInsertionIsSubsampling", kBlocks +
                                                      "let Y = zeroinsert(X, n)\nseed G like Y\n"
                                                      "claim c: grad(Y, X, G) == subsample(G, n)"},
      {"TheGradientOfPaddingIsCropping",
       "size N, p >= 0\ntensor X[N]\nlet Y = pad(X, p)\nseed G like Y\n"
       "claim c: grad(Y, X, G) == crop(G, p)"},
      {"TheJacobianByItselfIsTheIdentity",
       "size N\ntensor X[N]\nclaim c [i in 1..N, j in 1..N]: "
       "jacobian(X, X)[i, j] == sum(k in i..i where k == j) 1"},
      {"TheJacobianOfAConvolutionIsAToeplitzMatrix",
       "size K, N >= K\ntensor W[K] zero\ntensor X[N]\n"
       "claim c [i in 1..N - K + 1, j in 1..N]: "
       "jacobian(conv(W, X), X)[i, j] == W[K + i - j]"},
      {"AGradientIsASeedTimesAJacobian",
       kOneAxis + "let Y = conv(W, X)\nseed G like Y\nclaim c [j in 1..N]: "
                  "grad(Y, X, G)[j] == sum(i in 1..N - K + 1) G[i] * jacobian(Y, X)[i, j]"},
      {"TheSecondDerivativeOfASquareByALet",
       "size N\ntensor X[N]\nlet L = id(X)\nseed G like L\nseed H like L\n"
       "claim c: grad(grad(L .* L, L, G), L, H) == 2 * G .* H"},
      {"TheGradientOfAnInnerProductIsTheOther",
       "size M, N\ntensor X[M, N]\ntensor Y[M, N]\n"
       "claim c: grad(sum(X .* Y), X, 1) == Y"},

      // ---------------------------------------------------------- counts, conditions, fractions
      {"ASumOfOnesIsACount", "size N\nclaim c: sum(i in 1..N) 1 == N"},
      {"ATriangleIsHalfASquare", "size N\nclaim c: sum(i in 1..N, j in i..N) 1 == N * (N + 1) / 2"},
      {"SumsOfSquares", "size N\nclaim c: sum(i in 1..N) i * i == N * (N + 1) * (2 * N + 1) / 6"},
      {"AnUnevenSplitAddsUp",
       "size N, r >= 0\nassume r <= N\ntensor X[N]\n"
       "claim c: sum(X) == sum(i in 1..r) X[i] + sum(i in r + 1..N) X[i]"},
      {"AllButOneAndTheOne",
       "size N\ntensor X[N]\nclaim c [j in 1..N]: sum(i in 1..N where i != j) X[i] + X[j] == "
       "sum(X)"},
      {"ConditionsSplitASum",
       "size N\ntensor X[N, N]\nclaim c: sum(X) == sum(i in 1..N, j in 1..N where i < j) X[i, j] + "
       "sum(i in 1..N, j in 1..N where i >= j) X[i, j]"},
      {"SumsInTheOtherOrder",
       "size M, N\ntensor X[M, N]\n"
       "claim c: sum(i in 1..M) sum(j in 1..N) X[i, j] == sum(j in 1..N) sum(i in 1..M) X[i, j]"},
      {"MeansOfOnesAreOne", "size N\nclaim c: sum(ones(N)) / N == 1"},
      {"TheMeanOfMeansOverBlocks",
       "size N, n\ntensor X[n * N]\nclaim c: sum(blocksum(X, n) / n) / N == sum(X) / (n * N)"},
      {"FractionsAdd", "size M, N\nscalar a\nclaim c: a / M + a / N == a * (M + N) / (M * N)"},
      {"ConvolvingOnesCounts",
       "size K, N >= K\nclaim c: conv(ones(K), ones(N)) == K * ones(N - K + 1)"},
      {"ASizeByItsRest", "size N\narith c: N == 3 * floor(N / 3) + mod(N, 3)"},
      {"CeilingsAndFloorsOfHalves", "size N\narith c: floor(N / 2) + ceil(N / 2) == N"},
      {"ACeilingIsAFloorOfMore", "size N, n\narith c: ceil(N / n) == floor((N + n - 1) / n)"},
      {"AValidConvolutionIsNotLonger", "size K, N >= K\narith c: N - K + 1 <= N"},
      {"AFloorOfAFloorIsAFloor", "size N\narith c: floor(floor(N / 2) / 3) == floor(N / 6)"},
      {"EmptyArraysAreArrays", "size N >= 0\ntensor X[N]\nclaim c: rot180(X) + X == X + rot180(X)"},
      {"NothingIsSummedOverAnEmptyRange", "size N\ntensor X[N]\nclaim c: sum(i in 2..1) X[i] == 0"},
  };
  return claims;
}

const std::vector<KnownClaim>& false_claims() {
  static const std::vector<KnownClaim> claims{
      // ---------------------------------------------------------- coefficients, not relations
      {"ARepetitionIsNoMean",
       "size M, N, n >= 1\ntensor X[M * n, N * n]\nlet Y = blocksum(X, n) / (n * n)\n"
       "seed G like Y\nclaim c: grad(Y, X, G) == kron(G, n)",
       Verdict::kRefuted},
      {"ValidOnesAreNotOnes", "size K, N >= K\nclaim c: conv(ones(K), ones(N)) == ones(N - K + 1)",
       Verdict::kRefuted},
      {"BlockSumsForgetTheSecondAxis",
       "size M, N, n\ntensor X[M, N]\nclaim c: blocksum(kron(X, n), n) == n * X",
       Verdict::kRefuted},
      {"TheGradientOfASquareOnce",
       "size N\ntensor f[N]\nlet Y = conv(f, f, mode=full)\nseed G like Y\n"
       "claim c: grad(Y, f, G) == xcorr(f, G)",
       Verdict::kRefuted},
      {"ATriangleIsNoSquare", "size N\nclaim c: sum(i in 1..N, j in 1..i) 1 == N * N",
       Verdict::kRefuted},
      {"EachElementIsReadKTimes",
       "size K, N >= K\ntensor W[K]\ntensor X[N]\nlet Y = xcorr(W, X)\nseed G like Y\n"
       "claim c: grad(sum(Y), X, 1) == sum(W) * ones(N)",
       Verdict::kRefuted},

      // ---------------------------------------------------------- the wrong operator
      {"ConvolutionIsNoCorrelation", kOneAxis + "claim c: conv(W, X) == xcorr(W, X)",
       Verdict::kRefuted},
      {"CorrelationDoesNotCommute",
       kThreeSignals + "claim c: xcorr(F, G, mode=full) == xcorr(G, F, mode=full)",
       Verdict::kRefuted},
      {"CorrelationIsNotAssociative",
       "size K, L, N >= K + L - 1\ntensor F[K]\ntensor G[L]\ntensor X[N]\n"
       "claim c: xcorr(F, xcorr(G, X)) == xcorr(xcorr(F, G, mode=full), X)",
       Verdict::kRefuted},
      {"TheGradientIsNotTurnedBack",
       kOneAxis + "let Y = conv(W, X)\nseed G like Y\nclaim c: grad(Y, W, G) == xcorr(G, X)",
       Verdict::kRefuted},
      {"TheGradientByTheSignalIsNotValid",
       kOneAxis + "size R\nlet Y = conv(W, X)\nseed G like Y\n"
                  "claim c: grad(Y, X, G) == xcorr(W, pad(G, R - 1))",
       Verdict::kIllFormed},
      {"TheFullModeHasAnotherShape", kOneAxis + "claim c: conv(W, X, mode=full) == conv(W, X)",
       Verdict::kShapesDiffer},
      {"TransposingForgetsTheKernel",
       "size U, M >= U\ntensor W[U, U]\ntensor X[M, M]\n"
       "claim c: transpose(xcorr(W, X)) == xcorr(W, transpose(X))",
       Verdict::kRefuted},
      {"FlippingOneAxisIsNotTurning", kTwoAxes + "claim c: rot180(X) == flip(X, 1)",
       Verdict::kRefuted},
      {"TransposingReversesAllThreeAxes",
       "size N\ntensor T[N, N, N]\nclaim c [i in 1..N, j in 1..N, k in 1..N]: "
       "transpose(T)[i, j, k] == T[i, k, j]",
       Verdict::kRefuted},

      // ---------------------------------------------------------- off by little
      {"SameLoIsNotSameHi",
       "size K, N\ntensor W[K]\ntensor X[N]\n"
       "claim c: xcorr(W, X, mode=same_lo) == xcorr(W, X, mode=same_hi)",
       Verdict::kRefuted},
      {"SameNeedsAnOddKernel",
       "size K, N\ntensor W[K]\ntensor X[N]\n"
       "claim c: xcorr(W, X, mode=same) == xcorr(W, X, mode=same_lo)",
       Verdict::kIllFormed},
      {"AReadBeyondTheEnd", kOneAxis + "claim c [t in 1..N]: X[t] + X[t + 1] == X[t + 1] + X[t]",
       Verdict::kIllFormed},
      {"AReadBeforeTheBeginning", kOneAxis + "claim c [t in 1..N]: X[t - K + 1] == X[t - K + 1]",
       Verdict::kIllFormed},
      {"AnOffsetOfOneInTheStride",
       kStrided + "claim c: xcorr(W, X, stride=s) == xcorr(W, X, stride=s + 1)",
       Verdict::kShapesDiffer},
      {"TheRestOfAStrideIsForgotten",
       "size K, N >= K\ntensor W[K]\ntensor X[N]\n"
       "let Y = xcorr(W, X, stride=2)\nseed G like Y\n"
       "claim c: grad(Y, X, G) == conv(W, zeroinsert(G, 2), mode=full)",
       Verdict::kShapesDiffer},
      {"AKernelLargerThanTheSignal",
       "size K, N\ntensor W[K]\ntensor X[N]\nclaim c: conv(W, X) == xcorr(rot180(W), X)",
       Verdict::kIllFormed},
      {"BlocksThatDoNotDivide",
       kBlocks + "claim c: kron(blocksum(X, n), n) == kron(blocksum(X, n), n)",
       Verdict::kIllFormed},
      {"ZeroInsertionIsNoRepetition", kBlocks + "claim c: zeroinsert(X, n) == kron(X, n)",
       Verdict::kShapesDiffer},
      {"InsertedZerosAreNotRepeated",
       kBlocks + "claim c: padlr(zeroinsert(X, n), 0, n - 1) == kron(X, n)", Verdict::kRefuted},
      {"RoundingUpIsNotRoundingDown", "size N\narith c: ceil(N / 2) == floor(N / 2)",
       Verdict::kRefuted},
      {"AFloorOfASumIsNoSumOfFloors",
       "size M, N\narith c: floor((M + N) / 2) == floor(M / 2) + floor(N / 2)", Verdict::kRefuted},
      {"HalfOfASizeIsNotWhole", "size N\ntensor X[N]\nclaim c: X[N / 2] == X[N / 2]",
       Verdict::kIllFormed},
      {"TwoSidesDifferInOnePlace",
       "size N\ntensor X[N] zero\nclaim c [i in 1..N]: "
       "sum(j in i..i where j != 5) X[j] == X[i]",
       Verdict::kRefuted},
      {"ItFailsFromSevenOn",
       "size N\ntensor X[N]\nclaim c: sum(i in 1..N) X[i] == sum(i in 1..min(N, 6)) X[i]",
       Verdict::kRefuted},

      // ---------------------------------------------------------- what cannot be read
      {"AProductOfTwoArrays", "size N\ntensor X[N]\nclaim c: X * X == X .* X",
       Verdict::kCannotBeRead},
      {"AKernelWithAnotherNumberOfAxes",
       "size N\ntensor W[N, N]\ntensor X[N]\nclaim c: conv(W, X) == X", Verdict::kCannotBeRead},

      // ---------------------------------------------------------- repeated tensors, empty ranges
      {"ASquareIsNoProductOfOthers",
       "size N >= 2\ntensor X[N]\nclaim c: sum(X) * sum(X) == sum(X .* X)", Verdict::kRefuted},
      {"AnElementIsNotItsNeighbour",
       "size N >= 2\ntensor X[N]\nclaim c: X[1] * X[1] == X[1] * X[2]", Verdict::kRefuted},
      {"ADivisorThatVanishes", "size N\nscalar a\nclaim c: a / (N - 3) == a / (N - 3)",
       Verdict::kIllFormed},
      {"NegativeSizesAreNone", "size M, N\ntensor X[M - N]\nclaim c: X == X", Verdict::kIllFormed},
      {"TheSecondDerivativeByALetIsNotZero",
       "size N\ntensor X[N]\nlet L = id(X)\nseed G like L\nseed H like L\n"
       "claim c: grad(grad(L .* L, L, G), L, H) == 0 * G",
       Verdict::kRefuted},
      {"TheGradientOfAnAutocorrelationIsNotHalfOfIt",
       "size N\ntensor f[N]\nlet Y = xcorr(f, f, mode=full)\nseed G like Y\n"
       "claim c: grad(Y, f, G) == 2 * conv(f, G)",
       Verdict::kRefuted},
      {"RemaindersByZeroAreNone", "size N\narith c: mod(N, 0) == mod(N, 0)", Verdict::kIllFormed},
      {"RemaindersByLessThanZeroAreNone", "size N\narith c: mod(N, -2) == mod(N, -2)",
       Verdict::kIllFormed},
      {"FloorsOfDivisionsByZeroAreNone", "size N\narith c: floor(N / 0) == floor(N / 0)",
       Verdict::kIllFormed},
  };
  return claims;
}

const language::Claim& OneClaim::claim() const {
  return std::get<language::Claim>(file.statements.back().node);
}

OneClaim one_claim(const std::string& text) {
  return {language::choose(language::parse({"known", text + "\n"}), {})};
}

}  // namespace convproof::derivations
