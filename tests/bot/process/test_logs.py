"""Logs hold no secret, whatever puts one into a line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.process import logs

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def restored() -> Iterator[None]:
    """The root logger is as it was, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def lines(log_format: str, *secrets: str) -> io.StringIO:
    stream = io.StringIO()
    logs.configure(log_format=log_format, level="DEBUG", secrets=secrets, stream=stream)  # type: ignore[arg-type]
    return stream


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("log_format", ["readable", "json"])
def test_a_secret_is_redacted_in_message_argument_and_traceback(log_format: str) -> None:
    """Also inside a URL, and in the text of an exception and its cause."""
    stream = lines(log_format, TOKEN, "hunter2hunter2")
    logger = logging.getLogger("somebody")
    logger.info("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.info("quoted %s", TOKEN.replace(":", "%3A"))
    try:
        raise RuntimeError(f"no answer from /file/bot{TOKEN}/photo.jpg")
    except RuntimeError as exc:
        logger.exception("failed with password hunter2hunter2: %r", exc)
    text = stream.getvalue()
    assert "AAHdqTcvCH1" not in text
    assert "hunter2" not in text
    assert text.count(logs.REDACTED) >= 4


@pytest.mark.parametrize("secret", ["p", "postgres", "bears", "o-ring", "4711"])
def test_a_short_secret_is_redacted_where_it_is_one_and_garbles_nothing(secret: str) -> None:
    """Gaps in ordinary words would tell it."""
    redact = logs.Redactor([secret])
    ordinary = "pip install -e '.[postgres]' for bears: 4711 photos of an o-ring, p. 1"
    assert ordinary == redact(ordinary)
    for told in (
        f"postgresql://{secret}:{secret}@db/bears",
        f"user={secret} password={secret} host=db",
        f"{{'user': 'me', 'passwd': '{secret}'}}",
        f'secret: "{secret}"',
        f"GET /bot{secret}/getMe",
    ):
        # Where the same word stands as a name, it is one.
        assert 1 == redact(told).count(logs.REDACTED), told
        assert redact(told).replace(logs.REDACTED, secret) == told


@pytest.mark.parametrize("secret", ["hunter2hunter2", "correct-horse-battery"])
def test_a_secret_unlike_any_text_is_redacted_wherever_it_is(secret: str) -> None:
    """Long, or of letters and digits."""
    assert f"x{logs.REDACTED}x" == logs.Redactor([secret])(f"x{secret}x")


@pytest.mark.usefixtures("restored")
def test_a_token_that_is_not_ours_is_redacted_by_its_look() -> None:
    """A mistyped or old token is a secret as well."""
    stream = lines("readable")
    logging.getLogger("somebody").warning("invalid token %s", TOKEN)
    assert "AAHdqTcvCH1" not in stream.getvalue()


@pytest.mark.usefixtures("restored")
def test_json_lines_are_json() -> None:
    """One object a line, with time, level and logger."""
    stream = lines("json", TOKEN)
    logging.getLogger("bot.chat.photos").warning('with "quotes" and %s', TOKEN)
    record = json.loads(stream.getvalue())
    assert record["level"] == "WARNING"
    assert record["logger"] == "bot.chat.photos"
    assert record["message"] == f'with "quotes" and {logs.REDACTED}'


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("name", ["httpx", "httpx2", "telegram", "httpcore"])
def test_libraries_that_log_addresses_are_quiet(name: str) -> None:
    """At INFO they would write every request."""
    stream = lines("readable")
    logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/bot1:x/getMe")
    assert stream.getvalue() == ""


@pytest.mark.usefixtures("restored")
def test_what_is_said_again_and_again_is_left_out_for_a_minute() -> None:
    """The last line says so; other lines and the next minute's are not dropped."""
    stream, now_s = io.StringIO(), [0.0]
    logs.configure(
        log_format="readable", level="INFO", secrets=[], stream=stream, clock=lambda: now_s[0]
    )
    logger = logging.getLogger("somebody")
    for number in range(1000):
        logger.warning("request %d is refused", number)
        logger.error("it failed", exc_info=ValueError("no") if number % 2 else None)
    logger.info("something else")
    now_s[0] = 60.0
    logger.warning("request %d is refused", 1000)
    text = stream.getvalue()

    assert 61 == text.count("is refused")
    assert 1 == text.count("request 59 is refused (more of these are left out for a minute)")
    assert text.count("ValueError: no") <= 30
    assert "something else" in text
    assert "request 1000 is refused\n" in text
