#include "properties/derivations/latex_notes.h"

namespace convproof::derivations::latex {
namespace {

const std::string kLine = R"(
size K, N >= K
tensor w[K]
tensor x[N]
let y[t in K..N] = sum(k in 1..K) w[k] * x[t + 1 - k]
)";

const std::string kImage = R"(
size U >= 0, V >= 0, M > 2 * U, N > 2 * V
tensor X[M, N]
tensor W[2 * U + 1, 2 * V + 1] from -U, -V
let Y[i in U + 1..M - U, j in V + 1..N - V] =
  sum(u in -U..U, v in -V..V) W[u, v] * X[i - u, j - v]
)";

const std::string kImageWithZeros = R"(
size M, N, U >= 0, V >= 0
tensor X[M, N] zero
tensor W[2 * U + 1, 2 * V + 1] from -U, -V
let X_padded = pad(X, U, V)
let Y[i in 1..M, j in 1..N] = sum(u in -U..U, v in -V..V) W[u, v] * X[i - u, j - v]
seed G like Y
)";

const std::string kThreeKernels = R"(
size A, B, C
tensor f[A]
tensor g[B]
tensor h[C]
notation star(a, b) = conv(a, b, mode=full)
notation ast(a, b) = xcorr(a, b, mode=full)
)";

const std::string kLayer = R"(
size D, P, U, V, M >= U, N >= V
tensor X[D, M, N]
tensor W[P, D, U, V]
tensor b[P]
let Z[p in 1..P] =
  sum(d in 1..D) conv(W[p, d], X[d]) + b[p] * ones(M - U + 1, N - V + 1)
seed G like Z
)";

const std::string kPooling = R"(
size P, s, M, N
tensor Z[P, s * M, s * N]
tensor f'[P, s * M, s * N]
let X = f' .* Z
let Z_next[p in 1..P] = blocksum(X[p], s)
seed G like Z_next
notation up(T) = kron(T, s)
notation down(T) = blocksum(T, 1, s, s)
)";

const std::string kLayerBefore = R"(
size D, P, U, V, M >= U, N >= V
tensor Z_prev[D, M, N]
tensor f'[D, M, N]
let X = f' .* Z_prev
tensor W[P, D, U, V]
let Z[p in 1..P] = sum(d in 1..D) conv(W[p, d], X[d])
seed G like Z
notation ast(a, b) = xcorr(a, b, mode=full)
)";

const std::string kFull = R"(
size M, N, A >= M, B >= N
tensor I[A, B] zero
tensor K[M, N] zero
let S[i in 1..A + M, j in 1..B + N] = sum(m in 1..A, n in 1..B) I[m, n] * K[i - m, j - n]
)";

const std::string kStrided = R"(
size s, H, W, C, O, R, T
tensor K[O, C, R, T]
tensor V[C, (H - 1) * s + R, (W - 1) * s + T]
let Z[i in 1..O, j in 1..H, k in 1..W] =
  sum(l in 1..C, m in 1..R, n in 1..T) V[l, (j - 1) * s + m, (k - 1) * s + n] * K[i, l, m, n]
seed G like Z
)";

const std::string kWindow = R"(
size T >= 7
tensor x[T] from 0
tensor w[7] from -6
let s[t in 6..T - 1] = sum(a in 0..6) x[t - a] * w[-a]
)";

const std::string kBelowRight = R"(
size m, n, A >= m, B >= n
tensor I[A, B] from 0, 0
tensor K[m, n] from 0, 0
let S[i in 0..A - m, j in 0..B - n] =
  sum(a in 0..m - 1, b in 0..n - 1) I[i + a, j + b] * K[a, b]
)";

const std::string kSizes = R"(
size F, P, S, H_1 >= F, W_1 >= F
const H_2 = 3
const W_2 = 5
const D_2 = 6
const K = 6
)";

const std::string kEdge = R"(
const W = 320
const H = 280
)";

const std::string kDense = R"(
size A, B, C
tensor x_prev[B]
tensor W[A, B]
tensor f'[A]
tensor W_next[C, A]
tensor v[A]
let u[i in 1..A] = sum(j in 1..B) W[i, j] * x_prev[j]
let u_next[i in 1..C] = sum(j in 1..A) W_next[i, j] * f'[j] * v[j]
seed delta_next like u_next
let delta = grad(u_next, v, delta_next)
seed d like u
)";

const std::string kOutput = R"(
size A, N
tensor u[A]
tensor t[N, A]
tensor y[N, A]
tensor delta[A]
tensor f'[A]
)";

const std::string kSubsamplingAfter = R"(
size n, H, B, J
size K, L
tensor x[n * H + K - 1, n * B + L - 1]
tensor k[K, L]
tensor f'[J, n * H, n * B]
tensor u[J, n * H, n * B]
tensor beta_next[J]
scalar b
let v = conv(k, x) + b * ones(n * H, n * B)
let y = f' .* u
let u_next[j in 1..J] = beta_next[j] * blocksum(y[j], n)
seed delta_next like u_next
let delta = grad(u_next, u, delta_next)
notation up(T) = kron(T, n)
)";

