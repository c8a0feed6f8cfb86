"""Looks at argv, then imports exactly one of: the window, the command line, a worker."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """The `labdesk` command. Without arguments it opens the window."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--worker"]:
        from labdesk.jobs.worker import main as worker

        return worker(arguments[1])
    if arguments[:1] == ["--chat-worker"]:
        from labdesk.jobs.chat_worker import main as chat_worker

        return chat_worker()
    if arguments[:1] == ["--document-worker"]:
        from labdesk.jobs.document_worker import main as document_worker

        return document_worker()
    if arguments[:1] == ["--survey"]:
        from labdesk.jobs.survey import main as survey

        return survey(*arguments[1:3])
    if arguments[:1] == ["--token-worker"]:
        from labdesk.jobs.token_worker import main as token_worker

        return token_worker()
    if arguments[:1] == ["--server-worker"]:
        from labdesk.jobs.chat_server import main as chat_server

        return chat_server()
    if not arguments or arguments[0] == "--workspace":
        from labdesk.gui.app import run as window

        return window(Path(arguments[1]) if len(arguments) > 1 else None)
    from labdesk.cli.main import main as command_line

    return command_line(arguments)


if __name__ == "__main__":
    sys.exit(main())
