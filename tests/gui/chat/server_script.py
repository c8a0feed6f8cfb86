"""A model server with a scripted model behind the real protocol: run as a process of its own by the tests."""

from __future__ import annotations

import sys
from pathlib import Path

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes import Runtime
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.engine.server.serve import run_server


def open_model(path: Path, _context: int) -> tuple[Runtime, str]:
    """“broken” cannot be opened."""
    if "broken" in path.name:
        raise ModelError("The model file is damaged.", remedy="Get it again.")
    return ScriptedRuntime(lambda _request: "Hello.", name=path.stem), "a script"


if __name__ == "__main__":
    sys.exit(run_server(sys.stdin.buffer, sys.stdout.buffer, open_model))