const std::string kMaps = R"(
size H, B, I, J, K, L
tensor x[I, H + K - 1, B + L - 1]
tensor k[I, J, K, L]
tensor b[J]
let u[j in 1..J] = sum(i in 1..I) conv(k[i, j], x[i]) + b[j] * ones(H, B)
seed delta like u
let p[i in 1..I, r in 1..H, s in 1..B, c in 1..K, d in 1..L] = x[i, r + K - c, s + L - d]
)";

const std::string kMapsAfter = R"(
size H, B, J, K, L
tensor u[J, H + K - 1, B + L - 1]
tensor f'[J, H + K - 1, B + L - 1]
tensor k_next[J, K, L]
let u_next[j in 1..J] = conv(k_next[j], f'[j] .* u[j])
seed delta_next like u_next
let delta = grad(u_next, u, delta_next)
)";

const std::string kSubsampling = R"(
size n, H, B, J, K, L
tensor x[J, n * H, n * B]
tensor beta[J]
tensor b[J]
let d[j in 1..J] = blocksum(x[j], n)
let u[j in 1..J] = beta[j] * d[j] + b[j] * ones(H, B)
seed delta like u
)";

const std::string kSoftmax = R"(
size I
tensor c[I]
let alpha = softmax(c)
seed e like alpha
)";

const std::string kCombination = R"(
size I, H, B, K, L
tensor alpha[I]
tensor x_prev[I, H + K - 1, B + L - 1]
tensor k[I, K, L]
let u = sum(i in 1..I) alpha[i] * conv(k[i], x_prev[i])
seed delta like u
notation ast(a, b) = conv(b, a)
)";

const std::string kPenalty = R"(
size I
scalar lambda
tensor alpha[I]
let Omega = lambda * sum(abs(alpha))
)";

const std::string kSparse = R"(
size I
scalar lambda
tensor c[I]
let alpha = softmax(c)
let Omega = lambda * sum(abs(alpha))
tensor y[I]
let E = sum(alpha .* y)
let E_tilde = E + Omega
)";

const std::string kPlainImage = R"(
size U, V, M >= U, N >= V
tensor X[M, N]
tensor W[U, V]
let Y[i in U..M, j in V..N] = sum(u in 1..U, v in 1..V) W[u, v] * X[i - u + 1, j - v + 1]
)";

const std::string kSigns = R"(
size U, V, M >= U, N >= V
tensor X[M, N]
tensor W[U, V]
let Y[i in 1..M - U + 1, j in 1..N - V + 1] = sum(u in 1..U, v in 1..V) W[u, v] * X[i + u - 1, j + v - 1]
notation ast(a, b) = conv(a, b)
notation otimes(a, b) = xcorr(a, b)
)";

const std::string kLayerWithDelta = R"(
size D, P, U, V, M >= U, N >= V
tensor X[D, M, N]
tensor W[P, D, U, V]
tensor b[P]
let Z[p in 1..P] = sum(d in 1..D) xcorr(W[p, d], X[d]) + b[p] * ones(M - U + 1, N - V + 1)
seed delta like Z
)";

const std::string kPoolingAfter = R"(
size P, s, M, N
tensor Z[P, s * M, s * N]
tensor f'[P, s * M, s * N]
let X = f' .* Z
let Z_next[p in 1..P] = blocksum(X[p], s)
seed delta_next like Z_next
let delta = grad(Z_next, Z, delta_next)
notation up(T) = kron(T, s)
)";

const std::string kLayerAfter = R"(
size D, P, U, V, M >= U, N >= V
tensor Z[D, M, N]
tensor f'[D, M, N]
let X = f' .* Z
tensor W[P, D, U, V]
let Z_next[p in 1..P] = sum(d in 1..D) xcorr(W[p, d], X[d])
seed delta_next like Z_next
let delta = grad(Z_next, Z, delta_next)
)";

const std::string kTransposed = R"(
size K, M
tensor w[K]
tensor z[M]
tensor x[M + K - 1]
tensor C[M, M + K - 1]
)";

const std::string kResidual = R"(
size N
tensor x[N]
notation h(T) = tanh(T)
)";

}  // namespace

