"""Faults on order."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.conftest import draw_photo
from tests.local.serving import Script


def order(script: Script, **fault: Any) -> None:
    """Something shall go wrong."""
    assert 200 == script.http.post("/local/faults", json=fault).status_code


def test_flood_control(script: Script) -> None:
    """A 429 says when to try again, as often as ordered and no more."""
    order(script, method="sendMessage", status=429, retry_after=7, times=2)
    expected = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert [expected] * 2 == [script.call("sendMessage", chat_id=1, text="x") for _ in range(2)]
    assert script.call("sendMessage", chat_id=1, text="x")["ok"]
    assert 1 == len(script.messages())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 502])
def test_any_status(script: Script, status: int) -> None:
    """The ordered status comes as HTTP status and as error_code."""
    order(script, method="getMe", status=status)
    answer = script.http.get(script.method("getMe"))
    assert (status, status) == (answer.status_code, answer.json()["error_code"])


def test_a_fault_strikes_its_method_only(script: Script) -> None:
    """Other methods go on."""
    order(script, method="sendMessage", status=500)
    assert script.call("getMe")["ok"]


def test_a_fault_without_method_strikes_any(script: Script) -> None:
    """Without a method the next request fails, whatever it is."""
    order(script, status=500)
    assert 500 == script.call("getChat", chat_id=1)["error_code"]


def test_a_delay(script: Script) -> None:
    """A delay alone holds the answer back and changes nothing."""
    order(script, method="getMe", delay=0.05)
    began = time.monotonic()
    assert script.call("getMe")["ok"]
    assert time.monotonic() - began >= 0.05


def test_a_connection_that_breaks_off(script: Script) -> None:
    """Status 0 ends the connection in the middle of the answer; nothing was done."""
    order(script, method="sendMessage", status=0)
    with pytest.raises(httpx.RemoteProtocolError):
        script.call("sendMessage", chat_id=1, text="x")
    assert [] == script.messages()


def test_an_answer_that_is_lost(script: Script) -> None:
    """With `after` the message is sent and only the answer is lost."""
    order(script, method="sendMessage", status=0, after=True)
    with pytest.raises(httpx.RemoteProtocolError):
        script.call("sendMessage", chat_id=1, text="x")
    assert ["x"] == [message["text"] for message in script.messages()]


def test_a_half_written_download(script: Script) -> None:
    """The method "file" stands for downloads."""
    size = script.photo(draw_photo(), user=1)["photo"][-1]
    order(script, method="file", status=0)
    with pytest.raises(httpx.RemoteProtocolError):
        script.download(size["file_id"])
    assert script.download(size["file_id"]).startswith(b"\xff\xd8")


def test_a_download_that_fails(script: Script) -> None:
    """A download may fail with a status too."""
    size = script.photo(draw_photo(), user=1)["photo"][-1]
    order(script, method="file", status=502)
    with pytest.raises(httpx.HTTPStatusError, match="502"):
        script.download(size["file_id"])


def test_faults_can_be_called_off(script: Script) -> None:
    """DELETE lets everything go well again; GET tells what is still to come."""
    order(script, method="getMe", status=500, times=3)
    assert [("getme", 3)] == [
        (fault["method"], fault["times"]) for fault in script.http.get("/local/faults").json()
    ]
    script.http.delete("/local/faults")
    assert script.call("getMe")["ok"]


@pytest.mark.parametrize("fault", [{"status": 302}, {"times": 0}, {"delay": -1}])
def test_an_impossible_fault(script: Script, fault: dict[str, Any]) -> None:
    """What cannot go wrong that way is refused."""
    assert 400 == script.http.post("/local/faults", json=fault).status_code
