"""Which addresses are allowed, and an HTTP adapter that connects only to these, for so long.

Strangers wrote the addresses of pictures that a service answers with. They must not make this
machine call itself or its neighbours. So every connection resolves its host once, checks the
result, and connects to exactly that address. A name that resolves differently the second time (DNS
rebinding) gains nothing; every hop of a redirect is checked, too. A server that drips any part of
its answer is cut off.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from training.errors import FetchError

Resolve = Callable[[str, int], list[str]]
"""From a host and a port to its addresses; raises OSError when it has none."""

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA has given out; the rest is local, of the past (site-local, IPv4-compatible,
translated), or of the future."""
_DOCUMENTATION = IPv6Network("3fff::/20")  # older Pythons take it for public


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an IP address is public."""
    parsed = ip_address(address.partition("%")[0])
    carried = _carried(parsed) if isinstance(parsed, IPv6Address) else None
    if carried is not None:
        return is_public(str(carried))
    if isinstance(parsed, IPv6Address) and (
        parsed not in _GLOBAL_UNICAST or parsed in _DOCUMENTATION
    ):
        return False
    return parsed.is_global and not parsed.is_multicast


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 address, in any of the known forms."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None


class Limited:
    """One request, which ends when its time is over. Safe for two threads."""

    def __init__(self) -> None:
        self.is_over = False
        self._line: socket.socket | None = None
        self._lock = threading.Lock()

    def use(self, connected: socket.socket) -> None:
        """The request goes over this socket from now on."""
        # A handle of its own: TLS takes the first one, and a connection that is to close forgets
        # it when the head of its answer is there.
        line = socket.socket(fileno=os.dup(connected.fileno()))
        with self._lock:
            self._close()
            self._line = line
            if self.is_over:
                self._cut()

    def end(self) -> None:
        """The time is over: wakes the thread that waits for the socket."""
        with self._lock:
            self.is_over = True
            self._cut()

    def done(self) -> None:
        """The socket is another request's now."""
        with self._lock:
            self._close()

    def _cut(self) -> None:
        if self._line is not None:
            with suppress(OSError):  # it has ended by itself
                self._line.shutdown(socket.SHUT_RDWR)

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class GuardedAdapter(HTTPAdapter):
    """Connects to public addresses only, and to the `trusted_hosts` that its owner named.

    `trusted_hosts` are `host:port` as they stand in a URL: an operator's own endpoint, or a
    test's server on loopback. Anything else that is not public raises FetchError before a
    connection is opened.
    """

    def __init__(self, *, trusted_hosts: frozenset[str], resolve: Resolve = resolve) -> None:
        self._trusted_hosts = frozenset(host.lower() for host in trusted_hosts)
        self._resolve = resolve
        self._at_work = threading.local()
        super().__init__(pool_connections=32, pool_maxsize=8, max_retries=0)

    @contextmanager
    def limited(self, whole_s: float) -> Iterator[Limited]:
        """What this thread requests inside ends after that time, as if the server had broken
        off; `is_over` tells."""
        request = self._at_work.request = Limited()
        timer = threading.Timer(whole_s, request.end)
        timer.daemon = True
        timer.start()
        try:
            yield request
        finally:
            timer.cancel()
            request.done()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make every connection pool of this adapter one of guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        guard, at_work = self._connect, self._at_work

        class Limitable:
            sock: socket.socket | None

            def _new_conn(self) -> socket.socket:
                opened = guard(self)  # type: ignore[arg-type]
                at_work.request.use(opened)
                return opened

            def putrequest(self, *args: Any, **kwargs: Any) -> None:
                if self.sock is not None:  # it was open already
                    at_work.request.use(self.sock)
                super().putrequest(*args, **kwargs)  # type: ignore[misc]

        class Plain(Limitable, HTTPConnection):
            pass

        class Secure(Limitable, HTTPSConnection):
            pass

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def _connect(self, connection: HTTPConnection) -> socket.socket:
        host, port = connection.host, connection.port
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as exc:
            raise NameResolutionError(host, connection, socket.gaierror(str(exc))) from exc
        if f"{host}:{port}".lower() not in self._trusted_hosts:
            _require_public(host, addresses)
        problem: OSError = OSError("no address")
        for address in addresses:
            try:
                return create_connection(
                    (address, port),
                    connection.timeout,
                    source_address=connection.source_address,
                    socket_options=connection.socket_options,
                )
            except TimeoutError as exc:
                raise ConnectTimeoutError(connection, f"{host} does not answer") from exc
            except OSError as exc:
                problem = exc
        raise NewConnectionError(connection, f"{host} cannot be reached: {problem}") from problem


def _require_public(host: str, addresses: list[str]) -> None:
    """One private address among public ones is enough to refuse: it is never an accident."""
    for address in addresses:
        if not is_public(address):
            raise FetchError(
                "private_address",
                f"{host} leads to {address}, which is not a public address; it was not called.",
            )
