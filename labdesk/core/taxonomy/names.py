"""Names of folders in a taxonomy: what works on every computer and upstream. Advice only; nothing here blocks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from labdesk.core.taxonomy.tree import ROOTS

_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
_FORBIDDEN = set('<>:"|?*\\')
MAX_NAME = 100
MAX_PATH = 200


def safe_name(wish: str) -> str:
    """A folder name from what a person typed: `Marrowby Light!` is `marrowby_light`. Never empty."""
    plain = unicodedata.normalize("NFKD", wish).encode("ascii", "ignore").decode("ascii").lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:MAX_NAME].strip("_")
    return f"{name}_leaf" if name in _RESERVED else name or "untitled"


def title_of(path: str) -> str:
    """The last folder of a path as a person reads it: `places/marrowby_light` is `Marrowby light`."""
    return path.rpartition("/")[2].replace("_", " ").strip().capitalize()


def above(path: str) -> Iterator[str]:
    """The branches above a path, the whole tree ("") last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def advice_on_path(path: str) -> Iterator[str]:
    """What to say about a leaf's folder path (relative, with slashes)."""
    parts = path.split("/")
    if parts[0] not in ROOTS:
        yield f"This leaf is not under {', '.join(ROOTS[:-1])} or {ROOTS[-1]}, so it is taught by what it contains."
    if len(path) > MAX_PATH:
        yield "The path is very long; Windows may not be able to open it."
    for part in parts:
        yield from _advice_on_name(part)


def _advice_on_name(name: str) -> Iterator[str]:
    better = safe_name(name)
    if name != name.strip() or name.endswith("."):
        yield f"The folder “{name}” begins or ends with a blank or a dot; Windows cannot open it. Name it “{better}”."
    elif name.split(".")[0].lower() in _RESERVED:
        yield f"The folder name “{name}” is reserved on Windows. Rename it to “{better}”."
    elif _FORBIDDEN & set(name):
        yield f"The folder “{name}” has characters that Windows forbids. Rename it to “{better}”."
    elif re.search(r"\s", name):
        yield f"The folder “{name}” has a space; InstructLab wants underscores. Rename it to “{better}”."
    elif unicodedata.normalize("NFC", name) != name:
        yield f"The folder “{name}” is spelled with combining characters; macOS and Linux write it differently."
