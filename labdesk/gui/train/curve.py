"""The loss of a run, raw and smoothed, over all of its phases, and what it means in plain words. Pure."""

from __future__ import annotations

import dataclasses
import math

from labdesk.core.events import Metric
from labdesk.gui.roles import Tone

#: Weight of the past in the smoothed curve (exponential moving average, corrected for its start).
SMOOTHING = 0.8
_EARLY = 8
_WINDOW = 20
_RISEN, _LEVEL = 1.10, 0.01


@dataclasses.dataclass(frozen=True)
class Point:
    """One step: `x` counts over all phases."""

    x: int
    loss: float
    smooth: float


class Curve:
    """Takes metrics in order; a restart that repeats a step replaces it."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self._average = 0.0
        self._weight = 0.0
        self._key: tuple[str, int] = ("", -1)
        self._phase_at = 0

    def add(self, metric: Metric) -> Point | None:
        """The new point; None for a metric without a loss, or a step that is here already."""
        loss = metric.values.get("loss")
        if loss is None or (metric.phase == self._key[0] and metric.step <= self._key[1]):
            return None
        if metric.phase != self._key[0]:
            self._phase_at = len(self.points)
        self._key = (metric.phase, metric.step)
        if math.isfinite(loss):
            self._average = SMOOTHING * self._average + (1 - SMOOTHING) * loss
            self._weight = SMOOTHING * self._weight + (1 - SMOOTHING)
        smooth = self._average / self._weight if self._weight else loss
        point = Point(len(self.points) + 1, loss, smooth)
        self.points.append(point)
        return point

    @property
    def of_phase(self) -> list[Point]:
        """The points of the present phase: another phase begins with another loss, which is no illness."""
        return self.points[self._phase_at :]


@dataclasses.dataclass(frozen=True)
class Health:
    """How the training goes, in one sentence; `advice` is what to do, "" when nothing needs doing. `stop`: whether the
    advice is to stop, so that a button for it stands beside it."""

    tone: Tone
    words: str
    advice: str = ""
    stop: bool = False


def health(points: list[Point], *, running: bool = True) -> Health:
    """What the curve says; of an ended run only what happened."""
    if not running:
        return _looking_back(points)
    if not points:
        return Health("muted", "Waiting for the first step.")
    if not all(math.isfinite(point.loss) for point in points[-_EARLY:]):
        return Health(
            "bad", "The loss is not a number any more.", "Stop, and train again with a lower learning rate.", stop=True
        )
    if len(points) < _EARLY:
        return Health("muted", "Too early to tell. The first steps only warm up.")
    first, last = points[0].loss, _recent(points)
    fallen = f"from {first:.2f} to {last:.2f}"
    if len(points) > _WINDOW:
        before = _recent(points[:-_WINDOW])
        if last > before * _RISEN:
            return Health(
                "warn",
                f"The loss has risen over the last {_WINDOW} steps.",
                "If it goes on, stop, and train again with a lower learning rate.",
                stop=True,
            )
        if abs(last - before) < _LEVEL * max(before, 0.1):
            return Health("good", f"Healthy: the loss fell {fallen} and has levelled off.", "Little more will come.")
    if last < first:
        return Health("good", f"Healthy: the loss is falling, {fallen}.")
    return Health("warn", f"The loss has not fallen yet ({fallen}).", "Give it a few more steps.")


def _recent(points: list[Point]) -> float:
    """Mean loss of the last steps: unlike the smoothed curve it knows nothing of an earlier phase."""
    last = [point.loss for point in points[-_EARLY:]]
    return sum(last) / len(last)


def _looking_back(points: list[Point]) -> Health:
    if not points:
        return Health("muted", "It ended before the first step.")
    change = "fell" if points[-1].smooth < points[0].loss else "went"
    steps = f"{len(points)} steps" if len(points) > 1 else "1 step"
    return Health("muted", f"The loss {change} from {points[0].loss:.2f} to {points[-1].smooth:.2f} in {steps}.")