const std::vector<NoteFormula>& formulas_of_notes() {
  static const std::vector<NoteFormula> formulas{
    {"F-CONV-1D", kLine,
     R"(y := w \star x)",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
claim formula: y == star(w, x, mode=star_mode)
)"},

    {"F-CONV-1D", kLine,
     R"(y_t := \sum_{k=1}^K w_k x_{t-k+1} \quad (\forall t \geq K))",
     R"(
claim formula [t in K..N]: y[t] == sum(k in 1..K) w[k] * x[t - k + 1]
)"},

    {"F-CONV-2D-VALID", kImage,
     R"(Y := W \star X \in \mathbb{R}^{(M-2U) \times (N-2V)})",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
claim formula: Y == star(W, X, mode=star_mode)
claim formula_shape: ones(shape(star(W, X, mode=star_mode))) == ones(M - 2 * U, N - 2 * V)
)"},

    {"F-CONV-2D-VALID", kImage,
     R"($$y_{ij} := \sum_{u=-U}^U \sum_{v=-V}^V w_{uv} x_{i-u, j-v}$$

$$\text{where } U+1 \leq i \leq M-U \text{ and } V+1 \leq j \leq N-V$$)",
     R"(
claim formula [i in U + 1..M - U, j in V + 1..N - V]: Y[i, j] == sum(u in -U..U) sum(v in -V..V) W[u, v] * X[i - u, j - v]
)"},

    {"F-CONV-2D-SAME", kImageWithZeros,
     R"(Y := W \star X_{\text{padded}} \in \mathbb{R}^{M \times N})",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
claim formula: Y == star(W, X_padded, mode=star_mode)
claim formula_shape: ones(shape(star(W, X_padded, mode=star_mode))) == ones(M, N)
)"},

    {"F-CONV-2D-SAME", kImageWithZeros,
     R"(y_{ij} := \sum_{u=-U}^U \sum_{v=-V}^V w_{uv} x_{i-u, j-v})",
     R"(
claim formula [i in 1..M, j in 1..N]: Y[i, j] == sum(u in -U..U) sum(v in -V..V) W[u, v] * X[i - u, j - v]
)"},

    {"V-DW-SAME", kImageWithZeros,
     R"(\begin{aligned} \frac{\partial f(Y)}{\partial w_{u'v'}} &:= \sum_{i=1}^M \sum_{j=1}^N \frac{\partial y_{ij}}{\partial w_{u'v'}} \cdot \frac{\partial f(Y)}{\partial y_{ij}} \quad \left( \text{note that } y_{ij} := \sum_{u=-U}^U \sum_{v=-V}^V w_{uv} x_{i-u, j-v} \right) \\ &= \sum_{i=1}^M \sum_{j=1}^N x_{i-u', j-v'} \cdot \frac{\partial f(Y)}{\partial y_{ij}} \quad (-U \leq u' \leq U, -V \leq v' \leq V) \\ \hline \frac{\partial f(Y)}{\partial W} &= \frac{\partial f(Y)}{\partial Y} \star \text{rotate}(X_{\text{padded}}, 180^\circ) \\ &= \text{rotate} \left( \frac{\partial f(Y)}{\partial Y}, 180^\circ \right) \star X_{\text{padded}} \\ &= \frac{\partial f(Y)}{\partial Y} * X_{\text{padded}} \end{aligned})",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula [u' in -U..U, v' in -V..V]: grad(Y, W[u', v'], G)
  == sum(i in 1..M) sum(j in 1..N) jacobian(Y[i, j], W[u', v']) * G[i, j]
  == sum(i in 1..M) sum(j in 1..N) X[i - u', j - v'] * G[i, j]
claim formula_2: grad(Y, W, G)
  == star(G, rot180(X_padded), mode=star_mode)
  == star(rot180(G), X_padded, mode=star_mode)
  == ast(G, X_padded, mode=ast_mode)
)"},

    {"F-XCORR-2D-VALID", kImage,
     R"(y_{ij} := \sum_{u=-U}^U \sum_{v=-V}^V w_{uv} x_{i+u, j+v})",
     R"(
claim formula [i in U + 1..M - U, j in V + 1..N - V]: Y[i, j] == sum(u in -U..U) sum(v in -V..V) W[u, v] * X[i + u, j + v]
)"},

    {"P-CONV-EQ-ROT-XCORR", kImage,
     R"(W \star X = \text{rotate}(W, 180^\circ) * X)",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula: star(W, X, mode=star_mode) == ast(rot180(W), X, mode=ast_mode)
)"},

    {"P-CONV-ASSOC", kThreeKernels,
     R"(f \star (g \star h) = (f \star g) \star h)",
     R"(
claim formula: conv(f, conv(g, h, mode=full), mode=full) == conv(conv(f, g, mode=full), h, mode=full)
)"},

    {"P-XCORR-DISTRIB", kThreeKernels,
     R"(f * (g + h) = (f * g) + (f * h))",
     R"(
claim formula: xcorr(f, g + h, mode=full) == xcorr(f, g, mode=full) + xcorr(f, h, mode=full)
)"},

    {"F-CONV-LAYER", kLayer,
     R"(Z^p = W^p \star \mathcal{X} = \sum_{d=1}^D W^{p,d} \star X^d + b^p \cdot \text{ones}(M-U+1, N-V+1))",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
claim formula [p in 1..P]: Z[p]
  == star(W[p], X, mode=star_mode)
  == sum(d in 1..D) star(W[p, d], X[d], mode=star_mode) + b[p] * ones(M - U + 1, N - V + 1)
)"},

    {"V-POOL-FWD", kPooling,
     R"(\mathcal{Z}^{(l+1)} = \text{down}(\mathcal{X}^{(l)}) \in \mathbb{R}^{P \times M \times N})",
     R"(
claim formula: Z_next == blocksum(X, 1, s, s)
claim formula_shape: ones(shape(blocksum(X, 1, s, s))) == ones(P, M, N)
)"},

    {"V-POOL-BP", kPooling,
     R"(\begin{aligned}\frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} &= \frac{\partial X^{(l,p)}}{\partial Z^{(l,p)}} \cdot \frac{\partial Z^{(l+1,p)}}{\partial X^{(l,p)}} \cdot \frac{\partial \mathcal{L}}{\partial Z^{(l+1,p)}} \quad (\text{note that } X^{(l,p)} = f_l(Z^{(l,p)})) \\ &= f'_l(Z^{(l,p)}) \odot \text{up} \left( \frac{\partial \mathcal{L}}{\partial Z^{(l+1,p)}} \right) \quad (1 \leq p \leq P)\end{aligned})",
     R"(
claim formula [p in 1..P]: grad(Z_next, Z[p], G)
  == jacobian(X[p], Z[p]) * jacobian(Z_next[p], X[p]) * G[p]
  == f'[p] .* kron(G[p], s)
)"},

    {"F-CONV-LAYER-L", kLayer,
     R"(\begin{aligned} Z^{(l,p)} &= W^{(l,p)} \star \mathcal{X}^{(l-1)} + b^{(l,p)} \cdot \text{ones}(M-U+1, N-V+1) \\
&= \sum_{d=1}^D W^{(l,p,d)} \star X^{(l-1,p)} + b^{(l,p)} \cdot \text{ones}(M-U+1, N-V+1) \quad (1 \leq p \leq P) \end{aligned})",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
claim formula [p in 1..P]: Z[p]
  == star(W[p], X, mode=star_mode) + b[p] * ones(M - U + 1, N - V + 1)
  == sum(d in 1..D) star(W[p, d], X[p], mode=star_mode) + b[p] * ones(M - U + 1, N - V + 1)
)"},

    {"V-DW", kLayer,
     R"(\begin{aligned}\frac{\partial \mathcal{L}}{\partial W^{(l,p,d)}} &= \frac{\partial Z^{(l,p)}}{\partial W^{(l,p,d)}} \cdot \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \\
&= \frac{\partial (W^{(l,p,d)} \star X^{(l-1,p)})}{\partial W^{(l,p,d)}} \cdot \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \\
&= \left( \frac{\partial W^{(l,p,d)}}{\partial W^{(l,p,d)}} \star X^{(l-1,p)} \right) \cdot \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \quad (1 \leq d \leq D, 1 \leq p \leq P) \\
&= \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \star X^{(l-1,p)}\end{aligned})",
     R"(
