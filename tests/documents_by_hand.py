"""Documents made without an office: a small PDF writer, and Word and PowerPoint files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import pptx

Line = tuple[float, str]  # font size in points, words
PAGE_HEIGHT = 800


def pdf(pages: Iterable[Sequence[Line]]) -> bytes:
    """A PDF in Helvetica: for each page its lines, each (font size, words). A page without lines is blank."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        y, content = PAGE_HEIGHT - 60.0, []
        for size, words in lines:
            shown = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            if shown:
                content.append(f"BT /F1 {size} Tf 60 {y} Td ({shown}) Tj ET")
            y -= size * 1.4
        stream = "\n".join(content).encode("latin-1")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 %d]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (PAGE_HEIGHT, len(objects))
        )
        kids.append(len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return out + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def article(title: str, paragraphs: Sequence[str], heading: str = "", width: int = 80) -> bytes:
    """A PDF of one article: a title, a heading, paragraphs in lines of at most `width` characters."""
    lines: list[Line] = [(24.0, title), (11.0, "")]
    if heading:
        lines += [(16.0, heading), (11.0, "")]
    for paragraph in paragraphs:
        words, line = paragraph.split(), ""
        for word in words:
            if len(line) + len(word) >= width:
                lines.append((11.0, line.strip()))
                line = ""
            line += f" {word}"
        lines += [(11.0, line.strip()), (11.0, "")]
    return pdf([lines[at : at + 44] for at in range(0, len(lines), 44)])


_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx(
    paragraphs: Iterable[tuple[str, str]], table: Sequence[Sequence[str]] = (), body: str = "", head: str = ""
) -> bytes:
    """A Word file: (style, words) paragraphs ("" for plain), a table, raw XML at the end, raw XML before the root."""

    def paragraph(style: str, words: str) -> str:
        wish = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{wish}<w:r><w:t>{escape(words)}</w:t></w:r></w:p>"

    cells = [[f"<w:tc>{paragraph('', cell)}</w:tc>" for cell in row] for row in table]
    rows = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in cells)
    inner = "".join(paragraph(*one) for one in paragraphs) + (f"<w:tbl>{rows}</w:tbl>" if rows else "") + body
    document = f"<?xml version='1.0'?>{head}<w:document {_NS}><w:body>{inner}</w:body></w:document>"
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2)
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "word/document.xml": document,
        "word/styles.xml": f"<w:styles {_NS}>{styles}</w:styles>",
    }
    return zipped({name: text.encode() for name, text in parts.items()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def slides(pages: Iterable[tuple[str, Sequence[str]]], notes: str = "") -> bytes:
    """A PowerPoint file: for each slide its title and bullets; `notes` go to the first one."""
    deck = pptx.Presentation()
    for title, bullets in pages:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(bullets)
    if notes:
        deck.slides[0].notes_slide.notes_text_frame.text = notes
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()
