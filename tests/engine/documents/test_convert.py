"""Every format keeps its headings, lists, tables and order; what cannot be read says why and what to do."""

from __future__ import annotations

import pytest

from labdesk.core.errors import DocumentError
from labdesk.engine.documents.convert import convert, kind_of
from labdesk.engine.documents.pdf import _pages
from labdesk.engine.documents.tidy import headings_in, tidy
from tests.documents_by_hand import article, docx, pdf, slides, zipped

MILL = "The mill at Ostrow was built in 1802 by Jon Farrel and ground barley for three parishes."
FIRE = "It burnt down in 1900, when a lamp fell into the flour, and nobody was hurt."


def test_a_pdf_keeps_headings_paragraphs_and_order() -> None:
    found = convert(article("The Mill", [f"{MILL} {MILL} {MILL}", f"{FIRE} {FIRE}"], heading="The fire"), "mill.pdf")
    assert found.kind == "PDF, 1 page"
    lines = [line for line in found.markdown.splitlines() if line]
    assert lines[0] == "# The Mill"
    assert lines[1] == "## The fire"
    assert lines[2].startswith("The mill at Ostrow") and lines[2].endswith("three parishes.")
    assert lines[3] == f"{FIRE} {FIRE}"
    assert found.notes == ()


def test_a_word_document_keeps_headings_and_tables() -> None:
    data = docx([("Heading1", "The Mill"), ("", MILL), ("Heading2", "Millers")], [["Name", "From"], ["Jon", "1802"]])
    assert convert(data, "mill.docx").markdown == (
        f"# The Mill\n\n{MILL}\n\n## Millers\n\n| Name | From |\n| --- | --- |\n| Jon | 1802 |\n"
    )


def test_a_presentation_becomes_headings_and_lists() -> None:
    found = convert(
        slides([("The Mill", ["Built in 1802", "Burnt in 1900"]), ("Today", [FIRE])], "Say hello."), "m.pptx"
    )
    assert found.markdown == f"## The Mill\n\n- Built in 1802\n- Burnt in 1900\n\nSay hello.\n\n## Today\n\n{FIRE}\n"
    assert found.kind == "presentation, 2 slides"


def test_a_web_page_loses_menus_scripts_pictures_and_hidden_text() -> None:
    page = f"""<!doctype html><html><head><meta charset="iso-8859-1"><title>Mill &amp; weir</title><script>evil()</script>
    </head><body><nav><a href="/">Home</a></nav><h2>M\xfchle</h2><p>{MILL}</p><p hidden>unseen</p>
    <p style="display:none">unseen</p><ul><li>one<li>two</ul><img src="file:///etc/passwd"></body></html>"""
    text = convert(page.encode("iso-8859-1"), "mill.html").markdown
    assert text == f"# Mill & weir\n\n## Mühle\n\n{MILL}\n\n- one\n- two\n"


def test_text_that_is_fine_comes_back_byte_by_byte() -> None:
    text = f"# A\n\n\n\n{MILL}  \nx\r\n"
    assert convert(text.encode(), "a.md").markdown.encode() == text.encode()
    old = convert(f"Käse. {MILL}".encode("cp1252"), "a.txt")
    assert old.markdown.startswith("Käse") and old.notes


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (pdf([[(11.0, MILL)]]), "mill.docx", "pdf"),
        (docx([("", MILL)]), "mill.pdf", "docx"),
        (b"<html><body>" + MILL.encode(), "mill.txt", "web"),
        (MILL.encode(), "mill.pdf", "text"),
        (b"# A <html> page\n" + MILL.encode(), "mill.md", "text"),
    ],
)
def test_the_content_decides_how_a_file_is_read(data: bytes, name: str, kind: str) -> None:
    assert kind_of(data, name) == kind
    found = convert(data, name)
    assert MILL in found.markdown
    assert bool(found.notes) is (name != "mill.md")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (pdf([[], []]), "scan.pdf", "pictures of pages"),
        (b"%PDF-1.7\nnothing", "a.pdf", "damaged"),
        (article("The Mill", [MILL])[:400], "a.pdf", "damaged|no text"),
        (docx([("", MILL)])[:-60], "a.docx", "damaged"),
        (zipped({"word/document.xml": b"<w:nonsense"}), "a.docx", "damaged"),
        (zipped({"mimetype": b"epub"}), "a.epub", "cannot read this kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "a.doc", "older Office"),
        (b"\x89PNG\r\n", "a.png", "cannot read this kind"),
        (b"{\\rtf1 hello}", "a.rtf", "cannot read this kind"),
        (b"MZ\0\0\1", "a.txt", "not a text"),
        (b"  \n", "a.md", "empty"),
        (b"# Hi", "a.md", "no text"),
        (b"<html><script>x()</script></html>", "a.html", "no text"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, name: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as refused:
        convert(data, name)
    assert refused.value.remedy


def test_the_last_touch_is_stable_and_removes_what_cannot_be_seen() -> None:
    text = tidy("a\u00adb\ufb01n\u202e\r\n\r\n\r\n\r\n  # x  \n<!-- page 2 -->\n")
    assert text == "abfin\n\n  # x\n"
    assert tidy(text) == text
    assert headings_in("# a\n## b\n#c\n") == 2


def test_page_numbers_are_said_as_people_say_them() -> None:
    assert _pages([3]) == "page 3"
    assert _pages([9, 3, 7, 8]) == "pages 3, 7 to 9"
