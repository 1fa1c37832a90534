"""The labels: what they are called, and renaming, merging and retiring them.

Every change says first what happens to the examples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dataset.conversation.claims.label_names import renamed
from dataset.errors import InvalidLabel, NameTaken, NotFoundError
from dataset.examples import labels
from dataset.examples.joining import BEGIN_AT
from dataset.storage.schema import OUTSIDE, Split
from languages.catalogue import LANGUAGES
from review.desk import Desk, reviewer_of
from review.errors import BadRequest
from review.pages.labelling import hue
from review.rendering import words_of

T = TypeVar("T")

_MOST_FIELDS = 10


@dataclass(frozen=True)
class _Taught:
    """What the model in use makes of one label, by whose present name it goes."""

    said: list[str] = field(default_factory=list)
    """The names under which it learned it."""
    names: dict[str, str] = field(default_factory=dict)
    """By language."""
    aliases: list[str] = field(default_factory=list)

    def called(self, texts: labels.Texts) -> dict[str, str]:
        """What people read for it, by language: what somebody said of it, else the model."""
        return {**self.names, **texts.names}


class Labels:
    """The routes of the labels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        one = "/labels/{label}"
        return [
            Route("/labels", self.show),
            Route(one, self.show_one),
            Route(f"{one}/describe", self.describe, methods=["POST"]),
            Route(f"{one}/move", self.move, methods=["POST"]),
            Route(f"{one}/become", self.become, methods=["POST"]),
            Route(f"{one}/retire", self.retire, methods=["POST"]),
            Route(f"{one}/revive", self.revive, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        known, taught = await self._desk.read(
            lambda session: (labels.known_labels(session), self._taught(session))
        )
        order = [one.label for one in known]
        places = {one.label: labels.open_places(known, one.label, taught) for one in known}
        return self._desk.pages.page(
            "labels/all.html",
            request,
            rows=[
                (one, hue(order, one.label), taught.get(one.label, _Taught()).called(one.texts))
                for one in known
                if one.label != OUTSIDE
            ],
            languages=LANGUAGES,
            splits=list(Split),
            present=[one.label for one in known if one.retired_at is None],
            places=places,
            least=BEGIN_AT,
        )

    async def show_one(self, request: Request) -> Response:
        """One label with everything that can be done to it."""
        one, others = await self._one(request)
        known, taught = await self._desk.read(
            lambda session: (labels.known_labels(session), self._taught(session))
        )
        present = [each.label for each in known if each.retired_at is None]
        return self._desk.pages.page(
            "labels/one.html",
            request,
            one=one,
            others=others,
            present=present,
            places=labels.open_places(known, one.label, taught),
            taught=taught.get(one.label, _Taught()),
            languages=LANGUAGES,
            least=BEGIN_AT,
        )

    async def describe(self, request: Request) -> Response:
        """What people read and write for it."""
        one, _ = await self._one(request)
        async with request.form(max_fields=_MOST_FIELDS) as form:
            names = {code: str(form.get(code, "")) for code in LANGUAGES}
            aliases = str(form.get("aliases", "")).split(",")
        kept = {code: name for code, name in one.texts.names.items() if code not in names}
        await self._change(
            lambda session: labels.describe(
                session,
                one.label,
                names={**kept, **names},
                aliases=aliases,
                actor_id=reviewer_of(request).id,
                others={
                    label: (*taught.names.values(), *taught.aliases)
                    for label, taught in self._taught(session).items()
                },
            )
        )
        return _back(request)

    async def move(self, request: Request) -> Response:
        """A new label gets another place among the new ones."""
        one, _ = await self._one(request)
        async with request.form(max_fields=_MOST_FIELDS) as form:
            to = str(form.get("place", ""))
        if not (to.isascii() and to.isdigit() and len(to) < 5):
            raise BadRequest("bad-value", name="place")
        await self._change(
            lambda session: labels.place(
                session,
                one.label,
                int(to),
                learned=self._taught(session),
                actor_id=reviewer_of(request).id,
            )
        )
        return _back(request)

    async def become(self, request: Request) -> Response:
        """Rename or merge it: asked for once, it says what happens; asked for with `sure`, it
        happens."""
        one, others = await self._one(request)
        async with request.form(max_fields=_MOST_FIELDS) as form:
            to, sure = " ".join(str(form.get("to", "")).split()), form.get("sure") == "yes"
        if not sure:
            to = await self._change(lambda session: labels.check_new_name(session, one.label, to))
            other = next((each for each in others if each.label == to), None)
            taught = await self._desk.read(self._taught)
            said = words_of(request).listed(taught.get(one.label, _Taught()).said)
            return self._desk.pages.page(
                "labels/become.html", request, one=one, to=to, other=other, said=said
            )
        await self._change(
            lambda session: labels.rename(session, one.label, to, actor_id=reviewer_of(request).id)
        )
        return _back(request)

    async def retire(self, request: Request) -> Response:
        """Learn from its examples no more."""
        one, _ = await self._one(request)
        await self._change(
            lambda session: labels.retire(session, one.label, actor_id=reviewer_of(request).id)
        )
        return _back(request)

    async def revive(self, request: Request) -> Response:
        """Learn from its examples again."""
        one, _ = await self._one(request)
        await self._change(
            lambda session: labels.revive(session, one.label, actor_id=reviewer_of(request).id)
        )
        return _back(request)

    async def _one(self, request: Request) -> tuple[labels.Known, list[labels.Known]]:
        """The label of the address, and the others. Raises BadRequest."""
        wanted = request.path_params["label"]
        known = await self._desk.read(labels.known_labels)
        one = next((each for each in known if each.label == wanted), None)
        if one is None:
            raise BadRequest("bad-label-gone")
        return one, [each for each in known if each is not one]

    def _taught(self, session: Session) -> Mapping[str, _Taught]:
        """What the model in use says of labels, by their present names."""
        manifest = self._desk.manifest() if self._desk.manifest else None
        found: dict[str, _Taught] = {}
        now_called = renamed(session)
        for label in manifest.labels if manifest else self._desk.labels:
            taught = found.setdefault(now_called.get(label, label), _Taught())
            taught.said.append(label)
            if manifest is not None:
                taught.names.update(manifest.names.get(label, {}))
                taught.aliases.extend(manifest.aliases.get(label, ()))
        return found

    async def _change(self, work: Callable[[Session], T]) -> T:
        try:
            return await self._desk.write(work)
        except NameTaken as error:
            raise BadRequest("bad-label-taken", name=error.name, other=error.other) from error
        except InvalidLabel as error:
            raise BadRequest(f"bad-label-{error.code}") from error
        except NotFoundError as error:
            raise BadRequest("bad-label-gone") from error


def _back(request: Request) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/labels", status_code=303)
