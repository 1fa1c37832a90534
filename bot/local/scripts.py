"""`/local/…`: people's side of the chats, for scripts, tests and the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response

from bot.local.api import error_response, file_response, json_response, world_of
from bot.local.arguments import Arguments, read_arguments
from bot.local.errors import ApiError, BadRequest, NotFound
from bot.local.methods.callbacks import press
from bot.local.methods.composing import caption_fields, compose
from bot.local.methods.sending import MAX_ALBUM, new_album_id
from bot.local.text.entities import MAX_TEXT, typed, utf16
from bot.local.world.history import Message, to_json
from bot.local.world.people import ORDINARY_ID, Person
from bot.local.world.world import World

MAX_WAIT_S = 60.0
MAX_CHANGES = 1000

Endpoint = Callable[[World, Arguments], Awaitable[Response]]


def _script(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Reads the arguments, and turns refusals into the Bot API's error object."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            arguments = await read_arguments(request)
            try:
                return await endpoint(world_of(request), arguments)
            finally:
                arguments.close()
        except ApiError as error:
            return error_response(error)
        except ClientDisconnect:
            return Response(status_code=400)  # called off in the middle of a photo; nobody hears it

    return answer


def _chat_of(arguments: Arguments) -> tuple[int, int]:
    """User and chat; the user defaults to the ordinary person, the chat to the private one."""
    user = arguments.integer("user")
    user_id = ORDINARY_ID if user is None else user
    return user_id, arguments.integer("chat") or user_id


def _message_of(world: World, chat_id: int, message_id: int | None, what: str) -> Message:
    message = world.history.find(chat_id, message_id or 0)
    if message is None:
        raise BadRequest(f"message to be {what} not found")
    return message


def _reaches_bot(world: World, message: Message) -> bool:
    """Whether the bot gets to see a message: in groups privacy mode hides most."""
    if message["chat"]["type"] == "private" or not world.privacy_mode:
        return True
    answered = message.get("reply_to_message")
    if answered and answered["from"]["id"] == world.identity.id:
        return True
    written = message.get("text") or message.get("caption") or ""
    command, _, addressee = written.partition(" ")[0].partition("\n")[0].partition("@")
    return command.startswith("/") and addressee.lower() in {"", world.identity.username}


def _from_person(
    world: World, arguments: Arguments, content: dict[str, object], reply_to: Message | None
) -> Message:
    user_id, chat_id = _chat_of(arguments)
    sender = world.people.person(user_id)
    chat = world.people.open_chat(chat_id, arguments.text("title"))
    message = compose(world, chat, sender.as_user(), content, reply_to=reply_to)
    world.history.add(message)
    if _reaches_bot(world, message):
        world.updates.put("message", message)
    return message


async def _contents(world: World, arguments: Arguments) -> list[dict[str, object]]:
    """What a person sends, one item a message, checked as Telegram would before anything shows."""
    caption = caption_fields(typed(arguments.text("caption") or ""))
    text = typed(arguments.text("text") or "")
    photos, documents = arguments.uploads("photo"), arguments.uploads("document")
    media: list[dict[str, object]] = []
    media.extend([{"photo": await world.files.add_photo(upload)} for upload in photos])
    media.extend([{"document": await world.files.add_document(upload)} for upload in documents])
    if not media:
        if not text.text:
            raise BadRequest("message text is empty")
        if utf16(text.text) > MAX_TEXT:
            raise BadRequest("message is too long")
        return [text.fields("text", "entities")]
    if len(media) > MAX_ALBUM:
        raise BadRequest(f"an album has at most {MAX_ALBUM} photos")
    media[0] |= caption or caption_fields(text)
    album = arguments.text("album") or (new_album_id() if len(media) > 1 else None)
    return [content | ({"media_group_id": album} if album else {}) for content in media]


@_script
async def send(world: World, arguments: Arguments) -> Response:
    """A person sends a message, or several as an album."""
    _, chat_id = _chat_of(arguments)
    reply_to = None
    if arguments.text("reply_to"):
        reply_to = _message_of(world, chat_id, arguments.integer("reply_to"), "replied")
    contents = await _contents(world, arguments)
    messages = [_from_person(world, arguments, content, reply_to) for content in contents]
    answer = messages[0] if len(messages) == 1 else messages[0] | {"album_messages": messages}
    return json_response(to_json(answer))


@_script
async def edit(world: World, arguments: Arguments) -> Response:
    """A person changes the text or caption of a message of theirs."""
    user_id, chat_id = _chat_of(arguments)
    message = _message_of(world, chat_id, arguments.integer("message_id"), "edited")
    if message["from"]["id"] != user_id:
        raise BadRequest("message can't be edited")
    rich = typed(arguments.text("text") or arguments.text("caption") or "")
    is_text = "text" in message
    if is_text and not rich.text:
        raise BadRequest("message text is empty")
    fields = rich.fields("text", "entities") if is_text else caption_fields(rich)
    gone = {"text", "entities", "caption", "caption_entities"}
    kept = {key: value for key, value in message.items() if key not in gone}
    changed = kept | fields | {"edit_date": int(world.clock())}
    world.history.replace(changed)
    if _reaches_bot(world, changed):
        world.updates.put("edited_message", changed)
    return json_response(to_json(changed))


@_script
async def press_button(world: World, arguments: Arguments) -> Response:
    """A person presses a button; with `wait` the bot's answer to it is waited for."""
    user_id, chat_id = _chat_of(arguments)
    message = _message_of(world, chat_id, arguments.integer("message_id"), "pressed")
    query_id, future = press(world, user_id, message, arguments.text("data") or "")
    wait_s = min(arguments.number("wait") or 0.0, MAX_WAIT_S)
    await asyncio.wait({future}, timeout=wait_s)
    answered = future.done() and not future.cancelled()
    answer = future.result() if answered else None
    return json_response(to_json({"ok": True, "callback_query_id": query_id, "answer": answer}))


