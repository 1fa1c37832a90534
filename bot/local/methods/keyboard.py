"""Inline keyboards, checked as Telegram checks them."""

from __future__ import annotations

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest

MAX_BUTTONS = 100
"""Of one message, in all its rows."""
MAX_CALLBACK_DATA = 64
"""Bytes of callback_data in UTF-8."""
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "pay",
    "callback_game",
)


def read_keyboard(arguments: Arguments) -> dict[str, object] | None:
    """The inline keyboard of a `reply_markup` argument.

    None for a missing or empty one, or a keyboard of another kind, which a
    message does not carry. Raises BadRequest for a malformed one.
    """
    markup = arguments.mapping("reply_markup")
    rows = markup.get("inline_keyboard") if markup else None
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise BadRequest("reply markup is too long")
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _button(button: object) -> dict[str, object]:
    if not isinstance(button, dict):
        raise BadRequest("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text:
        raise BadRequest("can't parse inline keyboard button: text must be non-empty")
    action = next((name for name in _ACTIONS if name in button), None)
    if action is None:
        raise BadRequest(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if action == "callback_data" and not (
        isinstance(data, str) and 0 < len(data.encode()) <= MAX_CALLBACK_DATA
    ):
        raise BadRequest("BUTTON_DATA_INVALID")
    if action == "url" and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise BadRequest("BUTTON_URL_INVALID")
    return {"text": text, action: button[action]}
