"""Foreign pages are kept out, and the page is served with strict headers."""

from __future__ import annotations

import pytest

from bot.local.guard import is_loopback
from tests.local.serving import LocalServer, Script


@pytest.mark.parametrize("path", ["/", "/local/messages?chat=1", "/bot1:a/getMe"])
def test_a_foreign_host_is_refused(script: Script, path: str) -> None:
    """A name that is not loopback (DNS rebinding) gets nothing."""
    answer = script.http.get(path, headers={"Host": "evil.example"})
    assert 403 == answer.status_code
    assert "evil.example" in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:8080"])
def test_loopback_names_are_served(script: Script, host: str) -> None:
    """Every loopback name reaches the page."""
    assert 200 == script.http.get("/", headers={"Host": host}).status_code


def test_a_configured_host_is_served() -> None:
    """An operator may allow more names."""
    with LocalServer(allowed_hosts=["bears.example"]) as server:
        script = Script(server.url)
        assert 200 == script.http.get("/", headers={"Host": "bears.example:80"}).status_code
        script.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://["},
        {"Host": "["},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_a_foreign_page_can_do_nothing(script: Script, headers: dict[str, str]) -> None:
    """Requests that another web page makes are refused and change nothing."""
    body = {"user": 1, "text": "x"}
    assert 403 == script.http.post("/local/send", data=body, headers=headers).status_code
    path = f"{script.method('sendMessage')}?chat_id=1&text=x"
    assert 403 == script.http.get(path, headers=headers).status_code
    assert [] == script.messages()


def test_a_link_from_elsewhere_opens_the_page(script: Script) -> None:
    """Somebody may follow a link to the chat."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert 200 == script.http.get("/", headers=headers).status_code


def test_the_page_itself_may_send(server: LocalServer, script: Script) -> None:
    """Requests from the page's own origin pass."""
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    body = {"user": 1, "text": "x"}
    assert 200 == script.http.post("/local/send", data=body, headers=headers).status_code


@pytest.mark.parametrize("path", ["/", "/page/scripts/chat.js", "/local/people"])
def test_strict_headers(script: Script, path: str) -> None:
    """Scripts and styles come from this server only, and nobody may frame the page."""
    headers = script.http.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert ("nosniff", "DENY") == (headers["x-content-type-options"], headers["x-frame-options"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("127.8.9.1", True), ("::1", True), ("10.0.0.1", False), ("localhost.evil.example", False)],
)
def test_what_is_loopback(name: str, expected: bool) -> None:
    """Only this machine's own names count."""
    assert expected == is_loopback(name)
