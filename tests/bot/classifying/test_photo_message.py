"""What a message holds: a photo in its sizes, a picture as a file, or something else."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from telegram import (
    Animation,
    Chat,
    Document,
    Location,
    Message,
    PhotoSize,
    Sticker,
    Video,
    VideoNote,
    Voice,
)
from telegram.error import NetworkError
from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.classifying.photo_message import IncomingPhoto, fetch, photo_in


def message(**content: object) -> Message:
    """A message in a private chat."""
    return Message(1, datetime.now(timezone.utc), Chat(1, "private"), **content)  # type: ignore[arg-type]


def sizes(*sides: tuple[int, int]) -> tuple[PhotoSize, ...]:
    """PhotoSizes named by their longer side."""
    return tuple(PhotoSize(str(max(side)), str(max(side)), *side) for side in sides)


def document(name: str | None, mime: str | None, size_bytes: int | None = 1000) -> Document:
    """A file as Telegram describes it."""
    return Document("d", "d", file_name=name, mime_type=mime, file_size=size_bytes)


class HalfAFile(BaseRequest):
    """Telegram, and a proxy on the way that hands on half of a download and calls it all."""

    read_timeout = 5.0

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is left."""

    async def do_request(self, url: str, method: str, **_: object) -> tuple[int, bytes]:  # type: ignore[override]
        if method == "GET":
            return 200, b"half"
        file = {"file_id": "f", "file_unique_id": "u", "file_size": 8, "file_path": "p"}
        return 200, json.dumps({"ok": True, "result": file}).encode()


async def test_half_a_file_is_no_file() -> None:
    """It is fetched again later instead of being called damaged."""
    with pytest.raises(NetworkError, match="4 of 8 bytes"):
        await fetch(ExtBot("1:a", request=HalfAFile()), "f")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"text": "hello"}, "no-photo-text"),
        ({"video": Video("v", "v", 640, 480, 3)}, "no-photo-video"),
        ({"video_note": VideoNote("v", "v", 240, 3)}, "no-photo-video"),
        ({"voice": Voice("v", "v", 3)}, "no-photo-audio"),
        ({"sticker": Sticker("s", "s", 512, 512, False, False, "regular")}, "no-photo-sticker"),
        ({"location": Location(1.0, 2.0)}, "no-photo-other"),
        ({"document": document("report.pdf", "application/pdf")}, "no-photo-document"),
        ({"document": document("bear.png", "image/png", 60 * 2**20)}, "photo-too_large"),
    ],
)
def test_what_is_no_photo_has_a_sentence_of_its_own(
    content: dict[str, object], sentence: str
) -> None:
    """It recognises each kind without fetching anything."""
    assert photo_in(message(**content)) == sentence


@pytest.mark.parametrize(
    "content",
    [
        {"video": Video("v", "v", 640, 480, 3, thumbnail=PhotoSize("p", "p", 320, 240))},
        {"video_note": VideoNote("v", "v", 240, 3, thumbnail=PhotoSize("p", "p", 240, 240))},
        {
            "sticker": Sticker(
                "s", "s", 512, 512, True, False, "regular", thumbnail=PhotoSize("p", "p", 128, 128)
            )
        },
        {
            "animation": Animation("a", "a", 320, 240, 3, thumbnail=PhotoSize("p", "p", 320, 240)),
            "document": document("a.mp4", "video/mp4"),
        },
    ],
)
def test_what_has_a_preview_picture_is_answered_from_it(content: dict[str, object]) -> None:
    """The preview is fetched, never the thing itself."""
    found = photo_in(message(**content))
    assert isinstance(found, IncomingPhoto)
    assert found.is_preview
    assert found.largest_file_id == "p"


def test_an_animation_is_none_although_it_comes_with_a_document() -> None:
    """Telegram sends GIFs as both."""
    moving = message(
        animation=Animation("a", "a", 320, 240, 3), document=document("a.mp4", "video/mp4")
    )
    assert photo_in(moving) == "no-photo-animation"


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("IMG_1.HEIC", "image/heic"),
        ("photo", "application/octet-stream"),
        ("bear.webp", "text/plain"),
        (None, None),
    ],
)
def test_a_file_that_may_be_a_picture_is_looked_into(name: str | None, mime: str | None) -> None:
    """Name and type only decide whether to fetch; what it is, its bytes say."""
    found = photo_in(message(document=document(name, mime)))
    assert isinstance(found, IncomingPhoto)
    assert found.largest_file_id == "d"


@pytest.mark.parametrize(
    ("short_side_px", "file_id"),
    [(256, "800"), (200, "320"), (90, "320"), (60, "90"), (900, "1280")],
)
def test_the_smallest_size_that_is_enough_is_fetched(short_side_px: int, file_id: str) -> None:
    """Its shorter side is large enough for the model; without such a size, it is the largest."""
    photo = message(photo=sizes((1280, 853), (90, 60), (320, 213), (800, 533)))
    found = photo_in(photo)
    assert isinstance(found, IncomingPhoto)
    assert found.smallest_sufficient(short_side_px).file_id == file_id
    assert found.largest_file_id == "1280"
