"""The student answers everyday questions before it learns; training mixes its answers in against forgetting."""

from __future__ import annotations

import msgspec

from labdesk.core import paths
from labdesk.core.events import Artifact, Done, Progress, Stage
from labdesk.core.plans.recipe import read_recipe
from labdesk.core.specs import ReplaySpec
from labdesk.core.storage import write_bytes
from labdesk.engine.context import JobContext
from labdesk.engine.exam.everyday import answer_everyday, read_prompts
from labdesk.jobs.open_model import open_model

Spec = ReplaySpec


def run(spec: ReplaySpec, context: JobContext) -> Done:
    """Write replay.jsonl (seconds of work, so a stopped start begins again). Raises ModelError, JobStopped."""
    path = context.folder / "replay.jsonl"
    recipe = read_recipe(paths.resources() / "recipes" / f"{spec.recipe}.yaml")
    questions = read_prompts(paths.resources() / "replay" / "prompts.jsonl")[: recipe.replay_prompts]
    context.report(Stage("replay", "Let the student answer everyday questions", 0, 1))
    with open_model(spec.student) as runtime:
        samples = answer_everyday(
            runtime,
            questions,
            recipe.replay_tokens,
            should_stop=context.should_stop,
            on_answer=lambda count: context.report(Progress(count, len(questions), "questions", "Answering")),
        )
    write_bytes(path, b"".join(msgspec.json.encode(sample) + b"\n" for sample in samples))
    context.report(Artifact("replay", str(path)))
    return Done(f"{len(samples)} everyday questions answered.")
