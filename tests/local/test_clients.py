"""python-telegram-bot as a client: the server must be Telegram to it."""

from __future__ import annotations

import asyncio
import inspect
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.local.api import METHODS
from tests.conftest import PATIENCE_S, draw_photo
from tests.local.serving import TOKEN, LocalServer, Script
from tests.local.test_updates import wait_until_polled

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="v1:1:right")]])


async def look(update: Update, _: object) -> None:
    """Answer a photo with its dimensions, as a reply with a button."""
    message = update.message
    assert message is not None
    file = await message.photo[-1].get_file()
    image = Image.open(io.BytesIO(bytes(await file.download_as_bytearray())))
    await message.reply_text(
        f"<b>{image.width} x {image.height}</b>",
        parse_mode="HTML",
        do_quote=True,
        reply_markup=KEYBOARD,
    )


async def pressed(update: Update, _: object) -> None:
    """Answer a press and edit the message."""
    query = update.callback_query
    assert query is not None
    await query.answer("Noted.")
    await query.edit_message_text("Thank you.")


async def start(update: Update, _: object) -> None:
    """Greet."""
    assert update.effective_message is not None
    await update.effective_message.reply_text("Hello.")


@pytest.fixture
async def application(server: LocalServer) -> AsyncIterator[AnyApplication]:
    """A polling application."""
    built: AnyApplication = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{server.url}/bot")
        .base_file_url(f"{server.url}/file/bot")
        .build()
    )
    built.add_handler(MessageHandler(filters.PHOTO, look))
    built.add_handler(CommandHandler("start", start))
    built.add_handler(CallbackQueryHandler(pressed, pattern="^v1:"))
    async with built:
        await built.start()
        assert built.updater is not None
        await built.updater.start_polling()
        yield built
        await built.updater.stop()
        await built.stop()


@pytest.fixture
async def bot(server: LocalServer) -> AsyncIterator[Bot]:
    """PTB's Bot alone."""
    async with Bot(
        TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot"
    ) as made:
        yield made


async def test_a_photo_is_answered(application: AnyApplication, script: Script) -> None:
    """A polling application gets the photo, downloads it and replies to it."""
    sent = await asyncio.to_thread(script.photo, draw_photo(size=(2000, 1000)), user=1)
    (answer,) = await asyncio.to_thread(script.messages, after=sent["message_id"], wait=PATIENCE_S)
    assert "1280 x 640" == answer["text"]
    assert sent["message_id"] == answer["reply_to_message"]["message_id"]


async def test_a_command_is_recognised(application: AnyApplication, script: Script) -> None:
    """CommandHandler finds the command by its entity."""
    sent = await asyncio.to_thread(script.send, user=1, text="/start")
    (answer,) = await asyncio.to_thread(script.messages, after=sent["message_id"], wait=PATIENCE_S)
    assert "Hello." == answer["text"]


async def test_a_press_is_handled(application: AnyApplication, script: Script) -> None:
    """A press reaches CallbackQueryHandler; its answer and its edit arrive."""
    sent = await asyncio.to_thread(script.photo, draw_photo(), user=1)
    (answer,) = await asyncio.to_thread(script.messages, after=sent["message_id"], wait=PATIENCE_S)
    body = {"user": 1, "message_id": answer["message_id"], "data": "v1:1:right", "wait": 10}
    said = await asyncio.to_thread(script.http.post, "/local/press", json=body)
    assert "Noted." == said.json()["answer"]["text"]
    version = 0
    texts: list[str] = []
    while "Thank you." not in texts:
        parameters = {"chat": 1, "since": version, "wait": 10}
        news = await asyncio.to_thread(script.http.get, "/local/changes", params=parameters)
        version = news.json()["version"]
        texts = [message.get("text", "") for message in news.json()["messages"]]


