"""Objects under one address, `s3://bucket/prefix`: Amazon's store or a compatible one.

Credentials come from where AWS's own programs look (AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, a profile, the machine's role) and appear in no message.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bear_detector.extras import how_to_install
from objects.errors import (
    ObjectChanged,
    ObjectMissing,
    ObjectsError,
    StoreAddressError,
    StoreRefused,
    StoreUnreachable,
)
from objects.settings import SCHEME, is_loopback

_CONNECT_WITHIN_S = 5
_READ_WITHIN_S = 30
_ATTEMPTS = 2
_PAGE = 1000
_LOST_RACES = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_NO_CONDITIONS = frozenset({"NotImplemented", "501"})
_REFUSALS = frozenset({"NoSuchBucket", "InvalidBucketName"})
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion"})
_EMPTY = frozenset({"InvalidRange", "416"})
_NO_CODES = frozenset({"400", "401", "403", "404"})


@dataclass(frozen=True)
class Stored:
    """One object in a listing."""

    name: str
    size_bytes: int
    written_at: datetime


class Bucket:
    """The objects under one address. Opens with the first call; any number of threads may use it.

    Every call raises StoreUnreachable within half a minute or so when the store does not answer,
    and StoreRefused when it does not admit this program.
    """

    def __init__(self, url: str, *, endpoint_url: str = "", page: int = _PAGE) -> None:
        """`endpoint_url` is the address of a store other than Amazon's, http:// or https://;
        `page` is how many objects a listing asks for, or a removal names, with each request.

        Raises StoreAddressError for another kind of address, or without the extra `[s3]`.
        """
        bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
        if not url.startswith(SCHEME) or not bucket:
            raise StoreAddressError("An object store's address looks like s3://bucket/prefix.")
        if importlib.util.find_spec("s3fs") is None:
            raise StoreAddressError(
                f"Support for object stores is not installed; {how_to_install('s3')}"
            )
        self.url = url.rstrip("/")
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._endpoint_url = endpoint_url
        self._page = page
        self._opened: tuple[int, Any] | None = None

    def __repr__(self) -> str:
        return f"Bucket({self.url!r})"

    def get(self, name: str) -> bytes:
        """The object's bytes; raises ObjectMissing."""
        with self._translated(name):
            return self._got(name)[1]

    def etag(self, name: str) -> str | None:
        """A value that changes whenever the object does; None when the object does not exist."""
        about = self._about(name)
        return None if about is None else str(about["ETag"])

    def written_at(self, name: str) -> datetime | None:
        """When the object was written; None when it does not exist."""
        about = self._about(name)
        moment: datetime | None = None if about is None else about["LastModified"]
        return moment

    def has(self, name: str) -> bool:
        return self.etag(name) is not None

    def put(self, name: str, content: bytes) -> None:
        """Write an object, whole or not at all, and replace an existing one."""
        with self._translated(name):
            self._put(name, content)

    def put_if(self, name: str, content: bytes, *, etag: str | None) -> None:
        """Write an object if it still has this `etag`; with None, if it does not exist.

        Raises ObjectChanged when another writer was first. A store without conditional writes gets
        the object anyway (0091).
        """
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        try:
            with self._translated(name):
                self._put(name, content, **condition)
        except _ConditionsUnknown:
            self.put(name, content)

    def delete(self, names: Sequence[str]) -> None:
        """Remove objects, many with each request; missing ones are not an error."""
        for start in range(0, len(names), self._page):
            some = [{"Key": self._prefix + name} for name in names[start : start + self._page]]
            with self._translated(names[start]):
                done = self._call("delete_objects", Delete={"Objects": some})
                if len(done.get("Deleted", ())) + len(done.get("Errors", ())) < len(some):
                    raise self._stranger()
            if failed := done.get("Errors"):
                raise StoreRefused(
                    f"{len(failed)} objects of {self.url} were not removed "
                    f"({failed[0].get('Code')}); check what this program may do there."
                )

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """The objects whose names begin with `prefix`, by name, one at a time."""
        whole = self._prefix + prefix
        more: Mapping[str, Any] = {"MaxKeys": self._page}
        while True:
            with self._translated(prefix):
                page = self._call("list_objects_v2", Prefix=whole, **more)
                if "IsTruncated" not in page:
                    raise self._stranger()
            for entry in page.get("Contents", ()):
                name = entry["Key"].removeprefix(self._prefix)
                yield Stored(name, entry["Size"], entry["LastModified"])
            if not page.get("IsTruncated"):
                return
            more = {**more, "ContinuationToken": page["NextContinuationToken"]}

    @property
    def _store(self) -> Any:
        """fsspec's file system. Its own thread does not survive a fork, so a child gets another."""
        if self._opened is None or self._opened[0] != os.getpid():
            import s3fs

            config: dict[str, Any] = {
                "connect_timeout": _CONNECT_WITHIN_S,
                "read_timeout": _READ_WITHIN_S,
                "retries": {"max_attempts": _ATTEMPTS},
            }
            if self._endpoint_url:
                # Not every other store gives each bucket a host name, or knows Amazon's checksums.
                config["s3"] = {"addressing_style": "path"}
                config["request_checksum_calculation"] = "when_required"
                config["response_checksum_validation"] = "when_required"
                if is_loopback(self._endpoint_url):
                    config["proxies"] = {}  # the environment's proxies do not serve this machine
            opened = s3fs.S3FileSystem(
                endpoint_url=self._endpoint_url or None,
                use_listings_cache=False,
                skip_instance_cache=True,
                config_kwargs=config,
            )
            opened.retries = _ATTEMPTS
            self._opened = os.getpid(), opened
        return self._opened[1]

    def _about(self, name: str) -> Mapping[str, Any] | None:
        """The object's headers. To a HEAD anything else may answer 404; the store's own answer to a
        GET says what is missing."""
        try:
            with self._translated(name):
                return self._got(name, Range="bytes=0-0")[0]
        except ObjectMissing:
            return None
        except _ObjectEmpty:
            with self._translated(name):
                return self._call("head_object", Key=self._prefix + name)

    def _got(self, name: str, **options: str) -> tuple[Mapping[str, Any], bytes]:
        import fsspec.asyn

        key = self._prefix + name
        answer, content = fsspec.asyn.sync(
            self._store.loop, _read, self._store, Bucket=self._bucket, Key=key, **options
        )
        is_page = str(answer.get("ContentType")).startswith("text/html")
        if "ETag" not in answer or "LastModified" not in answer:
            raise self._stranger()
        if is_page and "RequestId" not in answer.get("ResponseMetadata", {}):
            raise self._stranger()
        return answer, content

    def _put(self, name: str, content: bytes, **condition: str) -> None:
        done = self._call("put_object", Key=self._prefix + name, Body=content, **condition)
        if "ETag" not in done:
            raise self._stranger()

    def _stranger(self) -> StoreUnreachable:
        return StoreUnreachable(
            f"What answers in the place of {self.url} is not an object store; check the network, a "
            "proxy and S3_ENDPOINT_URL."
        )

    def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._store.call_s3(method, Bucket=self._bucket, **arguments)
        return answer

    @contextmanager
    def _translated(self, name: str) -> Iterator[None]:
        try:
            yield
        except ObjectsError:
            raise
        # s3fs also lets botocore's and aiohttp's errors through.
        except Exception as exc:
            raise self._error(exc, name) from exc

    def _error(self, exc: Exception, name: str) -> ObjectsError:
        code = _code_of(exc)
        if code in _LOST_RACES:
            return ObjectChanged(f"{self.url}/{name} was written by somebody else meanwhile.")
        if code in _NO_CONDITIONS:
            return _ConditionsUnknown(f"{self.url} knows no conditional writes.")
        if code in _REFUSALS:
            return StoreRefused(f"No bucket {self._bucket}: make it, or change {SCHEME}….")
        if code in _MISSING:
            return ObjectMissing(f"The object {self.url}/{name} does not exist.")
        if code in _EMPTY:
            return _ObjectEmpty(f"The object {self.url}/{name} is empty.")
        if code in _NO_CODES:  # a status without the store's own reason
            return self._stranger()
        kind = type(exc).__name__
        if isinstance(exc, PermissionError) or "Credential" in kind:
            return StoreRefused(
                f"{self.url} does not let this program in ({code or kind}); check "
                "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do there."
            )
        return StoreUnreachable(
            f"{self.url} does not answer ({code or kind}); check the network, S3_ENDPOINT_URL and "
            "the store."
        )


async def _read(store: Any, **request: str) -> tuple[Mapping[str, Any], bytes]:
    """One request; s3fs's own reading asks for the object's size first."""
    answer = await store._call_s3("get_object", **request)
    async with answer["Body"] as body:
        content: bytes = await body.read()
        return answer, content


class _ObjectEmpty(ObjectsError):
    """The object exists and has no first byte."""


class _ConditionsUnknown(ObjectsError):
    """The store cannot write under a condition."""


def _code_of(exc: BaseException) -> str | None:
    """The store's own error code, wherever the libraries put it."""
    seen: BaseException | None = exc
    while seen is not None:
        response = getattr(seen, "response", None)
        if isinstance(response, Mapping):
            code = response.get("Error", {}).get("Code")
            return None if code is None else str(code)
        seen = seen.__cause__
    return None
