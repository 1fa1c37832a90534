"""Which answers are the Bot API's own.

A captive portal, a company's proxy or a server that is being replaced may answer in its place, with
a page or with JSON of another shape, and under any status. Such an answer says nothing about the
token, the chat or the photo: it is an outage, to be waited out (decision 0153).
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from telegram.request import BaseRequest, RequestData

from bot.errors import FileRefused, NotTheBotApi

JSONDict: TypeAlias = dict[str, Any]

_ABOUT_THE_FILE = (401, 403, 404)


class _Answer(bytes):
    """An answer to a method, with what its JSON says: PTB would read that once more."""

    content: JSONDict


class BotApiRequest(BaseRequest):
    """A transport that passes on what a Bot API server answers, and nothing else."""

    def __init__(self, transport: BaseRequest) -> None:
        self._transport = transport

    @property
    def read_timeout(self) -> float | None:
        return self._transport.read_timeout

    async def initialize(self) -> None:
        """See BaseRequest."""
        await self._transport.initialize()

    async def shutdown(self) -> None:
        """See BaseRequest."""
        await self._transport.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request. Raises NotTheBotApi, or FileRefused for a download, besides what the
        transport raises."""
        status, body = await self._transport.do_request(
            url,
            method,
            request_data,
            read_timeout,  # type: ignore[arg-type]
            write_timeout,  # type: ignore[arg-type]
            connect_timeout,  # type: ignore[arg-type]
            pool_timeout,  # type: ignore[arg-type]
        )
        if method == "GET":  # a file; every method is a POST
            if 200 <= status <= 299:
                return status, body
            if status in _ABOUT_THE_FILE:
                raise FileRefused(f"the Bot API server answers {status} to the file's address")
        content = _read(body)
        if not isinstance(content, dict) or not _is_own(status, content):
            raise NotTheBotApi(f"what answers is not the Bot API ({status}, {_kind_of(body)})")
        answer = _Answer(body)
        answer.content = content
        return status, answer

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """See BaseRequest."""
        if isinstance(payload, _Answer):
            return payload.content
        return BaseRequest.parse_json_payload(payload)


def is_own(status: int, body: bytes) -> bool:
    """Whether this is surely the Bot API's own answer to a method: a result or a refusal, as
    https://core.telegram.org/bots/api#making-requests describes them."""
    content = _read(body)
    return isinstance(content, dict) and _is_own(status, content)


def _is_own(status: int, answer: JSONDict) -> bool:
    if 200 <= status <= 299:
        return answer.get("ok") is True and "result" in answer
    return (
        answer.get("ok") is False
        and isinstance(answer.get("error_code"), int)
        and isinstance(answer.get("description"), str)
    )


def _read(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8", "replace"))  # as PTB reads it
    except (ValueError, RecursionError):
        return None


def _kind_of(body: bytes) -> str:
    """What a stranger's answer looks like, without quoting it."""
    if body.lstrip()[:1] == b"<":
        return "a web page"
    return "other JSON" if isinstance(_read(body), (dict, list)) else "no JSON"
