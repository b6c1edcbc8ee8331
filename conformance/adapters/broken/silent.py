#!/usr/bin/env python3
"""It reads everything and never says a word, not even hello."""
import sys

while sys.stdin.buffer.read(4096):
    pass