async def test_sending_of_every_kind(bot: Bot) -> None:
    """Messages, photos, documents and albums come back as PTB's objects."""
    text = await bot.send_message(1, "hello", reply_markup=KEYBOARD)
    photo = await bot.send_photo(1, draw_photo(), caption="one")
    document = await bot.send_document(1, b"bytes", filename="a.txt")
    album = await bot.send_media_group(
        1, [InputMediaPhoto(draw_photo(seed=seed)) for seed in range(3)]
    )
    assert "hello" == text.text
    assert ["hello", "one", "a.txt"] == [
        text.text,
        photo.caption,
        document.document.file_name if document.document else None,
    ]
    assert 1 == len({message.media_group_id for message in album})
    assert all(len(message.photo) == 3 for message in album)


async def test_editing_of_every_kind(bot: Bot) -> None:
    """Text, caption, media and keyboard can be edited, and messages deleted."""
    text = await bot.send_message(1, "hello")
    photo = await bot.send_photo(1, draw_photo(), caption="one")
    edited = [
        await bot.edit_message_text("bye", 1, text.message_id),
        await bot.edit_message_reply_markup(1, text.message_id, reply_markup=KEYBOARD),
        await bot.edit_message_caption(1, photo.message_id, caption="two"),
        await bot.edit_message_media(
            InputMediaPhoto(draw_photo(seed=1), caption="three"), 1, photo.message_id
        ),
    ]
    assert all(isinstance(message, Message) for message in edited)
    assert await bot.set_message_reaction(1, photo.message_id, "👍")
    assert await bot.delete_message(1, text.message_id)


async def test_menus(bot: Bot) -> None:
    """Commands are set, read and deleted by scope and language."""
    commands = [BotCommand("start", "How this works")]
    scope = BotCommandScopeChat(2)
    assert await bot.set_my_commands(commands, scope=scope, language_code="de")
    assert tuple(commands) == await bot.get_my_commands(scope, language_code="de")
    assert await bot.delete_my_commands(scope, language_code="de")
    assert () == await bot.get_my_commands(scope, language_code="de")


async def test_errors_are_ptbs_own(
    bot: Bot, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each refusal becomes the error that PTB has for it."""
    # PTB warns of the old type of retry_after unless one asks for the new one.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(77, "x")
    await asyncio.to_thread(script.http.post, "/local/people", json={"id": 1, "blocked": True})
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(1, "x")
    fault = {"method": "getMe", "status": 429, "retry_after": 3}
    await asyncio.to_thread(script.http.post, "/local/faults", json=fault)
    with pytest.raises(RetryAfter):
        await bot.get_me()
    fault = {"method": "getMe", "status": 401}
    await asyncio.to_thread(script.http.post, "/local/faults", json=fault)
    with pytest.raises(InvalidToken):
        await bot.get_me()


async def test_a_second_poller_gets_conflict(bot: Bot, server: LocalServer) -> None:
    """The older of two polling bots sees Conflict."""
    older = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.to_thread(wait_until_polled, server)
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as newer:
        await newer.get_updates(timeout=0)
    with pytest.raises(Conflict):
        await older


async def test_chat_and_me(bot: Bot) -> None:
    """getChat, getChatMember, getMe and the webhook's state parse."""
    assert "private" == (await bot.get_chat(1)).type
    assert "member" == (await bot.get_chat_member(1, 1)).status
    assert (await bot.get_me()).is_bot
    assert "" == (await bot.get_webhook_info()).url


def test_what_is_ignored_is_listed() -> None:
    """Every parameter of a method that the server knows is read, or named in its documentation."""
    root = Path(__file__).parents[2]
    sources = "".join(path.read_text("utf-8") for path in (root / "bot" / "local").rglob("*.py"))
    read = set(re.findall(r'"([a-z_]+)"', sources))
    page = (root / "docs" / "local-chat.md").read_text("utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", page))
    spelled = {name.lower(): name for name in dir(Bot)}
    options = set(inspect.signature(Bot.get_me).parameters) | {"filename", "local_mode"}
    for method in METHODS:
        parameters = set(inspect.signature(getattr(Bot, spelled[method])).parameters)
        assert parameters - options - read - documented == set(), method
