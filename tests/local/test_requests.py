"""Tokens, methods, and the forms in which a request may come."""

from __future__ import annotations

import json
import socket

import pytest

from tests.local.serving import TOKEN, LocalServer, Script


def test_get_me(script: Script) -> None:
    """getMe tells the bot who it is; its id is the token's number."""
    me = script.result("getMe")
    assert (123456, True, "Bear Detector", "bear_detector_bot") == (
        me["id"],
        me["is_bot"],
        me["first_name"],
        me["username"],
    )


@pytest.mark.parametrize("token", ["999:wrong", "rubbish", "123456", f"{TOKEN}x"])
def test_another_token_is_refused(server: LocalServer, token: str) -> None:
    """With a token configured, no other is let in."""
    script = Script(server.url, token)
    expected = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert expected == script.call("getMe")
    assert 401 == script.http.get(f"/file/bot{token}/photos/x.jpg").status_code
    script.close()


def test_without_a_token_every_well_formed_one_is_let_in() -> None:
    """The first token names the bot; a malformed one is refused."""
    with LocalServer(token=None) as server:
        script = Script(server.url, "42:anything")
        assert 42 == script.result("getMe")["id"]
        script.close()
        script = Script(server.url, "not-a-token")
        assert "Unauthorized" == script.refusal("getMe")
        script.close()


def test_an_unknown_method(script: Script) -> None:
    """A method that does not exist is not found."""
    assert "Not Found: method not found" == script.refusal("makeCoffee")


def test_method_names_know_no_case(script: Script) -> None:
    """Telegram takes method names in any letter case."""
    assert script.result("GETME") == script.result("getMe")


def test_an_unknown_path(script: Script) -> None:
    """What is neither page nor method is not found, as JSON."""
    expected = {"ok": False, "error_code": 404, "description": "Not Found"}
    assert expected == script.http.get("/nothing").json()


def test_query_form_json_and_multipart_are_alike(script: Script) -> None:
    """The four ways of passing arguments do the same."""
    path = script.method("sendMessage")
    arguments = {"chat_id": "1", "text": "Bär & co"}
    answers = [
        script.http.get(path, params=arguments),
        script.http.post(path, data=arguments),
        script.http.post(path, json=arguments),
        script.http.post(path, files={name: (None, text) for name, text in arguments.items()}),
    ]
    assert ["Bär & co"] * 4 == [answer.json()["result"]["text"] for answer in answers]


def test_json_fields_come_as_text_or_as_objects(script: Script) -> None:
    """A keyboard may be a JSON string in a form or an object in a JSON body."""
    keyboard = {"inline_keyboard": [[{"text": "Right", "callback_data": "x"}]]}
    as_object = script.result("sendMessage", chat_id=1, text="x", reply_markup=keyboard)
    body = {
        "chat_id": "1",
        "text": "x",
        "reply_markup": '{"inline_keyboard":[[{"text":"Right","callback_data":"x"}]]}',
    }
    as_text = script.http.post(script.method("sendMessage"), data=body).json()["result"]
    assert keyboard == as_object["reply_markup"] == as_text["reply_markup"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\nrubbish"),
    ],
)
def test_a_malformed_body_is_a_bad_request(script: Script, content_type: str, body: bytes) -> None:
    """A body that is not what it says is refused with 400."""
    answer = script.http.post(
        script.method("sendMessage"), content=body, headers={"Content-Type": content_type}
    )
    assert (400, False) == (answer.status_code, answer.json()["ok"])


@pytest.mark.parametrize("body", [b"null", b"[]", b"3"])
def test_a_body_without_fields_gives_no_arguments(script: Script, body: bytes) -> None:
    """Some clients send null where they have nothing to say."""
    headers = {"Content-Type": "application/json"}
    assert script.http.post(script.method("getMe"), content=body, headers=headers).json()["ok"]


def test_an_endless_body_is_refused(script: Script) -> None:
    """A form of more than a megabyte is too large."""
    answer = script.http.post(
        script.method("sendMessage"), data={"chat_id": "1", "text": "x" * 2**20}
    )
    assert (413, "Request Entity Too Large") == (
        answer.status_code,
        answer.json()["description"],
    )


def test_a_keyboard_of_another_kind_is_taken_and_not_shown(script: Script) -> None:
    """Reply keyboards are not part of a message."""
    markup = {"keyboard": [[{"text": "Hi"}]]}
    sent = script.result("sendMessage", chat_id=1, text="x", reply_markup=markup)
    assert "reply_markup" not in sent


def test_leaving(script: Script) -> None:
    """logOut and close succeed and change nothing."""
    assert [True, True] == [script.result("logOut"), script.result("close")]


def test_head_and_body_come_together(server: LocalServer) -> None:
    """A client is woken once by an answer: all of it is there at its first look."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        for _ in range(20):
            request = f"GET /bot{TOKEN}/getMe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            connection.sendall(request.encode())
            head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert json.loads(body)["ok"]
