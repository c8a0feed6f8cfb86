"""What a list of chats says of one, what a search looks through, and how its votes count."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from labdesk.core.chats.chat import Chat

#: A search looks through so many characters of a chat, the newest first.
SEARCHED = 200_000


class Vote(msgspec.Struct, frozen=True):
    """One vote: which model won over which others, by their names. winner "": equally good, or none good."""

    leaf: str
    winner: str
    others: tuple[str, ...]
    blind: bool


class Summary(msgspec.Struct, frozen=True):
    """`at`: when something was last asked; `words`: all that was said, in small letters, newest first."""

    id: str
    title: str
    at: float
    count: int
    words: str
    votes: tuple[Vote, ...] = ()

    def matches(self, wanted: Iterable[str]) -> bool:
        """Whether every one of these words (in small letters) occurs in it."""
        return all(word in self.words for word in wanted)


def summarise(chat: Chat) -> Summary:
    """The summary of a chat, all branches included."""
    parts, room = [chat.title], SEARCHED
    for exchange in reversed(chat.exchanges.values()):
        for text in (exchange.question, *(answer.text for answer in exchange.answers.values())):
            parts.append(text[:room])
            room -= len(text)
        if room <= 0:
            break
    votes = []
    for exchange in chat.exchanges.values():
        if exchange.vote is not None:
            names = {side: answer.name or side for side, answer in exchange.answers.items()}
            winner = names.get(exchange.vote.winner, "")
            others = tuple(name for side, name in names.items() if side != exchange.vote.winner)
            votes.append(Vote(exchange.vote.leaf, winner, others, exchange.vote.blind))
    return Summary(chat.id, chat.title, chat.last_at, len(chat.exchanges), "\n".join(parts).casefold(), tuple(votes))


def tally(votes: Iterable[Vote]) -> dict[str, dict[str, int]]:
    """Per leaf ("" is: about none) how often each model won; "" as a model is a draw."""
    found: dict[str, dict[str, int]] = {}
    for vote in votes:
        counts = found.setdefault(vote.leaf, {})
        for name in (vote.winner, *vote.others):
            counts.setdefault(name, 0)
        counts[vote.winner] += 1
    return found
