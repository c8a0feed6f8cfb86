"""Scripted misbehaviour of servers: every file that arrives is right, nothing else gets its name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from labdesk.core.errors import JobStopped, ModelError, StorageError
from labdesk.core.models.hub import HubModel
from labdesk.engine.download import model as fetching
from labdesk.engine.download.ranged import Fetcher, Patience
from tests.engine.download.naughty_hub import COMMIT, REPOSITORY, Hub, Turn, content, serving

BLOCK = 16_384
SIZE = 200_001
BODY = content(SIZE)
QUICK = Patience(seconds=2.0, pause=0.0, longest=0.0, tries=5)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(Hub(BODY)) as made:
        yield made


def fetch(hub: Hub, target: Path, **options: object) -> None:
    with Fetcher(patience=QUICK, block=BLOCK, **options) as fetcher:  # type: ignore[arg-type]
        fetcher.fetch(hub.file, target)


DROPS = [Turn(drop_after=at) for at in (0, 1, 100, BLOCK - 1, BLOCK, BLOCK + 1, 65_536, 100_000, SIZE - 1)]
HALF = Turn(drop_after=100_000)
GOOD: dict[str, list[Turn]] = {
    "a good server": [],
    **{f"dropped after {turn.drop_after}": [turn] for turn in DROPS},
    **{f"dropped {count} times": [Turn(drop_after=30_000)] * count for count in (2, 3, 5)},
    "dropped at every thousand": [Turn(drop_after=1000 * n) for n in range(1, 12)],
    "nothing, four times": [Turn(drop_after=0)] * 4,
    "half, then 200 for 206": [HALF, Turn(ignore_range=True)],
    "half, then 200 for 206, cut again": [HALF, Turn(ignore_range=True, drop_after=50_000)],
    "half, then a range from elsewhere": [HALF, Turn(shift=-500)],
    "half, then a range from further on": [HALF, Turn(shift=700)],
    "half, then a wrong Content-Range": [HALF, Turn(lie=-100)],
    "half, then another wrong Content-Range": [HALF, Turn(lie=64)],
    "half, then a Content-Range that is none": [HALF, Turn(headers={"Content-Range": "elephants"})],
    "half, then a range without end": [HALF, Turn(headers={"Content-Range": "bytes 5-4/3"})],
    "half, then the etag changes": [HALF, Turn(etag='"new"')],
    "half, then the etag is weak": [HALF, Turn(etag='W/"weak"')],
    "weak etags": [Turn(drop_after=90_000, etag='W/"a"'), Turn(etag='W/"a"')],
    "no etags": [Turn(drop_after=90_000, etag=""), Turn(etag="")],
    "half of another content first": [Turn(drop_after=100_000, other=content(SIZE, 2))],
    "another content whole": [Turn(other=content(SIZE, 3))],
    "another content, shorter": [Turn(other=content(SIZE - 5, 3))],
    "another content, longer": [Turn(other=content(SIZE + 5, 3))],
    "truncated under its right length": [Turn(short=10)],
    "truncated by half": [Turn(short=SIZE // 2)],
    "truncated twice": [Turn(short=10), Turn(short=5)],
    "the first byte flipped": [Turn(flip=0)],
    "a byte flipped": [Turn(flip=77_777)],
    "the last byte flipped": [Turn(flip=SIZE - 1)],
    "flipped twice": [Turn(flip=5), Turn(flip=SIZE - 5)],
    "flipped, then dropped": [Turn(flip=9), Turn(drop_after=70_000)],
    "half flipped, then the rest": [Turn(flip=5, drop_after=100_000)],
    "zipped": [Turn(zipped=True)],
    "half, then zipped": [HALF, Turn(zipped=True)],
    "zipped and cut": [Turn(zipped=True, drop_after=20_000)],
    "more than announced by the hub": [Turn(more=b"x" * 5000)],
    "an empty body": [Turn(other=b"")],
    "416 at half": [HALF, Turn(status=416)],
    **{f"{status} first": [Turn(status=status)] for status in (408, 429, 500, 502, 503, 504)},
    "503 four times": [Turn(status=503)] * 4,
    "half, then 403: expired": [HALF, Turn(status=403)],
    "half, then 401: expired": [HALF, Turn(status=401)],
    "expired twice": [HALF, Turn(status=403), Turn(drop_after=10_000), Turn(status=403)],
    "429 with Retry-After": [Turn(status=429, headers={"Retry-After": "0"})],
    "a redirect to nowhere": [Turn(redirect="http://127.0.0.1:1/")],
    "a redirect to another scheme": [Turn(redirect="ftp://127.0.0.1/")],
    "a redirect into a void": [Turn(redirect="http://[")],
    "redirected to itself": [Turn(redirect="?again"), Turn(redirect="?and-again")],
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_arrives_is_right(name: str, hub: Hub, tmp_path: Path) -> None:
    hub.turns = list(GOOD[name])
    target = tmp_path / "model.gguf"
    fetch(hub, target)
    assert target.read_bytes() == BODY
    assert [path.name for path in tmp_path.iterdir()] == ["model.gguf"], "no parts are left"


BAD: dict[str, tuple[Turn, str]] = {
    "always flipped": (Turn(flip=1000), "checksum"),
    "always another content": (Turn(other=content(SIZE, 4)), "checksum"),
    "always shorter": (Turn(other=BODY[:-1]), "announces"),
    "always longer": (Turn(other=BODY + b"x"), "announces"),
    "always empty": (Turn(other=b""), "announces"),
    "always cut at once": (Turn(drop_after=0), "kept"),
    "always busy": (Turn(status=503), "kept"),
    "gone": (Turn(status=404), "404"),
    "gated": (Turn(status=403, headers={"X-Error-Code": "GatedRepo"}), "token"),
    "not known": (Turn(status=401), "token"),
    "a teapot": (Turn(status=418), "418"),
    "redirected in circles": (Turn(redirect="?loop"), "circles"),
    "a range where none was asked": (Turn(status=206), "announces"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_never_gets_right_is_never_accepted(name: str, hub: Hub, tmp_path: Path) -> None:
    hub.always, said = BAD[name]
    target = tmp_path / "model.gguf"
    with pytest.raises(ModelError) as caught:
        fetch(hub, target)
    assert said in str(caught.value) and caught.value.remedy
    assert not target.exists()


def test_there_are_sixty_cases() -> None:
    assert len(GOOD) + len(BAD) >= 60


def test_a_pause_costs_no_bytes_twice_and_the_next_start_goes_on(hub: Hub, tmp_path: Path) -> None:
    target = tmp_path / "model.gguf"
    moved: list[int] = []
    for limit in (40_000, 90_000, 150_000):
        stop = lambda limit=limit: moved[-1] > limit  # noqa: E731
        with Fetcher(patience=QUICK, block=BLOCK, should_stop=stop) as fetcher, pytest.raises(JobStopped):
            fetcher.fetch(hub.file, target, moved.append)
        assert not target.exists()
    fetch(hub, target)
    assert target.read_bytes() == BODY
    starts = [int(asked["Range"][6:-1]) for asked in hub.asked if "Range" in asked]
    assert len(starts) == 3 and starts == sorted(starts) and starts[0] > 40_000


def test_a_damaged_part_is_recognised_and_only_its_rest_is_fetched_again(hub: Hub, tmp_path: Path) -> None:
    target = tmp_path / "model.gguf"
    hub.turns = [Turn(drop_after=80_000), Turn(status=404)]
    with pytest.raises(ModelError):
        fetch(hub, target)
    part = tmp_path / "model.gguf.part"
    data = bytearray(part.read_bytes())
    data[70_000] ^= 1
    part.write_bytes(data)
    hub.asked.clear()
    fetch(hub, target)
    assert target.read_bytes() == BODY
    first = int(hub.asked[0].get("Range", "bytes=0-")[6:-1])
    assert 0 < first <= 70_000


def a_model(hub: Hub) -> HubModel:
    return HubModel(repository=REPOSITORY, commit=COMMIT, files=(hub.file,))


def test_a_full_disk_is_said_before_the_first_byte(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=fetching.MARGIN)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with Fetcher(patience=QUICK) as fetcher, pytest.raises(StorageError, match="not enough space"):
        fetching.fetch_model(a_model(hub), tmp_path, fetcher, lambda *_told: None)
    assert hub.sent == 0


def test_a_gguf_that_is_none_is_not_kept_even_with_the_right_checksum(hub: Hub, tmp_path: Path) -> None:
    with Fetcher(patience=QUICK) as fetcher, pytest.raises(ModelError):
        fetching.fetch_model(a_model(hub), tmp_path, fetcher, lambda *_told: None)
    assert not list(tmp_path.rglob("*.gguf*"))


def test_a_token_goes_to_the_hub_and_to_nobody_it_redirects_to(tmp_path: Path) -> None:
    with serving(Hub(BODY)) as other, serving(Hub(BODY)) as hub:
        hub.token = "hf_secret"
        hub.turns = [Turn(redirect=other.url.replace("127.0.0.1", "localhost") + "/file")]
        with Fetcher("hf_secret", patience=QUICK) as fetcher:
            fetcher.fetch(hub.file, tmp_path / "m.gguf")
        assert hub.asked[0]["Authorization"] == "Bearer hf_secret"
        assert other.asked and "Authorization" not in other.asked[0]