@_script
async def react(world: World, arguments: Arguments) -> Response:
    """A person reacts to a message: `old` and `new` are emojis, or nothing."""
    user_id, chat_id = _chat_of(arguments)
    message = _message_of(world, chat_id, arguments.integer("message_id"), "reacted to")
    reactions = {
        f"{when}_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else []
        for when in ("old", "new")
        for emoji in [arguments.text(when)]
    }
    about = {
        "chat": message["chat"],
        "message_id": message["message_id"],
        "user": world.people.person(user_id).as_user(),
        "date": int(world.clock()),
    }
    world.updates.put("message_reaction", about | reactions)
    return json_response(to_json({"ok": True}))


@_script
async def put_update(world: World, arguments: Arguments) -> Response:
    """The bot gets an update as a script wrote it, whether Telegram would ever send such or not."""
    written = arguments.text("json") or ""
    try:
        is_object = isinstance(json.loads(written), dict)
    except (ValueError, RecursionError) as exc:
        raise BadRequest("can't parse json") from exc
    if not is_object:
        raise BadRequest("json must be an object")
    return json_response(to_json({"ok": True, "update_id": world.updates.put_as_it_is(written)}))


@_script
async def messages(world: World, arguments: Arguments) -> Response:
    """The messages of a chat after one, as a JSON array; with `wait` waits for the first."""
    chat_id = arguments.integer("chat") or ORDINARY_ID
    after = arguments.integer("after") or 0
    wait_s = min(arguments.number("wait") or 0.0, MAX_WAIT_S)
    history = world.history
    await history.wait(chat_id, lambda: history.has_after(chat_id, after), wait_s)
    return json_response("[" + ",".join(history.after(chat_id, after)) + "]")


