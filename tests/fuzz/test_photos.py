"""A short campaign of damaged photos, and what makes it one that can fail."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from models.photo import Preparation, open_photo
from tests.fuzz import corpus, photos

PHOTOS = 250


def test_damaged_photos_are_read_or_refused() -> None:
    """Nothing but a refusal comes out, in bounded memory and time, whatever the damage."""
    found = photos.campaign(seed=7, count=PHOTOS)
    assert "" == found.failure
    assert PHOTOS == found.photos == found.read + sum(found.refused.values())
    assert found.read > PHOTOS // 10  # damage that nothing survives would test the door only
    assert "broken" in found.refused


@pytest.mark.parametrize("kind", corpus.drawn())
def test_the_corpus_is_sound(kind: str) -> None:
    """What is damaged is a photo before: of every format that is read, in its several kinds."""
    photo = open_photo(corpus.drawn()[kind])
    assert (160, 120) == (max(photo.size), min(photo.size))


def test_an_exception_of_another_kind_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The fuzzer itself can fail, and says over which photo."""

    def fail(data: bytes, preparation: Preparation) -> NoReturn:
        raise KeyError("a decoder's own")

    monkeypatch.setattr(photos, "prepare", fail)
    found = photos.work(tmp_path, seed=1, count=50, budget_s=60)
    assert (0, 'KeyError: "a decoder\'s own"') == (found.photos, found.failure)


def test_a_process_that_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash in a decoder cannot be caught, only be noticed from outside."""
    monkeypatch.setattr(photos, "_CHILD", ["/bin/sh", "-c", "echo half > $0/at-work.bin; exit 139"])
    found = photos.campaign(seed=1, count=10)
    assert found.failure.startswith("the process ended with 139")
    assert b"half\n" == found.culprit
