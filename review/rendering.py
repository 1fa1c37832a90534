"""Templates, and how figures and times read on the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse

from models.inference.percent import percent_number

COMPRESSED = [Middleware(GZipMiddleware, minimum_size=1000)]
"""For routes of files. Pages are sent as they are: they hold the form's proof beside what an
address can put there, and the size of what is compressed would give the proof away (BREACH)."""
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


class Pages:
    """Renders the room's templates; everything in them is escaped."""

    def __init__(self, *, now: Callable[[], datetime], show: Mapping[str, Any]) -> None:
        self._environment = Environment(
            loader=PackageLoader("review"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            percent=percent,
            plural=plural,
            ago=lambda moment: ago(moment, now()),
            figure=figure,
        )
        self._environment.globals.update(show)

    def text(self, template: str, request: Request, **context: Any) -> str:
        """A template as text, with what every page needs: the mount, the reviewer, the path."""
        return self._environment.get_template(template).render(
            root=request.scope.get("root_path", ""),
            reviewer=request.scope.get("reviewer"),
            here=request.url.path.removeprefix(request.scope.get("root_path", "")),
            **context,
        )

    def page(
        self, template: str, request: Request, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        return HTMLResponse(self.text(template, request, **context), status_code=status)


def percent(share: float | None) -> str:
    """0.973 as `97%`, 1 as `99%`: what the chat writes too."""
    return "–" if share is None else f"{percent_number(share)}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 photo`, `2 photos`, `5,000 photos`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in few words."""
    seconds = max(0.0, (now - moment).total_seconds())
    if seconds < _MINUTE_S:
        return "just now"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S:.0f} min ago"
    if seconds < _DAY_S:
        return f"{seconds // _HOUR_S:.0f} h ago"
    if seconds < 60 * _DAY_S:
        return plural(int(seconds // _DAY_S), "day") + " ago"
    return f"{moment:%d %b %Y}"


def figure(value: object) -> str:
    """A measured value as a table shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if value is None else str(value)
