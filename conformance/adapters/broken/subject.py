"""What the broken subjects beside this file have in common: the protocol, with the reply to `run`
left to them."""
import json
import math
import sys

BYTES = {"f32": 4, "f64": 8}
HELLO = {"name": "broken", "version": "1", "operators": {"conv2d": {
    "passes": ["y", "dx", "dw", "db"], "dtypes": list(BYTES),
    "group": True, "dilations": True, "asymmetric_pads": True}}}


def zeros(tensor):
    """The bytes of a tensor of zeros."""
    return bytes(math.prod(tensor["shape"]) * BYTES[tensor["dtype"]])


def ok(message, outputs, body):
    """The reply to `run`, as bytes, with `outputs` announced and `body` sent."""
    reply = {"id": message["id"], "status": "ok", "outputs": outputs, "bytes": len(body)}
    return json.dumps(reply).encode() + b"\n" + body


def serve(answer):
    """Answers `hello` properly and `run` with the bytes of answer(message)."""
    for line in iter(sys.stdin.buffer.readline, b""):
        message = json.loads(line)
        if message["cmd"] == "stop":
            return
        if message["cmd"] == "hello":
            reply = json.dumps(HELLO).encode() + b"\n"
        else:
            sys.stdin.buffer.read(message["bytes"])
            reply = answer(message)
        sys.stdout.buffer.write(reply)
        sys.stdout.buffer.flush()
