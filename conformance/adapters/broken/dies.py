#!/usr/bin/env python3
"""Answers zeros, and kills itself with SIGSEGV in the third case."""
import itertools
import os
import signal

from subject import ok, serve, zeros

runs = itertools.count(1)


def answer(message):
    if next(runs) == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return ok(message, message["outputs"], zeros(message["outputs"][0]))


serve(answer)
