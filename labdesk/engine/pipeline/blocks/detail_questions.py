"""The teacher asks for details of the sentences of a passage; the answer is that detail, in the author's words.

A tiny teacher asks best when the answer is fixed and the question is begun for it ("In which year ..."); it sees
neutral records of ours, so a leaf needs no examples of its own. A question that a rule is sure of is tried as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import ClassVar

import msgspec
import yaml

from labdesk.core import paths
from labdesk.core.exam.scoring import STOP_WORDS, stem, words
from labdesk.core.samples.clauses import IRREGULAR
from labdesk.core.samples.details import Detail, details
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import SourceSpan
from labdesk.core.samples.statements import Statement
from labdesk.engine.pipeline.prompts import Sampling, Style, Template, chat, completion, few_shot, first_question
from labdesk.engine.pipeline.seams import Draft, Kit, Slot
from labdesk.engine.runtimes import Completion

_INSTRUCTION = (
    "Text:\n{paragraph}\n\n"
    "Write one question about this text whose whole answer is “{answer}”, as in the sentence “{statement}” "
    "The question must be clear to somebody who has not seen the text, so it names what it asks about, and it does not "
    "give the answer away. Write only the question."
)
#: Words that a question may hold although the sentence does not.
_ASKING = "name person place year month day date time number amount many much long kind thing become use do happen"


class Shot(msgspec.Struct, frozen=True):
    """One neutral record: a sentence, a detail of it, and the question for that detail."""

    sentence: str
    answer: str
    question: str


class DetailQuestions:
    """Up to `asks` questions for each detail of each of the first `limit` statements, and those made by rule."""

    type: ClassVar[str] = "DetailQuestions"
    generates: ClassVar[bool] = True

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How the teacher is spoken to, how often it may try for each detail, and how freely it writes."""

        style: Style = "completion"
        asks: int = 2
        limit: int = 60
        sampling: Sampling = Sampling(temperature=0.0, max_tokens=28)
        prompt: str = _INSTRUCTION

    def __init__(self, options: Options) -> None:
        self._options = options
        names = ("paragraph", "answer", "statement")
        self._prompt = Template(options.prompt, names, own=("answer", "statement"), needed=("answer",))
        self.most_tokens = options.sampling.max_tokens

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """One unit for each detail."""
        return [(unit, len(self._tries(detail))) for unit, (_part, detail) in self._details(material).items()]

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """One question per slot; a slot whose question cannot belong to its answer gets a fault."""
        found = self._details(material)
        requests: dict[str, Completion] = {}
        for slot in slots:
            part, detail = found[slot.unit]
            begun = self._tries(detail)[slot.index]
            if not begun.endswith("?"):
                requests[slot.id] = self._request(slot, part, detail, begun, material, kit)
        answers = kit.complete(list(requests.values()))
        for slot in slots:
            part, detail = found[slot.unit]
            begun = self._tries(detail)[slot.index]
            if slot.id in requests and slot.id not in answers:
                return
            said = answers[slot.id].text if slot.id in requests else ""
            question = first_question(said if self._options.style == "chat" and said else begun + said)
            yield Draft(
                slot=slot,
                origin="document",
                form="short",
                fact=part.fact,
                question=question,
                answer=detail.text,
                source=SourceSpan(part.document, part.start, part.end),
                prompt=requests[slot.id].prompt if slot.id in requests else "",
                fault=_fault(question, detail, part),
            )

    def _details(self, material: Material) -> dict[str, tuple[Statement, Detail]]:
        found: dict[str, tuple[Statement, Detail]] = {}
        before = ""
        for part in material.statements[: self._options.limit]:
            # A sentence that cannot stand alone comes with the one before it, which had its own turn.
            done = len(before) if before and part.text.startswith(before) else 0
            for detail in details(part.text):
                if detail.start >= done:
                    found[f"{part.fact} {detail.start}-{detail.end}"] = (part, detail)
            before = part.text
        return found

    def _tries(self, detail: Detail) -> tuple[str, ...]:
        """A whole question, or how one begins."""
        return (*detail.rules, *detail.asks[: self._options.asks])

    def _request(
        self, slot: Slot, part: Statement, detail: Detail, begun: str, material: Material, kit: Kit
    ) -> Completion:
        if self._options.style == "chat":
            paragraph = next((one.text for one in material.paragraphs if one.start <= part.start < one.end), part.text)
            text, common = self._prompt.fill(paragraph=paragraph, answer=detail.text, statement=part.text)
            return chat(slot, kit.runtime, text, common, self._options.sampling)
        records = [[("Sentence", s.sentence), ("Answer", s.answer), ("Question", s.question)] for s in shots_for(begun)]
        last = [("Sentence", part.text), ("Answer", detail.text)]
        prompt, shared = few_shot(records, last, "Question")
        return completion(slot, f"{prompt} {begun}", shared, self._options.sampling)


@cache
def shots() -> Mapping[str, tuple[Shot, ...]]:
    """The neutral records by the words their questions begin with."""
    data = yaml.safe_load((paths.resources() / "drafting" / "shots.yaml").read_bytes())
    return msgspec.convert(data["details"], dict[str, tuple[Shot, ...]])


def shots_for(begun: str) -> list[Shot]:
    """One record of other kinds, then those whose questions begin as this one does: the last are imitated most."""
    kinds = sorted(shots(), key=len, reverse=True)
    own = next((kind for kind in kinds if begun.startswith(kind)), "What")
    others = [some[0] for kind, some in shots().items() if kind != own]
    return [*others[:4], *shots()[own]]


def _fault(question: str, detail: Detail, part: Statement) -> str:
    """Why a question cannot belong to its answer; "" when it may."""
    if not question:
        return "The teacher wrote no question."
    asked, said = _content(question), _content(part.text)
    wanted = _content(detail.text) - _plain(_ASKING)
    if wanted and (wanted <= asked or detail.text.lower() in question.lower()):
        return "The question gives its answer away."
    foreign = asked - said - _plain(_ASKING) - {stem(base) for word in words(part.text) if (base := _base(word))}
    if foreign:
        return f"The question speaks of “{min(foreign)}…”, the sentence does not."
    if len(asked & said) < min(2, len(said - wanted)):
        return "The question says too little to be answered."
    return ""


def _base(word: str) -> str:
    return IRREGULAR.get(word, "")


def _plain(text: str) -> set[str]:
    return {stem(word) for word in text.split()}


def _content(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}
