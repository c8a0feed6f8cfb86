"""Models of the hub as rows: the recommended ones for this computer, answers of a search, files of one model. Pure."""

from __future__ import annotations

import dataclasses
import re

from labdesk.core.models.fit import Fit, fit
from labdesk.core.models.hub import HubFile, HubModel
from labdesk.core.models.recommended import MemoryClass, class_for
from labdesk.gui.roles import Tone
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TwoLine
from labdesk.gui.words import number, size

_BADGES: dict[Fit, tuple[str, Tone]] = {
    "fits": ("fits", "good"),
    "tight": ("tight", "warn"),
    "too large": ("too large", "bad"),
}
_KIND = re.compile(r"(?:^|[-_.])(I?Q\d(?:_[A-Z0-9]+)*|B?F16|F32|MXFP4)(?=[-_.])", re.IGNORECASE)
_QUALITY = (
    (("F32", "F16", "BF16"), "full precision: for conversion more than for use"),
    (("Q8",), "hardly told from full precision"),
    (("Q6",), "very close to full precision"),
    (("Q5",), "good, a little smaller"),
    (("Q4", "IQ4", "MXFP4"), "the usual choice: small, still good"),
    (("Q3", "IQ3"), "small; mistakes become noticeable"),
    (("Q2", "IQ2", "Q1", "IQ1"), "very small; makes many mistakes"),
)


@dataclasses.dataclass(frozen=True)
class Found:
    """A repository in the list. `prefer`: part of the name of the file that suits; `about`: why it is recommended."""

    repository: str
    prefer: str = ""
    about: str = ""
    model: HubModel | None = None


def recommended_rows(classes: tuple[MemoryClass, ...], memory: int) -> list[tuple[Found, TwoLine]]:
    """What suits `memory` bytes first, then what smaller computers take, then what needs a larger one."""
    mine = class_for(classes, memory)
    smaller = [one for one in classes if one.memory < mine.memory]
    larger = [one for one in classes if one.memory > mine.memory]
    rows = []
    for one in (mine, *reversed(smaller), *larger):
        for model in one.models:
            large = one in larger
            roles = " and ".join(model.roles)
            line = TwoLine(
                model.repository.split("/")[1].removesuffix("-GGUF"),
                f"{model.about}",
                "chalkboard-teacher" if "teacher" in model.roles else "student",
                "muted" if large else "accent_text",
                f"for {one.memory} GB" if large else roles,
                "warn" if large else "muted",
                dim=large,
            )
            rows.append((Found(model.repository, model.prefer, model.about), line))
    return rows


def search_row(model: HubModel) -> tuple[Found, TwoLine]:
    """An answer of a search."""
    owner, name = model.repository.split("/", 1)
    detail = " · ".join(
        part
        for part in (harmless(owner, 60), f"fetched {number(model.downloads)} times", harmless(model.licence, 30))
        if part
    )
    aside = "terms to agree to" if model.gated else ""
    line = TwoLine(harmless(name, 120), detail, "lock-simple" if model.gated else "cube", "muted", aside, "warn")
    return Found(model.repository, "", "", model), line


def file_row(file: HubFile, memory: int, wanted: bool) -> TwoLine:
    """A file of a model: what its kind means, and whether it fits here."""
    kind = kind_of(file.name)
    words, tone = _BADGES[fit(file.size, memory)]
    detail = " · ".join(part for part in (size(file.size), quality(kind), "suggested" if wanted else "") if part)
    return TwoLine(
        kind or harmless(file.name, 80),
        detail,
        "star-fill" if wanted else "file",
        "accent_text" if wanted else "muted",
        words,
        tone,
    )


def kind_of(name: str) -> str:
    """ "Q4_K_M" of "model-q4_k_m.gguf"; "" when the name does not say."""
    found = _KIND.findall(name)
    return found[-1].upper() if found else ""


def quality(kind: str) -> str:
    """What a kind of file means for its answers; "" for one that is not known."""
    return next((words for starts, words in _QUALITY if kind.startswith(starts)), "")
