"""Keeping photos with consent: the largest size, re-encoded, in the background."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from cachetools import LRUCache
from PIL import Image
from sqlalchemy.orm import Session
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.classifying.decoder import Decoder
from bot.classifying.photo_message import fetch
from bot.connection.passing import will_pass
from bot.errors import PhotoUnavailable
from bot.process.database_thread import Records
from dataset.conversation.predictions import awaiting_photo
from dataset.errors import DatasetError, ForgottenError, PhotoStoreError, PhotoStoreUnreachable
from dataset.photos.duplicates import refuse_forgotten
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.privacy import consents
from dataset.reviewing.queue import attach_photo, lookalikes
from dataset.storage.schema import TELEGRAM, Prediction, utc_now
from models.errors import PhotoError
from models.looks import looks, show_the_same

logger = logging.getLogger(__name__)

T = TypeVar("T")

_REACHES_BACK = timedelta(days=7)
"""As the notice says (`consent-ask`, `privacy-not-keeping`)."""
_REMEMBERED = 10_000


@dataclass(frozen=True)
class Fetched:
    """A person's photo as it is kept: re-encoded, without its location."""

    data: bytes
    hashes: list[int]
    """Its perceptual hashes, its own first."""
    size: tuple[int, int]
    """Width and height."""

    def of_person(self, consent_id: int | None) -> NewPhoto:
        """What is known of it, as a photo that rests on this consent."""
        width, height = self.size
        return NewPhoto(
            dhash=self.hashes[0],
            width=width,
            height=height,
            source=TELEGRAM,
            consent_id=consent_id,
        )


