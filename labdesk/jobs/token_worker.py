"""The token worker's main: counts tokens over its own pipes and ends when they close."""

from __future__ import annotations

import os
import sys

from labdesk.engine.counting.serve import serve


def main() -> int:
    """Keep a private copy of standard output for replies; whatever a library prints goes to standard error."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, replies)
    return 0
