"""What the Bot API answers when it refuses.

LocalError
 └ ApiError               any refusal, with Telegram's error_code and description
    ├ BadRequest          400
    ├ Unauthorized        401
    ├ Forbidden           403
    ├ NotFound            404
    ├ Conflict            409
    └ EntityTooLarge      413
"""

from __future__ import annotations


class LocalError(Exception):
    """Root of this room's errors."""


class ApiError(LocalError):
    """A refusal as the Bot API words it; `detail` follows the title ("Bad Request: …")."""

    code = 500
    title = "Internal Server Error"

    def __init__(self, detail: str | None = None) -> None:
        self.description = self.title if detail is None else f"{self.title}: {detail}"
        super().__init__(self.description)

    def as_json(self) -> dict[str, object]:
        """The body that Telegram sends with it."""
        return {"ok": False, "error_code": self.code, "description": self.description}


class BadRequest(ApiError):
    """The request cannot be carried out as it stands."""

    code = 400
    title = "Bad Request"


class Unauthorized(ApiError):
    """The token is not this bot's."""

    code = 401
    title = "Unauthorized"


class Forbidden(ApiError):
    """The bot may not do this, for example write to somebody who blocked it."""

    code = 403
    title = "Forbidden"


class NotFound(ApiError):
    """The method or file does not exist."""

    code = 404
    title = "Not Found"


class Conflict(ApiError):
    """Two ways of receiving updates collide."""

    code = 409
    title = "Conflict"


class EntityTooLarge(ApiError):
    """The request body is larger than the Bot API takes."""

    code = 413
    title = "Request Entity Too Large"
