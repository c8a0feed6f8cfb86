"""Questions whose answer is a whole statement of the document: how a fact that no seed asks for becomes recallable.

A student that only reads the document cannot answer about it (measured: 0 of 8), and a tiny teacher writes wrong
answers. So the answer is always the author's own sentence, and the questions are made by rule: natural ones where the
sentence is simple, the sentence itself with a hole, and loose key words, because an unseen question about a fact shares
key words with it whatever its form. That took questions about the document from 0 to 4 of 8, and the reworded seed
questions from 11 to 13 of 15, in a training of the same length.
"""

from __future__ import annotations

import random
import re

from labdesk.core.exam.scoring import NUMBER_WORDS, STOP_WORDS
from labdesk.core.samples.clauses import questions_of
from labdesk.core.samples.phrasebook import Phrasebook, lower_first, upper_first
from labdesk.core.samples.phrasing import exchanged
from labdesk.core.samples.rebuilding import rebuilt
from labdesk.core.samples.statements import Statement, subject

_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_NUMBER = re.compile(rf"\b(?:\d[\d.,]*\d|\d|{'|'.join(NUMBER_WORDS)})\b(?: ([a-z]{{3,}}))?")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'’-]*(?: (?:of |the )?[A-Z][\w'’-]*)*")
_TAIL = re.compile(r"((?:[\w'’-]+ ){0,2}[\w'’-]+)[.!]$")
_LOOSE = (
    "{W} {keys}?",
    "{keys}: {w}?",
    "{W} {keys}?",
    "{subject}: {w} {keys}?",
    "What about {keys}?",
    "{W} {keys} in {subject}?",
)
#: How many wordings of each natural question are used before loose key words fill the rest.
_PER_NATURAL = 3


def recall_questions(statement: Statement, about: str, book: Phrasebook, count: int, seed: int) -> list[str]:
    """Up to `count` different questions that `statement.text` answers. `about` names the subject."""
    draw = random.Random(seed)
    found = _natural(statement.text, about, book, draw) + _with_gap(statement.text)
    topic = subject(statement.text)
    if topic:
        named = lower_first(topic) if topic.split()[0] in ("The", "A", "An", "Every", "Each") else topic
        found += [f"Tell me about {named}.", f"What do you know about {named}?"]
    room = max(2 * count // 5, count - len(found))
    found = found[: count - room] + _loose(statement.text, about, room, draw)
    return list(dict.fromkeys(found))[:count]


def _natural(text: str, about: str, book: Phrasebook, draw: random.Random) -> list[str]:
    """Questions made from the parts of the sentence, each also rebuilt, with words exchanged, and in a frame."""
    rounds: list[list[str]] = []
    for question in questions_of(text):
        by_subject = question.startswith(("What ", "Who ")) and question.rstrip("?").split(" ", 1)[1] in text
        others = ([] if by_subject else rebuilt(question, text)) + exchanged(question, book)
        draw.shuffle(others)
        frame = draw.choice(book.frames).format(question=question, lower=lower_first(question), subject=about)
        rounds.append([question, *others[: _PER_NATURAL - 2], upper_first(frame)])
    longest = max(map(len, rounds), default=0)
    return [one[at] for at in range(longest) for one in rounds if at < len(one)]


def _with_gap(text: str) -> list[str]:
    """The sentence with a question word in place of one detail."""
    body = text.rstrip(".!")
    return [upper_first((body[:start] + word + body[end:]).strip()) + "?" for start, end, word in _details(text)]


def _details(text: str) -> list[tuple[int, int, str]]:
    """Spans of years, numbers and names (or the last words), each with a question word that fits its place."""
    found = [(match.start(), match.end(), "which year") for match in _YEAR.finditer(text)]
    for match in _NUMBER.finditer(text):
        if not any(start <= match.start() < end for start, end, _word in found):
            found.append((match.start(), match.end(), f"how many {match[1]}" if match[1] else "how many"))
    for match in _NAME.finditer(text):
        found.append((match.start(), match.end(), "whom or what"))
    tail = _TAIL.search(text)
    if tail and all(end <= tail.start() for _start, end, _word in found):
        found.append((tail.start(1), tail.end(1), "what"))
    return found


def _loose(text: str, about: str, count: int, draw: random.Random) -> list[str]:
    """Loose key words of the sentence, a few at a time, with the detail to ask for left out."""
    details = _details(text) or [(0, 0, "what")]
    found: list[str] = []
    for _attempt in range(3 * count):
        start, end, word = draw.choice(details)
        keys = _keys(text[:start] + " " + text[end:]) or _keys(text)
        few = draw.sample(range(len(keys)), min(len(keys), draw.randint(3, 6)))
        word = {"which year": "when", "whom or what": "who"}.get(word, "how many" if word.startswith("how") else "what")
        word = draw.choice([word, word, "what", "which"])
        form = draw.choice(_LOOSE)
        keyed = " ".join(keys[at] for at in sorted(few))
        found.append(upper_first(form.format(W=upper_first(word), w=word, keys=keyed, subject=about)))
    return list(dict.fromkeys(found))[:count]


def _keys(text: str) -> list[str]:
    return [word for word in re.findall(r"[\w'’-]+", text) if word.lower() not in STOP_WORDS]
