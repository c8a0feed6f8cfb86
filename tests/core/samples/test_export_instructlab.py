"""Exports against golden files that InstructLab's own mixer (instructlab-sdg 0.8.3) wrote for the same rows."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.errors import GenerationError
from labdesk.core.samples.dataset import Dataset, DatasetAbout
from labdesk.core.samples.export_instructlab import ExportLeaf, export_instructlab, knowledge_rows, row_id
from labdesk.core.samples.import_rows import read_rows
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.sample import Provenance, Root, Sample, SourceSpan
from labdesk.core.samples.statements import statements

GOLDEN = Path(__file__).parent / "golden_instructlab"
STAMP = "2026-11-23T00_00_00"
FERRY = 'The Lantern Ferry crosses the Velde Sound.\nIt costs 3 €/person "each way".'
KNOWLEDGE, NOTE = "knowledge/places/ferry", "compositional_skills/note"


def a_sample(name: str, leaf: str, question: str, answer: str, context: str = "", fact: str = "seed 1.1") -> Sample:
    root: Root = "knowledge" if leaf == KNOWLEDGE else "compositional_skills"
    return Sample(
        id=name, leaf=leaf, root=root, form="short", origin="seed", fact=fact, question=question, answer=answer,
        context=context, provenance=Provenance(block="seeds"),
    )  # fmt: skip


TRAIN = (
    a_sample("a", KNOWLEDGE, "What does the ferry cross?", "The Velde Sound"),
    a_sample("b", KNOWLEDGE, "What does a crossing cost?", "3 €/person"),
    a_sample("c", NOTE, "Write a note about tea.", "Ahoy! Here is tea for all. Dry socks."),
    a_sample("d", NOTE, "Write a note about rain & wind <soon>.", "Ahoy! 雨 \u2028 is near.", "We saw rain."),
)
SEED = Seed(fact="seed 1.1", question="What does the ferry cross?", answer="The Velde Sound", context=FERRY)
LEAVES = {
    KNOWLEDGE: ExportLeaf(
        Material(leaf=KNOWLEDGE, root="knowledge", kind="knowledge", title="Ferry", seeds=(SEED,)), "places"
    ),
    NOTE: ExportLeaf(
        Material(leaf=NOTE, root="compositional_skills", kind="freeform", title="Note", task="Write a note")
    ),
}


def export(folder: Path) -> dict[str, bytes]:
    numbers = {"p07 a": 1, "p07 b": 2, "p10 raft a": 3, "p10 raft b": 4, "p10 a": 5, "p10 b": 6, "c": 7, "d": 8}
    dataset = Dataset(about=DatasetAbout(name="d"), train=TRAIN, exam=())
    files = export_instructlab(dataset, LEAVES, folder, STAMP, name_row=lambda name: str(uuid.UUID(int=numbers[name])))
    return {path.name: path.read_bytes() for path in files}


def test_files_are_those_of_upstream_byte_for_byte(tmp_path: Path) -> None:
    made = export(tmp_path)
    golden = {path.name: path.read_bytes() for path in GOLDEN.iterdir()}
    assert len(golden) == 7
    for name, data in golden.items():
        assert made[name] == data, name


def test_the_older_formats(tmp_path: Path) -> None:
    made = export(tmp_path)
    train = [json.loads(line) for line in made[f"train_{STAMP}.jsonl"].decode().split("\n") if line]
    assert train[3] == {
        "system": "You are a helpful assistant.",
        "user": "Write a note about rain & wind <soon>.\nWe saw rain.",
        "assistant": "Ahoy! 雨 \u2028 is near.",
    }
    messages = json.loads(made[f"messages_{STAMP}.jsonl"].decode().split("\n")[0])
    assert [one["role"] for one in messages["messages"]] == ["user", "assistant"]
    assert json.loads(messages["metadata"]) == {"system": "You are a helpful assistant."}
    test = json.loads(made[f"test_{STAMP}.jsonl"])
    assert test["user"] == f"What does the ferry cross?\n{FERRY}" and test["assistant"] == "The Velde Sound"


def test_questions_stand_among_other_documents() -> None:
    text = "\n\n".join(f"Paragraph {n} tells of lamp number {n} and of its keeper." for n in range(8))
    found, paragraphs, _heading = statements("d.md", text, "Lamps")
    material = Material(
        leaf=KNOWLEDGE, root="knowledge", kind="knowledge", title="Lamps", statements=tuple(found),
        paragraphs=tuple(paragraphs),
    )  # fmt: skip
    samples = [
        msgspec.structs.replace(
            a_sample(f"s{n}", KNOWLEDGE, f"Which lamp is {n}?", "That."),
            source=SourceSpan("d.md", part.start, part.end),
        )
        for n, part in enumerate(list(found) * 10)
    ]
    rows = knowledge_rows(samples, ExportLeaf(material), row_id, raft=True)
    assert len(rows) == 2 * len(samples) == len({row["id"] for row in rows})
    raft = rows[: len(samples)]
    golden = 0
    for row in raft:
        user = row["messages"][0]["content"]
        assert user.count("Document:\n") == 4 and not row["unmask"]
        golden += json.loads(row["metadata"])["sdg_document"] in user
    assert 0.2 < golden / len(raft) < 0.6, "the right document is there in four of ten"
    assert rows == knowledge_rows(samples, ExportLeaf(material), row_id, raft=True), "always the same"


@pytest.mark.parametrize(
    "line",
    [
        {"question": "Who?", "answer": "Ole"},
        {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Ole"}]},
        {"instruction": "Who?", "input": "", "output": "Ole"},
        {"prompt": "Who?", "completion": " Ole"},
        {"system": "S", "user": "Who?", "assistant": "Ole"},
    ],
)  # fmt: skip
def test_rows_of_other_programs_are_read(tmp_path: Path, line: dict[str, object]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(2 * (json.dumps(line) + "\n") + "\n")
    (row,) = read_rows(path, NOTE)
    assert (row.question, row.answer, row.leaf, row.provenance.block) == ("Who?", "Ole", NOTE, "imported")


def test_our_own_exports_come_back(tmp_path: Path) -> None:
    made = export(tmp_path)
    path = tmp_path / "again.jsonl"
    path.write_bytes(made[f"skills_train_msgs_{STAMP}.jsonl"])
    assert {row.answer for row in read_rows(path, NOTE)} == {sample.answer for sample in TRAIN}


@given(st.binary(max_size=120) | st.recursive(st.none() | st.text(max_size=5) | st.integers(), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["messages", "question", "answer", "role", "content"]), x, max_size=3)).map(lambda v: json.dumps(v).encode()))  # fmt: skip
def test_garbage_is_explained(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("g") / "g.jsonl"
    path.write_bytes(data)
    try:
        rows = read_rows(path, NOTE)
    except GenerationError as error:
        assert error.cause and error.remedy
    else:
        assert all(row.question and row.answer for row in rows)
