"""Taking photos into the dataset: read to their end, without duplicates, each in one transaction.

`training.add` and `training.collect` both offer photos here. Memory holds two batches of them and
48 bytes for each photo that is there already, however many are offered.
"""

from __future__ import annotations

import io
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256 as sha256_of

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.errors import ForgottenError, PhotoStoreError
from dataset.examples.examples import NewExample, Outcome, add_example, remove_example
from dataset.photos.duplicates import refuse_forgotten
from dataset.photos.removal import remove_photos
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.storage.database import Database
from dataset.storage.schema import TELEGRAM, Example, Forgotten, Photo, QueueReason, utc_now
from models.errors import PhotoError
from models.inference.classifier import Classifier
from models.looks import looks
from models.photo import dhash, open_photo, read_photo, to_square
from models.pictures.formats import sniff
from training.add.offers import Fate, Offer, Result
from training.add.similar import SimilarPhotos

BATCH_PHOTOS = 8
"""Photos to a transaction: nobody else writes meanwhile, and a machine may be busy."""
_BATCH_BYTES = 8 * 1024 * 1024
_EMBEDDED_AT_ONCE = 2
"""As fast a photo as 8 at once, with 20 MB less (0251)."""
_SEEN_SIDE_PX = 512
"""What hash and features see of a JPEG at the least: a sixteenth of a phone's photo (0251)."""
_JPEG_QUALITY = 95
"""For what comes in another format: no difference that a network could see."""
_UNDO_PHOTOS = 200
_CATCH_UP_PHOTOS = 500
REVIEW_PRIORITY = 2.0
"""Priority as an unsure answer: nobody vouches for the label of a picture without a licence."""


@dataclass(frozen=True)
class _Opened:
    offer: Offer
    data: bytes
    sha256: str
    hashes: list[int]
    """Its own, then those of what it may be an altered copy of, where something was forgotten."""
    size: tuple[int, int]
    square: NDArray[np.uint8]  # [224, 224, 3]


_WORKERS = 2
"""Threads that decode, beside the one that looks and writes."""

_Waiting = deque[tuple[Offer, "Future[_Opened | Result]"]]


