#!/usr/bin/env python3
"""It announces and sends four bytes more than its outputs have."""
from subject import ok, serve, zeros

serve(lambda message: ok(message, message["outputs"],
                         b"".join(map(zeros, message["outputs"])) + bytes(4)))
