"""The pages inside Telegram: signed in by the data with which it opens them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import httpx
import pytest

from review.access.mini_app import mini_app_key
from tests.review.serving import NOON, REVIEWER, TOKEN, ReviewServer


def init_data(
    *, person: int = REVIEWER, at: datetime = NOON, token: str = TOKEN, **more: str
) -> str:
    """What Telegram hands to a Mini App, signed as it signs."""
    fields = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps({"id": person, "first_name": "Zoë & Søn", "language_code": "de"}),
        "auth_date": str(int(at.timestamp())),
        "signature": "made-for-others",
        **more,
    }
    text = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", token.encode(), "sha256")
    signed = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return urlencode({**fields, "hash": signed}, quote_via=quote)


def come_in(visitor: httpx.Client, data: str) -> httpx.Response:
    return visitor.post("/telegram", data={"data": data})


def test_telegrams_data_sign_an_admin_in(server: ReviewServer) -> None:
    """By the page that the button opens; the session is that of a link, in the trail with its
    way."""
    with server.visitor() as visitor:
        assert "/static/telegram.js" in visitor.get("/telegram").text
        entered = come_in(visitor, init_data())
        assert (entered.status_code, entered.headers["location"]) == (303, "/review/")
        cookie = entered.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/review"))
        assert visitor.get("/queue").status_code == 200
        # A window that is loaded again needs no new data.
        assert visitor.get("/telegram").headers["location"] == "/review/"
    (entry,) = server.audit("review_entered")
    assert (entry.actor_id, entry.details) == (REVIEWER, {"via": "telegram"})


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data.replace("%22id%22%3A%202", "%22id%22%3A%203"), "app_data_forged"),
        (lambda data: data + "&user=%7B%22id%22%3A2%7D", "app_data_forged"),
        (lambda data: data.replace("&signature=made-for-others", ""), "app_data_forged"),
        (lambda data: data[:-64] + "0" * 64, "app_data_forged"),
        (lambda data: data[:-64] + "é" * 64, "app_data_forged"),
        (lambda data: data.partition("&hash=")[0], "app_data_forged"),
        (lambda _: init_data(token="4712:another"), "app_data_forged"),
        (lambda _: init_data(auth_date="soon"), "app_data_forged"),
        (lambda _: init_data(user="[]"), "app_data_forged"),
        (lambda _: init_data(user="[" * 3000), "app_data_forged"),
        (lambda _: init_data(user='{"id": true}'), "app_data_forged"),
        (lambda _: init_data(user='{"id": "2"}'), "app_data_forged"),
        (lambda _: init_data(auth_date="9" * 400), "app_data_forged"),
        (lambda _: init_data(start_param="x" * 9000), "app_data_forged"),
        (lambda _: "", "app_data_forged"),
        (lambda _: init_data(at=NOON - timedelta(minutes=16)), "app_data_stale"),
        (lambda _: init_data(at=NOON + timedelta(minutes=2)), "app_data_stale"),
        (lambda _: init_data(person=99), "not_a_reviewer"),
    ],
)
def test_other_data_sign_nobody_in(
    server: ReviewServer, spoil: Callable[[str], str], code: str
) -> None:
    """Altered, signed by another bot, stale, from the future, or of somebody who is no admin: one
    sentence, no cookie, a row in the trail."""
    with server.visitor() as visitor:
        refused = come_in(visitor, spoil(init_data()))
        assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
        assert visitor.get("/queue").status_code == 403
    assert [row.subject for row in server.audit("review_refused")] == [code]


def test_the_same_data_sign_in_once(server: ReviewServer) -> None:
    """Who reads them elsewhere later gets nowhere, in whatever order and spelling."""
    data = init_data()
    otherwise = "&".join(reversed(data.replace("%22", '"').split("&")))
    with server.visitor() as visitor, server.visitor() as thief:
        assert come_in(visitor, data).status_code == 303
        assert "used before" in come_in(thief, data).text
        assert "used before" in come_in(thief, otherwise).text
    assert [row.subject for row in server.audit("review_refused")] == ["app_data_used"] * 2


def test_without_a_token_nobody_comes_in_that_way(server: ReviewServer) -> None:
    """The pages alone know no bot; and the key of one bot opens nothing of another."""
    assert mini_app_key(TOKEN) != mini_app_key("4712:another")
    with server.visitor() as visitor:
        refused = come_in(visitor, init_data(token=""))
    assert refused.status_code == 403
