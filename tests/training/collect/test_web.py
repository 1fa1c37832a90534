"""Fetching: what is fetched, what is refused, and how often it is tried."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.training.collect.search_server import Clock, SearchServer
from training.collect.public_addresses import is_public
from training.collect.turns import Pace, Patience, retry_after_s
from training.collect.web import Web
from training.errors import FetchError, ProviderUnavailable


@pytest.fixture
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


def web_for(server: SearchServer, clock: Clock | None = None, **options: object) -> Web:
    clock = clock or Clock()
    return Web(
        user_agent="BearDetector/test (ops@example.org)",
        trusted_hosts=frozenset({server.host}),
        sleep=clock.sleep,
        clock=clock,
        **options,  # type: ignore[arg-type]
    )


def reason_of(web: Web, url: str, **options: int) -> str:
    with pytest.raises(FetchError) as caught:
        web.photo(url, **options)
    return caught.value.reason


def test_bytes_come_as_they_are(server: SearchServer) -> None:
    """A picture's bytes arrive unchanged."""
    url = server.photo("a.jpg", b"\xff\xd8\xff bytes")
    assert web_for(server).photo(url) == b"\xff\xd8\xff bytes"


def test_the_operator_is_named(server: SearchServer) -> None:
    """Every request says whose it is and how to reach them."""
    web_for(server).photo(server.photo("a.jpg", b"x"))
    assert server.requests[0][2]["user-agent"] == "BearDetector/test (ops@example.org)"


def test_no_cookies_go_back(server: SearchServer) -> None:
    """A service that sets a cookie does not get it back."""
    server.photos["a.jpg"] = lambda: (200, {"Set-Cookie": "track=1"}, b"x")
    web = web_for(server)
    web.photo(f"{server.url}/photos/a.jpg")
    web.photo(f"{server.url}/photos/a.jpg")
    assert "cookie" not in server.requests[1][2]


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "dead_link"), (410, "dead_link"), (403, "refused")]
)
def test_a_dead_link_is_not_asked_again(server: SearchServer, status: int, reason: str) -> None:
    """What is gone or forbidden is asked for once."""
    server.photos["a.jpg"] = lambda: (status, {}, b"")
    assert reason_of(web_for(server), f"{server.url}/photos/a.jpg") == reason
    assert len(server.requests) == 1


def test_retry_after_is_honoured(server: SearchServer) -> None:
    """A 429 is followed by the wait that it asks for, then by another try."""
    url = server.photo("a.jpg", b"x")
    server.fail("/photos", 429, Retry_After="7")
    clock = Clock()
    assert web_for(server, clock).photo(url) == b"x"
    assert sum(clock.slept_s) >= 7


def test_a_passing_fault_is_tried_again(server: SearchServer) -> None:
    """Server errors are tried again after growing waits."""
    url = server.photo("a.jpg", b"x")
    server.fail("/photos", 502, times=2)
    clock = Clock()
    assert web_for(server, clock).photo(url) == b"x"
    assert clock.slept_s == [1.0, 2.0]


def test_a_host_that_stays_busy_is_left_alone(server: SearchServer) -> None:
    """After four tries a busy host is left alone."""
    url = server.photo("a.jpg", b"x")
    server.fail("/photos", 503, times=99)
    assert reason_of(web_for(server), url) == "busy"
    assert len(server.requests) == 4


def test_an_unreasonable_wait_is_not_waited(server: SearchServer) -> None:
    """A host that asks for an hour is not waited for."""
    url = server.photo("a.jpg", b"x")
    server.fail("/photos", 429, Retry_After="3600")
    clock = Clock()
    assert reason_of(web_for(server, clock), url) == "busy"
    assert clock.slept_s == []


