"""PowerPoint: each slide is a heading, its text as a list, its tables, and its notes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

import pptx
from lxml.etree import LxmlError
from pptx.exc import PythonPptxError

from labdesk.engine.documents.package import checked
from labdesk.engine.documents.result import Reading, damaged

_MAX_DEPTH = 20


def read(data: bytes) -> Reading:
    """The text of a .pptx, slide by slide. Raises DocumentError."""
    try:
        deck = pptx.Presentation(checked(data))
        slides = ["\n\n".join(_slide(slide, number)) for number, slide in enumerate(deck.slides, 1)]
    except (PythonPptxError, LxmlError, KeyError, ValueError, IndexError, AttributeError, zipfile.BadZipFile) as error:
        raise damaged("presentation", f"{type(error).__name__}: {str(error)[:200]}.") from error
    return Reading("\n\n".join(slides), f"presentation, {len(slides)} slide{'' if len(slides) == 1 else 's'}")


def _slide(slide: Any, number: int) -> Iterator[str]:
    title = slide.shapes.title
    words = " ".join(title.text_frame.text.split()) if title is not None else ""
    yield f"## {words or f'Slide {number}'}"
    own = title.shape_id if title is not None else None
    for shape in _in_reading_order(slide.shapes):
        if shape.shape_id != own:
            yield from _shape(shape, 0)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        yield from (paragraph for line in notes.text.splitlines() if (paragraph := " ".join(line.split())))


def _in_reading_order(shapes: Any) -> list[Any]:
    """From the top down, then from the left; what has no place of its own (it takes the layout's) comes first."""
    return sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))


def _shape(shape: Any, depth: int) -> Iterator[str]:
    if depth < _MAX_DEPTH and hasattr(shape, "shapes"):
        for inner in _in_reading_order(shape.shapes):
            yield from _shape(inner, depth + 1)
    elif getattr(shape, "has_table", False):
        yield _table(shape.table)
    elif shape.has_text_frame:
        yield from _paragraphs(shape.text_frame.paragraphs)


def _paragraphs(paragraphs: Any) -> Iterator[str]:
    """One paragraph stays one; several are a list, as they are shown on the slide."""
    lines = [(paragraph.level, " ".join(paragraph.text.split())) for paragraph in paragraphs]
    lines = [(level, words) for level, words in lines if words]
    if len(lines) == 1:
        yield lines[0][1]
    elif lines:
        yield "\n".join(f"{'  ' * level}- {words}" for level, words in lines)


def _table(table: Any) -> str:
    rows = [[" ".join(cell.text.split()).replace("|", "\\|") for cell in row.cells] for row in table.rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, f"|{' --- |' * len(table.columns)}")
    return "\n".join(lines)
