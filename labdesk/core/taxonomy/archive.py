"""Unpacks a zip that may come from a stranger: plain files only, inside one new folder, within limits.

A bad archive is refused as a whole, before or while it is read; nothing of it stays.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from labdesk.core import storage
from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.tree import MAX_DEPTH, ROOTS

MAX_ENTRIES = 50_000
MAX_TOTAL = 1 << 30
MAX_RATIO = 100
RATIO_FLOOR = 1 << 20
MAX_NAME = 255
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_BLOCK = 1 << 16


def unpack(file: Path, into: Path) -> None:
    """Put the taxonomy of the zip `file` into the new folder `into` (its roots directly below). Durable enough to be
    moved into place afterwards. Raises TaxonomyError when the archive is unsafe, damaged or holds no taxonomy.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _extract(archive, into)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeError, ValueError) as error:
        storage.remove_folder(into)
        raise TaxonomyError(
            f"“{file.name}” is not a zip that can be read.", cause=f"{error}.", remedy="Make or download it again."
        ) from error
    except OSError as error:
        storage.remove_folder(into)
        raise storage.explain(error, into) from error
    except TaxonomyError:
        storage.remove_folder(into)
        raise


def _extract(archive: zipfile.ZipFile, into: Path) -> None:
    entries = [entry for entry in _checked(archive.infolist()) if not entry.is_dir()]
    prefix = taxonomy_prefix([entry.filename for entry in entries])
    total = 0
    for entry in entries:
        inner = entry.filename.removeprefix(prefix)
        if not entry.filename.startswith(prefix) or inner.split("/")[0] not in ROOTS:
            continue
        if any(part.startswith(".") or part == "__pycache__" for part in inner.split("/")):
            continue
        data = _read(archive, entry, MAX_TOTAL - total)
        total += len(data)
        target = into / inner
        target.parent.mkdir(parents=True, exist_ok=True)
        storage.write_new(target, data)


def _checked(entries: Sequence[zipfile.ZipInfo]) -> Iterator[zipfile.ZipInfo]:
    """The entries, each looked at by itself and all together. Raises TaxonomyError."""
    if len(entries) > MAX_ENTRIES:
        raise _unsafe(f"It has {len(entries):,} entries; {MAX_ENTRIES:,} are allowed.")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise _unsafe(f"Unpacked it is larger than {MAX_TOTAL >> 30} GB.")
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        reason = _bad_name(name) or _bad_kind(entry)
        key = unicodedata.normalize("NFC", name.rstrip("/"))
        if key in seen and not entry.is_dir():
            reason = "comes twice"
        if reason:
            raise _unsafe(f"Its entry “{name[:100]}” {reason}.")
        seen.add(key)
        yield entry


def _bad_name(name: str) -> str:
    """Why a name may not be unpacked, or nothing."""
    parts = name.removesuffix("/").split("/")
    if name.startswith("/") or "\\" in name or ":" in name:
        return "is not a path inside the archive"
    if any(part in ("", ".", "..") for part in parts):
        return "climbs out of its folder"
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in name):
        return "has invisible characters in its name"
    if len(parts) > MAX_DEPTH or any(len(part.encode("utf-8", "replace")) > MAX_NAME for part in parts):
        return "has too long a path"
    if any(_RESERVED.fullmatch(part) for part in parts):
        return "has a name that Windows reserves"
    return ""


def _bad_kind(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if entry.file_size > RATIO_FLOOR and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        return f"unpacks to more than {MAX_RATIO} times its size"
    return ""


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The content, never more than it announced or there is room for."""
    blocks: list[bytes] = []
    size = 0
    with archive.open(entry) as file:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > min(entry.file_size, room):
                raise _unsafe(f"Its entry “{entry.filename[:100]}” is larger than it says.")
            blocks.append(block)
    return b"".join(blocks)


def taxonomy_prefix(names: Sequence[str]) -> str:
    """What stands before `knowledge/` and the like in most names: "" or e.g. `taxonomy-main/`. Raises TaxonomyError."""
    prefixes: Counter[str] = Counter()
    for name in names:
        parts = name.split("/")
        place = next((number for number, part in enumerate(parts[:-1]) if part in ROOTS), None)
        if place is not None:
            prefixes["".join(f"{part}/" for part in parts[:place])] += 1
    if not prefixes:
        raise TaxonomyError(
            "There is no taxonomy in it.",
            cause=f"No folder in it is named {', '.join(ROOTS[:-1])} or {ROOTS[-1]}.",
            remedy="Choose a zip or folder that holds a taxonomy.",
        )
    return min(prefixes, key=lambda prefix: (-prefixes[prefix], prefix))


def _unsafe(reason: str) -> TaxonomyError:
    return TaxonomyError(
        "This zip is not safe to unpack; nothing was taken from it.",
        cause=reason,
        remedy="Ask its maker for a clean one.",
    )
