"""Names and random seeds of samples, derived from where a sample stands: the same job always makes the same rows."""

from __future__ import annotations

import hashlib


def _digest(*parts: object) -> bytes:
    """BLAKE2b over the parts with their lengths, so that ("ab", "c") and ("a", "bc") differ."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        text = str(part).encode("utf-8")
        digest.update(len(text).to_bytes(8, "big"))
        digest.update(text)
    return digest.digest()


def sample_id(job_seed: int, leaf: str, block: str, unit: str, index: int) -> str:
    """The id of the `index`-th sample that `block` makes of one unit (a seed example, a sentence) of a leaf.

    24 hex digits. It depends on the place alone, not on the text, so a killed generation knows which holes to fill.
    """
    return _digest("sample", job_seed, leaf, block, unit, index).hex()[:24]


def sample_seed(sample: str) -> int:
    """The random seed for the sampler of one sample: 31 bits, never 0 (some engines read 0 as "choose one")."""
    return int.from_bytes(_digest("seed", sample)[:4], "big") % 0x7FFFFFFE + 1


def choice_seed(*parts: object) -> int:
    """A seed for a deterministic shuffle, from anything printable: 63 bits."""
    return int.from_bytes(_digest("choice", *parts)[:8], "big") >> 1


def prompt_hash(prompt: str) -> str:
    """The hash of an exact prompt, for the provenance of a sample: 16 hex digits."""
    return _digest("prompt", prompt).hex()[:16]
