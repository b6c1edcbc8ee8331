"""conv2d in NumPy, to copy: convproof verify --exec 'python3 numpy_adapter.py'"""
import json
import sys
import numpy as np

DTYPES = {"f32": "<f4", "f64": "<f8"}
HELLO = {"name": "numpy", "version": np.__version__, "operators": {"conv2d": {"passes": ["y", "dx", "dw", "db"],
    "dtypes": list(DTYPES), "group": True, "dilations": True, "asymmetric_pads": True}}}

def conv2d(which, a, out, first, second=None, b=None):
    if which == "db":
        return first.sum(axis=(0, 2, 3))
    x, w, y = {"y": (first, second, out), "dx": (out, second, first), "dw": (second, out, first)}[which]
    (sh, sw), (dh, dw), (top, left, bottom, right) = a["strides"], a["dilations"], a["pads"]
    xp = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    o, c = w.shape[0] // a["group"], w.shape[1]
    for g, u, v in np.ndindex(a["group"], *w.shape[2:]):  # Every tap of every group, as views.
        ys, ws = y[:, g * o:g * o + o], w[g * o:g * o + o, :, u, v]
        xs = xp[:, g * c:g * c + c, u * dh:u * dh + sh * y.shape[2]:sh, v * dw:v * dw + sw * y.shape[3]:sw]
        total, *product = {"y": (ys, "ncij,oc->noij", xs, ws), "dx": (xs, "noij,oc->ncij", ys, ws),
                           "dw": (ws, "noij,ncij->oc", ys, xs)}[which]
        total += np.einsum(*product)
    if which == "dx":
        return xp[:, :, top:top + x.shape[2], left:left + x.shape[3]]
    return out if b is None else out + b[:, None, None]

def serve(hello, compute):  # A message is one line of JSON, then the bytes of its tensors.
    while (message := json.loads(sys.stdin.buffer.readline() or b'{"cmd": "stop"}'))["cmd"] != "stop":
        reply, result = hello, b""
        if message["cmd"] == "run":
            out = np.zeros(message["outputs"][0]["shape"], DTYPES[message["outputs"][0]["dtype"]])
            inputs = [np.frombuffer(sys.stdin.buffer.read(out.itemsize * int(np.prod(shape))), out.dtype)
                      .reshape(shape) for shape in (t["shape"] for t in message["inputs"])]
            result = compute(message["pass"], message["attrs"], out, *inputs).tobytes()
            reply = {"id": message["id"], "status": "ok", "outputs": message["outputs"], "bytes": len(result)}
        sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n" + result)
        sys.stdout.flush()

if __name__ == "__main__":
    serve(HELLO, conv2d)
