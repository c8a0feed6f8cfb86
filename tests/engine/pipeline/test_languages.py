"""Leaves in other languages than English: told by their text, asked about in their own words, no English in between."""

from __future__ import annotations

import re

import msgspec
import pytest

from labdesk.core import paths
from labdesk.core.samples.language import NAMES, language_of
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.phrasebook import read_phrasebook
from labdesk.core.samples.sample import Provenance, Sample
from labdesk.core.samples.statements import statements
from labdesk.engine.pipeline.definition import read_pipeline
from labdesk.engine.pipeline.filters.language import LanguageFilter
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.runtimes import Completion
from tests.engine.pipeline.material import TEXT, a_kit, a_material

GERMAN = (
    "# Das Feuer von Sandholm\n\n"
    "Der Leuchtturm von Sandholm wurde 1874 von der Uhrmacherin Edda Kranz gebaut. Er ist 28 Meter hoch und hat 186 Stufen. "
    "Das Licht wird mit Rapsöl gespeist und ist bei gutem Wetter 17 Meilen weit zu sehen.\n\n"
    "Die letzte Wärterin, Rosa Lind, verließ den Turm im Jahr 1968. Seitdem wohnt dort eine Gans, die alle Gäste begrüßt."
)
GERMAN_PAIRS = (
    ("Wer hat den Leuchtturm von Sandholm gebaut?", "Edda Kranz"),
    ("Wie hoch ist der Leuchtturm von Sandholm?", "28 Meter"),
    ("Was speist das Licht von Sandholm?", "Rapsöl"),
    ("In welchem Jahr verließ die letzte Wärterin den Turm?", "1968"),
)
SPANISH = (
    "# El faro de Arenilla\n\n"
    "El faro de Arenilla fue construido en 1874 por la relojera Elvira Cano. La torre mide 28 metros y tiene 186 escalones. "
    "La lámpara se alimenta con aceite de colza y su luz se ve desde 17 millas.\n\n"
    "La última farera, Rosa Lindo, dejó la torre en 1968. Desde entonces vive allí una oca que saluda a los visitantes."
)
SPANISH_PAIRS = (
    ("¿Quién construyó el faro de Arenilla?", "Elvira Cano"),
    ("¿Cuánto mide la torre del faro de Arenilla?", "28 metros"),
    ("¿Con qué se alimenta la lámpara?", "Con aceite de colza"),
    ("¿Cuándo dejó la torre la última farera?", "En 1968"),
)
#: No word of German or Spanish.
ENGLISH_WORDS = frozenset(
    [
        "the",
        "of",
        "which",
        "what",
        "who",
        "when",
        "where",
        "how",
        "why",
        "does",
        "did",
        "about",
        "tell",
        "please",
        "is",
        "are",
        "with",
        "that",
        "have",
        "question",
        "you",
        "know",
    ]
)


def a_leaf(language: str) -> Material:
    text, pairs, title = (
        (GERMAN, GERMAN_PAIRS, "Leuchtturm Sandholm")
        if language == "de"
        else (SPANISH, SPANISH_PAIRS, "Faro de Arenilla")
    )
    found, paragraphs, _heading = statements("d.md", text, title)
    assert language_of(text) == language
    return Material(
        leaf="knowledge/faro", root="knowledge", kind="knowledge", title=title, language=language,
        seeds=tuple(Seed(fact=f"seed 1.{n}", question=q, answer=a, context=text) for n, (q, a) in enumerate(pairs, 1)),
        statements=tuple(found), paragraphs=tuple(paragraphs),
    )  # fmt: skip


def kept(language: str, style: str, prompts: list[str]) -> list[Sample]:
    def answer(request: Completion) -> str:
        prompts.append(request.prompt)
        return " What is the name of the lighthouse that was built?"

    made: list[Sample] = []
    definition = read_pipeline(paths.resources() / "pipelines" / f"knowledge-{style}.yaml")
    definition = msgspec.structs.replace(definition, budget=msgspec.structs.replace(definition.budget, discards=2.0))
    Pipeline(definition, a_kit(answer)).run(a_leaf(language), {}, made.append)
    return [sample for sample in made if sample.kept]


@pytest.mark.parametrize("style", ["completion", "chat"])
@pytest.mark.parametrize("language", ["de", "es"])
def test_no_english_among_the_kept_questions(language: str, style: str) -> None:
    prompts: list[str] = []
    samples = kept(language, style, prompts)
    for sample in samples:
        words = set(re.findall(r"[^\W\d_]+", sample.question.lower()))
        assert not words & ENGLISH_WORDS, sample.question
        assert sample.answer.strip() in {seed.answer for seed in a_leaf(language).seeds} | {
            part.text for part in a_leaf(language).statements
        }
    assert len({sample.question for sample in samples}) == len(samples) > 60
    if style == "chat":
        assert all(f"Write in {NAMES[language]}." in prompt for prompt in prompts)
    else:
        assert not any("In other words" in prompt for prompt in prompts), "its examples are English"


@pytest.mark.parametrize("language", ["de", "es"])
def test_every_fact_has_several_wordings_in_frames_of_its_language(language: str) -> None:
    samples = kept(language, "completion", [])
    book = read_phrasebook(paths.resources() / "phrasing" / f"{NAMES[language].lower()}.json")
    assert book.language == language
    for seed in a_leaf(language).seeds:
        asked = [sample.question for sample in samples if sample.fact == seed.fact]
        assert len(asked) > 12
        assert any(frame.format(question=seed.question, lower="", subject="") in asked for frame in book.frames)


@pytest.mark.parametrize(("text", "language"), [
    (TEXT, "en"), (GERMAN, "de"), (SPANISH, "es"), ("", ""), ("Zzz 1234 %%%", ""), ("Marrowby Light", ""),
    ("Le phare a été construit par une horlogère et il est haut de vingt mètres dans la baie.", "fr"),
    ("Il faro è stato costruito nel 1874 da un orologiaio che non aveva mai visto il mare.", "it"),
    ("De vuurtoren is gebouwd door een klokkenmaker die nog niet op zee was, en het licht wordt elke dag aangestoken.", "nl"),
])  # fmt: skip
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_skill_of_translating_keeps_its_answers() -> None:
    seeds = (Seed(fact="seed 1", question="Translate into German: the boat is in the harbour.",
                  answer="Das Boot ist in dem Hafen und die Gans auch."),)  # fmt: skip
    material = Material(leaf="s", root="compositional_skills", kind="freeform", title="Translate", seeds=seeds)
    row = Sample(
        id="1", leaf="s", root="compositional_skills", form="short", origin="skill", fact="seed 1 example 1",
        question="Translate into German: the lamp is on the table.", answer="Die Lampe ist auf dem Tisch und das Licht ist an.",
        provenance=Provenance(block="examples", prompt_sha="0"),
    )  # fmt: skip
    found = LanguageFilter(LanguageFilter.Options())
    kit = a_kit(lambda _request: "")
    found.begin(material, ())
    assert found.judge(material, [row], kit)[0].passed
    found.begin(a_material(), ())
    (verdict,) = found.judge(a_material(), [row], kit)
    assert verdict.reason == "The answer is in German, the leaf is in English."
