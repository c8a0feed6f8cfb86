"""The house's own rules, as tests: sizes, who may write files, what start-up may import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "labdesk").rglob("*.py"))

WRITERS = {"write_text", "write_bytes"}
#: Files that may write without core.storage, and why.
MAY_WRITE = {
    "labdesk/core/storage.py": "it is the durable-file module",
    "labdesk/core/part_file.py": "a download grows in place; its blocks are journalled through storage",
    "labdesk/core/process_lock.py": "a lock lives as long as its process",
    "labdesk/jobs/launch.py": "the worker's log is not durable data",
    "labdesk/jobs/documents.py": "the worker's log is not durable data",
    "labdesk/jobs/worker.py": "tells the kernel whom to end first, in /proc",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_holds_one_idea(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= 400, f"{len(lines)} lines: split it by reason to change"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_a_screen(path: Path) -> None:
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert not long, long


@pytest.mark.parametrize("path", [p for p in SOURCES if p.read_text("utf-8").strip()], ids=name_of)
def test_a_file_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), "the first line of a file says what it is"


def plain_writes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        by_storage = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "storage"
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS and not by_storage:
            yield f"line {node.lineno}: {node.func.attr}"
        if isinstance(node.func, ast.Name) and node.func.id == "open":
            modes = [a.value for a in node.args[1:2] if isinstance(a, ast.Constant)]
            if any(isinstance(mode, str) and set(mode) & set("wax+") for mode in modes):
                yield f"line {node.lineno}: open(..., {modes[0]!r})"


@pytest.mark.parametrize("path", [p for p in SOURCES if name_of(p) not in MAY_WRITE], ids=name_of)
def test_only_the_storage_module_writes_durable_files(path: Path) -> None:
    assert not list(plain_writes(path)), "use labdesk.core.storage"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_dangerous_is_imported_or_called(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    banned = {"pickle", "marshal", "shelve", "git", "torch"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & banned
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            assert node.module.split(".")[0] not in banned
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec"}


@pytest.mark.parametrize("arguments", [["--version"], ["taxonomy", "--help"]], ids=" ".join)
def test_the_command_line_starts_without_qt_or_engines(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "labdesk", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(re.findall(r"\| +(\w+)", done.stderr))
    assert not loaded & {"PySide6", "llama_cpp", "mlx", "mlx_lm", "transformers", "torch"}


def test_no_file_names_a_machine_of_ours() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    private = re.compile(r"/(?:work|root|home)/(?:main|shared|\.|[a-z]+/)")
    offenders = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".sh", ".jsonl", ".json"} and path.is_file():
            offenders += [f"{name}: {m.group()}" for m in private.finditer(path.read_text("utf-8", errors="replace"))]
    assert not [o for o in offenders if not o.startswith("tests/rules/")], offenders
