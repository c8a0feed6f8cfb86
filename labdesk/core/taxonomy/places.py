"""Which field stands on which line of a qna.yaml, and how a person calls a field."""

from __future__ import annotations

import yaml

from labdesk.core.taxonomy.yaml_source import Fault, YamlPath, read_yaml

_NAMES = {
    "task_description": "What the model should learn",
    "document_outline": "What the document is about",
    "domain": "Field",
    "created_by": "Written by",
    "version": "Version of the format",
    "document": "Source document",
    "seed_examples": "Examples",
}


def line_of_path(data: bytes, path: YamlPath) -> tuple[int, int] | None:
    """Line and column, counted from 1, of the value at `path` or the nearest above it; None in what is not YAML."""
    try:
        node = read_yaml(data).find_nearest(path)
    except Fault:
        return None
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else None


def path_at_line(data: bytes, line: int) -> YamlPath:
    """The innermost field that begins on a line (counted from 1) or last before it; () when there is none."""
    try:
        node = read_yaml(data).node
    except Fault:
        return ()
    path: YamlPath = ()
    for _ in range(64):
        inner = _last_before(node, line)
        if inner is None:
            break
        path, node = (*path, inner[0]), inner[1]
    return path


def _last_before(node: yaml.Node | None, line: int) -> tuple[str | int, yaml.Node] | None:
    found: tuple[str | int, yaml.Node] | None = None
    if isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            if value.start_mark.line < line:
                found = (number, value)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.start_mark.line < line and isinstance(key, yaml.ScalarNode):
                found = (key.value, value)
    return found


def words_of_path(path: YamlPath, *, knowledge: bool) -> str:
    """`("seed_examples", 2, "answer")` as “Example 3, answer”, as the form calls it."""
    parts: list[str] = []
    for number, part in enumerate(path):
        if isinstance(part, int):
            continue
        index = path[number + 1] if number + 1 < len(path) else None
        if part == "seed_examples" and isinstance(index, int):
            parts.append(f"{'Passage' if knowledge else 'Example'} {index + 1}")
        elif part == "questions_and_answers" and isinstance(index, int):
            if number + 2 == len(path):
                parts.append(f"Question {index + 1}")
            else:
                parts.append(f"{'Answer' if path[number + 2] == 'answer' else 'Question'} {index + 1}")
                break
        elif number:
            plain = {"question": "question", "answer": "answer", "context": "passage" if knowledge else "text"}
            parts.append(plain.get(part, part.replace("_", " ")))
        else:
            parts.append(_NAMES.get(part, part.replace("_", " ")))
    return ", ".join(parts) or "The whole file"
