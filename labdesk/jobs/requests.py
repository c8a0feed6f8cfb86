"""The verbs behind buttons and commands: make the job a person asks for, or find the unfinished one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from labdesk.core.errors import TaxonomyError
from labdesk.core.inputs import taxonomy_hash
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import GenerateSpec, TeachSpec
from labdesk.core.taxonomy.readiness import ready_leaves
from labdesk.core.workspace import Workspace


def request_teach(
    workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "", student: str = "", again: bool = False
) -> JobFolder:
    """The teach job for these leaves (all when empty): an unfinished one with the same inputs, or a new one.

    Raises TaxonomyError when a leaf cannot be taught from, StorageError when the workspace cannot be written.
    """
    chosen = _checked(workspace, leaves)
    spec = TeachSpec(leaves=chosen, teacher=teacher, student=student, inputs=taxonomy_hash(workspace.taxonomy, chosen))
    return _find_or_add(workspace, "teach", spec, _title("Teach", chosen), again)


def request_generation(
    workspace: Workspace, leaves: Iterable[str] = (), teacher: str = "", again: bool = False
) -> JobFolder:
    """The generate job for these leaves, found or new. Raises as `request_teach`."""
    chosen = _checked(workspace, leaves)
    spec = GenerateSpec(leaves=chosen, teacher=teacher, inputs=taxonomy_hash(workspace.taxonomy, chosen))
    return _find_or_add(workspace, "generate", spec, _title("Generate", chosen), again)


def _checked(workspace: Workspace, leaves: Iterable[str]) -> tuple[str, ...]:
    chosen = ready_leaves(workspace.taxonomy, tuple(leaves))
    if not chosen:
        raise TaxonomyError(
            "There is nothing to teach yet.",
            cause=f"No leaf (a folder with a qna.yaml) was found below {workspace.taxonomy}.",
            remedy="Add a leaf with seed examples first.",
        )
    return chosen


def _find_or_add(workspace: Workspace, kind: str, spec: Any, title: str, again: bool) -> JobFolder:
    workspace.require_writable()
    if not again:
        for job in reversed(workspace.jobs(kind)):
            if not job.request.parent and job.spec(type(spec)) == spec and job.state().status != "done":
                return job
    return workspace.add_job(kind, spec, title)


def _title(verb: str, leaves: tuple[str, ...]) -> str:
    if len(leaves) == 1:
        return f"{verb} “{leaves[0].rsplit('/', 1)[-1].replace('_', ' ')}”"
    return f"{verb} {len(leaves)} leaves"
