"""Sending a picture that may be of any shape, where Telegram takes photos of some."""

from __future__ import annotations

import io
import logging
from typing import Any

from PIL import Image
from telegram import Message
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.speech.messages import shortened

logger = logging.getLogger(__name__)

_MOST_SIDES_PX = 10_000
"""Width and height of a photo together, as Telegram's sendPhoto takes it."""
_MOST_RATIO = 20
_MOST_CAPTION = 1024
_GROUND = (124, 116, 104)  # as the network's padding
_QUALITY = 90
_NO_PHOTO = ("photo_invalid_dimensions", "image_process_failed", "photo_save_file_invalid")


async def send_picture(
    bot: ExtBot[int], chat_id: int, jpeg: bytes, *, caption: str, **options: Any
) -> Message:
    """Send a JPEG of this program's own as a photo, padded or shrunk to a shape that Telegram
    takes. If Telegram refuses it as a photo all the same, send it as a file."""
    caption = shortened(caption, _MOST_CAPTION)
    try:
        return await bot.send_photo(chat_id, fitting(jpeg), caption=caption, **options)
    except BadRequest as exc:
        if not any(words in str(exc).lower() for words in _NO_PHOTO):
            raise
        logger.info("a picture is sent as a file: %s", exc)
        return await bot.send_document(
            chat_id, jpeg, filename="photo.jpg", caption=caption, **options
        )


def fitting(jpeg: bytes) -> bytes:
    """The picture in a shape that Telegram takes for a photo: itself, if it has one."""
    image: Image.Image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    shorter, longer = sorted(image.size)
    if shorter * _MOST_RATIO >= longer and shorter + longer <= _MOST_SIDES_PX:
        return jpeg
    image.thumbnail((_MOST_SIDES_PX * 9 // 10,) * 2)
    least = -(-max(image.size) // _MOST_RATIO)
    padded = Image.new("RGB", (max(image.width, least), max(image.height, least)), _GROUND)
    place = ((padded.width - image.width) // 2, (padded.height - image.height) // 2)
    padded.paste(image, place)
    buffer = io.BytesIO()
    padded.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