def test_retry_after_may_be_a_date() -> None:
    """`Retry-After` is understood as seconds, as a date, and as nonsense."""
    assert retry_after_s({"Retry-After": "12"}) == 12
    assert retry_after_s({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after_s({"Retry-After": "soon"}) is None


def test_the_pace_is_kept(server: SearchServer) -> None:
    """Requests to one host are at least its interval apart."""
    url = server.photo("a.jpg", b"x")
    clock = Clock()
    web = web_for(server, clock)
    web.set_pace(server.url, Pace(interval_s=3.0, at_once=1))
    for _ in range(3):
        web.photo(url)
    assert clock.slept_s == [3.0, 3.0]


def test_a_large_file_is_refused_by_its_announcement(server: SearchServer) -> None:
    """A file that says it has 20 MB is not read at all."""
    size = {"Content-Length": str(20_000_000)}
    server.photos["a.jpg"] = lambda: (200, size, b"\xff\xd8\xff")
    assert reason_of(web_for(server), f"{server.url}/photos/a.jpg") == "too_large"


def test_a_large_file_is_refused_while_it_is_read(server: SearchServer) -> None:
    """A file that grows beyond the limit is given up, whatever it announced."""
    chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
    server.photos["a.jpg"] = lambda: (
        200,
        {"Transfer-Encoding": "chunked"},
        chunk * 20 + b"0\r\n\r\n",
    )
    url = f"{server.url}/photos/a.jpg"
    assert reason_of(web_for(server), url, max_bytes=15 * 1024 * 1024) == "too_large"


def test_a_body_that_breaks_off_is_no_picture(server: SearchServer) -> None:
    """A connection that closes before the announced end gives nothing."""
    server.photos["a.jpg"] = lambda: (200, {"Content-Length": "1000"}, b"\xff\xd8\xff")
    assert reason_of(web_for(server), f"{server.url}/photos/a.jpg") == "broken_transfer"


DRIPS = {
    "head": (b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"),
    "line of the head": (b"HTTP/1.1 200 OK\r\nX: ", b"1"),
    "body": (b"HTTP/1.1 200 OK\r\n\r\n\xff\xd8\xff", b"x"),
    "size of a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "handshake": (b"\x16\x03\x03\x40\x00", b"\x02"),
}


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_is_given_up(part: str) -> None:
    """Whatever part it is that never ends, though it never pauses."""
    opening, drop = DRIPS[part]
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"

        def drip() -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(opening)
                while True:  # until the other side is gone
                    select.select([], [connection], [])
                    connection.sendall(drop)
                    ended.wait(0.01)

        ended = threading.Event()
        thread = threading.Thread(target=drip)
        thread.start()
        web = Web(
            user_agent="test",
            trusted_hosts=frozenset({host}),
            patience=Patience(whole_s=0.5, attempts=1),
        )
        scheme = "https" if part == "handshake" else "http"
        assert "timeout" == reason_of(web, f"{scheme}://{host}/a.jpg")
        web.close()
        thread.join()


def test_redirects_are_followed(server: SearchServer) -> None:
    """A picture that has moved is found."""
    server.photo("b.jpg", b"moved")
    url = server.redirect("a.jpg", "/photos/b.jpg")
    assert web_for(server).photo(url) == b"moved"


def test_a_redirect_loop_ends(server: SearchServer) -> None:
    """A redirect to itself is given up after a few hops."""
    url = server.redirect("a.jpg", "/photos/a.jpg")
    assert reason_of(web_for(server), url) == "redirect_loop"
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/a.jpg",
        "http://192.168.1.1/",
        "http://[::1]/a.jpg",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://127.1/",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(server: SearchServer, target: str) -> None:
    """No redirect leads to this machine or its neighbours."""
    assert reason_of(web_for(server), server.redirect("a.jpg", target)) == "private_address"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/a.jpg", "http://", "http://u:p@x.org/", "x"]
)
def test_only_web_addresses_are_fetched(server: SearchServer, url: str) -> None:
    """What is not a plain address on the web is refused before anything is called."""
    assert reason_of(web_for(server), url) == "bad_address"


def test_loopback_is_refused_without_trust(server: SearchServer) -> None:
    """A server on loopback that nobody named is not called."""
    web = Web(user_agent="test")
    assert reason_of(web, server.photo("a.jpg", b"x")) == "private_address"
    assert server.requests == []


def test_a_name_that_resolves_to_loopback_is_refused(server: SearchServer) -> None:
    """A public name for a private address gains nothing, nor does one private among public."""
    port = server.host.rpartition(":")[2]
    for addresses in (["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"]):
        web = Web(user_agent="test", resolve=lambda host, port, found=addresses: found)
        assert reason_of(web, f"http://photos.example:{port}/photos/a.jpg") == "private_address"
    assert server.requests == []


def test_rebinding_gains_nothing(server: SearchServer) -> None:
    """The address that was checked is the one connected to: a name is resolved once."""
    answers = [["127.0.0.1"], ["127.0.0.9"], ["127.0.0.9"]]
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    port = server.host.rpartition(":")[2]
    server.photo("a.jpg", b"x")
    web = Web(
        user_agent="test",
        trusted_hosts=frozenset({f"photos.example:{port}"}),
        resolve=resolve,
    )
    assert web.photo(f"http://photos.example:{port}/photos/a.jpg") == b"x"
    assert asked == ["photos.example"]
    assert server.requests[0][2]["host"] == f"photos.example:{port}"


def test_a_name_that_nobody_knows_is_a_dead_link() -> None:
    """A host that does not resolve is a dead link."""

    def resolve(_host: str, _port: int) -> list[str]:
        raise OSError("Name or service not known")

    web = Web(user_agent="test", resolve=resolve)
    assert reason_of(web, "http://gone.example/a.jpg") == "dead_link"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),
        ("127.0.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::5db8:d822", False),
        ("::5db8:d822", False),
        ("::ffff:0:5db8:d822", False),
        ("fec0::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
    ],
)
def test_public_addresses_are_told_from_private(address: str, expected: bool) -> None:
    """Private addresses are recognised in every disguise."""
    assert is_public(address) == expected


def test_a_key_stays_with_its_host(server: SearchServer) -> None:
    """A redirect to another host does not take a key along."""
    with SearchServer() as other:
        other.photo("b.json", b"{}")
        server.redirect("a.json", f"{other.url}/photos/b.json")
        web = Web(user_agent="test", trusted_hosts=frozenset({server.host, other.host}))
        web.answer(f"{server.url}/photos/a.json", provider="X", headers={"Secret-Key": "s"})
        assert server.requests[0][2]["secret-key"] == "s"
        assert "secret-key" not in other.requests[0][2]


def test_html_instead_of_data_is_said(server: SearchServer) -> None:
    """A service that answers with a web page is unavailable, in one sentence."""
    url = server.photo("a", b"<html>maintenance</html>", content_type="text/html")
    with pytest.raises(ProviderUnavailable, match="without data"):
        web_for(server).answer(url, provider="Openverse")


def test_what_a_service_says_is_passed_on(server: SearchServer) -> None:
    """The reason that a service gives reaches the person."""
    server.fail("/photos", 400, body=b'{"detail": "Invalid input given for fields."}')
    with pytest.raises(ProviderUnavailable, match=r"refuses \(400\): Invalid input given"):
        web_for(server).answer(f"{server.url}/photos/a", provider="Openverse")


def test_a_service_that_had_enough_says_when_to_come_back(server: SearchServer) -> None:
    """A daily limit ends with the time after which to run the command again."""
    server.fail("/photos", 429, Retry_After="7200")
    with pytest.raises(ProviderUnavailable, match="again in 2 hours"):
        web_for(server).answer(f"{server.url}/photos/a", provider="Openverse")
