#!/usr/bin/env python3
"""An implementation under test behind the subprocess door: conv2d in NumPy, all four passes.

This is the file to start from when yours is callable from Python: put your own calls into the
four functions. convproof verify --exec 'python3 numpy_adapter.py'
"""
import json
import sys

import numpy as np

DTYPES = {"f32": "<f4", "f64": "<f8"}
HELLO = {"name": "numpy", "version": np.__version__, "operators": {"conv2d": {
    "passes": ["y", "dx", "dw", "db"], "dtypes": list(DTYPES),
    "group": True, "dilations": True, "asymmetric_pads": True}}}


def padded(x, a):
    top, left, bottom, right = a["pads"]
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))


def taps(xp, shape, y_shape, a):
    """For every group and kernel tap: the outputs and channels of the group, the tap, and the
    pixels of the padded image that the tap reads."""
    (sh, sw), (dh, dw), g = a["strides"], a["dilations"], a["group"]
    o, c = shape[0] // g, shape[1]
    for k in range(g):
        for u, v in np.ndindex(*shape[2:]):
            yield (slice(k * o, k * o + o), u, v,
                           xp[:, k * c:k * c + c, u * dh:u * dh + sh * y_shape[2]:sh,
                      v * dw:v * dw + sw * y_shape[3]:sw])


def conv2d_y(a, y_shape, x, w, b=None):
    y = np.zeros(y_shape, x.dtype) + (0 if b is None else b[:, None, None])
    for outputs, u, v, pixels in taps(padded(x, a), w.shape, y_shape, a):
        y[:, outputs] += np.einsum("ncij,oc->noij", pixels, w[outputs, :, u, v])
    return y


def conv2d_dx(a, x_shape, dy, w):
    dxp = padded(np.zeros(x_shape, dy.dtype), a)
    for outputs, u, v, pixels in taps(dxp, w.shape, dy.shape, a):
        pixels += np.einsum("noij,oc->ncij", dy[:, outputs], w[outputs, :, u, v])
    top, left = a["pads"][:2]
    return dxp[:, :, top:top + x_shape[2], left:left + x_shape[3]]


def conv2d_dw(a, w_shape, dy, x):
    dw = np.zeros(w_shape, dy.dtype)
    for outputs, u, v, pixels in taps(padded(x, a), w_shape, dy.shape, a):
        dw[outputs, :, u, v] = np.einsum("noij,ncij->oc", dy[:, outputs], pixels)
    return dw


def conv2d_db(a, db_shape, dy):
    return dy.sum(axis=(0, 2, 3))


def run(functions, message, body):
    """The reply to one case, and the bytes of its result."""
    function = functions.get((message["op"], message["pass"]))
    if function is None or message["inputs"][0]["dtype"] not in DTYPES:
        return {"status": "unsupported", "reason": "not among my operators, passes and dtypes"}, b""
    inputs, offset = [], 0
    for t in message["inputs"]:
        count = int(np.prod(t["shape"]))
        inputs.append(np.frombuffer(body, DTYPES[t["dtype"]], count, offset).reshape(t["shape"]))
        offset += inputs[-1].nbytes
    out = message["outputs"][0]
    try:
        result = np.ascontiguousarray(function(message["attrs"], tuple(out["shape"]), *inputs))
    except (ValueError, IndexError, ArithmeticError) as error:
        return {"status": "invalid", "reason": str(error)}, b""
    return {"status": "ok", "outputs": [dict(out, shape=result.shape)]}, result.tobytes()


def serve(hello, functions):
    """Answers messages until `stop` or the end of the input. A message is a line of JSON and then
    exactly as many bytes as it says."""
    reader, writer = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # A stray print must not end up between the messages.
    for line in iter(reader.readline, b""):
        message, reply, result = json.loads(line), hello, b""
        if message["cmd"] == "stop":
            return
        if message["cmd"] == "run":
            reply, result = run(functions, message, reader.read(message["bytes"]))
            reply.update(id=message["id"], bytes=len(result))
        writer.write(json.dumps(reply).encode() + b"\n" + result)
        writer.flush()


if __name__ == "__main__":
    serve(HELLO, {("conv2d", "y"): conv2d_y, ("conv2d", "dx"): conv2d_dx,
                  ("conv2d", "dw"): conv2d_dw, ("conv2d", "db"): conv2d_db})
