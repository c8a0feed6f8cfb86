"""Throws out questions that are grammatical and grounded, and still not what their answer answers.

Read by a person, two thirds of the rows that a tiny teacher writes about strangers' documents were such: they speak of
something the sentence does not ("What is its favourite food?"), ask what the answer only mentions ("What is a pure
tone?" "One hears a pure tone."), say the whole answer already, or make an open question of one for yes or no. All of
this shows in the words. Rows by rule are only looked at for a question word in the middle of a number or a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.exam.scoring import STOP_WORDS, names_and_numbers, stem, words
from labdesk.core.samples.clauses import IRREGULAR
from labdesk.core.samples.language import ENGLISH
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.phrasebook import Phrasebook
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.seams import Kit

#: Words that only ask.
_ASKING = (
    "what which who whom whose when where why how many much long often far old name person place location year day date"
    " time month kind type sort number amount called thing way reason someone exactly mean true"
    " located situated work get take cost price"
)
_BROKEN = re.compile(r"(?:how many|which year|whom or what)[–—.-]\w|\w[–—-](?:how many|which year|whom or what)\b")
_TWO_SENTENCES = re.compile(r"[.!] (?:It|He|She|They|Its|His|Her|Their)\b.*\?$")
_CLOSED = re.compile(r"(?i)^(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|must)\b")
_YES_OR_NO = re.compile(r"(?i)^(?:yes|no)\b")
_DEFINITION = re.compile(r"(?i)^what (?:is|are|was|were) (.+)\?$")
_NAMED = re.compile(r"(?i)^(?:what is the name of|who) ")
_WHO_IS = re.compile(r"^Who (?:is|are|was|were) [A-Z]")
_BY_WAY = re.compile(r"(?i)^how (?:do|does|did|is|are|was|were|can|could|would|should|must)\b")
_TELLING = frozenset("of is are was were has have had will can means called".split())  # noqa: SIM905
_DOES = re.compile(r"(?i)\b(?:do|does|did)\b")
_MANNER = re.compile(r"(?i)\bhow\b|\b(?:way|manner|means)\b")
#: An answer must say so many words, and such a share of its words, that its question does not.
_NEWS, _NEWS_SHARE = 2, 0.3
#: A rewording keeps such a share of the words with which the seed asks.
_SAME_SHARE = 0.5


class SenseFilter:
    """Compares a question with the seed example or the sentence it belongs to, word by word."""

    type: ClassVar[str] = "SenseFilter"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How many words of a question may be neither in its source nor words that only ask."""

        foreign: int = 0

    def __init__(self, options: Options) -> None:
        self._foreign = options.foreign
        self._language = ENGLISH
        self._seeds: dict[str, Seed] = {}
        self._title: frozenset[str] = frozenset()

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """Remember the seeds."""
        self._language = material.language
        self._seeds = {seed.fact: seed for seed in material.seeds}
        self._title = _content(material.title)

    def recall(self, sample: Sample) -> None:
        """Its verdicts do not depend on earlier samples."""

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample."""
        faults = [self._fault(sample, kit.book) for sample in samples]
        return [Verdict(filter=self.type, passed=not fault, reason=fault) for fault in faults]

    def _fault(self, sample: Sample, book: Phrasebook) -> str:
        if sample.origin in ("seed", "replay", "skill") or sample.form == "document":
            return ""
        if not sample.provenance.prompt_sha:
            broken = _BROKEN.search(sample.question) or _TWO_SENTENCES.search(sample.question)
            return "The question word stands in the middle of something." if broken else ""
        if self._language != ENGLISH:
            return ""
        seed = self._seeds.get(sample.fact)
        return self._of_rewording(sample, seed, book) if seed is not None else self._of_question(sample, book)

    def _of_rewording(self, sample: Sample, seed: Seed, book: Phrasebook) -> str:
        """A rewording asks what the seed asks."""
        if bool(_YES_OR_NO.match(seed.answer)) != bool(_CLOSED.match(sample.question)) and _closed(seed):
            return "The seed example asks for yes or no, the rewording does not."
        asked, wanted = _content(sample.question), _content(seed.question)
        what_for_how = _BY_WAY.match(seed.question) and not _MANNER.search(sample.question)
        turned = sample.question.lower().startswith("what") and _DOES.search(sample.question)
        if what_for_how or (turned and not _DOES.search(seed.question)):
            return "The rewording asks for another kind of thing."
        own = wanted - self._title - _content(_ASKING)
        like = _alike(sample.question, book)
        if own and len(own & (asked | like)) < _SAME_SHARE * len(own):
            return "The rewording leaves out what the seed example asks about."
        return self._says_too_much(sample.question, seed.question, book)

    def _of_question(self, sample: Sample, book: Phrasebook) -> str:
        """A question about a sentence asks for something that the sentence says."""
        asked, said = _content(sample.question), _content(sample.answer)
        if len(said - asked) < max(_NEWS, _NEWS_SHARE * len(said)):
            return "The question says its whole answer already."
        names = {stem(name) for name in names_and_numbers(sample.answer) if not name[0].isdigit()}
        if _NAMED.match(sample.question) and not _WHO_IS.match(sample.question) and not names - asked:
            return "The question asks for a name, its sentence says none."
        definition = _DEFINITION.match(sample.question)
        if definition and _content(definition[1]) <= said:
            named = [word for word in _parts(re.split(" (?:of|to|for) ", definition[1])[0]) if word not in STOP_WORDS]
            if named and not _is_told(named[-1], sample.answer):
                return "The question asks what something is; its sentence only mentions it."
        return self._says_too_much(sample.question, sample.answer, book)

    def _says_too_much(self, question: str, source: str, book: Phrasebook) -> str:
        """A fault when the question has words that its source has not, nor words like them."""
        known = _content(source) | self._title | _content(_ASKING) | _alike(source, book)
        said = [word for word in _parts(question) if word not in STOP_WORDS]
        if sum(count > 1 for count in Counter(map(stem, said)).values()) > 1:
            return "The question repeats itself."
        foreign = [word for word in said if _stems(word).isdisjoint(known)]
        if len(set(foreign)) <= self._foreign:
            return ""
        return f"The question speaks of “{foreign[0]}”, which is not what it should ask about."


def _is_told(thing: str, sentence: str) -> bool:
    """Whether a sentence says something of a thing: "the back is grey", "a wing length of 64 mm"."""
    parts = _parts(sentence)
    after = zip(parts, [*parts[1:], ""], strict=True)
    return any(_stems(word) & _stems(thing) and follows in _TELLING for word, follows in after)


def _closed(seed: Seed) -> bool:
    return bool(_YES_OR_NO.match(seed.answer) and _CLOSED.match(seed.question))


def _alike(text: str, book: Phrasebook) -> frozenset[str]:
    """The words that may stand for words of the text, and the base forms of its verbs."""
    have = set(words(text))
    groups = [group for group in book.synonyms if not have.isdisjoint(words(" ".join(group)))]
    bases = [base for word in have if (base := IRREGULAR.get(word, ""))]
    pasts = [past for past, base in IRREGULAR.items() if base in have]
    return _content(" ".join([*(word for group in groups for word in group), *bases, *pasts]))


def _content(text: str) -> frozenset[str]:
    return frozenset(one for word in _parts(text) if word not in STOP_WORDS for one in _stems(word))


def _parts(text: str) -> list[str]:
    """The words, those with a hyphen in parts: people write them both ways."""
    return words(text.replace("-", " "))


def _stems(word: str) -> set[str]:
    """The stem, and that of the word without a plural s, so that a chickadee is one of the chickadees."""
    return {stem(word), stem(word.removesuffix("s"))}
