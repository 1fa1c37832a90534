"""`/bot<token>/<method>` and `/file/bot<token>/<path>`: the Bot API over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.local.arguments import Arguments, read_arguments
from bot.local.errors import ApiError, NotFound, Unauthorized
from bot.local.methods import about, callbacks, commands, editing, receiving, sending
from bot.local.methods.receiving import RawJson
from bot.local.world.faults import DOWNLOAD, faulty_response
from bot.local.world.files import Located
from bot.local.world.history import to_json
from bot.local.world.world import World

Method = Callable[[World, Arguments], object]
"""One Bot API method; may be a coroutine function."""

_READ_AT_ONCE = 1024 * 1024


def _by_name(*features: Mapping[str, object]) -> dict[str, Method]:
    return {
        name.lower(): cast("Method", method)
        for feature in features
        for name, method in feature.items()
    }


METHODS = _by_name(
    about.METHODS,
    receiving.METHODS,
    sending.METHODS,
    editing.METHODS,
    callbacks.METHODS,
    commands.METHODS,
)


def world_of(request: Request) -> World:
    """The world that this server serves."""
    return cast("World", request.app.state.world)


def json_response(body: str, status: int = 200) -> Response:
    """A response of ready-made JSON."""
    return Response(body, status, media_type="application/json")


def error_response(error: ApiError) -> Response:
    """A refusal as the Bot API sends it."""
    return json_response(to_json(error.as_json()), error.code)


async def perform(world: World, name: str, arguments: Arguments) -> object:
    """Carry out a method by name, in any letter case. Raises ApiError when it is refused."""
    method = METHODS.get(name.lower())
    if method is None:
        raise NotFound("method not found")
    result = method(world, arguments)
    return await cast("Awaitable[object]", result) if isawaitable(result) else result


async def perform_answer(world: World, answer: dict[str, Any]) -> None:
    """Carry out the method call that a webhook answered with; refusals are nobody's to see."""
    arguments = Arguments({key: [value] for key, value in answer.items()})
    try:
        await perform(world, str(answer["method"]), arguments)
    except ApiError:
        return


async def call_method(request: Request) -> Response:
    """Answer one Bot API request."""
    world = world_of(request)
    name = request.path_params["method"]
    try:
        if not world.identity.admits(request.path_params["token"]):
            raise Unauthorized
        fault = await world.faults.strike(name)
        if fault is not None and not fault.after:
            return faulty_response(fault)
        arguments = await read_arguments(request)
        try:
            result = await perform(world, name, arguments)
        finally:
            arguments.close()
    except ApiError as error:
        return error_response(error)
    body = result if isinstance(result, RawJson) else to_json(result)
    response = json_response(f'{{"ok":true,"result":{body}}}')
    return response if fault is None else faulty_response(fault, response)


def file_response(located: Located, *, mime: str) -> Response:
    """A file's bytes; small ones in one piece."""
    if located.size > _READ_AT_ONCE:
        return FileResponse(located.path, media_type=mime)
    return Response(located.path.read_bytes(), media_type=mime)


async def download(request: Request) -> Response:
    world = world_of(request)
    try:
        if not world.identity.admits(request.path_params["token"]):
            raise Unauthorized
        fault = await world.faults.strike(DOWNLOAD)
        name = request.path_params["path"].rpartition("/")[2]
        located = await world.files.locate(name.partition(".")[0])
        mime = "image/jpeg" if located.mime == "image/jpeg" else "application/octet-stream"
        if fault is not None:
            whole = Response(located.path.read_bytes(), media_type=mime)
            return faulty_response(fault, whole)
        return file_response(located, mime=mime)
    except Unauthorized as error:
        return error_response(error)
    except ApiError:
        return error_response(NotFound())
