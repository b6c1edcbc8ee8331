"""The tensors of a conv2d case from its string alone: the rules of conformance/cases/data.h in
another language, for who wants the data without convproof, and for the test that both agree.

  rebuild_case.py CASE            prints every input, one number per line
  rebuild_case.py CASE --check    compares with the output of `convproof run --case CASE` on stdin
"""
import math
import re
import struct
import sys

MASK = 2**64 - 1
PRECISION = {"f64": 53, "f32": 24, "f16": 11, "bf16": 8}
EXPONENTS = {"f64": (-1022, 1023), "f32": (-126, 127), "f16": (-14, 15), "bf16": (-126, 127)}


def fnv1a(text):
    h = 14695981039346656037
    for byte in text.encode():
        h = (h ^ byte) * 1099511628211 & MASK
    return h


def random_bits(key, index):
    z = (key + (index + 1) * 0x9E3779B97F4A7C15) & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def special(r, s, dtype):
    p = PRECISION[dtype]
    low, high = EXPONENTS[dtype]
    kind = (r >> 1) % 8
    if kind < 2:
        return kind * 2.0 ** (low - p + 1)
    if kind == 2:
        return (1 + s % (2 ** (p - 1) - 1)) * 2.0 ** (low - p + 1)
    if kind < 6:
        return (2.0**low, 1.0, 1 + 2.0 ** (1 - p))[kind - 3]
    return 2.0 ** (low + s % (max(high // 2 - 20, 0) - low + 1))


def value(fill, r, s, dtype, threshold):
    p = PRECISION[dtype]
    if fill == "integers":
        magnitude = 1.0 + (r >> 1) % 8
    elif fill == "special":
        magnitude = special(r, s, dtype)
    else:
        magnitude = (2 * (r >> (65 - p)) + 1) * 2.0**-p
        if fill == "sparse" and s >= threshold:
            return 0.0
    return -magnitude if r & 1 else magnitude


def tensors(case):
    """(name, shape) of the inputs, the products of an output element, the operands."""
    ints = lambda pattern: [int(n) for n in re.search(pattern, case).groups()]
    n, c, h, w = ints(r":N(\d+)C(\d+)H(\d+)W(\d+):")
    (o,), (kh, kw), (sh, sw) = ints(r":O(\d+):"), ints(r":k(\d+)x(\d+):"), ints(r":s(\d+)x(\d+):")
    (top, left, bottom, right), (dh, dw) = (ints(r":p(\d+),(\d+),(\d+),(\d+):"),
                                            ints(r":d(\d+)x(\d+):"))
    (g,) = ints(r":g(\d+):")
    oh = (h + top + bottom - dh * (kh - 1) - 1) // sh + 1
    ow = (w + left + right - dw * (kw - 1) - 1) // sw + 1
    x, k, dy = ("x", [n, c, h, w]), ("w", [o, c // g, kh, kw]), ("dy", [n, o, oh, ow])
    grad = re.search(r":(y|dx|dw|db):", case).group(1)
    if grad == "y":
        bias = [] if ":nobias:" in case else [("b", [o])]
        return [x, k] + bias, c // g * kh * kw, 2
    if grad == "dx":
        return [dy, k], o // g * kh * kw, 2
    return ([dy, x] if grad == "dw" else [dy]), n * oh * ow, 2 if grad == "dw" else 1


def rebuild(case):
    case = re.sub(r":only=.*$", "", case)
    dtype = re.search(r":(f64|f32|f16|bf16):", case).group(1)
    fill = re.search(r":fill=(\w+):", case).group(1)
    inputs, products, operands = tensors(case)
    density = 7.0 / max(products, 1)
    threshold = int((density if operands == 1 else math.sqrt(density)) * 2.0**64)
    for name, shape in inputs:
        key = fnv1a(case + "/" + name)
        yield name, dtype, shape, [
            value(fill, random_bits(key, i), random_bits(key ^ 0x5851F42D4C957F2D, i), dtype,
                  threshold) for i in range(math.prod(shape))]


def check(case, text):
    printed = re.findall(r"^  (\w+) \w+ \[.*\]\n((?:    .*\n)*)", text.split("exact output")[0],
                         re.M)
    rebuilt = list(rebuild(case))
    if [name for name, _ in printed] != [name for name, *_ in rebuilt]:
        sys.exit(f"expected the tensors {[t[0] for t in rebuilt]}, found {printed}")
    for (_, numbers), (name, dtype, _, values) in zip(printed, rebuilt):
        found = [float(n) for n in numbers.split()]
        if dtype != "f64":  # Printed as the shortest decimal that reads back as the same float.
            found = [struct.unpack("<f", struct.pack("<f", n))[0] for n in found]
        if found != values:
            sys.exit(f"{name}: expected {values}, found {found}")


if __name__ == "__main__":
    if sys.argv[2:] == ["--check"]:
        check(sys.argv[1], sys.stdin.read())
    else:
        for name, dtype, shape, values in rebuild(sys.argv[1]):
            print(name, dtype, shape, *values, sep="\n")
