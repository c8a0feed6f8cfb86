"""A contribution in Markdown, ready to be pasted into a pull request upstream: what is taught, and what is met.

The points are those that the InstructLab taxonomy asks a contributor about; each is checked, none is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.attribution import ATTRIBUTION_FILE, MAX_BYTES, check_attribution, read_attribution
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.leaf import Leaf, LeafKind
from labdesk.core.taxonomy.new_leaf import MIN_SEEDS
from labdesk.core.taxonomy.problem import Level


class Shown(msgspec.Struct, frozen=True):
    """A question, asked of the model before and after teaching."""

    question: str
    before: str
    after: str


def contribution_report(taxonomy: Path, leaves: Sequence[Leaf], shown: Mapping[str, Sequence[Shown]]) -> str:
    """The Markdown text. `shown` gives the answers to print by leaf path; without any the section says so."""
    parts = ["## Contribution\n", *(f"- {_title(leaf)}\n" for leaf in leaves)]
    for leaf in leaves:
        parts += ["\n", f"### {_inline(leaf.title)}\n\n", _about(leaf), "\n", _answers(shown.get(leaf.path, ())), "\n"]
        parts += [f"- [{'x' if met else ' '}] {words}\n" for met, words in _points(taxonomy, leaf)]
    parts += ["\n### To confirm by the contributor\n\n", "".join(f"- [ ] {line}\n" for line in _CONFIRM)]
    return "".join(parts)


_CONFIRM = (
    "The commit is signed off (`Signed-off-by:`).",
    "The text holds no personal data and nothing from the list of topics to avoid.",
    "I may give the text away under the licence that the attribution names.",
)


def _title(leaf: Leaf) -> str:
    return f"`{leaf.path.replace('`', '')}`: {leaf.kind.value}"


def _about(leaf: Leaf) -> str:
    words = leaf.document_outline if leaf.kind is LeafKind.KNOWLEDGE else leaf.task_description
    pairs = len(leaf.pairs) if leaf.kind is LeafKind.KNOWLEDGE else len(leaf.seed_examples)
    written = f"{pairs} question-answer pairs, written by {_inline(leaf.created_by)}."
    return f"{_inline(words) or '(no description)'}\n\n{written}\n"


def _answers(shown: Sequence[Shown]) -> str:
    if not shown:
        return "No answers of a model were recorded.\n"
    return "\n".join(
        f"**Asked**\n\n{_fenced(one.question)}\n**Before**\n\n{_fenced(one.before)}\n**After**\n\n{_fenced(one.after)}"
        for one in shown
    )


def _points(taxonomy: Path, leaf: Leaf) -> list[tuple[bool, str]]:
    errors = sum(problem.level is Level.ERROR for problem in leaf.problems)
    seeds = len(leaf.seed_contexts) or len(leaf.seed_examples)
    wrong = _attribution_problems(taxonomy, leaf)
    return [
        (leaf.is_valid, "The file is valid." if leaf.is_valid else f"The file is valid. ({errors} problems)"),
        (seeds >= MIN_SEEDS, f"It has at least {MIN_SEEDS} seed examples. ({seeds})"),
        (not wrong, f"{ATTRIBUTION_FILE} names source, licence and creators." + (f" ({wrong})" if wrong else "")),
    ]


def _attribution_problems(taxonomy: Path, leaf: Leaf) -> str:
    """The first thing that is wrong with the attribution, or nothing."""
    try:
        data = read_regular(taxonomy / leaf.path / ATTRIBUTION_FILE, taxonomy, MAX_BYTES)
    except TaxonomyError:
        return "missing"
    problems = check_attribution(read_attribution(data))
    return _inline(problems[0].message) if problems else ""


def _inline(text: str) -> str:
    """A text on one line in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|!@])", r"\\\1", " ".join(text.split()))


def _fenced(text: str) -> str:
    """A text exactly as it is, whatever it holds."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.strip()}\n{fence}\n"
