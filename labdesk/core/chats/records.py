"""The lines of a chat's journal: what was asked, what was answered, and what the person did with it."""

from __future__ import annotations

import msgspec

from labdesk.core.chats.style import Style


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one side said. `side` is its key, `name` what the person knows the model by, `proof` the files behind it.

    finish: eos, length or cancelled; "error" when there is no answer (`text` is then the reason). forgotten: old turns
    that the model no longer saw.
    """

    side: str
    text: str
    name: str = ""
    proof: str = ""
    tokens: int = 0
    tokens_per_second: float = 0.0
    first_token_ms: float = 0.0
    prompt_tokens: int = 0
    finish: str = "eos"
    forgotten: int = 0


class Began(msgspec.Struct, frozen=True, tag="began"):
    """The first line. `at`: seconds since 1970."""

    id: str
    at: float


class Asked(msgspec.Struct, frozen=True, tag="asked", omit_defaults=True):
    """A question in reply to exchange `parent` ("" begins the conversation)."""

    id: str
    parent: str
    question: str
    at: float


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """An answer to an exchange; a later one of the same side takes its place."""

    exchange: str
    answer: Answer


class Titled(msgspec.Struct, frozen=True, tag="titled"):
    """The person named the chat."""

    title: str


class Styled(msgspec.Struct, frozen=True, tag="styled"):
    """From here on the model is told this, and answers like this."""

    style: Style


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """The person went to another branch: this exchange is the one shown among its siblings."""

    exchange: str


class Voted(msgspec.Struct, frozen=True, tag="voted"):
    """A vote on an exchange: `winner` is a side, "same" (equally good) or "none". `leaf` is what it was about, "" when
    no leaf is like it; `blind` whether the person knew who was who."""

    exchange: str
    winner: str
    leaf: str = ""
    blind: bool = False


class Taught(msgspec.Struct, frozen=True, tag="taught"):
    """The answer of a side was corrected: `answer` became a seed of `leaf`. `job` is the run that learns it, "" before
    one was started; a later line of the same exchange takes its place."""

    exchange: str
    side: str
    leaf: str
    answer: str
    job: str = ""


Record = Began | Asked | Answered | Titled | Styled | Shown | Voted | Taught
