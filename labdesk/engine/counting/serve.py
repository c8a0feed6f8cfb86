"""The loop of a token worker: one vocabulary, one question after the other, until the pipe closes."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import msgspec

from labdesk.core.errors import LabdeskError
from labdesk.core.models.gguf_header import read_header
from labdesk.engine.chat.protocol import lines
from labdesk.engine.counting.protocol import (
    Command,
    Count,
    Counted,
    Failed,
    Open,
    Opened,
    Reply,
    decode_command,
    encode,
)
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary


def serve(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Answer until the end of `stdin`. A line that is no command is answered with Failed."""
    vocabulary: Vocabulary | None = None
    try:
        for line in lines(stdin):
            try:
                command = decode_command(line)
                if isinstance(command, Open):
                    if vocabulary is not None:
                        vocabulary.close()
                    vocabulary = None
                    vocabulary = Vocabulary.open(Path(command.model))
                reply = _answer(command, vocabulary)
            except LabdeskError as error:
                reply = Failed(error.message, error.cause, error.remedy)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                reply = Failed("The token worker did not understand a command.", str(error))
            stdout.write(encode(reply))
            stdout.flush()
    except BrokenPipeError:
        pass  # nobody listens any more: the same as the end
    finally:
        if vocabulary is not None:
            vocabulary.close()


def _answer(command: Command, vocabulary: Vocabulary | None) -> Reply:
    match command:
        case Open(model):
            header = read_header(Path(model))
            # What generation opens the model with, so that a meter shows the room there really is.
            context = min(LoadOptions().context, header.context_length or LoadOptions().context)
            return Opened(model, header.name or Path(model).stem, context)
        case Count(key, text):
            if vocabulary is None:
                return Failed("No vocabulary is open.", remedy="Choose a teacher in Settings.")
            # A person's text is text: what looks like a control token is counted as the letters it is read as.
            return Counted(key, len(vocabulary.encode(text, bos=False, special=False)))
