"""Whatever a client sends, the server answers with a refusal and goes on."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.local.api import METHODS
from tests.local.serving import LocalServer, Script

NAMES = [
    "allow_sending_without_reply",
    "allowed_updates",
    "action",
    "callback_query_id",
    "caption",
    "caption_entities",
    "chat_id",
    "commands",
    "description",
    "document",
    "entities",
    "file_id",
    "language_code",
    "limit",
    "max_connections",
    "media",
    "message_id",
    "message_ids",
    "offset",
    "parse_mode",
    "photo",
    "reaction",
    "reply_markup",
    "reply_parameters",
    "scope",
    "text",
    "user_id",
]
SCRIPT_NAMES = ["user", "chat", "text", "reply_to", "album", "message_id", "data", "id", "title"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from([2**70, -(2**70), "\ud800", float("inf")])
    | st.sampled_from([1, 2, "1", "HTML", "MarkdownV2", "<b>", "*_~`[](", "Pabcs", "attach://x"])
)
fields = st.sampled_from([*NAMES, "type", "inline_keyboard", "callback_data", "url", "emoji"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def script() -> Any:
    """One server for all rubbish: it must live through it."""
    with LocalServer() as server:
        client = Script(server.url)
        yield client
        assert client.call("getMe")["ok"]
        client.close()


def body(arguments: dict[str, Any]) -> bytes:
    """Arguments as JSON; lone surrogates escaped."""
    return json.dumps(arguments, allow_nan=True).encode()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(sorted(set(METHODS) - {"setwebhook"})),
    arguments=st.dictionaries(st.sampled_from(NAMES), values, max_size=6),
    somewhere=st.booleans(),
)
def test_no_argument_breaks_a_method(
    script: Script, method: str, arguments: dict[str, Any], somewhere: bool
) -> None:
    """Every method answers every argument, right or wrong, as the Bot API does."""
    if somewhere:
        arguments = arguments | {"chat_id": 1}
    arguments = arguments | {"timeout": 0}
    headers = {"Content-Type": "application/json"}
    answer = script.http.post(script.method(method), content=body(arguments), headers=headers)
    assert answer.status_code in {200, 400, 403, 404, 409}
    assert (answer.status_code == 200) == answer.json()["ok"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from(["send", "edit", "press", "people"]),
    arguments=st.dictionaries(st.sampled_from(SCRIPT_NAMES), values, max_size=5),
)
def test_no_argument_breaks_a_script_endpoint(
    script: Script, path: str, arguments: dict[str, Any]
) -> None:
    """The people's side is as robust."""
    headers = {"Content-Type": "application/json"}
    answer = script.http.post(f"/local/{path}", content=body(arguments), headers=headers)
    assert answer.status_code in {200, 400}


@settings(max_examples=100, deadline=None)
@given(chat=values, after=values)
def test_no_argument_breaks_reading(script: Script, chat: Any, after: Any) -> None:
    """Reading a chat takes any parameters."""
    parameters = {"chat": str(chat), "after": str(after), "since": str(after)}
    # As a client may write them that is not the tests': half a character is not UTF-8.
    query = urlencode(parameters, errors="surrogatepass")
    for path in ("messages", "changes", "menu"):
        answer = script.http.get(f"/local/{path}?{query}")
        assert answer.status_code in {200, 400}
