#!/usr/bin/env python3
"""PyTorch behind the subprocess door: conv2d and, by autograd, its gradients.

The protocol is that of numpy_adapter.py, which this file needs beside it.
"""
import numpy as np
import torch
import torch.nn.functional as F

from numpy_adapter import serve


def arithmetic(dtype):
    return {"input": dtype, "accumulator": dtype, "output": dtype,
            "algorithm": "direct", "flush_to_zero": False}


HELLO = {"name": "PyTorch", "version": torch.__version__, "operators": {"conv2d": {
    "passes": ["y", "dx", "dw", "db"], "dtypes": ["f32", "f64"],
    "group": True, "dilations": True, "asymmetric_pads": True}},
    "arithmetic": {dtype: arithmetic(dtype) for dtype in ["f32", "f64"]}}


def tensor(array):
    return torch.from_numpy(array.copy())  # The message's bytes are read-only.


def zeros(shape, like):
    return torch.zeros(shape, dtype=like.dtype, requires_grad=True)


def convolve(a, x, w, b=None):
    top, left, bottom, right = a["pads"]
    if (top, left) == (bottom, right):
        padding = (top, left)
    else:
        x, padding = F.pad(x, (left, right, top, bottom)), 0
    return F.conv2d(x, w, b, a["strides"], padding, a["dilations"], a["group"])


def gradient(y, wanted, dy):
    return torch.autograd.grad(y, wanted, dy)[0].numpy()


def conv2d_y(a, y_shape, x, w, b=None):
    return convolve(a, tensor(x), tensor(w), None if b is None else tensor(b)).numpy()


def conv2d_dx(a, x_shape, dy, w):
    dy, w = tensor(dy), tensor(w)
    x = zeros(x_shape, dy)
    return gradient(convolve(a, x, w), x, dy)


def conv2d_dw(a, w_shape, dy, x):
    dy, x = tensor(dy), tensor(x)
    w = zeros(w_shape, dy)
    return gradient(convolve(a, x, w), w, dy)


def conv2d_db(a, db_shape, dy):
    dy = tensor(dy)
    b = zeros(db_shape, dy)
    # The gradient of the bias does not depend on x and w: one channel, a kernel of one tap.
    x = torch.zeros(dy.shape[0], 1, *dy.shape[2:], dtype=dy.dtype)
    w = torch.zeros(dy.shape[1], 1, 1, 1, dtype=dy.dtype)
    return gradient(F.conv2d(x, w, b), b, dy)


def checked(function):
    """PyTorch says RuntimeError where a shape or an attribute is wrong."""
    def call(*arguments):
        try:
            return np.ascontiguousarray(function(*arguments))
        except RuntimeError as error:
            raise ValueError(str(error)) from error
    return call


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(HELLO, {("conv2d", "y"): checked(conv2d_y), ("conv2d", "dx"): checked(conv2d_dx),
                  ("conv2d", "dw"): checked(conv2d_dw), ("conv2d", "db"): checked(conv2d_db)})
