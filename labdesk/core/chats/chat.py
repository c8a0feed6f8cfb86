"""One conversation as a tree: every exchange follows an earlier one, and an edited or repeated question is a branch.

A pure fold of the journal's records: whoever replays them has the chat."""

from __future__ import annotations

import dataclasses

from labdesk.core.chats.records import (
    Answer,
    Answered,
    Asked,
    Began,
    Record,
    Shown,
    Styled,
    Taught,
    Titled,
    Voted,
)
from labdesk.core.chats.style import Style
from labdesk.core.models.chat_template import Message

LONGEST_TITLE = 60
#: How deep a conversation may be; a journal made by somebody else must not lead in circles.
MOST_EXCHANGES = 100_000


@dataclasses.dataclass
class Exchange:
    """A question and its answers by side, in the order they came."""

    id: str
    parent: str
    question: str
    at: float
    answers: dict[str, Answer] = dataclasses.field(default_factory=dict)
    vote: Voted | None = None
    taught: Taught | None = None


class Chat:
    """`apply` folds one record in. `path` is what is on the screen: from the first question to the last."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.at = 0.0
        self.style = Style()
        self.exchanges: dict[str, Exchange] = {}
        self._named = ""
        self._children: dict[str, list[str]] = {}
        self._shown: dict[str, str] = {}

    @property
    def title(self) -> str:
        """The name the person gave it, else the beginning of its first question."""
        first = next(iter(self.exchanges.values()), None)
        words = " ".join(self._named.split()) or (" ".join(first.question.split()) if first else "")
        if len(words) <= LONGEST_TITLE or self._named:
            return words or "New chat"
        return words[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"

    @property
    def last_at(self) -> float:
        """When something was last asked."""
        return max((one.at for one in self.exchanges.values()), default=self.at)

    def apply(self, record: Record) -> None:
        """Fold one record in; one that names an exchange that does not exist is left out."""
        match record:
            case Began():
                self.at = record.at
            case Asked():
                self._ask(record)
            case Answered() if record.exchange in self.exchanges:
                self.exchanges[record.exchange].answers[record.answer.side] = record.answer
            case Titled():
                self._named = record.title
            case Styled():
                self.style = record.style
            case Shown() if record.exchange in self.exchanges:
                self._shown[self.exchanges[record.exchange].parent] = record.exchange
            case Voted() if record.exchange in self.exchanges:
                self.exchanges[record.exchange].vote = record
            case Taught() if record.exchange in self.exchanges:
                self.exchanges[record.exchange].taught = record

    def _ask(self, record: Asked) -> None:
        known = record.parent == "" or record.parent in self.exchanges
        if not known or record.id in self.exchanges or len(self.exchanges) >= MOST_EXCHANGES:
            return
        self.exchanges[record.id] = Exchange(record.id, record.parent, record.question, record.at)
        self._children.setdefault(record.parent, []).append(record.id)
        self._shown[record.parent] = record.id

    def path(self) -> list[Exchange]:
        """The exchanges of the branch that is shown, from first to last."""
        found: list[Exchange] = []
        at = self._shown.get("")
        while at is not None:
            found.append(self.exchanges[at])
            at = self._shown.get(at)
        return found

    def siblings(self, exchange: str) -> list[str]:
        """The exchanges that stand in its place on other branches, itself included, oldest first."""
        return list(self._children[self.exchanges[exchange].parent])

    def turns(self, exchange: str, side: str) -> list[Message]:
        """What was said up to an exchange and including it ("": nothing), as `side` said it.

        Where this side gave no answer, the last other answer stands for it; an exchange without any is left out.
        """
        found: list[Message] = []
        at = exchange
        while at:
            one = self.exchanges[at]
            answers = [answer for answer in one.answers.values() if answer.finish != "error"]
            said = next((answer for answer in answers if answer.side == side), answers[-1] if answers else None)
            if said is not None:
                found += [Message("assistant", said.text), Message("user", one.question)]
            at = one.parent
        return found[::-1]
