"""Reading a Bot API request: query string, form, JSON or multipart, all four alike."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.local.errors import BadRequest, EntityTooLarge

MAX_TEXT_BODY = 1024 * 1024
"""Bytes of a form or JSON body; a message has 4,096 characters."""
MAX_UPLOAD_BODY = 210 * 1024 * 1024
"""Bytes of a multipart body."""
MAX_INTEGER = 2**53
"""Ids are smaller in the Bot API, so that they survive as floating-point numbers."""


@dataclass(frozen=True)
class Upload:
    """One uploaded file, rewound to its start."""

    name: str
    content_type: str
    file: BinaryIO
    size: int


class Arguments:
    """A method's arguments by name, from any of the four sources."""

    def __init__(self, values: dict[str, list[object]]) -> None:
        self._values = values

    def _last(self, name: str) -> object:
        found = self._values.get(name)
        return found[-1] if found else None

    def text(self, name: str) -> str | None:
        """The argument as text; None when absent."""
        value = self._last(name)
        if value is None or isinstance(value, Upload):
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str) -> int | None:
        """The argument as an integer; None when absent, empty, no number or out of range."""
        value = self._last(name)
        try:
            number = int(str(value)) if isinstance(value, (str, float)) else value
        except ValueError:
            return None
        return int(number) if isinstance(number, int) and abs(number) < MAX_INTEGER else None

    def number(self, name: str) -> float | None:
        """The argument as a number; None when absent, empty or no number."""
        value = self._last(name)
        try:
            return float(value) if isinstance(value, (str, int, float)) else None
        except ValueError:
            return None

    def flag(self, name: str) -> bool:
        """Whether the argument is there and says yes."""
        return (self.text(name) or "").lower() in {"true", "1", "yes"}

    def structure(self, name: str) -> object:
        """A JSON value, decoded if it came as text; None when absent or empty.

        Raises BadRequest when it is not JSON.
        """
        value = self._last(name)
        if not isinstance(value, str):
            return None if isinstance(value, Upload) else value
        if not value.strip():
            return None
        try:
            return _decode(value)
        except ValueError as exc:
            raise BadRequest(f"can't parse {name.replace('_', ' ')} JSON object") from exc

    def mapping(self, name: str) -> dict[str, object] | None:
        """A JSON object; None when absent. Raises BadRequest when it is something else."""
        value = self.structure(name)
        if value is not None and not isinstance(value, dict):
            raise BadRequest(f"object expected as {name.replace('_', ' ')}")
        return value

    def uploads(self, name: str) -> list[Upload]:
        """Every file uploaded under this name, in order."""
        return [value for value in self._values.get(name, []) if isinstance(value, Upload)]

    def upload(self, name: str) -> Upload | None:
        """The file uploaded under this name."""
        found = self.uploads(name)
        return found[-1] if found else None

    def close(self) -> None:
        """Release the uploaded files."""
        for values in self._values.values():
            for value in values:
                if isinstance(value, Upload):
                    value.file.close()


async def read_arguments(request: Request) -> Arguments:
    """The arguments of one request; close them afterwards.

    Raises BadRequest for a body that is not what its content type says, EntityTooLarge for one
    that is too long.
    """
    values: dict[str, list[object]] = {}
    for name, text in request.query_params.multi_items():
        values.setdefault(name, []).append(text)
    if request.method == "GET":
        return Arguments(values)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        await _read_multipart(request, values)
    elif kind == "application/json":
        _read_json(await _body(request), values)
    else:
        body = (await _body(request)).decode("utf-8", "replace")
        for name, text in parse_qsl(body, keep_blank_values=True):
            values.setdefault(name, []).append(text)
    return Arguments(values)


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise EntityTooLarge
        yield chunk


async def _body(request: Request) -> bytes:
    return b"".join([chunk async for chunk in _bounded(request, MAX_TEXT_BODY)])


def _decode(text: str) -> object:
    """JSON whose strings are real text. Raises ValueError for anything else."""
    try:
        decoded: object = json.loads(text)
        if "\\u" in text:
            # Half of a surrogate pair is valid JSON, but no text: it could not be sent on.
            json.dumps(decoded, ensure_ascii=False).encode()
    except UnicodeEncodeError as exc:
        raise BadRequest("strings must be encoded in UTF-8") from exc
    except RecursionError as exc:
        raise BadRequest("can't parse JSON nested so deeply") from exc
    return decoded


def _read_json(body: bytes, values: dict[str, list[object]]) -> None:
    try:
        decoded = _decode(body.decode() or "{}")
    except ValueError as exc:
        raise BadRequest("can't parse the request body as JSON") from exc
    if not isinstance(decoded, dict):  # Telegram goes on without it; a client's null means none
        return
    for name, value in decoded.items():
        if value is not None:
            values.setdefault(name, []).append(value)


async def _read_multipart(request: Request, values: dict[str, list[object]]) -> None:
    parser = MultiPartParser(request.headers, _bounded(request, MAX_UPLOAD_BODY), max_files=32)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as exc:
        raise BadRequest("can't parse the multipart request body") from exc
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            upload = Upload(
                value.filename or "file", value.content_type or "", value.file, value.size or 0
            )
            values.setdefault(name, []).append(upload)
        else:
            values.setdefault(name, []).append(value)
