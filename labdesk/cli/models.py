"""`labdesk models`: the models on this computer, and what each can do here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import typer

from labdesk.cli.output import emit
from labdesk.core import paths, settings
from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import ModelCard, describe, list_models, starter_model
from labdesk.core.models.duplicates import duplicates
from labdesk.core.models.other_programs import foreign_models
from labdesk.core.models.removal import throw_away


def models(
    where: list[Path] = typer.Argument(None, help="Model files or folders. Default: the starter and your folders."),
    others: bool = typer.Option(False, "--others", help="Also those that Ollama, LM Studio and the hub's cache keep."),
    same: bool = typer.Option(False, "--same", help="Only name files that are the same: they take the disk twice."),
    trash: bool = typer.Option(False, "--trash", help="Move these files into the trash of the system."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """List models with their size, context, licence, and whether they can teach, learn and chat."""
    if trash:
        _trash(where or [], as_json)
        return
    if same:
        _same(_with_others(_cards(where or _default())), as_json)
        return
    found = _cards(where or _default())
    for card in _with_others(found) if others else found:
        if as_json:
            emit({"type": "model", **msgspec.to_builtins(card, enc_hook=str)})
            continue
        abilities = [word for word, can in _abilities(card) if can]
        keeper = f", kept by {card.program}" if card.program else ""
        typer.echo(f"{card.name}: {', '.join(abilities) or 'cannot be used'} ({card.path}{keeper})")
        for reason in card.reasons:
            typer.echo(f"    {reason}")


def _trash(files: list[Path], as_json: bool) -> None:
    for path in files:
        size = throw_away(path.absolute())
        if as_json:
            emit({"type": "trashed", "path": str(path), "size": size})
        else:
            typer.echo(f"{path} is in the trash: {size / 1e6:,.0f} MB are free when you empty it.")


def _same(cards: Iterator[ModelCard], as_json: bool) -> None:
    for group in duplicates(card.path for card in cards):
        size = group[0].stat().st_size
        if as_json:
            emit({"type": "same", "paths": [str(path) for path in group], "size": size})
        else:
            typer.echo(f"The same {size / 1e6:,.0f} MB: {', '.join(map(str, group))}")


def _abilities(card: ModelCard) -> tuple[tuple[str, bool], ...]:
    return ("teach", card.can_teach), ("learn", card.can_learn), ("chat", card.can_chat)


def _default() -> list[Path]:
    chosen = settings.load(paths.settings_file())
    folders = [paths.models_folder(), *(Path(folder) for folder in chosen.model_folders)]
    present = [*(folder for folder in folders if folder.is_dir()), *(Path(file) for file in chosen.model_files)]
    try:
        return [starter_model(), *present]
    except ModelError:
        return present


def _with_others(found: Iterator[ModelCard]) -> Iterator[ModelCard]:
    """Models of labdesk's own lists first, then those of other programs that are not the same files."""
    seen = set()
    for card in found:
        seen.add(card.path.resolve())
        yield card
    for foreign in foreign_models():
        if foreign.path.resolve() in seen:
            continue
        seen.add(foreign.path.resolve())
        for card in _cards([foreign.path]):
            yield msgspec.structs.replace(card, name=foreign.name, program=foreign.program)


def _cards(where: list[Path]) -> Iterator[ModelCard]:
    """Cards as they are read. A file that cannot be used has a card that says why. Raises nothing for content."""
    for path in where:
        if path.is_dir():
            yield from list_models([path])
            continue
        try:
            yield describe(path)
        except ModelError as error:
            size = path.stat().st_size if path.exists() else 0
            yield ModelCard(path.stem, path, size, "", 0, 0, "", "", False, False, False, (str(error),))
