"""Renders every place of the window, light and dark, at 1280x800, into PNG files.

    python packaging/screenshots.py [--workspace FOLDER] [--out FOLDER] [PLACE ...]

Without a workspace it makes one from the starter taxonomy; the samples of its generation are the leaves' own examples.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import changes_scenes
import leaf_scenes
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from scenes import SCENES, at_work

from labdesk.core.events import Artifact, Done, Event, Funnel, Hello, Progress, SampleMade, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.sample import Provenance, Sample, SourceSpan, Verdict
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal
from labdesk.core.taxonomy.leaf import Leaf, read_leaf
from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.workspace import Workspace
from labdesk.gui.app import Desk, make_context
from labdesk.gui.context import SettingsStore
from labdesk.gui.errand import Errand
from labdesk.gui.slices import Slices
from labdesk.gui.theme import Choice
from labdesk.gui.welcome import Welcome
from labdesk.gui.window import SIZE, Window

_SETTLE_MS = 700
_MOST_SECONDS = 30
_SCHEMES: tuple[Choice, ...] = ("light", "dark")


def main() -> int:
    """Renders what was asked for and prints the path of each file."""
    arguments = _arguments()
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace.open(arguments.workspace) if arguments.workspace else _starter(Path(scratch))
        arguments.out.mkdir(parents=True, exist_ok=True)
        desk = Desk(app, SettingsStore(Path(scratch) / "settings.json"))
        for scheme in _SCHEMES:
            desk.settings.change(colour_scheme=scheme)  # a scene may change other settings
            desk.theme.choose(scheme)
            _shoot_window(workspace, desk.settings, arguments, scheme)
            _shoot_scenes(desk.settings, arguments, scheme)
            if not arguments.places or "welcome" in arguments.places:
                welcome = Welcome((str(workspace.root),))
                welcome.show()
                _shoot(welcome, arguments.out / f"welcome-{scheme}.png")
                welcome.close()
    return 0


def _shoot_window(workspace: Workspace, settings: SettingsStore, arguments: argparse.Namespace, scheme: str) -> None:
    window = Window(make_context(workspace, settings))
    window.resize(*SIZE)
    window.show()
    _wait()
    for place in window.places:
        if not arguments.places or place.name in arguments.places:
            window.go(place.name)
            _shoot(window, arguments.out / f"{place.name}-{scheme}.png")
    window.close()


def _shoot_scenes(settings: SettingsStore, arguments: argparse.Namespace, scheme: str) -> None:
    """The states that a workspace does not show by itself; not with a workspace of the person's own."""
    every = (*SCENES, *changes_scenes.SCENES, *leaf_scenes.SCENES)
    wanted = [scene for scene in every if not arguments.places or {scene.place, scene.name} & set(arguments.places)]
    for scene in wanted if not arguments.workspace else ():
        with tempfile.TemporaryDirectory() as scratch:
            workspace = Workspace.create(Path(scratch) / "Marrowby")
            with at_work(scene.prepare(workspace)):
                window = Window(make_context(workspace, settings))
                window.resize(*SIZE)
                window.show()
                _wait()
                view = window.go(scene.place)
                _wait()
                shown = scene.act(view) or window
                for _ in range(scene.waits):
                    _wait()
                _wait_for_answers(window)
                _shoot(shown, arguments.out / f"{scene.name}-{scheme}.png")
                window.close()


def _shoot(widget: QWidget, file: Path) -> None:
    _wait()
    widget.grab().save(str(file))
    print(file)


def _wait() -> None:
    loop = QEventLoop()
    QTimer.singleShot(_SETTLE_MS, loop.quit)
    loop.exec()


def _wait_for_answers(window: QWidget) -> None:
    """Until no other process is being asked and no slice of work is left; half a minute at most."""
    until = time.monotonic() + _MOST_SECONDS
    while time.monotonic() < until:
        if not any(part.busy for kind in (Errand, Slices) for part in window.findChildren(kind)):
            return
        _wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("places", nargs="*")
    return parser.parse_args()


def _starter(folder: Path) -> Workspace:
    """The starter taxonomy with one finished generation that kept the examples as they are."""
    workspace = Workspace.create(folder / "Marrowby")
    leaves = [read_leaf(entry.file, workspace.taxonomy) for entry in read_tree(workspace.taxonomy).leaves]
    job = workspace.add_job("generate", GenerateSpec(), "Write samples")
    samples = [sample for leaf in leaves for sample in _seeds(leaf, workspace)]
    _write_samples(job, samples)
    return workspace


def _seeds(leaf: Leaf, workspace: Workspace) -> list[Sample]:
    pairs = [(seed.question, seed.answer, seed.context) for seed in leaf.seed_examples]
    pairs += [(pair.question, pair.answer, "") for pair in leaf.pairs]
    document = next((name for name in (leaf.document.patterns if leaf.document else ())), "")
    text = (workspace.taxonomy / leaf.path / document).read_text("utf-8") if document else ""
    made = []
    for number, (question, answer, context) in enumerate(pairs):
        start = text.find(answer)
        made.append(
            Sample(
                id=f"{leaf.name}-{number}",
                leaf=leaf.path,
                root=leaf.root or "knowledge",  # type: ignore[arg-type]
                form="short",
                origin="seed",
                fact=f"{leaf.name}-{number}",
                question=question,
                answer=answer,
                context=context,
                source=SourceSpan(document, start, start + len(answer)) if start >= 0 and text else None,
                provenance=Provenance(block="seeds"),
                verdicts=(Verdict("form", True), Verdict("duplicates", True)),
            )
        )
    return made


def _write_samples(job: JobFolder, samples: list[Sample]) -> None:
    journal = Journal(job.path / "samples.jsonl")
    for sample in samples:
        journal.append(sample, durable=False)
    journal.close()
    many = len(samples)
    steps = ("asked", "written", "parsed", "unique", "grounded", "kept")
    events: list[Event] = [Hello(job.id, "generate", os.getpid(), 0.0), Stage("write", "Writing samples", 0, 1)]
    events += [SampleMade(s.id, s.leaf, s.question, s.answer, kept=True) for s in samples]
    events += [Funnel("", dict.fromkeys(steps, many)), Progress(many, many, "samples")]
    events += [Artifact("samples", str(job.path)), Done(f"{many} samples kept.", "Review them, then train.")]
    log = Journal(job.events_path)
    for event in events:
        log.append(event, durable=False)
    log.close()


if __name__ == "__main__":
    sys.exit(main())