class Keeper:
    """Fetches useful photos with consent, one after the other."""

    def __init__(
        self,
        bot: ExtBot[int],
        records: Records,
        store: PhotoStore,
        decoder: Decoder,
        *,
        quorum: int,
        again_after_s: float = 60.0,
    ) -> None:
        """After a passing fault it tries again `again_after_s` later."""
        self._bot = bot
        self._records = records
        self._store = store
        self._decoder = decoder
        self._quorum = quorum
        self._again_after_s = again_after_s
        self._later: set[int] = set()
        self._people: dict[int, asyncio.Event] = {}
        self._refused: LRUCache[int, bool] = LRUCache(_REMEMBERED)
        self._news = asyncio.Event()

    def sweep_soon(self, user_id: int) -> None:
        """Keep this person's latest photos when there is time."""
        self._people.setdefault(user_id, asyncio.Event())
        self._news.set()

    async def may_keep(self, prediction: Prediction, *, within_s: float = 3.0) -> bool:
        """Whether this answer's photo, for which `sweep_soon` was called, may be kept: nobody had
        it forgotten.

        Only the photo itself can tell. While it is not fetched, or within that time, the answer is
        yes.
        """
        swept = self._people.get(prediction.user_id)
        if swept is not None:
            with contextlib.suppress(TimeoutError, asyncio.TimeoutError):
                await asyncio.wait_for(swept.wait(), within_s)
        return prediction.id not in self._refused

    async def run(self) -> None:
        """Sweep everybody who is due, for as long as the bot runs."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._people:
                user_id = next(iter(self._people))
                swept = self._people.pop(user_id)
                try:
                    await self._sweep(user_id)
                except (DatasetError, TelegramError) as exc:
                    logger.warning("photos of one person were not kept: %s", exc)
                    self._sweep_later(user_id, exc)
                finally:
                    swept.set()

    def _sweep_later(self, user_id: int, error: Exception) -> None:
        """Come back to this person after a passing fault: a full disk, Telegram out of reach."""
        passes = will_pass(error) or type(error) in (PhotoStoreError, PhotoStoreUnreachable)
        if passes and user_id not in self._later:
            self._later.add(user_id)
            asyncio.get_running_loop().call_later(self._again_after_s, self._sweep_again, user_id)

    def _sweep_again(self, user_id: int) -> None:
        self._later.discard(user_id)
        self.sweep_soon(user_id)

    async def _sweep(self, user_id: int) -> None:
        def due(session: Session) -> tuple[int | None, list[Prediction]]:
            consent = consents.current(session, user_id)
            if consent is None:
                return None, []
            since = utc_now() - _REACHES_BACK
            return consent.id, awaiting_photo(session, user_id, since=since)

        consent_id, predictions = await self._records.read(due)
        for prediction in predictions:
            if prediction.id in self._refused:
                continue
            try:
                await self._keep(prediction, consent_id)
            except ForgottenError as exc:
                logger.info("the photo of prediction %d is not kept: %s", prediction.id, exc)
                self._refused[prediction.id] = True
            except (PhotoUnavailable, PhotoError, DatasetError, TelegramError) as exc:
                logger.warning("the photo of prediction %d is not kept: %s", prediction.id, exc)
                self._sweep_later(user_id, exc)

    async def fetch(self, file_id: str, *, person: int) -> Fetched:
        """A photo in the form in which it is kept.

        Raises PhotoUnavailable, PhotoError, TelegramError.
        """
        # Whether it came as a photo or as a file is unknown here.
        async with self._decoder.place(trusted=False, person=person, is_patient=True):
            fetched = await fetch(self._bot, file_id)
            data = await self._decoder.kept(fetched, person=person)
        hashes, size = await asyncio.to_thread(_look_at, data)
        return Fetched(data, hashes, size)

    async def keep(
        self,
        photo: Fetched,
        work: Callable[[Session], T],
        *,
        is_kept: Callable[[T], bool] = lambda result: True,
    ) -> T:
        """Run `work`, which keeps this photo's row and file, unless somebody had it removed.

        Raises ForgottenError, and what `work` raises. `is_kept` says of its result whether the
        file is still needed.
        """
        sha256 = hashlib.sha256(photo.data).hexdigest()

        def keep(session: Session) -> T:
            refuse_forgotten(session, sha256=sha256, looks=photo.hashes)
            return work(session)

        if not self._store.is_remote:
            return await self._records.write(keep)
        # The store may be slow, so the database's one thread must not wait for it.
        new = not await asyncio.to_thread(self._store.has, sha256)
        await asyncio.to_thread(self._store.put, photo.data)
        needed = False
        try:
            result = await self._records.write(keep)
            needed = is_kept(result)
            return result
        finally:
            if new and not needed:
                await asyncio.to_thread(self._store.delete, sha256)

    async def _keep(self, prediction: Prediction, consent_id: int | None) -> None:
        photo = await self.fetch(prediction.file_id, person=prediction.user_id)
        near = await self._records.read(lambda session: lookalikes(session, photo.hashes[0]))
        alike = await asyncio.to_thread(self._alike, photo.data, near)

        def keep(session: Session) -> None:
            kept = keep_photo(session, self._store, photo.data, photo.of_person(consent_id))
            attach_photo(session, prediction.id, kept, quorum=self._quorum, alike=alike)

        await self.keep(photo, keep)

    def _alike(self, data: bytes, near: Mapping[int, str]) -> set[int]:
        """Those of these photos that show the same picture."""
        found: set[int] = set()
        with Image.open(io.BytesIO(data)) as image:
            for photo_id, sha256 in near.items():
                try:
                    with Image.open(io.BytesIO(self._store.get(sha256))) as other:
                        if show_the_same(image, other):
                            found.add(photo_id)
                except (DatasetError, OSError) as exc:  # then it is a photo of its own
                    logger.warning("photo %d was not compared: %s", photo_id, exc)
        return found


def _look_at(data: bytes) -> tuple[list[int], tuple[int, int]]:
    """The perceptual hashes, its own first, width and height of a photo that is kept."""
    with Image.open(io.BytesIO(data)) as image:
        return looks(image), image.size
