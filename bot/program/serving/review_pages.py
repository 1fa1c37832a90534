"""The review pages inside the bot, made at the first request.

Most starts see no review, and the pages' imports would cost time before `Ready`. A model with other
labels makes them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.classifying.model_host import ModelHost
from bot.settings import BotSettings
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import utc_now
from models.bundles.bundle import STARTER

if TYPE_CHECKING:
    from review.desk import Trainer


class ReviewPages:
    """An ASGI application that becomes the review pages, and the maker of links into them."""

    def __init__(
        self,
        *,
        settings: BotSettings,
        database: Database,
        store: PhotoStore,
        host: ModelHost,
        admins: frozenset[int],
        base_url: str,
    ) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._host = host
        self._admins = admins
        self._base_url = base_url
        self._trainer: Trainer | None = None
        self._token = ""
        self._made: tuple[Sequence[str], ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        labels = self._host.manifest.labels
        if self._made is None or self._made[0] != labels:
            self._made = (labels, self._make(labels))
        await self._made[1](scope, receive, send)

    def attach(self, trainer: Trainer, *, token: str) -> None:
        """Let the pages ask for retrainings, and this bot's people come in from Telegram."""
        self._trainer, self._token = trainer, token

    def link(self, reviewer_id: int, to: str = "") -> str:
        """An address that signs this reviewer in once and opens the page `to`."""
        from review.access.links import make_link

        return make_link(
            secret=self._secret,
            base_url=self._base_url,
            reviewer_id=reviewer_id,
            lifetime_s=60 * self._settings.review_link_minutes,
            now=utc_now(),
            to=to,
        )

    @property
    def app_url(self) -> str | None:
        """Where Telegram opens the pages as a Mini App; None where it cannot, without https."""
        return f"{self._base_url}/telegram" if self._base_url.startswith("https://") else None

    @cached_property
    def _secret(self) -> bytes:
        from review.access.links import signing_secret

        configured = self._settings.review_secret.get_secret_value()
        return signing_secret(configured, data_dir=self._settings.data_dir)

    def _make(self, labels: Sequence[str]) -> ASGIApp:
        from review.access.mini_app import mini_app_key
        from review.app import create_app
        from review.similar.index import FEATURES, features_of

        return create_app(
            database=self._database,
            photo_store=self._store,
            labels=labels,
            secret=self._secret,
            base_url=self._base_url,
            is_reviewer=self._admins.__contains__,
            explain=lambda photo: self._host.run(lambda classifier: classifier.explain(photo)),
            manifest=lambda: self._host.manifest,
            embed=lambda photo: self._host.run(lambda classifier: features_of(classifier, photo)),
            features_file=self._settings.data_dir / FEATURES,
            bundle_folders=[STARTER.parent, self._settings.models_dir],
            candidates_folder=self._settings.data_dir / "candidates",
            incoming_folder=self._settings.data_dir / "incoming",
            trainer=self._trainer,
            app_key=mini_app_key(self._token) if self._token else None,
            link_lifetime_s=60 * self._settings.review_link_minutes,
            session_lifetime_s=3600 * self._settings.review_session_hours,
            thumbnail_bytes=self._settings.review_thumbnails_mb * 2**20,
        )
