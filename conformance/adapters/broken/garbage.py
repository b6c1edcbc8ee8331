#!/usr/bin/env python3
"""Somebody left a print in: the reply to `run` is no JSON."""
from subject import serve

serve(lambda message: f"computing case {message['id']} ...\n".encode())
