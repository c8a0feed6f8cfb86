"""Feeds one family of hostile inputs to labdesk in a process of its own, under the interpreter's audit: what was opened,
connected to, or run is recorded by Python itself, not by the code under test.

`python hostile_run.py FAMILY FOLDER` prints one JSON line.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import stat
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from labdesk.core.errors import LabdeskError

Case = tuple[str, Callable[[], object]]

#: Events that mean that something was run or reached.
RUNS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "subprocess.Popen", "pickle.find_class",
        "socket.connect", "socket.getaddrinfo", "socket.sendto", "ctypes.dlopen", "shutil.unpack_archive")  # fmt: skip


class Audit:
    """Counts what happens while `watching`; files of the interpreter itself and of the case's folder are allowed."""

    def __init__(self, allowed: Path) -> None:
        self.watching = False
        self.broken: list[str] = []
        self._allowed = (
            str(allowed),
            os.path.realpath(sys.prefix),
            sys.prefix,
            sys.base_prefix,
            str(Path(__file__).resolve().parents[2]),
            "/usr/share",
        )
        sys.addaudithook(self._see)

    def _see(self, event: str, details: tuple[Any, ...]) -> None:
        if not self.watching:
            return
        if event in RUNS:
            self.broken.append(f"{event} {details!r}"[:200])
        elif event == "open" and isinstance(details[0], str | bytes):
            path = os.path.realpath(os.fsdecode(details[0]))
            if not path.startswith(self._allowed):
                self.broken.append(f"open {path}")


class Payload:
    """Unpickled, it would touch the canary."""

    def __init__(self, canary: Path) -> None:
        self.canary = str(canary)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self.canary}",)


def pickles(folder: Path, canary: Path) -> Iterator[Case]:
    """T1: weights that are programs, under every usual name, also under names of honest files."""
    from labdesk.core.models.catalog import describe
    from labdesk.core.models.folder_guard import check_file, check_folder

    data = [pickle.dumps(Payload(canary), protocol) for protocol in range(6)]
    suffixes = (
        "bin", "pt", "pth", "ckpt", "pkl", "pickle", "npy", "npz", "joblib", "h5", "keras", "msgpack", "dill", "zip", "tar",
        "whl", "so", "py", "sh", "exe",
    )  # fmt: skip
    for number, suffix in enumerate(suffixes):
        path = folder / f"weights.{suffix}"
        path.write_bytes(data[number % 6])
        yield f"file .{suffix}", lambda path=path: check_file(path)
    for protocol in range(2, 6):
        place = folder / f"disguised{protocol}"
        place.mkdir()
        (place / "model.safetensors").write_bytes(data[protocol])
        yield f"pickle {protocol} as safetensors", lambda place=place: check_folder(place)
        (place / "model.gguf").write_bytes(data[protocol])
        yield f"pickle {protocol} as gguf", lambda place=place: describe(place / "model.gguf")
    for magic in (b"\x7fELF", b"MZ", b"PK\x03\x04", b"\x1f\x8b", b"\x93NUMPY", b"\x89HDF"):
        place = folder / f"magic{magic[1:3].hex()}"
        place.mkdir()
        (place / "model.safetensors").write_bytes(magic + bytes(100))
        yield f"magic {magic!r}", lambda place=place: check_folder(place)


