"""A model on the Hugging Face hub, as data: which of its files labdesk fetches, and which it never lets onto the disk.

The rule is a list of what may come, not of what may not: weights as GGUF or safetensors, and the texts that describe
them. Python files, pickles and archives have no way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from labdesk.core.errors import ModelError

HUB: Final = "https://huggingface.co"

#: Larger files have a SHA-256 on the hub; smaller ones may have only git's own hash.
SMALL: Final = 32_000_000
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"[\w][\w. ()+-]{0,180}", re.ASCII)
_WEIGHTS: Final = (".gguf", ".safetensors")
_TEXTS: Final = re.compile(
    r"(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab"
    r"|model\.safetensors\.index)\.json|tokenizer\.model|merges\.txt|[\w.-]+\.jinja|(LICENSE|LICENCE|README)(\.md|\.txt)?",
    re.ASCII | re.IGNORECASE,
)
_SPLIT: Final = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
#: Keys of a config.json with which a repository has its own code run.
CODE_KEYS: Final = frozenset(
    {"auto_map", "model_file", "trust_remote_code", "custom_generate", "custom_pipelines", "custom_code"}
)


class HubFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a repository. sha256: of its content; for small texts the hub knows only `git_sha1`."""

    name: str
    url: str
    size: int
    sha256: str = ""
    git_sha1: str = ""


class HubModel(msgspec.Struct, frozen=True, kw_only=True):
    """A repository at one commit. gated: its owner wants to know who fetches it."""

    repository: str
    commit: str = ""
    licence: str = ""
    gated: bool = False
    downloads: int = 0
    likes: int = 0
    files: tuple[HubFile, ...] = ()


def clean_repository(text: str) -> str:
    """`owner/name` out of what a person typed or pasted. Raises ModelError."""
    name = re.sub(r"^https?://[^/]+/", "", text.strip()).split("/tree/")[0].split("/blob/")[0].strip("/")
    if not _REPOSITORY.fullmatch(name) or ".." in name:
        raise ModelError(
            f"“{text[:100]}” is no model on the hub.",
            cause="A model there has the name of its owner, a slash, and its own name.",
            remedy="Write it as in HuggingFaceTB/SmolLM2-360M-Instruct-GGUF, or paste the address of its page.",
        )
    return name


def may_fetch(name: str) -> bool:
    """Whether a file may come onto the disk: by its name alone, a plain name in the repository's first folder."""
    path = PurePosixPath(name)
    if len(path.parts) != 1 or not _NAME.fullmatch(name) or name.endswith((".", " ")):
        return False
    return path.suffix.lower() in _WEIGHTS or _TEXTS.fullmatch(name) is not None


def gguf_files(model: HubModel) -> tuple[HubFile, ...]:
    """The GGUF files a person can choose from, small ones first; parts of split models are left out."""
    found = [f for f in model.files if f.name.lower().endswith(".gguf") and may_fetch(f.name)]
    whole = [f for f in found if not _SPLIT.search(f.name) and "mmproj" not in f.name.lower()]
    return tuple(sorted(whole, key=lambda file: (file.size, file.name)))


def check_files(files: Iterable[HubFile]) -> None:
    """Raises ModelError when a file may not be fetched, or could not be checked once it is here."""
    for file in files:
        if not may_fetch(file.name):
            raise ModelError(
                f"labdesk does not fetch “{file.name[:100]}”.",
                cause="Only weights (GGUF, safetensors) and the texts beside them come onto your disk: "
                "other files of a model can run code.",
                remedy="Choose a GGUF file.",
            )
        small = file.size <= SMALL and _COMMIT.fullmatch(file.git_sha1)
        if file.size <= 0 or not (small or _SHA256.fullmatch(file.sha256)):
            raise ModelError(
                f"“{file.name}” cannot be checked.",
                cause="The hub does not say what its content must be.",
                remedy="Choose another file or another model.",
            )


def waiting_room(models: Path, model: HubModel) -> Path:
    """Where the parts of a model lie until it is whole: a hidden folder, so that no list shows them."""
    return models / ".downloads" / f"{model.repository.replace('/', '--')}--{model.commit[:12]}"


def check_commit(commit: str) -> None:
    """Raises ModelError unless a commit is a full hash: a name could mean something else tomorrow."""
    if not _COMMIT.fullmatch(commit):
        raise ModelError("The hub did not say which version of the model this is.", remedy="Try again later.")