reading star = conv | xcorr
reading star_mode = valid | full | same
claim formula [p in 1..P, d in 1..D]: grad(Z, W[p, d], G)
  == jacobian(Z[p], W[p, d]) * G[p]
  == jacobian(star(W[p, d], X[p], mode=star_mode), W[p, d]) * G[p]
  == star(jacobian(W[p, d], W[p, d]), X[p], mode=star_mode) * G[p]
  == star(G[p], X[p], mode=star_mode)
)"},

    {"V-DB", kLayer,
     R"(\begin{aligned}\frac{\partial \mathcal{L}}{\partial b^{(l,p)}} &= \text{sum} \left( \frac{\partial Z^{(l,p)}}{\partial b^{(l,p)}} \cdot \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \right) \\
&= \text{sum} \left( \text{ones}(M-U+1, N-V+1) \cdot \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \right) \quad (1 \leq p \leq P) \\
&= \sum_{i=1}^M \sum_{j=1}^N \left[ \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \right]_{i,j}\end{aligned})",
     R"(
claim formula [p in 1..P]: grad(Z, b[p], G)
  == sum(jacobian(Z[p], b[p]) * G[p])
  == sum(ones(M - U + 1, N - V + 1) * G[p])
  == sum(i in 1..M) sum(j in 1..N) G[p, i, j]
)"},

    {"V-DZ", kLayerBefore,
     R"(\begin{aligned}
\frac{\partial \mathcal{L}}{\partial Z^{(l-1,d)}} &= \frac{\partial X^{(l-1,d)}}{\partial Z^{(l-1,d)}} \cdot \frac{\partial Z^{(l)}}{\partial X^{(l-1,d)}} \cdot \frac{\partial \mathcal{L}}{\partial Z^{(l)}} \\
&= f'_{l-1}(Z^{(l-1,d)}) \odot \sum_{p=1}^P \left( W^{(l,p,d)} * \frac{\partial \mathcal{L}}{\partial Z^{(l,p)}} \right)
\end{aligned})",
     R"(
