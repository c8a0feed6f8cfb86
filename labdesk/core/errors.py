"""Every error a person can see: what happened, why, and what to do.

    LabdeskError
    ├── TaxonomyError      a leaf or a tree that cannot be read or taught from
    ├── DocumentError      a source document that cannot be found, read or trusted
    ├── ModelError         a model file that is missing, damaged, or of a kind labdesk cannot use
    ├── StorageError       a folder or disk that refuses
    ├── GenerationError    a teacher that yields nothing usable
    ├── TrainingError      a training that cannot start or went wrong
    ├── ExamError          an exam that cannot be held
    ├── JobError           a worker that cannot start, died, or is already running
    └── NotAllowed         texts would leave this computer and nobody agreed to that yet
    JobStopped             not an error: somebody asked the job to stop (raised at a safe point)

The window and the terminal show the same three texts.
"""

from __future__ import annotations


class LabdeskError(Exception):
    """Root of everything labdesk raises on purpose."""

    def __init__(self, message: str, *, cause: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.cause, self.remedy) if part)


class TaxonomyError(LabdeskError):
    """A leaf or a tree that cannot be read or taught from."""


class DocumentError(LabdeskError):
    """A source document that cannot be found, read or trusted."""


class ModelError(LabdeskError):
    """A model file that is missing, damaged, or of a kind labdesk cannot use."""


class StorageError(LabdeskError):
    """A folder or a disk that refuses to hold what labdesk must write."""


class GenerationError(LabdeskError):
    """A teacher that yields nothing usable."""


class TrainingError(LabdeskError):
    """A training that cannot start or went wrong."""


class ExamError(LabdeskError):
    """An exam that cannot be held."""


class JobError(LabdeskError):
    """A worker that cannot start, died, or is already running."""


class NotAllowed(LabdeskError):
    """Texts would be sent to a server that the person did not allow yet."""


class JobStopped(Exception):
    """Somebody asked the job to stop; raised at a point where nothing is lost."""
