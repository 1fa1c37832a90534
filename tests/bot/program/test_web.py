"""The bot's own port: health, metrics, the chat page and the review pages."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

from tests.bot.running import OUTSIDE, RunningBot, photo
from tests.conftest import until


def test_health_is_told(bot: RunningBot) -> None:
    """A supervisor learns from one number whether all is well, a person from the rest."""
    answer = bot.http.get("/healthz")
    assert answer.status_code == 200
    state = answer.json()
    assert state["ok"] is True
    assert state["model"] == "starter"
    assert state["seconds_since_poll"] < 90


def test_answers_are_counted(bot: RunningBot) -> None:
    """Prometheus finds photos by verdict, and times."""
    person = bot.person()
    person.show(photo(OUTSIDE))
    person.hear()
    person.ask("/labels")
    text = bot.http.get("/metrics").text
    assert 'detector_photos_total{verdict="outside"} 1.0' in text
    assert "detector_answer_seconds_count 1.0" in text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_page_elsewhere_reads_nothing_under_its_own_name(tmp_path: Path, path: str) -> None:
    """By DNS rebinding a foreign domain leads here; it is refused, and whatever may be ours not."""
    settings = {"web_names": "probe.example.org", "review_url": "https://Bears.example.org/review"}
    with RunningBot(tmp_path, **settings) as bot:
        port = bot.http.base_url.port

        def told_to(host: str) -> int:
            return bot.http.get(path, headers={"Host": host}).status_code

        for host in ("127.0.0.1", "10.1.2.3:80", "[::1]", f"bot:{port}", "bears.example.org"):
            assert told_to(host) == 200, host
        assert told_to("probe.example.org:8080") == 200
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "a.b.", "["):
            assert told_to(host) == 403, host


def test_the_chat_page_is_at_the_root(bot: RunningBot) -> None:
    """On the local chat the bot's port shows the page."""
    answer = bot.http.get("/")
    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]


def test_the_review_pages_want_a_link(bot: RunningBot) -> None:
    """Nothing is readable without the one-time link that /review gives; it works."""
    assert bot.http.get("/review/queue", follow_redirects=False).status_code in (303, 401, 403)
    admin = bot.admin
    link = admin.ask("/review").rpartition(" ")[2]
    opened = bot.http.get(link)
    assert opened.status_code == 200


def test_menus_are_set_for_scopes_and_languages(bot: RunningBot) -> None:
    """Ordinary people see ordinary commands in their language, the admin sees /review."""
    german = bot.person(language_code="de")
    german.ask("/start")
    until(lambda: "review" in bot.http.get("/local/menu", params={"user": 2, "chat": 2}).text)
    ordinary = str(bot.http.get("/local/menu", params={"user": german.id}).json())
    assert "Eine Korrektur zurücknehmen" in ordinary
    assert "review" not in ordinary


def test_every_address_of_the_machine_is_one_of_both_protocols(tmp_path: Path) -> None:
    """WEB_HOST=:: takes IPv4 with it, and the bot finds its own chat there."""
    try:
        socket.create_server(("::", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with RunningBot(tmp_path, web_host="::") as bot:
        port = bot.url.rpartition(":")[2]
        assert f"http://[::1]:{port}" == bot.url
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).json()["ok"]
        assert bot.http.get("/").status_code == 200
