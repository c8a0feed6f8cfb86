"""Reads declared options (a msgspec struct with title, description, section per field) into rows for a form. No Qt."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, Literal

import msgspec


@dataclasses.dataclass(frozen=True)
class Option:
    """One declared option. `choices` is empty unless it is one of a few values."""

    name: str
    label: str
    help: str
    section: str
    kind: Literal["text", "lines", "choice", "yes_no", "integer", "decimal"]
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


def declared(struct: type[msgspec.Struct]) -> tuple[Option, ...]:
    """The options of a struct, in the order written. Raises TypeError for a type that no field widget can show."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return tuple(_option(name, hints[name]) for name in struct.__struct_fields__)


def _option(name: str, hint: Any) -> Option:
    metas = (
        [m for m in typing.get_args(hint)[1:] if isinstance(m, msgspec.Meta)] if hasattr(hint, "__metadata__") else []
    )
    meta = metas[0] if metas else msgspec.Meta()
    plain = typing.get_args(hint)[0] if metas else hint
    label = meta.title or name.replace("_", " ").capitalize()
    section = str((meta.extra or {}).get("section", "General"))
    kind, choices = _kind(name, plain)
    return Option(name, label, meta.description or "", section, kind, choices, meta.ge, meta.le)


def _kind(name: str, plain: Any) -> tuple[Any, tuple[str, ...]]:
    if typing.get_origin(plain) is Literal:
        return "choice", tuple(str(choice) for choice in typing.get_args(plain))
    if typing.get_origin(plain) is tuple:
        return "lines", ()
    kinds = {str: "text", bool: "yes_no", int: "integer", float: "decimal"}
    if plain not in kinds:
        raise TypeError(f"no field widget shows the option {name!r} of type {plain}")
    return kinds[plain], ()
