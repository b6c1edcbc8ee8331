#!/usr/bin/env python3
"""PyTorch behind the subprocess door: conv2d and, by autograd, its gradients.

The protocol is that of numpy_adapter.py, which this file needs beside it.
"""
import torch
import torch.nn.functional as F

from numpy_adapter import serve

DIRECT = {"algorithm": "direct", "flush_to_zero": False}
HELLO = {"name": "PyTorch", "version": torch.__version__, "operators": {"conv2d": {
    "passes": ["y", "dx", "dw", "db"], "dtypes": ["f32", "f64"],
    "group": True, "dilations": True, "asymmetric_pads": True}},
    "arithmetic": {dtype: {"input": dtype, "accumulator": dtype, "output": dtype, **DIRECT}
                   for dtype in ["f32", "f64"]}}


def convolve(a, x, w, b=None):
    top, left, bottom, right = a["pads"]
    if (top, left) == (bottom, right):
        return F.conv2d(x, w, b, a["strides"], (top, left), a["dilations"], a["group"])
    x = F.pad(x, (left, right, top, bottom))
    return F.conv2d(x, w, b, a["strides"], 0, a["dilations"], a["group"])


def conv2d(which, a, out, *inputs):
    tensors = [torch.from_numpy(array.copy()) for array in inputs]  # The message is read-only.
    if which == "y":
        return convolve(a, *tensors).numpy()
    dy = tensors[0]
    wanted = torch.from_numpy(out).requires_grad_()
    if which == "dx":
        y = convolve(a, wanted, tensors[1])
    elif which == "dw":
        y = convolve(a, tensors[1], wanted)
    else:
        # The gradient of the bias does not depend on x and w: one channel, a kernel of one tap.
        x = torch.zeros(dy.shape[0], 1, *dy.shape[2:], dtype=dy.dtype)
        y = F.conv2d(x, torch.zeros(dy.shape[1], 1, 1, 1, dtype=dy.dtype), wanted)
    return torch.autograd.grad(y, wanted, dy)[0].numpy()


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(HELLO, conv2d)
