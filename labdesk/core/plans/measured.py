"""What a finished training took on this computer: it corrects the next forecast."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labdesk.core.errors import StorageError
from labdesk.core.plans.training import Machine
from labdesk.core.storage import read_json

MEASURED = "measured.json"
#: Corrections outside of these are taken for accidents: a sleeping laptop, a run that shared its computer.
_LEAST, _MOST = 0.5, 2.0


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """operations and seconds of the steps, peak bytes of the process, and the bytes that the formula had said."""

    student: str
    operations: float
    seconds: float
    peak_memory: int
    predicted_memory: int

    def correct(self, machine: Machine) -> Machine:
        """The machine as this run found it: how much of its speed is reached, how far off memory was."""
        if self.seconds <= 0 or self.predicted_memory <= 0:
            return machine
        off = self.peak_memory / self.predicted_memory
        return msgspec.structs.replace(
            machine,
            efficiency=min(1.0, self.operations / self.seconds / machine.flops),
            memory_factor=min(_MOST, max(_LEAST, off)),
        )


def last_measured(runs: Path, student: str) -> Measured | None:
    """What the newest measured run took, one of the same student where there is any; None when none was."""
    files = sorted(runs.glob(f"*/{MEASURED}"), key=lambda path: path.stat().st_mtime, reverse=True)
    found: list[Measured] = []
    for path in files:
        try:
            found.append(read_json(path, Measured))
        except StorageError:
            continue
    return next((one for one in found if one.student == student), found[0] if found else None)
