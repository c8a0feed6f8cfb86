"""A small leaf to run pipelines on, and a kit around a scripted teacher."""

from __future__ import annotations

from collections.abc import Callable

from labdesk.core import paths
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.phrasebook import read_phrasebook
from labdesk.core.samples.statements import statements
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Completion
from labdesk.engine.runtimes.scripted import ScriptedRuntime

TEXT = (
    "The Lantern Ferry crosses the Velde Sound. The lantern burns rapeseed oil. A crossing takes 34 minutes.\n\n"
    "The ferry was founded by Tilde Aarup in 1874. Tickets are sold by Ingolf Ruus."
)


def a_material() -> Material:
    found, paragraphs, _heading = statements("ferry.md", TEXT, "The Lantern Ferry")
    pairs = [
        ("Who founded the Lantern Ferry?", "Tilde Aarup"),
        ("What does the lantern of the Lantern Ferry burn?", "Rapeseed oil"),
        ("How long does a crossing on the Lantern Ferry take?", "34 minutes"),
    ]
    return Material(
        leaf="knowledge/ferry",
        root="knowledge",
        kind="knowledge",
        title="The Lantern Ferry",
        seeds=tuple(Seed(fact=f"seed 1.{n}", question=q, answer=a, context=TEXT) for n, (q, a) in enumerate(pairs, 1)),
        statements=tuple(found),
        paragraphs=tuple(paragraphs),
    )


def a_skill(*, grounded: bool = False) -> Material:
    people = ("rain", "bread", "boats", "snow", "the moon")
    return Material(
        leaf="compositional_skills/note",
        root="compositional_skills",
        kind="grounded" if grounded else "freeform",
        title="Note",
        task="Write a note",
        seeds=tuple(
            Seed(
                fact=f"seed {n}",
                question=f"Write a note about {what}.",
                answer=f"Ahoy! Here is {what} for all. Dry socks.",
                context=f"We saw {what}." if grounded else "",
            )
            for n, what in enumerate(people)
        ),
    )


def a_kit(
    answers: Callable[[Completion], str], scores: Callable[[str, str], float] | None = None, seed: int = 1
) -> Kit:
    book = read_phrasebook(paths.resources() / "phrasing" / "english.json")
    return Kit(ScriptedRuntime(answers, scores), book, seed=seed)
