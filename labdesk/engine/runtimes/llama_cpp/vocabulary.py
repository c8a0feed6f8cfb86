"""Text to tokens and back, exactly as llama.cpp does it; can be loaded alone, without the model's weights.

with Vocabulary.open(path) as vocabulary:
    tokens = vocabulary.encode("Hello")          # the same tokens for training and for chat
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from labdesk.core.errors import ModelError
from labdesk.core.models.chat_template import ChatTemplate
from labdesk.engine.runtimes.llama_cpp.library import NATIVE_LOG, checked_header, native


class Vocabulary:
    """The tokeniser of one model. Token ids are integers from 0 to `size` - 1; -1 stands for a token it lacks."""

    def __init__(self, model: int, chat_template: str, *, owned: bool) -> None:
        vocab = native.llama_model_get_vocab(model)
        assert vocab is not None, "a loaded model has a vocabulary"
        self._vocab = vocab
        self._model: int | None = model if owned else None
        self._pieces: dict[int, bytes] = {}
        self.size: int = native.llama_vocab_n_tokens(vocab)
        self.bos: int = native.llama_vocab_bos(vocab)
        self.eos: int = native.llama_vocab_eos(vocab)
        self.eot: int = native.llama_vocab_eot(vocab)
        self.adds_bos: bool = bool(native.llama_vocab_get_add_bos(vocab))
        self.bos_text = self._token_text(self.bos)
        self.eos_text = self._token_text(self.eos)
        self.chat_template = chat_template
        controls = {self._token_text(t) for t in range(self.size) if native.llama_vocab_is_control(vocab, t)} - {""}
        self._controls = re.compile("|".join(re.escape(text) for text in sorted(controls, key=len, reverse=True)))
        self._has_controls = bool(controls)

    @classmethod
    def open(cls, path: Path) -> Vocabulary:
        """Load only the vocabulary of a GGUF file (a few MB). Raises ModelError."""
        header = checked_header(path)
        params = native.llama_model_default_params()
        params.vocab_only = True
        NATIVE_LOG.clear()
        model = native.llama_model_load_from_file(str(path).encode(), params)
        if not model:
            raise ModelError(
                f"The vocabulary of {path.name} cannot be read.",
                cause=NATIVE_LOG.first_problem(),
                remedy="Download the model again, or choose another one.",
            )
        if header.tokenizer_model in ("", "no_vocab", "none"):
            native.llama_model_free(model)
            raise ModelError(
                f"{path.name} contains no vocabulary.",
                cause="Without one, text cannot be turned into what the model reads.",
                remedy="Choose another copy of this model.",
            )
        return cls(model, header.chat_template, owned=True)

    def encode(self, text: str, *, bos: bool = True, special: bool = True) -> list[int]:
        """Tokens of a text.

        bos: put the start token first if this model wants one (never twice). special: read texts such as <|im_end|>
        as control tokens; use False for text by strangers.
        """
        raw = text.encode("utf-8", errors="replace")
        add = bos and not (special and self.bos_text and text.startswith(self.bos_text))
        room = len(raw) + 8
        buffer = (ctypes.c_int32 * room)()
        count = native.llama_tokenize(self._vocab, raw, len(raw), buffer, room, add, special)
        if count < 0:
            buffer = (ctypes.c_int32 * -count)()
            count = native.llama_tokenize(self._vocab, raw, len(raw), buffer, -count, add, special)
        if count < 0:
            raise ModelError("A text could not be turned into tokens.", remedy="Shorten the text and try again.")
        return buffer[:count]

    def decode(self, tokens: Sequence[int], *, special: bool = True) -> str:
        """Text of tokens; control tokens appear as their names, or not at all with special=False."""
        return self.decode_bytes(tokens, special=special).decode("utf-8", errors="replace")

    def decode_bytes(self, tokens: Sequence[int], *, special: bool = True) -> bytes:
        """Like `decode`, before UTF-8: a character may be split between two tokens."""
        count = len(tokens)
        array = (ctypes.c_int32 * count)(*tokens)
        room = 16 * count + 16
        buffer = ctypes.create_string_buffer(room)
        length = native.llama_detokenize(self._vocab, array, count, buffer, room, False, special)
        if length < 0:
            room = -length
            buffer = ctypes.create_string_buffer(room)
            length = native.llama_detokenize(self._vocab, array, count, buffer, room, False, special)
        return buffer.raw[:length]

    def piece(self, token: int) -> bytes:
        """The bytes one generated token adds to a text; control tokens add none."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._piece(token, special=False)
        return known

    def is_end(self, token: int) -> bool:
        """Whether a model that writes this token has finished its text."""
        return bool(native.llama_vocab_is_eog(self._vocab, token))

    def harmless(self, text: str) -> str:
        """The text with a space pushed into every control token's name, so that it cannot act as one."""
        if not self._has_controls:
            return text
        return self._controls.sub(lambda match: f"{match[0][:1]} {match[0][1:]}", text)

    def template(self) -> ChatTemplate:
        """The model's chat template, or the plain one where it has none."""
        return ChatTemplate(self.chat_template, bos=self.bos_text, eos=self.eos_text)

    def close(self) -> None:
        """Free the vocabulary if it was loaded alone."""
        if self._model is not None:
            native.llama_model_free(self._model)
            self._model = None

    def __enter__(self) -> Vocabulary:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _token_text(self, token: int) -> str:
        return self._piece(token, special=True).decode("utf-8", errors="replace") if token >= 0 else ""

    def _piece(self, token: int, *, special: bool) -> bytes:
        room = 64
        buffer = ctypes.create_string_buffer(room)
        length = native.llama_token_to_piece(self._vocab, token, buffer, room, 0, special)
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = native.llama_token_to_piece(self._vocab, token, buffer, -length, 0, special)
        return buffer.raw[:length]
