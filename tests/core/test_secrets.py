"""Keys: in a keyring that encrypts, else in a variable, never anywhere else."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, PasswordDeleteError

from labdesk.core.errors import StorageError
from labdesk.core.secrets import find_key, keep_key

ADDRESS = "https://api.example.com/v1"


class Memory(KeyringBackend):
    """A keyring that holds its passwords for a test."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


class Locked(Memory):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringError("The keyring is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringError("The keyring is locked")


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    found = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    monkeypatch.setattr(keyring, "get_password", found.get_password)
    monkeypatch.setattr(keyring, "set_password", found.set_password)
    monkeypatch.setattr(keyring, "delete_password", found.delete_password)
    return found


def test_a_key_is_kept_found_and_taken_away(memory: Memory, own_home: Path) -> None:
    keep_key(ADDRESS, "sk-secret")
    assert find_key(ADDRESS) == "sk-secret"
    assert find_key("https://other.example.com/v1") == ""
    keep_key(ADDRESS, "")
    assert find_key(ADDRESS) == ""
    assert not memory.kept
    assert not list(own_home.rglob("*"))


def test_a_variable_comes_first(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_key(ADDRESS, "sk-secret")
    monkeypatch.setenv("LABDESK_KEY_API_EXAMPLE_COM", "sk-other")
    assert find_key(ADDRESS) == "sk-other"


def test_a_keyring_that_writes_plain_files_is_not_used(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memory, "__module__", "keyrings.alt.file")
    with pytest.raises(StorageError) as caught:
        keep_key(ADDRESS, "sk-secret")
    assert "LABDESK_KEY_API_EXAMPLE_COM" in caught.value.remedy
    assert not memory.kept
    assert find_key(ADDRESS) == ""


def test_a_locked_keyring_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = Locked()
    monkeypatch.setattr(keyring, "get_keyring", lambda: locked)
    monkeypatch.setattr(keyring, "get_password", locked.get_password)
    monkeypatch.setattr(keyring, "set_password", locked.set_password)
    assert find_key(ADDRESS) == ""
    with pytest.raises(StorageError):
        keep_key(ADDRESS, "sk-secret")
