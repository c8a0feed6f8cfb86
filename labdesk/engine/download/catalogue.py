"""What the Hugging Face hub says about its models, through its own client: searching, and the files of one.

Import it only where it is needed: the client takes most of a second to load.
"""

from __future__ import annotations

from typing import Any, Final

import httpx2
from huggingface_hub import HfApi
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RepositoryNotFoundError

from labdesk.core.errors import ModelError
from labdesk.core.models.hub import HubFile, HubModel, clean_repository

_MOST: Final = 50


class Catalogue:
    """The hub, or a mirror of it, asked with or without a token."""

    def __init__(self, endpoint: str, token: str = "") -> None:
        self._endpoint = endpoint.rstrip("/")
        self._api = HfApi(endpoint=self._endpoint, token=token or False, library_name="labdesk")

    def search(self, words: str, most: int = _MOST) -> list[HubModel]:
        """Models with GGUF files whose name holds these words, the most fetched first. Raises ModelError."""
        found: list[HubModel] = self._asked(lambda: [_found(one) for one in self._listed(words, most)])
        return found

    def files(self, repository: str, revision: str = "main") -> HubModel:
        """A model with its files as they are now: sizes, checksums, and addresses pinned to a commit.

        Raises ModelError.
        """
        name = clean_repository(repository)
        info: Any = self._asked(lambda: self._api.model_info(name, revision=revision, files_metadata=True))
        commit = str(info.sha or "")
        base = f"{self._endpoint}/{name}/resolve/{commit}"
        files = tuple(
            HubFile(
                name=one.rfilename,
                url=f"{base}/{one.rfilename}",
                size=int(one.size or 0),
                sha256=str(one.lfs.sha256) if one.lfs else "",
                git_sha1="" if one.lfs else str(one.blob_id or ""),
            )
            for one in info.siblings or ()
        )
        return HubModel(
            repository=name,
            commit=commit,
            licence=_licence(info.tags or ()),
            gated=bool(info.gated),
            downloads=int(info.downloads or 0),
            likes=int(info.likes or 0),
            files=files,
        )

    def _listed(self, words: str, most: int) -> Any:
        return self._api.list_models(search=words, filter="gguf", sort="downloads", limit=min(most, _MOST))

    def _asked(self, question: Any) -> Any:
        try:
            httpx2.head(self._endpoint, timeout=10)  # its client tries for half a minute when there is no network
            return question()
        except GatedRepoError as error:
            raise ModelError(
                "This model is only for those who agreed to its terms.",
                cause=str(error).splitlines()[0][:300],
                remedy="Agree on the model's page, then give labdesk a token with the right to read.",
            ) from error
        except RepositoryNotFoundError as error:
            raise ModelError(
                "There is no such model on the hub.",
                cause="Or it is private, and no token was given that may read it.",
                remedy="Check the name: owner, slash, name.",
            ) from error
        except OfflineModeIsEnabled as error:
            raise ModelError(
                "The hub is switched off.",
                cause="The variable HF_HUB_OFFLINE is set.",
                remedy="Start labdesk without this variable to search and fetch models.",
            ) from error
        except (HfHubHTTPError, httpx2.HTTPError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                "The hub cannot be asked now.",
                cause=(str(error).splitlines() or [type(error).__name__])[0][:300],
                remedy="Check the network, or set another mirror in Settings.",
            ) from error


def _found(one: Any) -> HubModel:
    return HubModel(
        repository=str(one.id),
        licence=_licence(one.tags or ()),
        gated=bool(one.gated),
        downloads=int(one.downloads or 0),
        likes=int(one.likes or 0),
    )


def _licence(tags: Any) -> str:
    return next((str(tag)[8:][:60] for tag in tags if str(tag).startswith("license:")), "")
