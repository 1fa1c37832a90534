"""Objects in a store, over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from objects.bucket import Bucket
from objects.errors import (
    ObjectChanged,
    ObjectMissing,
    StoreAddressError,
    StoreRefused,
    StoreUnreachable,
)
from tests.conftest import REPOSITORY
from tests.object_store import ObjectStore


def test_what_is_put_can_be_got(bucket: Bucket) -> None:
    """Byte for byte, and replaced by the next."""
    bucket.put("ab/one", b"first")
    bucket.put("ab/one", b"second")

    assert b"second" == bucket.get("ab/one")


def test_what_is_not_there_is_told(bucket: Bucket) -> None:
    """Reading raises, asking does not."""
    with pytest.raises(ObjectMissing):
        bucket.get("nothing")

    assert (False, None, None) == (
        bucket.has("nothing"),
        bucket.etag("nothing"),
        bucket.written_at("nothing"),
    )


def test_removing_is_the_end_of_some(bucket: Bucket) -> None:
    """Others stay; missing ones are not an error."""
    for name in ("a", "b", "c"):
        bucket.put(name, b"x")
    bucket.delete(["a", "c", "never there"])

    assert ["b"] == [stored.name for stored in bucket.list()]


def test_a_store_on_this_machine_is_asked_without_the_environments_proxy(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody there would know the way back."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    bucket.put("name", b"here")

    assert b"here" == bucket.get("name")


def test_two_folders_of_a_bucket_know_nothing_of_each_other(
    bucket: Bucket, object_store: ObjectStore
) -> None:
    """The prefix is part of the address."""
    other = Bucket(bucket.url.replace("/one", "/two"), endpoint_url=object_store.endpoint_url)
    bucket.put("name", b"here")
    other.put("name", b"there")

    assert b"here" == bucket.get("name")
    assert ["name"] == [stored.name for stored in other.list()]


def test_a_long_list_comes_and_goes_in_pages(bucket: Bucket, object_store: ObjectStore) -> None:
    """More than one answer, or one request, holds."""
    for number in range(12):
        bucket.put(f"many/{number:02}", b"")
    bucket.put("others", b"12")
    paged = Bucket(bucket.url, endpoint_url=object_store.endpoint_url, page=5)
    names = [stored.name for stored in paged.list("many/")]
    sizes = [stored.size_bytes for stored in paged.list("others")]
    paged.delete(names)

    assert [f"many/{number:02}" for number in range(12)] == names
    assert [2] == sizes
    assert ["others"] == [stored.name for stored in bucket.list()]


def test_of_many_who_write_first_one_does(bucket: Bucket) -> None:
    """A later conditional write is refused."""

    def write(number: int) -> bool:
        try:
            bucket.put_if("CURRENT", str(number).encode(), etag=None)
        except ObjectChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(write, range(8)))

    assert 1 == sum(done)
    assert str(done.index(True)).encode() == bucket.get("CURRENT")


def test_a_change_is_made_of_what_was_read(bucket: Bucket) -> None:
    """With the mark of what was there; with that of an older state it is refused."""
    bucket.put("CURRENT", b"one")
    before = bucket.etag("CURRENT")
    bucket.put_if("CURRENT", b"two", etag=before)
    with pytest.raises(ObjectChanged):
        bucket.put_if("CURRENT", b"three", etag=before)

    assert b"two" == bucket.get("CURRENT")


def test_a_store_that_is_down_is_told_and_answers_again(
    bucket: Bucket, object_store: ObjectStore
) -> None:
    """One sentence with what to look at; the same object goes on working when it is back."""
    bucket.put("name", b"kept")
    object_store.down()
    with pytest.raises(StoreUnreachable, match=r"s3://bears-\d+/one does not answer .*S3_ENDPOINT"):
        bucket.get("name")
    object_store.up()

    assert b"kept" == bucket.get("name")


def test_a_bucket_that_is_not_there_is_told(object_store: ObjectStore) -> None:
    """It is neither made nor taken for an empty one."""
    bucket = Bucket("s3://nobody-made-this", endpoint_url=object_store.endpoint_url)
    with pytest.raises(StoreRefused, match="No bucket nobody-made-this"):
        bucket.put("name", b"x")
    with pytest.raises(StoreRefused, match="No bucket nobody-made-this"):
        list(bucket.list())


def test_missing_credentials_are_told(
    bucket: Bucket, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the names of the variables."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    stranger = Bucket(bucket.url, endpoint_url=object_store.endpoint_url)
    with pytest.raises(StoreRefused, match=r"AWS_ACCESS_KEY_ID") as caught:
        stranger.get("name")

    assert "a-secret-of-the-tests" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "bucket/prefix", "s3://", "https://bucket"])
def test_what_is_no_address_is_told(url: str) -> None:
    """With what one looks like."""
    with pytest.raises(StoreAddressError, match="s3://bucket/prefix"):
        Bucket(url)


def test_nothing_is_opened_before_it_is_used() -> None:
    """Making a Bucket loads neither s3fs nor botocore."""
    program = (
        "import sys; from objects.bucket import Bucket; Bucket('s3://bucket');"
        "print([name for name in ('s3fs', 'botocore', 'fsspec') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )

    assert "[]\n" == done.stdout


def test_a_child_of_a_process_that_used_it_can_use_it(
    bucket: Bucket, object_store: ObjectStore
) -> None:
    """A fork takes no threads along: the child opens the store anew."""
    bucket.put("name", b"seen by both")
    program = (
        "import os; from objects.bucket import Bucket;"
        f"bucket = Bucket({bucket.url!r}, endpoint_url={object_store.endpoint_url!r});"
        "own = bucket.get('name'); child = os.fork();"
        "child or os._exit(0 if bucket.get('name') == own else 1);"
        "print(own, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
        timeout=60,
    )

    assert "b'seen by both' 0\n" == done.stdout
