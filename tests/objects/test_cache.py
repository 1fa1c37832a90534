"""Copies on this machine, bounded."""

from __future__ import annotations

import os
import time
from pathlib import Path

from objects.cache import ByteCache


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_copy_is_found_again(tmp_path: Path) -> None:
    """Also by another process that has the same folder."""
    ByteCache(tmp_path, limit_bytes=100).put("a/one", b"bytes")

    assert b"bytes" == ByteCache(tmp_path, limit_bytes=100).get("a/one")


def test_what_was_used_last_stays(tmp_path: Path) -> None:
    """The bound is never exceeded, and what goes is what nobody asked for."""
    cache = ByteCache(tmp_path, limit_bytes=30)
    for number, name in enumerate(("a", "b", "c")):
        cache.put(name, b"0123456789")
        os.utime(tmp_path / name, (number + 1, time.time()))
    cache.get("a")
    cache.put("d", b"0123456789")

    assert {"a", "d"} == _names(tmp_path)


def test_what_is_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    """Nor does it push the others out; a bound of nothing keeps nothing."""
    cache = ByteCache(tmp_path, limit_bytes=10)
    cache.put("small", b"1")
    cache.put("large", b"12345678901")
    ByteCache(tmp_path, limit_bytes=0).put("any", b"1")

    assert {"small"} == _names(tmp_path)


def test_an_old_copy_is_none(tmp_path: Path) -> None:
    """What was removed from the store on another machine leaves this one within the time."""
    cache = ByteCache(tmp_path, limit_bytes=100, kept_s=3600)
    for name in ("old", "older"):
        cache.put(name, b"x")
        os.utime(tmp_path / name, (time.time(), time.time() - 3601))
    cache.put("new", b"x")
    found = cache.get("old")
    cache.tidy()

    assert (None, {"new"}) == (found, _names(tmp_path))


def test_being_used_does_not_make_a_copy_younger(tmp_path: Path) -> None:
    """Its age counts from when it was made."""
    cache = ByteCache(tmp_path, limit_bytes=100, kept_s=3600)
    cache.put("name", b"x")
    made_s = time.time() - 3000
    os.utime(tmp_path / "name", (made_s, made_s))
    cache.get("name")

    assert abs((tmp_path / "name").stat().st_mtime - made_s) < 1


def test_a_folder_that_cannot_be_made_is_an_empty_cache(tmp_path: Path) -> None:
    """The store answers all the same."""
    (tmp_path / "file").write_bytes(b"in the way")
    cache = ByteCache(tmp_path / "file", limit_bytes=100)
    cache.put("name", b"x")

    assert cache.get("name") is None
