"""Exports what a run taught: model files for other programs, each loaded again and held against the run before it is
kept, with a model card and a Modelfile."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.events import Artifact, Done, Note, Progress, Stage
from labdesk.core.exam.report import read_report
from labdesk.core.models.card import CardFacts, ExportedFile, TaughtLeaf, model_card, modelfile
from labdesk.core.models.catalog import model_path
from labdesk.core.models.gguf_header import read_header
from labdesk.core.samples import dataset
from labdesk.core.specs import ExportSpec
from labdesk.core.storage import copy_file, read_json, remove_folder, sha256_of, write_text
from labdesk.engine.context import JobContext
from labdesk.engine.convert.adapter_gguf import export_adapter
from labdesk.engine.convert.agreement import Scores, check_agreement, compare, scores
from labdesk.engine.convert.lora_folder import export_lora_folder
from labdesk.engine.convert.merged_gguf import export_merged
from labdesk.engine.convert.quantize import QuantKind, quantize
from labdesk.jobs.kinds.train import RunRecord

Spec = ExportSpec

_TEXT: Final = (
    "The lighthouse keeper writes down the weather every morning before breakfast. Wind from the west, rain at noon, "
    "and a small boat that came in late. People ask many questions about the harbour, and most answers are short."
)
_MOST_TEXTS: Final = 6
_OLLAMA_SECONDS: Final = 1800


def run(spec: ExportSpec, context: JobContext) -> Done:
    """Write the files into the target folder. Raises ModelError, StorageError, JobStopped."""
    run_folder, target = Path(spec.run), Path(spec.target)
    record = read_json(run_folder / "run.json", RunRecord)
    base, weights = model_path(record.student), last_weights(run_folder)
    whole = f"{spec.name}-F16.gguf"
    context.report(Stage("adapter", "Write the adapter", 0, 3))
    adapter = target / f"{spec.name}-adapter.gguf"
    export_adapter(base, weights, adapter, name=spec.name)
    if spec.mlx_adapter:
        export_lora_folder(weights, target / "adapter", record.student or base.name)
    context.raise_if_stopped()
    context.report(Stage("export", "Write and check the model files", 1, 3))
    texts = _texts(record)
    said = scores(base, texts, adapter)
    files = [_described(adapter)]
    room = target / ".unfinished"
    try:
        for number, kind in enumerate(spec.kinds):
            context.report(Progress(number, len(spec.kinds), "files", f"Writing {kind}"))
            files.append(_export_kind(spec, kind, base, weights, room, said, texts))
            context.report(Artifact("model", str(target / files[-1].name)))
            context.raise_if_stopped()
    finally:
        remove_folder(room)
    context.report(Stage("describe", "Write the model card", 2, 3))
    facts = _facts(spec, record, run_folder, base, tuple(files))
    write_text(target / "README.md", model_card(facts))
    chosen = next((file.name for file in files[1:] if whole not in file.name), files[-1].name)
    if spec.kinds:
        write_text(target / "Modelfile", modelfile(facts, chosen))
        for sentence in _hand_over(spec, target, chosen):
            context.report(Note(sentence))
    context.report(Artifact("export", str(target)))
    worst = min((file.same for file in files if file.same is not None), default=None)
    alike = (
        "" if worst is None else f" Each was loaded and chose the run's word in {100 * worst:.0f} % of places or more."
    )
    return Done(
        f"{len(files)} files are in {target}.{alike}", f"In Ollama: ollama create {spec.name} -f {target / 'Modelfile'}"
    )


def last_weights(run: Path) -> Path:
    """What the last phase of a run learned. Raises ModelError when it has not finished one."""
    for phase in ("skills", "knowledge"):
        if (run / phase / "adapter.safetensors").is_file():
            return run / phase / "adapter.safetensors"
    raise ModelError(
        "This run has nothing to export yet.",
        cause="It has not finished a phase.",
        remedy="Continue the training, or choose another run.",
    )


def _export_kind(
    spec: ExportSpec, kind: QuantKind, base: Path, weights: Path, room: Path, said: Scores, texts: list[str]
) -> ExportedFile:
    """One model file, checked before it gets its name."""
    made = room / f"{spec.name}-{kind}.gguf"
    if kind in ("F16", "Q8_0"):
        export_merged(base, weights, made, kind=kind)
    else:
        whole = room / "whole.gguf"
        if not whole.exists():
            export_merged(base, weights, whole, kind="F16")
        quantize(whole, made, kind)
    found = compare(said, scores(made, texts))
    check_agreement(kind, found)
    final = Path(spec.target) / made.name
    made.replace(final)
    return _described(final, found.same, found.divergence)


def _described(path: Path, same: float | None = None, divergence: float | None = None) -> ExportedFile:
    return ExportedFile(
        name=path.name, size=path.stat().st_size, sha256=sha256_of(path), same=same, divergence=divergence
    )


def _texts(record: RunRecord) -> list[str]:
    """What the check reads: a general text, and some questions of the exam with their answers."""
    try:
        exam = dataset.read(Path(record.dataset)).exam
    except (OSError, msgspec.MsgspecError):
        exam = ()
    return [_TEXT, *(f"{question.question} {question.answer}" for question in exam[:_MOST_TEXTS])]


def _facts(spec: ExportSpec, record: RunRecord, run: Path, base: Path, files: tuple[ExportedFile, ...]) -> CardFacts:
    header = read_header(base)
    about = dataset.read(Path(record.dataset)).about
    report = read_report(run / "exam") if (run / "exam" / "report.json").is_file() else None
    marks = {leaf.leaf: leaf for leaf in report.leaves} if report else {}
    return CardFacts(
        name=spec.name,
        base=header.name or base.stem,
        base_licence=header.license,
        teacher=Path(about.teacher).stem,
        rows=sum(record.rows.values()),
        leaves=tuple(
            TaughtLeaf(
                name=leaf.leaf,
                rows=leaf.samples,
                before=marks[leaf.leaf].before / 100 if leaf.leaf in marks else None,
                after=marks[leaf.leaf].after / 100 if leaf.leaf in marks else None,
            )
            for leaf in about.leaves
        ),
        files=files,
        before=report.before / 100 if report else None,
        after=report.after / 100 if report else None,
        licences=spec.licences,
        chat_template=header.chat_template,
    )


def _hand_over(spec: ExportSpec, target: Path, chosen: str) -> Iterator[str]:
    """Give the model to other programs of the person; sentences that say what happened."""
    if spec.lm_studio:
        place = Path(spec.lm_studio) / "labdesk" / spec.name / chosen
        copy_file(target / chosen, place)
        yield f"LM Studio finds it as labdesk/{spec.name}."
    if spec.ollama:
        yield _create_in_ollama(spec.name, target)


def _create_in_ollama(name: str, target: Path) -> str:
    program = shutil.which("ollama")
    if program is None:
        return "Ollama is not installed here: the Modelfile is ready for it."
    done = subprocess.run(
        [program, "create", name, "-f", "Modelfile"],
        cwd=target,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_OLLAMA_SECONDS,
    )
    if done.returncode != 0:
        return f"Ollama did not take it: {(done.stderr.strip().splitlines() or ['no reason given'])[-1][:300]}"
    return f"Ollama has it: ollama run {name}"
