"""The details of a sentence that a question can ask for: years, days, amounts, names, things; with words to ask with.

    The lamp was first lit in 1874 by Edith Crane.
      -> 1874 (In which year, When), Edith Crane (Who)

Rules for English. A detail that is not found is only a question less.
"""

from __future__ import annotations

import re

import msgspec

from labdesk.core.samples.clauses import answered

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_NUMBER_WORD = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|(?:a |one )?hundred|(?:a |one )?thousand|a dozen"
)
_COUNT = rf"(?:\d[\d.,]*\d|\d|(?:{_NUMBER_WORD})(?: (?:hundred|thousand|million))?)"
_AMOUNT = re.compile(rf"\b({_COUNT} (?:[a-z]+ )??([a-z]+s|people|feet|percent))\b")
_DATE = re.compile(rf"\b(?:(?:{_MONTH}) \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?)\b")
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_NAMED_DAY = re.compile(rf"\b(?:{_DAY})s?\b|\b(?:{_MONTH})\b")
_NAME = re.compile(r"\b[A-Z][\w'’-]*(?:(?: of(?: the)?| de| van| von| the)? [A-Z][\w'’-]*)*")
_THING = re.compile(
    r"\b(?:is|are|was|were|for|with|of|as|burned|sells?|sold|makes?|made|called|serves?|carries|carried) "
    r"((?:an? |its |the )?(?:[a-z]+ ){0,2}[a-z]{3,})(?=[.,;])"
)
#: Capitals that begin a sentence or stand for somebody named before; no names.
_BEGINNINGS = (
    "The A An In On At By For From To If When Every Each All It He She They We You I His Her Its Their Our This That"
    " These Those There Here And But So Because While After Before Since Until During With Please Today No Not"
)
_NOT_A_NAME = frozenset(_BEGINNINGS.split())
_PRONOUN = re.compile(r"(?i)i|we|you|he|she|it|they|nobody|somebody|everybody|this|that|these|those")
_PLACES = ("in", "on", "at", "from", "to", "near")


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """Characters [start, end) of a sentence, and how questions for it may begin, the best first. `rules` are
    whole questions made by rule, where the rules are sure."""

    start: int
    end: int
    text: str
    asks: tuple[str, ...]
    rules: tuple[str, ...] = ()


def details(sentence: str) -> list[Detail]:
    """The details in the order in which they stand; they do not overlap."""
    found: list[Detail] = []
    by_rule = answered(sentence)

    def add(start: int, end: int, *asks: str) -> None:
        if all(one.end <= start or end <= one.start for one in found):
            text = sentence[start:end]
            rules = tuple(question for question, answer in by_rule if answer in (text, f"the {text}"))
            found.append(Detail(start=start, end=end, text=text, asks=asks, rules=rules))

    for match in _DATE.finditer(sentence):
        add(*match.span(), "On which day", "When")
    for match in _YEAR.finditer(sentence):
        add(*match.span(), "In which year", "When")
    for match in _NAMED_DAY.finditer(sentence):
        add(*match.span(), "When", "On which day" if re.match(_DAY, match[0]) else "In which month")
    for match in _AMOUNT.finditer(sentence):
        add(*match.span(1), f"How many {match[2]}", "How many")
    for match in _NAME.finditer(sentence):
        start, end = _without_article(sentence, *match.span())
        if end > start:
            add(start, end, *_asks_for_name(sentence, start))
    for match in _THING.finditer(sentence):
        add(*match.span(1), "What")
    for _question, answer in by_rule:  # what only a rule finds is asked by rule
        at = sentence.find(answer)
        if answer.split()[0].lower() not in _PLACES and not _PRONOUN.fullmatch(answer):
            add(at, at + len(answer))
    return sorted(found, key=lambda one: one.start)


def _without_article(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The span of a name less the capitals before it that only begin a sentence; empty when nothing is left."""
    while start < end and (first := re.match(r"[\w'’-]+", sentence[start:end])):
        begins = not sentence[:start].strip() or sentence[:start].rstrip()[-1:] in ".!?:"
        if first[0] not in _NOT_A_NAME and not (begins and first.end() == end - start):
            break
        start = min(end, start + first.end() + 1)
    return start, end


def _asks_for_name(sentence: str, start: int) -> tuple[str, ...]:
    before = sentence[:start].lower().removesuffix("the ").rstrip().rpartition(" ")[2]
    if before in _PLACES:
        return ("Where", "What is the name of")
    if before == "by":
        return ("Who", "By whom")
    if before in ("called", "named"):
        return ("What is the name of",)
    return ("Who", "What is the name of")
