"""The measured rates of the filters on the seeded test set stay what they were promised to be."""

from __future__ import annotations

from tests.bench.filters import measure


def test_rates() -> None:
    shares, rows = measure(100, 1)
    assert min(rows.values()) > 40
    for kind in ("swapped, of the document", "swapped, foreign", "off topic"):
        assert shares[kind]["GroundingFilter"] >= 0.95, kind
    assert shares["good"]["any"] <= 0.05
    for kind in ("copy", "leak of the exam"):
        assert shares[kind]["DuplicateFilter"] >= 0.99, kind
    assert shares["copy in other words"]["DuplicateFilter"] >= 0.8
