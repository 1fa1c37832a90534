"""Fetching from strangers: politely, patiently, and never more than was bargained for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError as TransferError
from urllib3.exceptions import ReadTimeoutError

from training.collect.public_addresses import GuardedAdapter, Resolve, resolve
from training.collect.turns import Pace, Patience, Turns, retry_after_s
from training.errors import FetchError, ProviderUnavailable

MAX_PHOTO_BYTES = 15 * 1024 * 1024
_MAX_ANSWER_BYTES = 20 * 1024 * 1024
_MAX_REDIRECTS = 5
_CHUNK_BYTES = 64 * 1024
_BUSY = (429, 503)
_PASSING = (500, 502, 504)
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class _Got:
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Web:
    """One `requests` session for everything that is fetched. Safe for several threads.

    It introduces itself with the operator's contact, keeps each host's pace, honours
    `Retry-After`, takes no cookies, uses no proxy and no .netrc, and connects to public
    addresses only. `trusted_hosts` (`host:port`) are the exception that an operator or a test
    names. `sleep`, `clock` and `resolve` are the machine's own unless a test stands in.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        trusted_hosts: frozenset[str] = frozenset(),
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        resolve: Resolve = resolve,
    ) -> None:
        self._patience = patience or Patience()
        self._sleep = sleep
        self._clock = clock
        self._turns: dict[str, Turns] = {}
        self._lock = threading.Lock()
        self._session = requests.Session()
        # A proxy would resolve names in our place, and so past the guard.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = user_agent
        self._adapter = GuardedAdapter(trusted_hosts=trusted_hosts, resolve=resolve)
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def close(self) -> None:
        self._session.close()

    def set_pace(self, url: str, pace: Pace) -> None:
        """Keep this pace with the host of `url`."""
        with self._lock:
            self._turns[_host(url)] = Turns(pace, sleep=self._sleep, clock=self._clock)

    def photo(self, url: str, *, max_bytes: int = MAX_PHOTO_BYTES) -> bytes:
        """The bytes behind an address that a service returned; FetchError gives the reason if they
        cannot be had.

        `models.photo` decides later whether they are a photo.
        """
        # Compressed photos hardly shrink; a body that unpacks to gigabytes is an attack.
        got = self._fetch("GET", url, max_bytes=max_bytes, headers={"Accept-Encoding": "identity"})
        if got.status == 200:
            return got.body
        if got.status in _BUSY:
            raise FetchError("busy", f"{_host(url)} has no time for us.")
        if got.status in (401, 403, 451):
            raise FetchError("refused", f"{_host(url)} does not hand out this file.")
        raise FetchError("dead_link", f"{_host(url)} answers {got.status}.")

    def answer(
        self,
        url: str,
        *,
        provider: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The JSON object that a service answers with (to a POST when there is a `form`).

        Raises ProviderUnavailable, with what the service said, for anything else.
        """
        method = "GET" if form is None else "POST"
        try:
            got = self._fetch(
                method,
                url,
                max_bytes=_MAX_ANSWER_BYTES,
                params=params,
                headers=headers,
                form=form,
            )
        except FetchError as exc:
            raise ProviderUnavailable(f"{provider} cannot be asked: {exc}") from exc
        if got.status in _BUSY:
            wait_s = retry_after_s(got.headers)
            moment = "later" if wait_s is None else f"in {_duration(wait_s)}"
            raise ProviderUnavailable(
                f"{provider} asks us to stop for now; run the same command again {moment}, "
                "it goes on where it was."
            )
        try:
            parsed = json.loads(got.body)
        except (ValueError, RecursionError):
            parsed = None
        if got.status != 200:
            raise ProviderUnavailable(f"{provider} refuses ({got.status}){_said(parsed)}.")
        if not isinstance(parsed, dict):
            raise ProviderUnavailable(
                f"{provider} answered without data; try again later, or leave it out of --from."
            )
        return parsed

    def _fetch(
        self,
        method: str,
        url: str,
        *,
        max_bytes: int,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> _Got:
        """The content of `url` after at most `_MAX_REDIRECTS` hops, each tried as often as
        allowed."""
        for _hop in range(_MAX_REDIRECTS + 1):
            request = requests.Request(method, _checked(url), params=params, data=form)
            request.headers.update(headers or {})
            got = self._patiently(request, max_bytes=max_bytes)
            target = got.headers.get("Location")
            if got.status not in _REDIRECTS or target is None:
                return got
            onward = urljoin(got.url, target)
            if _host(onward) != _host(url):
                headers = None  # they may hold a key, which is for the first host alone
            method, url, params, form = "GET", onward, None, None
        raise FetchError("redirect_loop", f"{_host(url)} redirects without end.")

    def _patiently(self, request: requests.Request, *, max_bytes: int) -> _Got:
        host = _host(request.url)
        turns = self._turns_of(host)
        for attempt in range(1, self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            wait_s = float(2 ** (attempt - 1))
            try:
                with turns.turn():
                    got = self._once(request, max_bytes=max_bytes)
            except FetchError as exc:
                if last or exc.reason not in ("timeout", "broken_transfer"):
                    raise
            else:
                if got.status in _BUSY:
                    wait_s = retry_after_s(got.headers) or wait_s
                elif got.status not in _PASSING:
                    return got
                if last or wait_s > self._patience.longest_wait_s:
                    return got
            turns.hold(wait_s)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, request: requests.Request, *, max_bytes: int) -> _Got:
        with self._adapter.limited(self._patience.whole_s) as limited:
            try:
                got = self._sent(request, max_bytes=max_bytes)
            except FetchError as exc:
                if not limited.is_over or exc.reason not in ("dead_link", "broken_transfer"):
                    raise
        # What was cut off may look like an answer that is whole.
        if limited.is_over:
            raise FetchError("timeout", f"{_host(request.url)} is too slow.")
        return got

    def _sent(self, request: requests.Request, *, max_bytes: int) -> _Got:
        host = _host(request.url)
        try:
            with self._session.send(
                self._session.prepare_request(request),
                stream=True,
                allow_redirects=False,
                timeout=(self._patience.connect_s, self._patience.read_s),
            ) as response:
                body = self._read(response, max_bytes=max_bytes)
                return _Got(response.url, response.status_code, response.headers, body)
        except (requests.Timeout, ReadTimeoutError) as exc:
            raise FetchError("timeout", f"{host} is too slow.") from exc
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as exc:
            raise FetchError("bad_address", f"{host} is not an address.") from exc
        except requests.ConnectionError as exc:
            raise FetchError("dead_link", f"{host} cannot be reached.") from exc
        except (requests.RequestException, TransferError, OSError) as exc:
            raise FetchError("broken_transfer", f"{host} broke off.") from exc

    def _read(self, response: requests.Response, *, max_bytes: int) -> bytes:
        """The body; raises as soon as it is too long."""
        too_large = FetchError(
            "too_large", f"{_host(response.url)} sends more than {max_bytes / 1e6:.0f} MB."
        )
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > max_bytes:
            raise too_large
        body = bytearray()
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > max_bytes:
                raise too_large
        return bytes(body)

    def _turns_of(self, host: str) -> Turns:
        with self._lock:
            return self._turns.setdefault(host, Turns(Pace(), sleep=self._sleep, clock=self._clock))


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _checked(url: str) -> str:
    """The URL, if a browser would open it: http or https, a host, no password."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        named = parts.username is not None or parts.password is not None
        parts.port  # noqa: B018 - raises ValueError when it is not a number
    except ValueError:
        usable, named = False, False
    if not usable or named:
        raise FetchError("bad_address", "This is not a web address.")
    return url


def _said(parsed: object) -> str:
    """A service's own reason, if it gave one, shortened."""
    if not isinstance(parsed, dict):
        return ""
    reason = parsed.get("detail") or parsed.get("error") or parsed.get("message")
    if isinstance(reason, dict):
        reason = reason.get("message") or reason.get("info")
    return f": {' '.join(str(reason).split())[:200].rstrip('.')}" if reason else ""


def _duration(wait_s: float) -> str:
    if wait_s < 120:
        return f"{wait_s:.0f} seconds"
    return f"{wait_s / 60:.0f} minutes" if wait_s < 7200 else f"{wait_s / 3600:.0f} hours"
