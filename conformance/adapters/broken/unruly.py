#!/usr/bin/env python3
"""unruly.py MODE [FILE]: subjects that break the rules of conversation, one per mode. FILE tells
one process of a subject from the next."""
import os
import pathlib
import sys
import time

import subject

mode = sys.argv[1]
file = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None


def right_or_wrong(message):
    return subject.ok(message, message["outputs"], b"".join(map(subject.zeros, message["outputs"])))


def answer(message):
    if mode == "floods_stderr":  # And never answers.
        while True:
            os.write(2, b"y" * 65536)
    if mode == "closes_stdout":  # And lives on.
        os.close(1)
        time.sleep(1000)
    if mode == "nests":
        deep = b"[" * 200000 + b"]" * 200000
        return b'{"id":%d,"status":"ok","outputs":%s}\n' % (message["id"], deep)
    if mode in ("changes_its_hello", "starts_once"):  # After a crash.
        os.abort()
    return right_or_wrong(message)


started_before = file is not None and file.exists()
if started_before and mode == "starts_once":
    sys.exit(4)
if started_before and mode == "changes_its_hello":
    subject.HELLO["operators"] = {}
if file is not None and mode != "notes_its_end":
    file.touch()
subject.serve(answer)
if mode == "notes_its_end":
    file.touch()
