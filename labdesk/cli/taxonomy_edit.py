"""`labdesk taxonomy set` and `new`: scripted edits with the same fidelity as the window's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import typer

from labdesk.cli.output import emit
from labdesk.cli.taxonomy_ask import ask_new
from labdesk.core import paths, settings, storage
from labdesk.core.documents.source import MAX_BYTES as MAX_DOCUMENT_BYTES
from labdesk.core.errors import DocumentError, TaxonomyError
from labdesk.core.taxonomy.edit import set_field
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.locate import Place, locate
from labdesk.core.taxonomy.new_leaf import draft_leaf_text
from labdesk.core.taxonomy.problem import path_of
from labdesk.core.taxonomy.rules import Report, check
from labdesk.core.taxonomy.yaml_source import MAX_BYTES, Fault, YamlPath, read_yaml
from labdesk.core.workspace import Workspace


def set_command(
    leaf: Path = typer.Argument(..., metavar="LEAF", help="The leaf's folder, or its qna.yaml."),
    field: str = typer.Argument(..., metavar="FIELD", help="For example created_by or seed_examples[0].answer."),
    value: str = typer.Argument(..., metavar="VALUE", help="The new text. “-” reads it from standard input."),
    value_is_json: bool = typer.Option(
        False, "--json-value", help="VALUE is JSON: a list, an object, a number. Lists and objects always are."
    ),
    as_json: bool = typer.Option(False, "--json", help="Say what happened as one JSON object."),
) -> None:
    """Change one field of a leaf and not one character elsewhere."""
    place = locate(leaf)
    file = place.taxonomy / place.file
    data = read_regular(file, place.taxonomy, MAX_BYTES)
    path = path_of(field)
    text = typer.get_text_stream("stdin").read() if value == "-" else value
    result = set_field(data, path, _value(data, path, text, value_is_json))
    if result != data:
        write(place, result, expected=data)
    report = check(result, place.path)
    changed = "changed" if result != data else "already so"
    _say(place, report, as_json, f"{field} {changed}", field=field, changed=result != data)


def new_command(
    leaf: Path | None = typer.Argument(
        None, metavar="[LEAF]", help="The folder to make, such as knowledge/history/rome. Without it you are asked."
    ),
    about: str = typer.Option("", "--about", metavar="TEXT", help="What is to be taught, in your own words."),
    domain: str = typer.Option("", "--domain", metavar="TEXT", help="Knowledge: the subject, such as Chemistry."),
    grounded: bool = typer.Option(False, "--grounded", help="A skill whose questions are about a given text."),
    author: str = typer.Option("", "--author", metavar="NAME", help="created_by; otherwise your name in the settings."),
    document: list[Path] = typer.Option(
        [], "--document", metavar="FILE", help="Knowledge: a text to teach from; it is copied beside qna.yaml."
    ),
    as_json: bool = typer.Option(False, "--json", help="Say what happened as one JSON object."),
) -> None:
    """Make a leaf: a draft that waits for its seed examples. On a terminal, without LEAF, it asks for everything."""
    next_step = "fill in its seed examples"
    if leaf is None:
        asked = ask_new(Path())
        leaf, about, domain, grounded = asked.folder, asked.about, asked.domain, asked.grounded
        document, next_step = list(asked.documents), asked.next_step
    place = locate(leaf)
    knowledge = place.path.split("/")[0] == "knowledge"
    kind = LeafKind.KNOWLEDGE if knowledge else LeafKind.GROUNDED if grounded else LeafKind.FREEFORM
    if document and not knowledge:
        raise TaxonomyError("Only a knowledge leaf has a document.", remedy="Choose a folder below “knowledge”.")
    copies = {one.name: _document(one) for one in document}
    text = draft_leaf_text(
        kind,
        created_by=author or settings.load(paths.settings_file()).author,
        about=about,
        domain=domain,
        patterns=tuple(copies),
    )
    if (place.taxonomy / place.file).exists():
        raise TaxonomyError(f"“{place.path}” is already there.", remedy="Choose another folder, or change it with set.")
    for name, data in copies.items():
        _write(place, f"{place.path}/{name}", data)
    write(place, text)
    _say(place, check(text, place.path), as_json, f"made; {next_step[0].lower()}{next_step[1:].rstrip('.')}")


def write(place: Place, data: bytes, expected: bytes | None = None) -> None:
    """Write the leaf at `place`, undoable when it lies in a workspace. Raises TaxonomyError, StorageError."""
    _write(place, place.file, data, expected)


def _write(place: Place, file: str, data: bytes, expected: bytes | None = None) -> None:
    if place.workspace is not None:
        Workspace.open(place.workspace).write_leaf_file(file, data, "command line", expected=expected)
    else:
        storage.write_bytes(place.taxonomy / file, data)


def _document(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_DOCUMENT_BYTES:
            raise DocumentError(f"“{path.name}” is too large.", remedy="Split it into parts below 16 MB.")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"“{path.name}” cannot be read.", cause=f"{error.strerror}.", remedy="Check the path."
        ) from error


def _value(data: bytes, path: YamlPath, text: str, is_json: bool) -> Any:
    """VALUE as the field wants it: `version` is a number, a list or an object is written as JSON, all else is text."""
    if path == ("version",) and text.strip().isdecimal():
        return int(text)
    if not is_json and not isinstance(_now(data, path), dict | list):
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise TaxonomyError(
            "The value is not JSON.",
            cause=f"{error}.",
            remedy='Write lists and objects as JSON, for example ["notes.md"].',
        ) from error


def _now(data: bytes, path: YamlPath) -> Any:
    try:
        value = read_yaml(data).data
        for part in path:
            value = value[part]
    except (Fault, KeyError, IndexError, TypeError):
        return None
    return value


def _say(place: Place, report: Report, as_json: bool, words: str, **more: Any) -> None:
    if as_json:
        problems = [{"where": one.where, "line": one.line, "message": one.message} for one in report.problems]
        emit({"path": place.file, **more, "verdict": report.verdict, "problems": problems})
        return
    print(f"{place.file}: {words}; {report.verdict.value}.")
