"""The server process's main: what to serve comes over its pipe; it ends when the pipe closes."""

from __future__ import annotations

import os
import sys

from labdesk.engine.server.serve import run_server


def main() -> int:
    """Keep a private copy of standard output for replies; whatever a library prints goes to standard error."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with replies:
        return run_server(sys.stdin.buffer, replies)