def folders(folder: Path, canary: Path) -> Iterator[Case]:
    """T2: repositories with code, keys that ask for code, links, bombs of JSON."""
    from labdesk.core.models.folder_guard import check_folder

    def made(name: str, **files: str | bytes) -> Case:
        place = folder / name
        place.mkdir(parents=True)
        for file, text in files.items():
            data = text if isinstance(text, bytes) else text.encode()
            (place / file.replace("__", ".")).write_bytes(data)
        return name, lambda: check_folder(place)

    code = f"import os\nos.system('touch {canary}')\n"
    for key in ("auto_map", "model_file", "trust_remote_code", "custom_generate", "custom_pipelines", "custom_code"):
        yield made(f"key {key}", config__json=json.dumps({"model_type": "llama", key: {"AutoModel": "x.py"}}))
        yield made(f"deep {key}", tokenizer_config__json=json.dumps({"a": [{"b": {key: "x.py"}}]}))
    for name in ("modeling__py", "conftest__py", "setup__py", "evil__so", "run__sh", "site__pth", "x__pyc", "y__dll"):
        yield made(f"with {name}", config__json="{}", **{name: code})
    yield made("deep json", config__json="[" * 100_000 + "]" * 100_000)
    yield made("deep objects", config__json='{"a":' * 5000 + "1" + "}" * 5000)
    yield made("broken json", config__json="{")
    yield made("json of other bytes", config__json=b"\xff\xfe\x00")
    yield made("wide json", config__json="[" + "{}," * 100_000 + '{"auto_map": 1}]')
    links = {
        "link out": "/etc/passwd",
        "link up": "../../..",
        "link to home": str(Path.home()),
        "link to nothing": "/nope",
    }
    for name, aim in links.items():
        place = folder / name
        place.mkdir()
        (place / "model.safetensors").symlink_to(aim)
        yield name, lambda place=place: check_folder(place)
    pipe = folder / "pipe"
    pipe.mkdir()
    os.mkfifo(pipe / "model.safetensors")
    yield "a pipe", lambda: check_folder(pipe)
    many = folder / "many"
    many.mkdir()
    for number in range(2100):
        (many / f"{number}.txt").touch()
    yield "too many files", lambda: check_folder(many)


def names(folder: Path, _canary: Path) -> Iterator[Case]:
    """T2: names and addresses that a hub could answer with."""
    from labdesk.core.models.hub import HubFile, check_files, clean_repository

    bad = (
        "../x.gguf", "/etc/x.gguf", "a/b.gguf", "..\\x.gguf", "C:x.gguf", "x.gguf\x00.txt", "x.gguf\n", ".x.gguf", "~/x.gguf",
        "$HOME.gguf", "`id`.gguf", "x.gguf;id", "x|y.gguf", "\u202egguf.x", "x.py", "x.bin", "x" * 400 + ".gguf", "", "-rf.gguf",
        "x.gguf ", "file:x.gguf", "\\\\host\\x.gguf",
    )  # fmt: skip
    for name in bad:
        yield (
            f"file {name[:20]!r}",
            lambda name=name: check_files([HubFile(name=name, url="", size=1, sha256="0" * 64)]),
        )
    for name in (
        "../..",
        "a/../b",
        "-a/b",
        "a/b/c",
        "a/b;id",
        "a/b\x00",
        "a b/c",
        "a/" + "b" * 200,
        "a/b?x",
        "@/b",
        "a/@",
    ):
        yield f"repository {name[:20]!r}", lambda name=name: clean_repository(name)


def templates(_folder: Path, _canary: Path) -> Iterator[Case]:
    """T3: chat templates that reach out or blow up."""
    from labdesk.core.models.chat_template import render
    from tests.core.models.test_chat_template import BOMBS, REACHING, TALK

    for number, template in enumerate((*REACHING, *BOMBS)):
        yield f"template {number}", lambda template=template: render(template, TALK)


def headers(folder: Path, _canary: Path) -> Iterator[Case]:
    """T4: GGUF headers, handmade and mutated."""
    import random

    from labdesk.core.models.gguf_header import read_header
    from tests.core.models.test_gguf_header import BAD
    from tests.tiny_models import write_tiny_model

    for name, data in BAD.items():
        path = folder / f"{len(list(folder.iterdir()))}.gguf"
        path.write_bytes(data)
        yield name, lambda path=path: read_header(path)
    good = folder / "good.gguf"
    write_tiny_model(good, arch="llama", quant="f32")
    whole, chance = good.read_bytes(), random.Random(11)
    for number in range(60):
        changed = bytearray(whole[:20_000])
        for _ in range(3):
            at = chance.randrange(4, 2000)
            changed[at : at + 8] = struct.pack("<Q", chance.choice([0, 1 << 31, 1 << 40, (1 << 64) - 1]))
        path = folder / f"mutant{number}.gguf"
        path.write_bytes(changed)
        yield f"mutant {number}", lambda path=path: read_header(path)


