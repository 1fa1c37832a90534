"""Templates, rendered in the language of the person who reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse

from languages.catalogue import Value, Words
from languages.scripts import sentences
from languages.told import told

COMPRESSED = [Middleware(GZipMiddleware, minimum_size=1000)]
"""For routes of files. Pages are sent as they are: they hold the form's proof beside what an
address can put there, and the size of what is compressed would give the proof away (BREACH)."""


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
        self._environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
        self._environment.globals.update(show)
        self._now = now

    def text(self, template: str, request: Request, **context: Any) -> str:
        """A template as text. Each gets the mount, the reviewer, the path, and the words: `t` makes
        a message, `html` one with tags."""
        words = words_of(request)
        return self._environment.get_template(template).render(
            root=request.scope.get("root_path", ""),
            reviewer=request.scope.get("reviewer"),
            t=words,
            html=partial(marked, words),
            percent=partial(percent, words),
            counted_share=words.counted_share,
            figure=partial(figure, words),
            translated=lambda sentence: told(sentence, words),
            ago=lambda moment: words.ago(moment, self._now()),
            sentences=lambda: sentences(words),
            here=request.url.path.removeprefix(request.scope.get("root_path", "")),
            **context,
        )

    def page(
        self, template: str, request: Request, *, status: int = 200, **context: Any
    ) -> HTMLResponse:
        return HTMLResponse(self.text(template, request, **context), status_code=status)


def words_of(request: Request) -> Words:
    """The catalogue for the person who sent the request; the guard chooses it."""
    words = request.scope["words"]
    assert isinstance(words, Words)
    return words


def marked(words: Words, message_id: str, **values: Value) -> Markup:
    """A message that has tags of its own; the values are escaped."""
    safe = {
        name: str(escape(value)) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return Markup(words(message_id, **safe))  # noqa: S704 - the catalogue's text, values escaped


def percent(words: Words, share: float | None) -> str:
    """A probability, 0.973 as `97%`, 1 as `99%`: what the chat writes too."""
    return "–" if share is None else words.percent(share)


def figure(words: Words, value: object) -> str:
    """A measured value as a table shows it."""
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if isinstance(value, int | float):
        return words.number(value)
    return "–" if value is None else str(value)
