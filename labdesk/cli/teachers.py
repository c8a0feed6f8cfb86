"""`labdesk teachers`: models behind OpenAI-compatible servers that may write and judge samples."""

from __future__ import annotations

import sys

import msgspec
import typer

from labdesk.cli.output import emit
from labdesk.core import paths, settings
from labdesk.core.errors import ModelError
from labdesk.core.models.remote import Server, clean_address, variable
from labdesk.core.secrets import find_key, keep_key
from labdesk.engine.runtimes.remote.probe import Probe, probe

app = typer.Typer(help="Teachers behind a server: add, test, allow, remove.", no_args_is_help=True)

_JSON = typer.Option(False, "--json", help="One JSON object a line, for scripts.")
_ADDRESS = typer.Argument(..., help="The base address, such as http://localhost:8080/v1.")
_KEY = typer.Option(False, "--key", help="Read the server's key from standard input (hidden in a terminal).")


@app.command("list")
def list_teachers(as_json: bool = _JSON) -> None:
    """List the servers you added."""
    for server in settings.load(paths.settings_file()).servers:
        if as_json:
            emit({"type": "teacher", "name": server.name, **msgspec.to_builtins(server)})
        else:
            where = "this computer" if server.here else "allowed" if server.allowed else "not allowed yet"
            typer.echo(f"{server.name}\n    {server.parallel} requests at once; {where}")


@app.command("test")
def test(
    address: str = _ADDRESS,
    model: str = typer.Option("", help="The model. Default: the first that the server names."),
    key: bool = _KEY,
    as_json: bool = _JSON,
) -> None:
    """Talk to a server for some seconds: does it answer, how fast, what can it do? Sends nothing of yours."""
    server = Server(address=clean_address(address), model=model)
    found = probe(server, _read_key(server.address) if key else find_key(server.address))
    if as_json:
        emit({"type": "probe", "name": found.server.name, **msgspec.to_builtins(found)})
        return
    _tell(found)


@app.command("add")
def add(
    address: str = _ADDRESS,
    model: str = typer.Option("", help="The model. Default: the first that the server names."),
    parallel: int = typer.Option(4, min=1, max=64, help="Requests at once."),
    key: bool = _KEY,
    allow: bool = typer.Option(False, "--allow", help="You agree that texts are sent to this server."),
    as_json: bool = _JSON,
) -> None:
    """Test a server and keep it. Its key goes into the system's keyring, never into a file."""
    server = Server(address=clean_address(address), model=model, parallel=parallel)
    secret = _read_key(server.address) if key else find_key(server.address)
    found = probe(server, secret)
    if key:
        keep_key(server.address, secret)
    kept = msgspec.structs.replace(found.server, allowed=allow)
    _save([one for one in _servers() if one.name != kept.name] + [kept])
    if as_json:
        emit({"type": "result", "name": kept.name})
        return
    _tell(found)
    typer.echo(f"\nUse it: --teacher '{kept.name}'")
    if not kept.here and not allow:
        typer.echo(f"Before its first use: labdesk teachers allow {kept.address}")


@app.command("allow")
def allow(address: str = _ADDRESS, as_json: bool = _JSON) -> None:
    """Agree that seed examples and passages of your documents are sent to a server."""
    wanted = clean_address(address)
    if not any(server.address == wanted for server in _servers()):
        raise ModelError(f"{wanted} was not added yet.", remedy=f"Add it first: “labdesk teachers add {wanted}”.")
    _save([msgspec.structs.replace(one, allowed=True) if one.address == wanted else one for one in _servers()])
    if as_json:
        emit({"type": "result", "allowed": wanted})


@app.command("remove")
def remove(
    address: str = _ADDRESS,
    model: str = typer.Option("", help="Only this model of the server."),
    as_json: bool = _JSON,
) -> None:
    """Forget a server, and its key with its last model."""
    wanted = clean_address(address)
    left = [one for one in _servers() if one.address != wanted or (model and one.model != model)]
    if len(left) == len(_servers()):
        raise ModelError(f"{wanted} is not among your teachers.", remedy="“labdesk teachers list” names them.")
    _save(left)
    if not any(one.address == wanted for one in left):
        keep_key(wanted, "")
    if as_json:
        emit({"type": "result", "removed": wanted})


@app.command("key")
def key(address: str = _ADDRESS, as_json: bool = _JSON) -> None:
    """Keep a server's key, read from standard input, in the system's keyring; an empty one is taken away."""
    wanted = clean_address(address)
    keep_key(wanted, _read_key(wanted))
    if as_json:
        emit({"type": "result", "address": wanted, "variable": variable(wanted)})


def _servers() -> tuple[Server, ...]:
    return settings.load(paths.settings_file()).servers


def _save(servers: list[Server]) -> None:
    path = paths.settings_file()
    settings.save(path, settings.changed(settings.load(path), servers=tuple(servers)))


def _read_key(address: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(f"Key for {address}", hide_input=True, default="", show_default=False))
    return sys.stdin.readline().strip()


def _tell(found: Probe) -> None:
    server = found.server
    typer.echo(f"{server.host} answers: “{found.answer}” ({found.tokens_per_second:.0f} tokens/s, one request)")
    typer.echo(f"Model: {server.model}" + (f" of {len(found.models)}" if len(found.models) > 1 else ""))
    typer.echo("Judges by likelihood." if server.logits else "Judges by a written Yes or No.")
    typer.echo("The same seed gives the same text." if server.seeds else "It does not honour seeds.")
    if server.thinking:
        typer.echo(f"It thinks before it answers: {server.thinking} tokens more are allowed.")
