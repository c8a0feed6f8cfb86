"""Converting in a confined worker: hostile files are contained, the others go on, nothing half written stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labdesk.core.documents import conversion
from labdesk.core.documents.conversion import Converted, Outcome, Reading, Refused, Staged
from labdesk.core.errors import DocumentError, JobStopped
from labdesk.jobs import documents
from labdesk.jobs.documents import convert_documents, sweep
from tests.documents_by_hand import article, docx, pdf, zipped

MILL = "The mill at Ostrow was built in 1802 by Jon Farrel and ground barley for three parishes."
GOOD = article("The Mill", [MILL])


def converted(tmp_path: Path, files: dict[str, bytes], **limits: float) -> tuple[Staged, list[Outcome]]:
    source = tmp_path / "source"
    source.mkdir()
    for name, data in files.items():
        (source / name).write_bytes(data)
    said: list[Outcome] = []
    done = convert_documents(tmp_path / "state", [source / name for name in files], said.append, **limits)  # type: ignore[arg-type]
    return done, said


def test_files_come_one_after_another_with_their_originals(tmp_path: Path) -> None:
    done, said = converted(tmp_path, {"mill.pdf": GOOD, "scan.pdf": pdf([[]]), "notes.md": MILL.encode()})
    assert [type(one) for one in said] == [Reading, Converted, Reading, Refused, Reading, Converted, Staged]
    assert (done.converted, done.refused) == (2, 1)
    folder = Path(done.folder)
    assert MILL in (folder / "mill.md").read_text("utf-8")
    assert (folder / "originals/mill.pdf").read_bytes() == GOOD
    notes = said[5]
    assert isinstance(notes, Converted) and notes.original == "" and notes.kind == "text"


def test_a_folder_gives_its_documents_in_order_without_links_and_hidden_files(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    (folder / "inner").mkdir(parents=True)
    for name in ("b.txt", "A.md", ".hidden.md", "x.exe", "inner/a.md", "inner/b?.txt"):
        (folder / name).write_text(f"{name} {MILL}", "utf-8")
    (folder / "link.md").symlink_to("/etc/passwd")
    said: list[Outcome] = []
    convert_documents(tmp_path / "state", [folder], said.append)
    found = [one.markdown for one in said if isinstance(one, Converted)]
    assert found == ["A.md", "b.md", "a-2.md", "b-2.md"]


def test_a_folder_without_documents_says_so(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    with pytest.raises(DocumentError, match="no document"):
        convert_documents(tmp_path / "state", [tmp_path / "drop"], lambda _: None)
    assert not list((tmp_path / "state").rglob("*.json"))


def _bomb() -> bytes:
    return zipped({"word/document.xml": b"<a>" + b" " * (conversion.MAX_ORIGINAL + 1), "[Content_Types].xml": b"<a/>"})


def _laughs() -> bytes:
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    return docx(
        [("", "x")], head=f"<!DOCTYPE z [<!ENTITY l0 'ha'>{entities}]>", body="<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>"
    )


def _file_entity() -> bytes:
    head = "<!DOCTYPE z [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    return docx([("", MILL)], head=head, body="<w:p><w:r><w:t>&x;</w:t></w:r></w:p>")


def _loop() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9999999>>"
        b"endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000055 00000 n \n"
        b"trailer<</Root 1 0 R/Size 3/Prev 125>>\nstartxref\n125\n%%EOF"
    )


HOSTILE = {
    "bomb.docx": _bomb(),
    "laughs.docx": _laughs(),
    "entity.docx": _file_entity(),
    "deep.html": b"<html>" + b"<div>" * 200_000 + MILL.encode(),
    "deep.docx": docx([], body="<w:tbl><w:tr><w:tc>" * 3_000 + "</w:tc></w:tr></w:tbl>" * 3_000),
    "loop.pdf": _loop(),
    "cut.pdf": GOOD[: len(GOOD) // 2],
    "cut.docx": docx([("", MILL)])[:-30],
    "picture.pdf": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
}


def test_hostile_files_are_refused_and_the_next_one_is_read(tmp_path: Path) -> None:
    done, said = converted(tmp_path, {**HOSTILE, "good.pdf": GOOD})
    refused = {one.name: one for one in said if isinstance(one, Refused)}
    assert set(refused) == set(HOSTILE)
    assert all(one.message and one.remedy for one in refused.values())
    assert done.converted == 1
    kept = sorted(path.name for path in Path(done.folder).iterdir())
    assert kept == ["good.md", "originals", "staged.json", "worker.log"]


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate(conversion.MAX_ORIGINAL + 1)
    said: list[Outcome] = []
    assert convert_documents(tmp_path / "state", [huge], said.append).folder == ""
    assert isinstance(said[0], Refused) and "too large" in said[0].message
    assert not list((tmp_path / "state/incoming").iterdir())


def test_a_pipe_and_a_missing_file_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    said: list[Outcome] = []
    convert_documents(tmp_path / "state", [tmp_path / "pipe.md", tmp_path / "none.md"], said.append)
    assert [one.name for one in said if isinstance(one, Refused)] == ["pipe.md", "none.md"]


def test_a_file_that_takes_too_long_or_too_much_is_given_up_and_the_next_one_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spin = "import labdesk.engine.documents.web as web, time; web.read = lambda data: "
    slow = spin + "time.sleep(60)"
    greedy = spin + "[bytes(10_000_000 + n) for n in range(10_000)]"
    dies = spin + "__import__('os')._exit(9)"
    for trick, words in ((slow, "too long"), (greedy, "memory"), (dies, "broke down")):
        main = f"{trick}\nfrom labdesk.jobs.document_worker import main; raise SystemExit(main())"
        monkeypatch.setattr(documents, "labdesk_command", lambda *_, main=main: [sys.executable, "-c", main])
        here = tmp_path / words.replace(" ", "")
        here.mkdir()
        files = {"a.html": b"<html>" + MILL.encode(), "good.md": MILL.encode()}
        done, said = converted(here, files, seconds=3.0, memory=200 << 20)
        (refused,) = [one for one in said if isinstance(one, Refused)]
        assert refused.name == "a.html" and words in refused.cause
        assert done.converted == 1


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(JobStopped):
        convert_documents(tmp_path / "state", [_written(tmp_path, GOOD)], lambda _: None, lambda: True)
    assert not list((tmp_path / "state/incoming").iterdir())


def _written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "mill.pdf"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd').read()",
        "open('/proc/self/environ').read()",
        "open('{outside}/canary', 'w')",
        "__import__('os').system('touch {outside}/canary')",
        "__import__('subprocess').run(['touch', '{outside}/canary'])",
        "__import__('socket').create_connection(('127.0.0.1', 9))",
        "__import__('os').rename('{folder}/a', '{outside}/canary')",
        "__import__('os').symlink('/etc/passwd', '{outside}/canary')",
    ],
)
def test_a_confined_process_cannot_reach_out(tmp_path: Path, attempt: str) -> None:
    folder, outside = tmp_path / "in", tmp_path / "out"
    for made in (folder, outside):
        made.mkdir()
    (folder / "a").write_text("a")
    code = (
        "from pathlib import Path; from labdesk.engine.documents import confine;"
        f"confine.forbid(Path({str(folder)!r})); Path({str(folder)!r}, 'b').write_text('b');"
        f"print('confined', flush=True); {attempt.format(outside=outside, folder=folder)}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "confined\n"
    assert done.returncode == 1 and "confine.Refused" in done.stderr
    assert (folder / "b").read_text() == "b" and not list(outside.iterdir())


def test_what_nobody_took_is_swept_after_a_day(tmp_path: Path) -> None:
    for name in ("old", "fresh", "taken"):
        (tmp_path / name).mkdir()
    for name, age in (("old", 90_000), ("fresh", 100)):
        staged = tmp_path / name / "staged.json"
        staged.write_text("[]")
        os.utime(staged, (staged.stat().st_atime, staged.stat().st_mtime - age))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "taken"]
