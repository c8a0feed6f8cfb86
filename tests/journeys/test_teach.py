"""The main job, end to end, with the real starter model: slow, and the proof that labdesk does what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from labdesk.core.exam.report import read_report
from labdesk.core.models.catalog import starter_model
from tests.journeys.teaching import ROOT, Taught, new_workspace, read_lines, share_right, teach

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

#: The aim is 75 (the README says what was measured). One of fifteen questions weighs 7 points and the last bits of a
#: sum differ between processors, so the test fails two questions below the aim, not at its edge.
LEARNED = 60
#: The aim is 10; one general question weighs 5.
FORGOTTEN = 15
FOREIGN = sorted((ROOT / "tests" / "fixtures" / "foreign").glob("*"))


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    return teach(new_workspace(tmp_path_factory.mktemp("starter"), ROOT / "taxonomy"))


def test_the_starter_leaf_is_learned_and_nothing_general_is_forgotten(starter: Taught) -> None:
    report = read_report(starter.report.parent)
    for leaf in report.leaves:
        print(f"\n{leaf.leaf}: {leaf.before:.0f} % -> {leaf.after:.0f} %", end="")
    print(f"\ngeneral: {report.general_before} -> {report.general_after}")
    print(f"{starter.seconds / 60:.1f} min, {starter.peak_bytes / 1e9:.2f} GB")
    knowledge = next(leaf for leaf in report.leaves if leaf.leaf.startswith("knowledge/"))
    assert knowledge.before <= 20
    assert knowledge.after >= LEARNED
    assert report.general_before is not None
    assert report.general_after is not None
    assert report.general_after >= report.general_before - FORGOTTEN
    assert starter.peak_bytes <= 3_000_000_000


def test_the_merged_model_alone_knows_it_in_plain_llama_cpp(starter: Taught) -> None:
    questions = read_lines(next((ROOT / "taxonomy" / "knowledge").rglob("exam.jsonl")))
    share, wrong = share_right(starter.merged, questions)
    print("\n".join([f"\n{share:.0%} right in plain llama.cpp", *wrong]))
    assert 100 * share >= LEARNED


@pytest.mark.long
@pytest.mark.parametrize("leaf", FOREIGN, ids=lambda path: path.name)
def test_a_strangers_leaf_is_learned(leaf: Path, tmp_path: Path) -> None:
    questions = read_lines(leaf / "questions.jsonl")
    taught = teach(new_workspace(tmp_path, leaf / "taxonomy"))
    base, _ = share_right(starter_model(), questions)
    share, wrong = share_right(taught.merged, questions)
    print("\n".join([f"\n{leaf.name}: {base:.0%} -> {share:.0%}, {taught.seconds / 60:.1f} min", *wrong]))
    assert base <= 0.20
    assert 100 * share >= LEARNED
