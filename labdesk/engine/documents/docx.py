"""Word: mammoth makes simple HTML of it, by the styles of its paragraphs; pictures and comments are left out."""

from __future__ import annotations

import zipfile
from xml.parsers.expat import ExpatError

import mammoth

from labdesk.engine.documents.package import checked
from labdesk.engine.documents.result import Reading, damaged
from labdesk.engine.documents.web import markdown_of

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""


def read(data: bytes) -> Reading:
    """The text of a .docx. Raises DocumentError."""
    try:
        found = mammoth.convert_to_html(
            checked(data), style_map=_STYLES, convert_image=_no_image, external_file_access=False
        )
    except (KeyError, ValueError, IndexError, AttributeError, TypeError, ExpatError, zipfile.BadZipFile) as error:
        raise damaged("Word document", f"{type(error).__name__}: {str(error)[:200]}.") from error
    return Reading(markdown_of(found.value), "Word document")


def _no_image(_image: object) -> list[object]:
    return []
