#!/usr/bin/env python3
"""Its outputs have one column too many, and it says so."""
from subject import ok, serve, zeros


def answer(message):
    outputs = [dict(t, shape=t["shape"][:-1] + [t["shape"][-1] + 1]) for t in message["outputs"]]
    return ok(message, outputs, b"".join(map(zeros, outputs)))


serve(answer)
