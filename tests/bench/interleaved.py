"""Compares ways of doing the same work in one run: turn by turn, so that whatever else the computer does hits all alike.

A rate is work per second of the clock. Beside a busy neighbour the clock says little about one turn, but the quotient of
two turns that follow one another says much; several rounds give it a middle and a spread. Processor time is the second
witness: a neighbour takes seconds from the clock, hardly from the processor time of this process.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from statistics import median

import msgspec


class Turn(msgspec.Struct, frozen=True):
    """What one turn of one way took: `work` is counted in the same unit for all ways, times are in seconds."""

    work: float
    wall: float
    processor: float


class Quotient(msgspec.Struct, frozen=True):
    """How many times faster one way is than another: the middle of the rounds, the lowest and the highest."""

    middle: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.lowest:.2f} to {self.highest:.2f})"


class Rounds:
    """The turns of every way, round by round."""

    def __init__(self, ways: Mapping[str, Callable[[], float]], rounds: int) -> None:
        """Run all ways `rounds` times, in an order that turns around each time. A way returns the work it has done."""
        self._turns: dict[str, list[Turn]] = {name: [] for name in ways}
        for number in range(rounds):
            for name in list(ways) if number % 2 == 0 else list(ways)[::-1]:
                wall, own = time.monotonic(), time.process_time()
                work = ways[name]()
                self._turns[name].append(Turn(work, time.monotonic() - wall, time.process_time() - own))

    def rate(self, name: str) -> float:
        """Work per second of the clock, the middle of the rounds."""
        return median(turn.work / turn.wall for turn in self._turns[name])

    def cost(self, name: str) -> float:
        """Processor seconds for one unit of work, the middle of the rounds."""
        return median(turn.processor / turn.work for turn in self._turns[name])

    def faster(self, one: str, other: str) -> Quotient:
        """How many times the rate of `other` the rate of `one` is by the clock, round by round."""
        return self._quotient(one, other, lambda turn: turn.work / turn.wall)

    def cheaper(self, one: str, other: str) -> Quotient:
        """How many times the processor time of `one` the same work costs done as `other`, round by round."""
        return self._quotient(one, other, lambda turn: turn.work / max(turn.processor, 1e-9))

    def _quotient(self, one: str, other: str, value: Callable[[Turn], float]) -> Quotient:
        found = [value(a) / value(b) for a, b in zip(self._turns[one], self._turns[other], strict=True)]
        return Quotient(median(found), min(found), max(found))


def machine() -> str:
    """The computer and how busy it is."""
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} processors{load}"