claim formula [d in 1..D]: grad(Z, Z_prev[d], G)
  == jacobian(X[d], Z_prev[d]) * jacobian(Z, X[d]) * G
  == f'[d] .* sum(p in 1..P) xcorr(W[p, d], G[p], mode=full)
)"},

    {"F-CONV-DISC", kLine,
     R"(y(t) = (x * w)(t) = \sum_{a=-\infty}^{\infty} x(a)w(t-a))",
     R"(
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula [t in K..N]: y[t]
  == ast(x, w, mode=ast_mode)[t]
  == sum(a in 1..N) x[a] * w[t - a]
)"},

    {"F-CONV-2D-FULL", kFull,
     R"(S(i, j) = (I * K)(i, j) = \sum_m \sum_n I(m, n)K(i-m, j-n))",
     R"(
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula [i in 1..A + M, j in 1..B + N]: S[i, j]
  == ast(I, K, mode=ast_mode)[i, j]
  == sum(m in 1..A) sum(n in 1..B) I[m, n] * K[i - m, j - n]
)"},

    {"P-CONV-2D-COMM", kFull,
     R"(S(i, j) = (K * I)(i, j) = \sum_m \sum_n I(i-m, j-n)K(m, n))",
     R"(
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula [i in 1..A + M, j in 1..B + N]: S[i, j]
  == ast(K, I, mode=ast_mode)[i, j]
  == sum(m in 1..M) sum(n in 1..N) I[i - m, j - n] * K[m, n]
)"},

    {"F-CONV-MULTICHANNEL", kStrided,
     R"(Z_{i,j,k} = \sum_{l,m,n} V_{l,j+m-1,k+n-1} K_{i,l,m,n})",
     R"(
claim formula [i in 1..O, j in 1..H, k in 1..W]: Z[i, j, k] == sum(l in 1..C, m in 1..R, n in 1..T) V[l, j + m - 1, k + n - 1] * K[i, l, m, n]
)"},

    {"V-STRIDED-DK", kStrided,
     R"(\frac{\partial}{\partial K_{i,j,k,l}} J(\mathbf{V}, \mathbf{K}) = \sum_{m,n} G_{i,m,n} V_{j,(m-1) \times s + k, (n-1) \times s + l})",
     R"(
claim formula [i in 1..O, j in 1..C, k in 1..R, l in 1..T]: grad(Z, K[i, j, k, l], G) == sum(m in 1..H, n in 1..W) G[i, m, n] * V[j, (m - 1) * s + k, (n - 1) * s + l]
)"},

    {"V-STRIDED-DV", kStrided,
     R"(\frac{\partial}{\partial V_{i,j,k}} J(\mathbf{V}, \mathbf{K}) = \sum_{\substack{l,m \\ \text{s.t.} \\ (l-1) \times s + m = j}} \sum_{\substack{n,p \\ \text{s.t.} \\ (n-1) \times s + p = k}} \sum_q K_{q,i,m,p} G_{q,l,n})",
     R"(
claim formula [i in 1..C, j in 1..(H - 1) * s + R, k in 1..(W - 1) * s + T]: grad(Z, V[i, j, k], G) == sum(l in 1..H, m in 1..R where (l - 1) * s + m == j) sum(n in 1..W, p in 1..T where (n - 1) * s + p == k) sum(q in 1..O) K[q, i, m, p] * G[q, l, n]
)"},

    {"F-CONV-1D-WINDOW", kWindow,
     R"(s_t = \sum_{a=0}^6 x_{t-a} w_{-a})",
     R"(
claim formula [t in 6..T - 1]: s[t] == sum(a in 0..6) x[t - a] * w[-a]
)"},

    {"F-CONV-1D-HIT", kWindow,
     R"(s_t = \sum_{a=0}^{\infty} x_{t-a} w_{-a} = (x * w)_t)",
     R"(
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula [t in 6..T - 1]: s[t]
  == sum(a in 0..6) x[t - a] * w[-a]
  == ast(x, w, mode=ast_mode)[t]
)"},

    {"F-CONV-2D-FORM-A-R", kBelowRight,
     R"(S_{ij} = \sum_{a=0}^{m-1} \sum_{b=0}^{n-1} I_{i-a, j-b} K_{a,b})",
     R"(
claim formula [i in 0..A - m, j in 0..B - n]: S[i, j] == sum(a in 0..m - 1) sum(b in 0..n - 1) I[i - a, j - b] * K[a, b]
)"},

    {"F-CONV-2D-FORM-B", kBelowRight,
     R"(S_{ij} = (I * K)_{ij} = \sum_{a=0}^{m-1} \sum_{b=0}^{n-1} I_{i+a, j+b} K_{a,b})",
     R"(
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula [i in 0..A - m, j in 0..B - n]: S[i, j]
  == ast(I, K, mode=ast_mode)[i, j]
  == sum(a in 0..m - 1) sum(b in 0..n - 1) I[i + a, j + b] * K[a, b]
)"},

    {"F-CONV-2D-FORM-C", kBelowRight,
     R"(S_{ij} = (I * K)_{ij} = \sum_{a=\lfloor -\frac{m}{2} \rfloor}^{\lfloor \frac{m}{2} \rfloor} \sum_{b=\lfloor -\frac{n}{2} \rfloor}^{\lfloor \frac{n}{2} \rfloor} I_{i-a, j-b} K_{\frac{m}{2}+a, \frac{n}{2}+b})",
     R"(
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula [i in 0..A - m, j in 0..B - n]: S[i, j]
  == ast(I, K, mode=ast_mode)[i, j]
  == sum(a in floor(-(m / 2))..floor(m / 2)) sum(b in floor(-(n / 2))..floor(n / 2)) I[i - a, j - b] * K[m / 2 + a, n / 2 + b]
)"},

    {"N-SIZE-STRIDE", kSizes,
     R"(W_2 = \frac{W_1 - F + 2P}{S} + 1)",
     R"(
arith formula: W_2 == (W_1 - F + 2 * P) / S + 1
)"},

    {"N-EDGE-FLOPS", kEdge,
     R"(319 \times H \times 3 = 267960)",
     R"(
arith formula: 319 * H * 3 == 267960
)"},

    {"V-FC-DELTA-R", kDense,
     R"(\delta^\ell = (W^{\ell+1})^T \delta^{\ell+1} \circ f'(u^\ell))",
     R"(
let product[i in 1..A] = sum(k in 0..C - 1) transpose(W_next)[i, k + 1] * delta_next[k + 1]
claim formula: delta == product .* f'
)"},

    {"V-OUT-DELTA-R", kOutput,
     R"(\delta^L = f'(u^L) \circ (y^n - t^n))",
     R"(
claim formula [n in 1..N]: delta == f' .* (y[n] - t[n])
)"},

    {"V-FC-DW-R", kDense,
     R"(\frac{\partial E}{\partial W^\ell} = d^\ell (x^{\ell-1})^T)",
     R"(
let product[i in 1..A, j in 1..B] = d[i] * transpose(x_prev)[j]
claim formula: grad(u, W, d) == product
)"},

    {"V-CONV-DELTA-R", kSubsamplingAfter,
     R"(\delta_j^\ell = \beta_j^{\ell+1} \left( f'(u_j^\ell) \circ \mathrm{up}(\delta_j^{\ell+1}) \right))",
     R"(
claim formula [j in 1..J]: delta[j] == beta_next[j] * (f'[j] .* kron(delta_next[j], n))
)"},

    {"V-CONV-DB-R", kMaps,
     R"(\frac{\partial E}{\partial b_j} = \sum_{u,v} (\delta_j^\ell)_{uv})",
     R"(
claim formula [j in 1..J]: grad(u, b[j], delta) == sum(u_ in 1..H, v in 1..B) delta[j, u_, v]
)"},

    {"V-CONV-DK-PATCH-R", kMaps,
     R"(\frac{\partial E}{\partial k_{ij}^\ell} = \sum_{u,v} (\delta_j^\ell)_{uv} (p_i^{\ell-1})_{uv})",
     R"(
claim formula [i in 1..I, j in 1..J]: grad(u, k[i, j], delta) == sum(u_ in 1..H, v in 1..B) delta[j, u_, v] * p[i, u_, v]
)"},

    {"V-CONV-DK-MATLAB-R", kMaps,
     R"(\frac{\partial E}{\partial k_{ij}^\ell} = \mathrm{rot180}\left( \mathrm{conv2}\left( x_i^{\ell-1}, \mathrm{rot180}(\delta_j^\ell), \text{'valid'} \right) \right))",
     R"(
claim formula [i in 1..I, j in 1..J]: grad(u, k[i, j], delta) == rot180(conv(rot180(delta[j]), x[i], mode=valid))
)"},

    {"V-SUBSAMPLE-DELTA-R", kMapsAfter,
     R"(\delta_j^\ell = f'(u_j^\ell) \circ \mathrm{conv2}( \delta_j^{\ell+1}, \mathrm{rot180}(k_j^{\ell+1}), 'full' ))",
     R"(
claim formula [j in 1..J]: delta[j] == f'[j] .* conv(rot180(k_next[j]), delta_next[j], mode=full)
)"},

    {"V-SUBSAMPLE-DB-R", kSubsampling,
     R"(\frac{\partial E}{\partial b_j} = \sum_{u,v} (\delta_j^\ell)_{uv})",
     R"(
claim formula [j in 1..J]: grad(u, b[j], delta) == sum(u_ in 1..H, v in 1..B) delta[j, u_, v]
)"},

    {"V-SUBSAMPLE-DBETA-R", kSubsampling,
     R"(\frac{\partial E}{\partial \beta_j} = \sum_{u,v} ( \delta_j^\ell \circ d_j^\ell )_{uv})",
     R"(
claim formula [j in 1..J]: grad(u, beta[j], delta) == sum(u_ in 1..H, v in 1..B) (delta[j] .* d[j])[u_, v]
)"},

    {"F-SOFTMAX-ALPHA-R", kSoftmax,
     R"(\alpha_i = \frac{\exp(c_i)}{\sum_k \exp(c_k)})",
     R"(
numeric formula [i in 1..I]: alpha[i] == exp(c[i]) / sum(k in 1..I) exp(c[k])
)"},

    {"V-SOFTMAX-DERIV-R", kSoftmax,
     R"(\frac{\partial \alpha_k}{\partial c_i} = \delta_{ki} \alpha_i - \alpha_i \alpha_k)",
     R"(
numeric formula [k in 1..I, i in 1..I]: jacobian(alpha[k], c[i]) == (sum(delta in i..i where delta == k) 1) * alpha[i] - alpha[i] * alpha[k]
)"},

    {"V-DALPHA-R", kCombination,
     R"(\frac{\partial E}{\partial \alpha_i} = \frac{\partial E}{\partial u^\ell} \cdot \frac{\partial u^\ell}{\partial \alpha_i} = \sum_{u,v} \left( \delta^\ell \circ (x_i^{\ell-1} * k_i^\ell) \right)_{uv})",
     R"(
claim formula [i in 1..I]: grad(u, alpha[i], delta)
  == delta * jacobian(u, alpha[i])
  == sum(u_ in 1..H, v in 1..B) (delta .* conv(k[i], x_prev[i]))[u_, v]
)"},

    {"V-DC-R", kSoftmax,
     R"(\frac{\partial E}{\partial c_i} = \sum_k \frac{\partial E}{\partial \alpha_k} \frac{\partial \alpha_k}{\partial c_i} = \alpha_i \left( \frac{\partial E}{\partial \alpha_i} - \sum_k \frac{\partial E}{\partial \alpha_k} \alpha_k \right))",
     R"(
numeric formula [i in 1..I]: grad(alpha, c[i], e)
  == sum(k in 1..I) e[k] * jacobian(alpha[k], c[i])
  == alpha[i] * (e[i] - sum(k in 1..I) e[k] * alpha[k])
)"},

    {"V-DOMEGA-DALPHA-R", kPenalty,
     R"(\frac{\partial \Omega}{\partial \alpha_i} = \lambda \, \mathrm{sign}(\alpha_i))",
     R"(
numeric formula [i in 1..I]: jacobian(Omega, alpha[i]) == lambda * sign(alpha[i])
)"},

    {"V-DOMEGA-DC-R", kSparse,
     R"(\frac{\partial \Omega}{\partial c_i} = \sum_k \frac{\partial \Omega}{\partial \alpha_k} \frac{\partial \alpha_k}{\partial c_i} = \lambda \left( |\alpha_i| - \alpha_i \sum_k |\alpha_k| \right))",
     R"(
numeric formula [i in 1..I]: jacobian(Omega, c[i])
  == sum(k in 1..I) jacobian(Omega, alpha[k]) * jacobian(alpha[k], c[i])
  == lambda * (abs(alpha[i]) - alpha[i] * sum(k in 1..I) abs(alpha[k]))
)"},

    {"V-DE-DC-TOTAL-R", kSparse,
     R"(\frac{\partial \widetilde{E}}{\partial c_i} = \frac{\partial E}{\partial c_i} + \frac{\partial \Omega}{\partial c_i})",
     R"(
numeric formula [i in 1..I]: jacobian(E_tilde, c[i]) == jacobian(E, c[i]) + jacobian(Omega, c[i])
)"},

    {"F-CONV-2D-QIU", kPlainImage,
     R"(y_{ij} = \sum ^U _{u=1} \sum ^V _{v=1} w_{uv}x_{i-u+1,j-u+1})",
     R"(
claim formula [i in U..M, j in V..N]: Y[i, j] == sum(u in 1..U) sum(v in 1..V) W[u, v] * X[i - u + 1, j - u + 1]
)"},

    {"F-CONV-2D-SYMBOL", kPlainImage,
     R"(𝒀 = 𝑾 ∗ 𝑿)",
     R"(
reading ast = conv | xcorr
reading ast_mode = valid | full | same
claim formula: Y == ast(W, X, mode=ast_mode)
)"},

    {"F-XCORR-QIU", kSigns,
     R"(𝑦_{𝑖𝑗} = \sum ^U _{u=1} \sum ^V _{v=1} w_{uv}x_{i+u-1,j+v-1})",
     R"(
claim formula [i in 1..M - U + 1, j in 1..N - V + 1]: Y[i, j] == sum(u in 1..U) sum(v in 1..V) W[u, v] * X[i + u - 1, j + v - 1]
)"},

    {"P-XCORR-ROT-QIU", kSigns,
     R"(𝒀 = 𝑾 ⊗ 𝑿 = rot180(𝑾) ∗ 𝑿)",
     R"(
claim formula: Y
  == xcorr(W, X)
  == conv(rot180(W), X)
)"},

    {"F-CONV-LAYER-QIU", kLayer,
     R"(Z^p = W^p ⊗ X + 𝑏^𝑝 = \sum ^D _{d=1} W^{p,d} ⊗ X^d + 𝑏^𝑝)",
     R"(
reading otimes = conv | xcorr
reading otimes_mode = valid | full | same
claim formula [p in 1..P]: Z[p]
  == otimes(W[p], X, mode=otimes_mode) + b[p]
  == sum(d in 1..D) otimes(W[p, d], X[d], mode=otimes_mode) + b[p]
)"},

    {"F-NET-INPUT", kLayerWithDelta,
     R"(Z^{(l,p)} = \sum ^D _{d=1} W^{(l,p,d)} ⊗ X^{(l-1, d)} + b^{(l,p)})",
     R"(
reading otimes = conv | xcorr
reading otimes_mode = valid | full | same
claim formula [p in 1..P]: Z[p] == sum(d in 1..D) otimes(W[p, d], X[d], mode=otimes_mode) + b[p]
)"},

    {"F-DELTA-DEF", kLayerWithDelta,
     R"(𝛿^{(𝑙,𝑝)} = \frac {𝜕L} {𝜕𝒁^{(𝑙,𝑝)}})",
     R"(
claim formula [p in 1..P]: delta[p] == delta[p]
)"},

    {"V-DW-QIU", kLayerWithDelta,
     R"(\frac {𝜕L} {𝜕𝑾(𝑙,𝑝,𝑑)} = \frac {𝜕ℒ} {𝜕𝒁(𝑙,𝑝)} ⊗ 𝑿^{(𝑙−1,𝑑)} = 𝛿^{(𝑙,𝑝)} ⊗ 𝑿^{(𝑙−1,𝑑)})",
     R"(
reading otimes = conv | xcorr
reading otimes_mode = valid | full | same
claim formula [p in 1..P, d in 1..D]: grad(Z, W[p, d], delta)
  == otimes(delta[p], X[d], mode=otimes_mode)
  == otimes(delta[p], X[d], mode=otimes_mode)
)"},

    {"V-DB-QIU", kLayerWithDelta,
     R"(\frac {𝜕L} {𝜕𝑏(𝑙,𝑝)} = \sum _{i,j} [𝛿^{(𝑙,𝑝)}]_{𝑖,𝑗})",
     R"(
claim formula [p in 1..P]: grad(Z, b[p], delta) == sum(i in 1..M - U + 1, j in 1..N - V + 1) delta[p, i, j]
)"},

    {"V-POOL-DELTA-QIU-R", kPoolingAfter,
     R"(\delta^{(l,p)} = f'_l(Z^{(l,p)}) \odot \mathrm{up}(\delta^{(l+1,p)}))",
     R"(
claim formula [p in 1..P]: delta[p] == f'[p] .* kron(delta_next[p], s)
)"},

    {"V-CONV-DELTA-QIU-R", kLayerAfter,
     R"(\delta^{(l,d)} = f'_l(Z^{(l,d)}) \odot \sum_{p=1}^P \left( \mathrm{rot180}(W^{(l+1,p,d)}) \hat{\otimes} \delta^{(l+1,p)} \right))",
     R"(
reading hatotimes = conv | xcorr
reading hatotimes_mode = valid | full | same
claim formula [d in 1..D]: delta[d] == f'[d] .* sum(p in 1..P) hatotimes(rot180(W[p, d]), delta_next[p], mode=hatotimes_mode)
)"},

    {"F-TCONV-MATRIX-R", kTransposed,
     R"(x = C^{\top} z = \mathrm{rot180}(w) \hat ⊗ z)",
     R"(
reading hatotimes = conv | xcorr
reading hatotimes_mode = valid | full | same
let product[i in 1..M + K - 1] = sum(k in 0..M - 1) transpose(C)[i, k + 1] * z[k + 1]
claim formula: x
  == product
  == hatotimes(rot180(w), z, mode=hatotimes_mode)
)"},

    {"F-AFFINE-DOWN", kTransposed,
     R"(z = Cx)",
     R"(
let product[i in 1..M] = sum(k in 0..M + K - 2) C[i, k + 1] * x[k + 1]
claim formula: z == product
)"},

    {"P-RESIDUAL-SPLIT", kResidual,
     R"(h(x) = (x) + (h(x) - x))",
     R"(
numeric formula: tanh(x) == x + (tanh(x) - x)
)"},
  };
  return formulas;
}

}  // namespace convproof::derivations::latex
