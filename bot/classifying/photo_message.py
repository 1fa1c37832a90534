"""What a person sent: a photo in some form, or why it is not one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath

from telegram import Document, Message, PhotoSize
from telegram.error import BadRequest, NetworkError
from telegram.ext import ExtBot

from bot.errors import DownloadTooLarge, FileRefused, FilesElsewhere, PhotoUnavailable
from models.photo import MAX_BYTES

logger = logging.getLogger(__name__)

_PICTURE_SUFFIXES = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jfif",
        ".png",
        ".webp",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".heic",
        ".heif",
        ".avif",
    ]
)
_UNTOLD_TYPES = (None, "", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True)
class IncomingPhoto:
    """A photo to fetch, in the sizes that Telegram has of it (a file has one), smallest first."""

    sizes: tuple[PhotoSize | Document, ...]
    is_preview: bool = False
    """It is the preview picture of something else: a video, a GIF, a sticker. The sender's program
    may have made it."""

    @property
    def largest_file_id(self) -> str:
        """For keeping, after consent."""
        return self.sizes[-1].file_id

    def smallest_sufficient(self, short_side_px: int) -> PhotoSize | Document:
        """The first whose shorter side is large enough for the model (decision 0011)."""
        for size in self.sizes:
            if isinstance(size, PhotoSize) and min(size.width, size.height) >= short_side_px:
                return size
        return self.sizes[-1]


def photo_in(message: Message) -> IncomingPhoto | str:
    """The photo of a message, or the catalogue's sentence for what it holds instead."""
    if message.photo:
        by_area = sorted(message.photo, key=lambda size: size.width * size.height)
        return IncomingPhoto(tuple(by_area))
    # An animation comes with a document as well, for old clients.
    if message.document and not message.animation:
        return _picture_file(message.document)
    for thing, sentence in (
        (message.animation, "no-photo-animation"),
        (message.video, "no-photo-video"),
        (message.video_note, "no-photo-video"),
        (message.sticker, "no-photo-sticker"),
    ):
        if thing is not None:
            preview = thing.thumbnail
            return IncomingPhoto((preview,), is_preview=True) if preview else sentence
    if message.voice or message.audio:
        return "no-photo-audio"
    if message.text:
        return "no-photo-text"
    return "no-photo-other"


def may_show(message: Message) -> bool:
    """Whether a message may hold a picture, if only a preview."""
    return bool(
        message.photo
        or message.document
        or message.animation
        or message.video
        or message.video_note
        or message.sticker
    )


async def fetch(bot: ExtBot[int], file_id: str, size_bytes: int | None = None) -> bytes:
    """A file's bytes, at most MAX_BYTES; raises PhotoUnavailable with the sentence to say."""
    if size_bytes is not None and size_bytes > MAX_BYTES:
        raise PhotoUnavailable("photo-too_large")
    try:
        try:
            return await _download(bot, file_id)
        except FileRefused:  # an address holds for an hour or so: once more, with a new one
            return await _download(bot, file_id)
    except DownloadTooLarge as exc:
        raise PhotoUnavailable("photo-too_large") from exc
    except FilesElsewhere as exc:
        logger.error("%s", exc)
        raise PhotoUnavailable("photo-elsewhere") from exc
    except (BadRequest, FileRefused) as exc:
        logger.info("Telegram does not give a file: %s", exc)
        too_big = "too big" in str(exc).lower()
        raise PhotoUnavailable("photo-too_large" if too_big else "photo-gone") from exc


async def _download(bot: ExtBot[int], file_id: str) -> bytes:
    file = await bot.get_file(file_id)
    if file.file_size is not None and file.file_size > MAX_BYTES:
        raise PhotoUnavailable("photo-too_large")
    if file.file_path is None:
        raise FileRefused("the Bot API server names no address of the file")
    # A server that runs with --local names a place on its disk; PTB reads it there if it can.
    place = file.file_path.removeprefix(f"{bot.base_file_url}/")
    try:
        data = bytes(await file.download_as_bytearray())
    except (FileRefused, OSError) as exc:
        if not PurePath(place).is_absolute() and not PureWindowsPath(place).is_absolute():
            raise
        raise FilesElsewhere(
            f"The Bot API server runs with --local and names the file {place}, which cannot be "
            f"read here ({exc}): give this machine its folder under the same path, or run it "
            "without --local."
        ) from exc
    if file.file_size is not None and len(data) != file.file_size:
        raise NetworkError(f"{len(data)} of {file.file_size} bytes of a file came")
    return data


def _picture_file(document: Document) -> IncomingPhoto | str:
    """A document that may be a picture, by its name and type; its content decides."""
    suffix = PurePath(document.file_name or "").suffix.lower()
    kind = document.mime_type
    may_be_picture = (
        (kind or "").startswith("image/") or kind in _UNTOLD_TYPES or suffix in _PICTURE_SUFFIXES
    )
    if not may_be_picture:
        return "no-photo-document"
    if document.file_size is not None and document.file_size > MAX_BYTES:
        return "photo-too_large"
    return IncomingPhoto((document,))