def archives(folder: Path, _canary: Path) -> Iterator[Case]:
    """T6: zips that climb, link, or blow up."""
    from labdesk.core.taxonomy.archive import unpack

    inside = "knowledge/a/qna.yaml"
    bad = [
        "../../x", "/etc/x", "knowledge/../../x", "C:/x", "knowledge/con", "knowledge/a:b", "knowledge\\..\\..\\x",
        "knowledge/nul.yaml", "knowledge/" + "d/" * 80 + "x", "knowledge/" + "n" * 400, "knowledge/x\u202e.yaml",
        "knowledge/x\x01", "knowledge/a./x", "knowledge/ /x", "//x", "./../x",
    ]  # fmt: skip

    def zipped(name: str, write: Callable[[zipfile.ZipFile], None]) -> Case:
        path = folder / f"{name}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            write(archive)
        return name, lambda: unpack(path, folder / "out" / name)

    for number, name in enumerate(bad):
        yield zipped(f"name {number}", lambda z, name=name: [z.writestr(inside, "a: 1"), z.writestr(name, "x")])  # type: ignore[func-returns-value]

    def link(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("knowledge/a/link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")

    yield zipped("link", link)
    yield zipped("bomb", lambda z: z.writestr(inside, bytes(50_000_000)))
    yield zipped("twice", lambda z: [z.writestr("knowledge/A/x", "1"), z.writestr("knowledge/a/x", "2")])  # type: ignore[func-returns-value]
    yield zipped("none of ours", lambda z: z.writestr("else/x", "1"))
    for name, data in (("no zip", b"PK\x03\x04nope"), ("empty", b""), ("cut", b"PK\x05\x06" + bytes(4))):
        path = folder / f"{name}.zip"
        path.write_bytes(data)
        yield name, lambda path=path, name=name: unpack(path, folder / "out" / name)


def texts(_folder: Path, _canary: Path) -> Iterator[Case]:
    """T8: Markdown, links and pictures in what a model writes."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QApplication

    from labdesk.gui.widgets.markdown_view import MarkdownView
    from tests.gui.widgets.test_markdown import ATTACKS, BOMBS

    application = QApplication.instance() or QApplication([])
    view = MarkdownView("Answer")
    view.resize(600, 400)
    view.show_text("warm **up** `x`\n\n| a |\n|---|\n| b |\n\n```python\nx\n```")
    view.grab()

    def shown(text: str) -> None:
        view.show_text(text)
        view.heightForWidth(600)
        view.grab(QRect(0, 0, 600, 800))  # what a window shows of it
        application.processEvents()

    for text in (*ATTACKS, *BOMBS.values()):
        yield text[:30], lambda text=text: shown(text)


FAMILIES: dict[str, Callable[[Path, Path], Iterator[Case]]] = {
    "pickles": pickles, "folders": folders, "names": names, "templates": templates, "headers": headers,
    "archives": archives, "texts": texts,
}  # fmt: skip
#: Families whose every case must be refused; the others may also show or read it as harmless.
REFUSED = {"pickles", "folders", "names"}


def main(family: str, folder: Path) -> None:
    canary = folder.parent / "canary"
    audit = Audit(folder)
    slowest, accepted, wrong = (0.0, ""), [], []
    cases = before = 0
    costs: list[tuple[int, str]] = []
    for name, attempt in FAMILIES[family](folder, canary):
        before = before or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        cases += 1
        began = time.process_time()
        audit.watching = True
        try:
            attempt()
            accepted.append(name)
        except LabdeskError as error:
            if not error.message or not (error.cause or error.remedy):
                wrong.append(f"{name}: does not say why")
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__}: {error}"[:300])
        finally:
            audit.watching = False
        costs.append((round(1000 * (time.process_time() - began)), name))
        slowest = max(slowest, (time.process_time() - began, name))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if os.environ.get("LABDESK_SHOW_COSTS"):
        print(sorted(costs)[-5:], file=sys.stderr)
    outside = [str(path) for path in folder.parent.iterdir() if path != folder]
    print(
        json.dumps(
            {
                "family": family, "tried": cases, "broken": audit.broken, "wrong": wrong, "outside": outside,
                "accepted": accepted if family in REFUSED else [], "ms": round(1000 * slowest[0]), "slowest": slowest[1],
                "mb": round(grown / 1024),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
