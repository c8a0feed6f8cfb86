"""The exam report as one HTML page that needs nothing else: no script, no network, readable in light and dark.

Every text that a person or a model wrote is escaped; the page can be opened without trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Protocol


class _Pair(Protocol):
    @property
    def leaf(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def before_score(self) -> float: ...
    @property
    def after_score(self) -> float: ...
    @property
    def between(self) -> str: ...
    @property
    def between_score(self) -> float | None: ...


class _Leaf(Protocol):
    @property
    def leaf(self) -> str: ...
    @property
    def questions(self) -> int: ...
    @property
    def before(self) -> float: ...
    @property
    def after(self) -> float: ...
    @property
    def between(self) -> float | None: ...


class _Verdict(Protocol):
    @property
    def headline(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def next_step(self) -> str: ...


class Reportable(Protocol):
    """What the page shows; `ExamReport` is one."""

    @property
    def title(self) -> str: ...
    @property
    def model_before(self) -> str: ...
    @property
    def model_after(self) -> str: ...
    @property
    def leaves(self) -> Sequence[_Leaf]: ...
    @property
    def answers(self) -> Sequence[_Pair]: ...
    @property
    def general_before(self) -> float | None: ...
    @property
    def general_after(self) -> float | None: ...
    @property
    def general_between(self) -> float | None: ...
    @property
    def verdict(self) -> _Verdict: ...


_STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f4b; --bad: #b3403a; --soft: #8882; }
@media (prefers-color-scheme: dark) { :root { --good: #5bd197; --bad: #ff8f87; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 32px auto; padding: 0 24px; }
h1 { font-size: 24px; margin-bottom: 4px; } h2 { font-size: 17px; margin-top: 32px; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
td, th { border-bottom: 1px solid var(--line); padding: 8px 12px 8px 0; vertical-align: top; }
.right { color: var(--good); } .wrong { color: var(--bad); } .number { text-align: right; white-space: nowrap; }
.verdict { background: var(--soft); border-radius: 8px; padding: 16px 20px; margin: 16px 0; }
.verdict p { margin: 4px 0; } small { opacity: .75; }
"""


_SIDES = ("Before", "After the knowledge phase", "After")


def render_html(report: Reportable) -> str:
    """The whole page."""
    verdict = report.verdict
    sentences = [f"<p><b>{escape(verdict.headline)}</b></p>"]
    sentences += [f"<p>{escape(text)}</p>" for text in (verdict.cause, verdict.next_step) if text]
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(report.title)}</h1>",
            f"<small>{escape(report.model_before)} compared with {escape(report.model_after)}</small>",
            f'<div class="verdict">{"".join(sentences)}</div>',
            _leaf_table(report),
            *(_answers(leaf, report.answers) for leaf in dict.fromkeys(pair.leaf for pair in report.answers)),
            "</body></html>\n",
        )
    )


def _leaf_table(report: Reportable) -> str:
    scores = [(leaf.leaf, leaf.questions, (leaf.before, leaf.between, leaf.after)) for leaf in report.leaves]
    if report.general_before is not None and report.general_after is not None:
        asked = sum(pair.leaf == "general" for pair in report.answers)
        general = (report.general_before, report.general_between, report.general_after)
        scores.append(("General questions", asked, general))
    halfway = any(between is not None for _leaf, _asked, (_before, between, _after) in scores)
    kept = (0, 1, 2) if halfway else (0, 2)
    rows = [(name, str(asked), *(_percent(values[at]) for at in kept)) for name, asked, values in scores]
    body = "".join(
        f"<tr><td>{escape(name)}</td>" + "".join(f'<td class="number">{escape(cell)}</td>' for cell in cells) + "</tr>"
        for name, *cells in rows
    )
    titles = ("Questions", *(_SIDES[at] for at in kept))
    head = "<th>Leaf</th>" + "".join(f'<th class="number">{name}</th>' for name in titles)
    return f"<h2>Scores</h2><table><tr>{head}</tr>{body}</table>"


def _percent(score: float | None) -> str:
    return "" if score is None else f"{score:.0f} %"


def _answers(leaf: str, pairs: Sequence[_Pair]) -> str:
    own = [pair for pair in pairs if pair.leaf == leaf]
    halfway = any(pair.between_score is not None for pair in own)
    rows = "".join(
        f"<tr><td>{escape(pair.question)}<br><small>{escape(pair.expected)}</small></td>"
        f"{_answer(pair.before, pair.before_score)}"
        f"{_answer(pair.between, pair.between_score) if halfway else ''}{_answer(pair.after, pair.after_score)}</tr>"
        for pair in own
    )
    head = "".join(f"<th>{_SIDES[at]}</th>" for at in ((0, 1, 2) if halfway else (0, 2)))
    return f"<h2>{escape(leaf)}</h2><table><tr><th>Question</th>{head}</tr>{rows}</table>"


def _answer(text: str, score: float | None) -> str:
    if score is None:
        return "<td></td>"
    mark, kind = ("✓", "right") if score >= 0.5 else ("✗", "wrong")
    return f'<td><span class="{kind}">{mark}</span> {escape(text)}</td>'
