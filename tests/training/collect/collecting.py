"""A dataset that collects from services which answer as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from dataset.storage.database import Database
from dataset.storage.schema import Example, Photo
from tests.training.collect.search_server import (
    Clock,
    SearchServer,
    as_bytes,
    draw_scene,
)
from training.collect.collecting import collect
from training.collect.providers import Provider
from training.collect.providers.bing import Bing
from training.collect.providers.commons import Commons
from training.collect.providers.inaturalist import INaturalist
from training.collect.providers.openverse import Openverse
from training.collect.search import LabelReport
from training.collect.web import Web
from training.settings.environment import TrainingSettings

QUERIES = {
    "black": {"inaturalist": ("41638",), "openverse": ("black bear",), "commons": ("black bear",)}
}


class World:
    """One machine that collects from one server."""

    def __init__(self, server: SearchServer, settings: TrainingSettings) -> None:
        self.server = server
        self.settings = settings

    def collect(
        self,
        wanted: int,
        *,
        names: Sequence[str] = ("inaturalist",),
        queries: dict[str, dict[str, tuple[str, ...]]] = QUERIES,
        web_class: type[Web] = Web,
        **options: Any,
    ) -> LabelReport:
        """Collect for the first label of `queries`."""
        clock = Clock()
        web = web_class(
            user_agent="test",
            trusted_hosts=frozenset({self.server.host}),
            sleep=clock.sleep,
            clock=clock,
        )
        url = self.server.url
        everyone: dict[str, Provider] = {
            "inaturalist": INaturalist(web, endpoint=f"{url}/inaturalist"),
            "openverse": Openverse(web, endpoint=f"{url}/openverse"),
            "commons": Commons(web, endpoint=f"{url}/commons"),
            "bing": Bing(web, endpoint=f"{url}/bing", key="key-1"),
        }
        reports = collect(
            self.settings,
            queries,
            web=web,
            providers=[everyone[name] for name in names],
            per_label=wanted,
            **options,
        )
        return next(iter(reports.values()))

    def photos(self) -> list[Photo]:
        """What is kept, in order."""
        database = Database(self.settings.resolved_database_url)
        with database.reading() as session:
            found = list(session.scalars(select(Photo).order_by(Photo.id)))
        database.dispose()
        return found

    def examples(self) -> list[Example]:
        """The dataset, in order."""
        database = Database(self.settings.resolved_database_url)
        with database.reading() as session:
            found = list(session.scalars(select(Example).order_by(Example.id)))
        database.dispose()
        return found

    def observe(self, numbers: range, **options: Any) -> None:
        """Let iNaturalist have observations with one picture each."""
        for number in numbers:
            url = self.picture(number)
            photo = {"id": number, "license_code": "cc-by", "url": url}
            self.server.observe(number, photo, **{"user": number, **options})

    def picture(self, seed: int) -> str:
        """The address of a picture like no other's."""
        return self.server.photo(f"{seed}.jpg", as_bytes(draw_scene(seed)))