class Intake:
    """Takes photos in, batch by batch; each batch is one transaction. For one thread."""

    def __init__(
        self,
        database: Database,
        store: PhotoStore,
        classifier: Classifier,
        similar: SimilarPhotos,
        *,
        source: str,
        origin: str,
        salt: str,
        least_side_px: int = 1,
    ) -> None:
        """`source` and `origin` are recorded with photo and example; `salt` decides splits."""
        self._database = database
        self._store = store
        self._classifier = classifier
        self._similar = similar
        self._source = source
        self._origin = origin
        self._salt = salt
        self._least_side_px = least_side_px
        self._new_photos = array("q")
        self._new_examples = array("q")
        with database.reading() as session:
            self._anything_forgotten = session.scalar(select(Forgotten.sha256).limit(1)) is not None

    def catch_up(self) -> Iterator[int]:
        """Make the photos that are there findable, and no others; yields how many, in portions.

        Photos may have come or gone another way: the features of what somebody had removed go.
        """
        for names in self._similar.names():
            with self._database.reading() as session:
                there = set(session.scalars(select(Photo.sha256).where(Photo.sha256.in_(names))))
            self._similar.remove([name for name in names if name not in there])
        last_id = 0
        while True:
            with self._database.reading() as session:
                rows = session.execute(
                    select(Photo.id, Photo.sha256)
                    .outerjoin(Example, Example.photo_id == Photo.id)
                    .where(Photo.id > last_id)
                    .where(Example.id.is_not(None) | (Photo.source != TELEGRAM))
                    .order_by(Photo.id)
                    .limit(_CATCH_UP_PHOTOS)
                ).all()
            if not rows:
                return
            last_id = rows[-1][0]
            missing = self._similar.missing([name for _, name in rows])
            for start in range(0, len(missing), BATCH_PHOTOS):
                self._remember(missing[start : start + BATCH_PHOTOS])
            yield len(rows)

    def take(self, offers: Iterable[Offer]) -> Iterator[Result]:
        """Take in what is offered; yields what became of each, in order.

        While one batch is decided the next is decoded. Whatever is raised, the batch at hand was
        not taken in, and those before it were.
        """
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="decode") as pool:
            waiting: _Waiting = deque()
            ahead_bytes = 0
            try:
                remaining = iter(offers)
                while True:
                    while len(waiting) < 2 * BATCH_PHOTOS and ahead_bytes < 2 * _BATCH_BYTES:
                        offer = next(remaining, None)
                        if offer is None:
                            break
                        waiting.append((offer, pool.submit(self._open, offer)))
                        ahead_bytes += offer.size_bytes
                    if not waiting:
                        return
                    batch = _batch(waiting)
                    ahead_bytes -= sum(item.offer.size_bytes for item in batch)
                    yield from self._decide_all(batch)
            finally:
                for _, future in waiting:
                    future.cancel()

    def undo(self) -> None:
        """Take out again everything that `take` added since this intake was made."""
        self._similar.discard()
        for ids in _chunks(self._new_examples):
            with self._database.session() as session:
                for photo_id in ids:
                    remove_example(session, photo_id)
        for ids in _chunks(self._new_photos):
            with self._database.session() as session:
                names = list(session.scalars(select(Photo.sha256).where(Photo.id.in_(ids))))
                remove_photos(session, self._store, ids, block_return=False, now=utc_now())
            self._similar.remove(names)
        del self._new_examples[:], self._new_photos[:]

    def _remember(self, names: list[str]) -> None:
        """Embed kept photos, so that they can be resembled."""
        found: list[tuple[str, int, NDArray[np.uint8]]] = []
        for name in names:
            # A photo that is gone or damaged cannot be resembled.
            with suppress(PhotoStoreError, PhotoError):
                image = open_photo(self._store.get(name), short_side_px=_SEEN_SIDE_PX)
                found.append((name, dhash(image), self._square(image)))
        if found:
            embeddings = self._embed([square for _, _, square in found])
            for (name, bits, _), embedding in zip(found, embeddings, strict=True):
                self._similar.add(name, dhash=bits, embedding=embedding)
            self._similar.save()

    def _open(self, offer: Offer) -> _Opened | Result:
        """Read, decode and hash; in a thread of the pool."""
        try:
            data = offer.read()
            is_jpeg = sniff(data) == "JPEG" if data else False
            if is_jpeg and (known := self._known(data, offer)) is not None:
                return known
            photo = read_photo(data, short_side_px=_SEEN_SIDE_PX if is_jpeg else None)
            if is_jpeg and photo.is_incomplete:
                photo = read_photo(data)
        except PhotoError as exc:
            return Result(offer=offer, fate=Fate.UNREADABLE, why=str(exc))
        except OSError as exc:
            return Result(offer=offer, fate=Fate.UNREADABLE, why=exc.strerror or str(exc))
        image = photo.image
        width, height = photo.whole_size
        if min(width, height) < self._least_side_px:
            why = f"it has only {width} × {height} pixels"
            return Result(offer=offer, fate=Fate.TOO_SMALL, why=why)
        if not is_jpeg or photo.is_incomplete:
            width, height = image.size
            data = _as_jpeg(image)
            if (known := self._known(data, offer)) is not None:
                return known
        name = sha256_of(data).hexdigest()
        return _Opened(offer, data, name, self._hashes(image), (width, height), self._square(image))

    def _known(self, data: bytes, offer: Offer) -> Result | None:
        with self._database.reading() as session:
            return self._exact(session, sha256_of(data).hexdigest(), offer)

    def _exact(self, session: Session, sha256: str, offer: Offer) -> Result | None:
        """The verdict on a photo whose very bytes are there; None when they are not, or useless."""
        row = session.execute(
            select(Photo.id, Example.label)
            .outerjoin(Example, Example.photo_id == Photo.id)
            .where(Photo.sha256 == sha256)
        ).first()
        if row is None or (row[1] is None and self._origin == "add"):
            return None
        fate = Fate.DUPLICATE if row[1] in (None, offer.label) else Fate.CONFLICT
        return Result(offer=offer, fate=fate, other=sha256, other_label=row[1])

    def _hashes(self, image: Image.Image) -> list[int]:
        return looks(image) if self._anything_forgotten else [dhash(image)]

    def _square(self, image: Image.Image) -> NDArray[np.uint8]:
        return to_square(image, self._classifier.manifest.preparation)

    def _embed(self, squares: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """The features [N, D] of prepared photos."""
        parts = [
            self._classifier.embed(np.stack(squares[start : start + _EMBEDDED_AT_ONCE]))
            for start in range(0, len(squares), _EMBEDDED_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _decide_all(self, batch: list[_Opened | Result]) -> list[Result]:
        opened = [item for item in batch if isinstance(item, _Opened)]
        if not opened:
            return [item for item in batch if isinstance(item, Result)]
        embeddings = iter(self._embed([item.square for item in opened]))
        before = {item.sha256 for item in opened if self._store.has(item.sha256)}
        photos, examples = len(self._new_photos), len(self._new_examples)
        results: list[Result] = []
        try:
            with self._database.session() as session:
                for item in batch:
                    if isinstance(item, _Opened):
                        results.append(self._decide(session, item, next(embeddings)))
                    else:
                        results.append(item)
        except BaseException:
            # The rows are rolled back: what they would have pointed to goes, too.
            del self._new_photos[photos:], self._new_examples[examples:]
            for item in opened:
                if item.sha256 not in before:
                    with suppress(PhotoStoreError):
                        self._store.delete(item.sha256)
            raise
        self._similar.save()
        return results

    def _decide(self, session: Session, item: _Opened, embedding: NDArray[np.float32]) -> Result:
        known = self._exact(session, item.sha256, item.offer)
        if known is not None:
            return known
        like = self._like(session, item, embedding)
        if like is not None:
            return like
        is_new = session.scalar(select(Photo.id).where(Photo.sha256 == item.sha256)) is None
        try:
            refuse_forgotten(session, sha256=item.sha256, looks=item.hashes)
            photo = keep_photo(
                session,
                self._store,
                item.data,
                NewPhoto(
                    dhash=item.hashes[0],
                    width=item.size[0],
                    height=item.size[1],
                    source=self._source,
                    **item.offer.provenance,
                ),
            )
        except ForgottenError as exc:
            return Result(offer=item.offer, fate=Fate.FORGOTTEN, why=str(exc))
        if item.offer.needs_review:
            photo.queue_reason, photo.priority = QueueReason.UNSURE, REVIEW_PRIORITY
            session.flush()
        else:
            added = add_example(
                session,
                photo,
                NewExample(
                    label=item.offer.label,
                    origin=self._origin,
                    salt=self._salt,
                    group=item.offer.group,
                ),
                near_distance=0,
            )
            if added.outcome is not Outcome.ADDED:
                # Another process has just added its like: this one would stay without a purpose.
                if is_new:
                    remove_photos(
                        session, self._store, [photo.id], block_return=False, now=utc_now()
                    )
                conflict = added.outcome is Outcome.CONFLICT
                fate = Fate.CONFLICT if conflict else Fate.NEAR_DUPLICATE
                return Result(offer=item.offer, fate=fate, other_label=added.example.label)
        (self._new_photos if is_new else self._new_examples).append(photo.id)
        self._similar.add(item.sha256, dhash=item.hashes[0], embedding=embedding)
        return Result(
            offer=item.offer,
            fate=Fate.NEEDS_REVIEW if item.offer.needs_review else Fate.ADDED,
        )

    def _like(
        self, session: Session, item: _Opened, embedding: NDArray[np.float32]
    ) -> Result | None:
        """Whether the dataset has a photo of the same picture."""
        matches = self._similar.like(dhash=item.hashes[0], embedding=embedding)
        for match in matches:
            row = session.execute(
                select(Photo.id, Example.label)
                .outerjoin(Example, Example.photo_id == Photo.id)
                .where(Photo.sha256 == match.sha256)
            ).first()
            if row is None or (row[1] is None and self._origin == "add"):
                continue
            same = row[1] in (None, item.offer.label)
            return Result(
                offer=item.offer,
                fate=Fate.NEAR_DUPLICATE if same else Fate.CONFLICT,
                other=match.sha256,
                other_label=row[1],
                match=match,
            )
        return None


def _batch(waiting: _Waiting) -> list[_Opened | Result]:
    """The next photos, as many as fit a batch by number and by bytes."""
    batch: list[_Opened | Result] = []
    held_bytes = 0
    while waiting and len(batch) < BATCH_PHOTOS and held_bytes < _BATCH_BYTES:
        offer, future = waiting[0]
        batch.append(future.result())
        waiting.popleft()
        held_bytes += offer.size_bytes
    return batch


def _as_jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()


def _chunks(ids: array[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _UNDO_PHOTOS):
        yield list(ids[start : start + _UNDO_PHOTOS])
