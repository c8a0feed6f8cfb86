"""Takes a folder of pipelines in InstructLab's format: every file that a block names is read into the block.

What is kept in the workspace is one file for each kind of leaf that needs nothing beside it, so that it is shown,
edited and copied into jobs like labdesk's own. Folders come from strangers: nothing outside of them is read, except the
`configs` folder that InstructLab puts beside its `pipelines`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from labdesk.core.errors import GenerationError
from labdesk.engine.pipeline.catalog import table_types

#: Files of an upstream pipeline folder, and what they are here.
UPSTREAM: Final = {"knowledge": "knowledge", "freeform_skills": "freeform", "grounded_skills": "grounded"}
MOST_BYTES: Final = 1 << 20
_MOST_BLOCKS: Final = 100
_DEPTH: Final = 4
_IMPORT: Final = "ImportBlock"
_PARTS: Final = ("system", "introduction", "principles", "examples", "generation")
_CONFIGS: Final = "configs"
#: What labdesk adds: the person's own examples, and the checks that no pipeline should be without.
_BEFORE: Final = ({"name": "seeds", "type": "Seeds"},)
_BEHIND: Final[tuple[dict[str, Any], ...]] = (
    {"name": "form", "type": "FormFilter", "config": {"question_most": 400, "answer_most": 1000}},
    {"name": "language", "type": "LanguageFilter"},
    {"name": "duplicates", "type": "DuplicateFilter"},
)


def self_contained(file: Path, title: str) -> str | None:
    """The text of a pipeline that needs no other file; None when the file has no block of InstructLab's format.

    Raises GenerationError that names the file or block which cannot be used.
    """
    whole = _mapping(file)
    blocks = whole.get("blocks")
    if not isinstance(blocks, list) or not any(
        isinstance(one, dict) and one.get("type") in (*table_types(), _IMPORT) for one in blocks
    ):
        return None
    root = file.parent.resolve()
    found = [_inlined(block, root, file.name) for block in _flat(blocks, file, root, 0)]
    taken = {str(block.get("name")) for block in found}
    own = [{**one, "name": _free(str(one["name"]), taken)} for one in (*_BEFORE, *_BEHIND)]
    kept = {"version": str(whole.get("version", "")), "title": title, "style": "chat"}
    every = [*own[: len(_BEFORE)], *found, *own[len(_BEFORE) :]]
    return yaml.safe_dump({**kept, "blocks": every}, sort_keys=False, allow_unicode=True, width=100)


def _flat(blocks: list[Any], file: Path, root: Path, depth: int) -> list[dict[str, Any]]:
    """The blocks, with those of imported files in the place of the import."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if not isinstance(block, dict) or not isinstance(block.get("config", {}), dict):
            raise _fault(file.name, "One of its blocks is no block.")
        if block.get("type") == _IMPORT:
            path = str(block.get("config", {}).get("path", ""))
            if depth >= _DEPTH:
                raise _fault(file.name, f"It imports “{path}”, which imports others, more than {_DEPTH} deep.")
            other = _beside(path, root, file.name)
            more = _mapping(other).get("blocks")
            found += _flat(more if isinstance(more, list) else [], other, root, depth + 1)
        else:
            found.append(block)
        if len(found) > _MOST_BLOCKS:
            raise _fault(file.name, f"It has more than {_MOST_BLOCKS} blocks.")
    return found


def _inlined(block: dict[str, Any], root: Path, file: str) -> dict[str, Any]:
    """The block with the files that it names read into its options."""
    config = dict(block.get("config") or {})
    kind = block.get("type")
    if kind == "IterBlock":
        own = {key: config.pop(key) for key in ("num_iters", "block_type") if key in config}
        inner = _inlined({"type": own.get("block_type"), "config": config.pop("block_config", config)}, root, file)
        return {**block, "config": {**own, "block_config": inner["config"]}}
    if kind == "LLMBlock" and "config_path" in config:
        prompt = _mapping(_beside(str(config["config_path"]), root, file))
        config |= {"prompt": _prompt(prompt), **_tags(prompt)}
    if kind == "ConditionalLLMBlock":
        pairs = config.get("config_paths")
        if (
            not isinstance(pairs, list)
            or not pairs
            or not all(isinstance(one, list) and len(one) == 2 for one in pairs)
        ):
            raise _fault(file, f"The block “{block.get('name')}” needs config_paths: pairs of a file and a value.")
        read = {str(key): _mapping(_beside(str(path), root, file)) for path, key in pairs}
        config |= {"prompts": {key: _prompt(one) for key, one in read.items()}, **_tags(next(iter(read.values())))}
    if kind == "SamplePopulatorBlock":
        end = f"_{config['post_fix']}.yaml" if config.get("post_fix") else ".yaml"
        paths = [str(path) for path in config.get("config_paths") or ()]
        config["tables"] = {
            Path(path).name.split(".")[0]: _mapping(_beside(path.replace(".yaml", end), root, file)) for path in paths
        }
    return {**block, "config": config}


def _prompt(config: dict[str, Any]) -> str:
    """The parts of a prompt's file in their order, a line between them."""
    return "\n".join("" if config.get(part) is None else str(config[part]) for part in _PARTS).strip()


def _tags(config: dict[str, Any]) -> dict[str, Any]:
    return {key: list(config[key]) for key in ("start_tags", "end_tags") if isinstance(config.get(key), list)}


def _beside(path: str, root: Path, file: str) -> Path:
    """A file that a pipeline names. Raises GenerationError when it is not there, or lies where no pipeline may look."""
    found = (root / path).resolve()
    configs = root.parent.parent / _CONFIGS
    inside = found.is_relative_to(root) or (root.parent.name == "pipelines" and found.is_relative_to(configs))
    if Path(path).is_absolute() or not inside or found.suffix not in (".yaml", ".yml"):
        raise _fault(file, f"It names “{path}”, which is not in its folder.")
    if not found.is_file():
        raise _fault(file, f"It names “{path}”, which is not there.")
    return found


def _mapping(file: Path) -> dict[str, Any]:
    try:
        with open(file, "rb") as opened:
            text = opened.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise _fault(file.name, "It is too large for a pipeline.")
        found = yaml.safe_load(text)
    except OSError as error:
        raise _fault(file.name, f"{error.strerror}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _fault(file.name, str(error)) from error
    if not isinstance(found, dict):
        raise _fault(file.name, "It holds no names with values.")
    return found


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else f"labdesk {name}"


def _fault(name: str, cause: str) -> GenerationError:
    return GenerationError(
        f"The pipeline file “{name}” cannot be used.", cause=cause, remedy="Correct the folder, or choose another."
    )