@_script
async def changes(world: World, arguments: Arguments) -> Response:
    """What is new, edited or deleted in a chat since a version, and what the bot is doing.

    Of more than `limit` changes it returns the newest. Another `run` is another history.
    """
    chat_id = arguments.integer("chat") or ORDINARY_ID
    since = arguments.integer("since") or 0
    limit = arguments.integer("limit") or MAX_CHANGES
    doing = arguments.text("action") or ""
    history, clock = world.history, world.clock

    def news() -> bool:
        action = history.action(chat_id, clock())
        return history.version_of(chat_id) > since or (action[0] if action else "") != doing

    wait_s = min(arguments.number("wait") or 0.0, MAX_WAIT_S)
    acting = history.action(chat_id, clock())
    await history.wait(chat_id, news, min(wait_s, acting[1]) if acting else wait_s)
    found = history.changes(chat_id, since, limit)
    action = history.action(chat_id, clock())
    head = {
        "run": history.first_id,
        "version": found.version,
        "deleted": found.deleted,
        "action": action[0] if action else "",
        "listening": bool(world.webhook.url) or world.updates.polled,
        "waiting": len(world.updates),
    }
    body = f'{to_json(head)[:-1]},"messages":[{",".join(found.messages)}]}}'
    return json_response(body)


def _described(person: Person) -> dict[str, object]:
    return person.as_user() | {"blocked": person.blocked}


@_script
async def change_person(world: World, arguments: Arguments) -> Response:
    """Changes the person of this `id`; the bot, the people and the groups."""
    user_id = arguments.integer("id")
    if user_id is not None:
        world.people.change(
            user_id,
            first_name=arguments.text("first_name"),
            last_name=arguments.text("last_name"),
            username=arguments.text("username"),
            language_code=arguments.text("language_code"),
            blocked=None if arguments.text("blocked") is None else arguments.flag("blocked"),
        )
    return _everybody(world)


@_script
async def people(world: World, arguments: Arguments) -> Response:
    """The bot, the people and the groups."""
    return _everybody(world)


def _everybody(world: World) -> Response:
    found: dict[str, Any] = {
        "bot": world.identity.as_user(),
        "admin_id": world.admin_id,
        "people": [_described(person) for person in world.people.everybody()],
        "samples": list(world.samples),
        "languages": world.commands.languages(),
        "groups": [{"id": key, "title": name} for key, name in world.people.groups().items()],
        "descriptions": {
            f"{field}:{language}": text
            for (field, language), text in world.identity.descriptions.items()
        },
    }
    return json_response(to_json(found))


@_script
async def menu(world: World, arguments: Arguments) -> Response:
    """The command menu that a person sees in a chat."""
    user_id, chat_id = _chat_of(arguments)
    language = world.people.person(user_id).language_code
    return json_response(to_json(world.commands.shown(chat_id, user_id, language)))


@_script
async def order_fault(world: World, arguments: Arguments) -> Response:
    """Order a fault for coming requests."""
    world.faults.order(arguments)
    return json_response(to_json(world.faults.listing()))


@_script
async def list_faults(world: World, arguments: Arguments) -> Response:
    return json_response(to_json(world.faults.listing()))


@_script
async def clear_faults(world: World, arguments: Arguments) -> Response:
    world.faults.clear()
    return json_response("[]")


async def show_file(request: Request) -> Response:
    """A file for the page: photos as pictures, everything else as a download."""
    world = world_of(request)
    try:
        located = await world.files.locate(request.query_params.get("id", ""))
    except ApiError:
        return error_response(NotFound("this file is no longer here"))
    if located.file_path.startswith("photos/"):
        response = file_response(located, mime="image/jpeg")
        response.headers["Cache-Control"] = "private, max-age=86400, immutable"
        return response
    response = file_response(located, mime="application/octet-stream")
    plain = "".join(
        c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in located.name
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{plain}"'
    return response


async def show_sample(request: Request) -> Response:
    """A photo to try."""
    path = world_of(request).samples.get(request.query_params.get("name", ""))
    return FileResponse(path) if path else error_response(NotFound("there is no such sample"))
