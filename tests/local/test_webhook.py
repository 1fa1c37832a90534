"""Updates delivered to the bot's own address."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.conftest import PATIENCE_S
from tests.local.serving import LocalServer, Script
from tests.local.test_updates import in_background, wait_until_polled


class Receiver(HTTPServer):
    """A bot's web server: keeps what it gets, answers as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: queue.Queue[tuple[dict[str, str], dict[str, Any]]] = queue.Queue()
        self.answers: list[tuple[int, bytes]] = []
        self.content_type = "application/json"
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = self.server.answers.pop(0) if self.server.answers else (200, b"")
        self.send_response(status)
        self.send_header("Content-Type", self.server.content_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.server.received.put((dict(self.headers), json.loads(body)))

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing on the console."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running receiver."""
    with Receiver() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_updates_are_posted_with_the_secret(script: Script, receiver: Receiver) -> None:
    """Each update comes as one POST that carries the secret token."""
    script.result("setWebhook", url=receiver.url, secret_token="s3cret")
    script.send(user=1, text="hello")
    headers, update = receiver.received.get(timeout=PATIENCE_S)
    assert ("s3cret", "hello") == (
        headers["X-Telegram-Bot-Api-Secret-Token"],
        update["message"]["text"],
    )


def test_what_waited_is_delivered_in_order(script: Script, receiver: Receiver) -> None:
    """Updates from before the webhook come first."""
    for text in ("one", "two", "three"):
        script.send(user=1, text=text)
    script.result("setWebhook", url=receiver.url)
    texts = [receiver.received.get(timeout=PATIENCE_S)[1]["message"]["text"] for _ in range(3)]
    assert ["one", "two", "three"] == texts


def test_a_failed_delivery_comes_again(script: Script, receiver: Receiver) -> None:
    """After an error the same update is posted again, and the trouble reported."""
    receiver.answers.append((500, b""))
    script.result("setWebhook", url=receiver.url)
    script.send(user=1, text="hello")
    first, second = (receiver.received.get(timeout=PATIENCE_S)[1] for _ in range(2))
    assert first == second
    info = script.result("getWebhookInfo")
    assert (
        "Wrong response from the webhook: 500 Internal Server Error" == info["last_error_message"]
    )


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_the_answer_may_call_a_method(script: Script, receiver: Receiver, kind: str) -> None:
    """A webhook's answer can be a method call, in JSON or as a form."""
    call = {"method": "sendMessage", "chat_id": 1, "text": "from the hook"}
    receiver.content_type = kind
    written = json.dumps(call) if kind.endswith("json") else urlencode(call)
    receiver.answers.append((200, written.encode()))
    script.result("setWebhook", url=receiver.url)
    sent = script.send(user=1, text="hello")
    (answer,) = script.messages(after=sent["message_id"], wait=PATIENCE_S)
    assert "from the hook" == answer["text"]


def test_polling_conflicts_with_a_webhook(
    server: LocalServer, script: Script, receiver: Receiver
) -> None:
    """A poll that waits is ended, and no other is taken, until the webhook is deleted."""
    thread, results = in_background(script.call, "getUpdates", timeout=50)
    wait_until_polled(server)
    script.result("setWebhook", url=receiver.url)
    thread.join()
    assert "Conflict: terminated by setWebhook request" == results[0]["description"]
    assert "Conflict: can't use getUpdates method while webhook is active" in script.refusal(
        "getUpdates"
    )
    script.result("deleteWebhook")
    assert [] == script.updates()


def test_webhook_info(script: Script, receiver: Receiver) -> None:
    """getWebhookInfo tells address, waiting updates and wanted kinds."""
    script.send(user=1, text="dropped")
    script.result(
        "setWebhook", url=receiver.url, allowed_updates=["message"], drop_pending_updates=True
    )
    info = script.result("getWebhookInfo")
    assert (receiver.url, 0, ["message"]) == (
        info["url"],
        info["pending_update_count"],
        info["allowed_updates"],
    )


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"url": "ftp://x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "http://x", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
def test_a_refused_webhook(script: Script, arguments: dict[str, str], description: str) -> None:
    """A wrong address or secret token is refused."""
    assert f"Bad Request: {description}" == script.refusal("setWebhook", **arguments)
