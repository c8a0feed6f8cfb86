"""A chat worker with a scripted model behind the real protocol: run as a process of its own by the tests."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from labdesk.core.errors import ModelError
from labdesk.engine.chat.serve import serve
from labdesk.engine.runtimes import Completed, Completion, Runtime, ShouldStop
from labdesk.engine.runtimes.scripted import ScriptedRuntime


class Writer(ScriptedRuntime):
    """Takes a moment for every word of a slow answer."""

    def stream(self, request: Completion, on_text: Callable[[str], None], should_stop: ShouldStop) -> Completed:
        def write(text: str) -> None:
            time.sleep(0.002 if "slow" in request.prompt else 0)
            on_text(text)

        return super().stream(request, write, should_stop)


def open_model(path: Path, _context: int) -> tuple[Runtime, str]:
    """A model that answers with its own name; “broken” cannot be opened, “slow” takes its time, “dies” ends at once."""
    if "broken" in path.name:
        raise ModelError("The model file is damaged.", cause="It ends too early.", remedy="Get it again.")

    def answer(request: Completion) -> str:
        if "die" in request.prompt:
            sys.stderr.write("out of memory\n")
            sys.stderr.flush()
            sys.exit(9)
        if "slow" in request.prompt:
            time.sleep(0.4)
            return "word " * 400
        if "code" in request.prompt:
            return "Here:\n\n```python\nprint(1)\n```\n\nDone. [more](https://example.org/x)"
        drawn = f" drawn with {request.seed}" if request.temperature else ""
        return f"I am {path.stem} <b>and more</b>{drawn}"

    return Writer(answer, name=path.stem), "a script"


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, open_model)
