"""Photos and documents that people send, and what the bot downloads."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import draw_photo, until
from tests.local.serving import LocalServer, Script

MEGABYTE = 1024 * 1024


def downloaded(script: Script, file_id: str) -> Image.Image:
    """A photo as the bot gets it."""
    return Image.open(io.BytesIO(script.download(file_id)))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims these dimensions."""
    fields = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + fields + struct.pack(">I", zlib.crc32(fields))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2000, 1000), [(90, 45), (320, 160), (800, 400), (1280, 640)]),
        ((1280, 960), [(90, 68), (320, 240), (800, 600), (1280, 960)]),
        ((500, 375), [(90, 68), (320, 240), (500, 375)]),
        ((60, 80), [(60, 80)]),
    ],
)
def test_photo_sizes(
    script: Script, size: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    """A photo has the standard sizes it is larger than, and itself, never enlarged."""
    sizes = script.photo(draw_photo(size=size), user=1)["photo"]
    assert expected == [(one["width"], one["height"]) for one in sizes]


def test_every_size_is_a_jpeg_of_its_dimensions(script: Script) -> None:
    """Each PhotoSize downloads as a JPEG that measures what it says."""
    for size in script.photo(draw_photo(size=(1600, 1200)), user=1)["photo"]:
        image = downloaded(script, size["file_id"])
        assert ("JPEG", (size["width"], size["height"])) == (image.format, image.size)


def test_get_file_says_the_size(script: Script) -> None:
    """getFile names a path under photos/ and the exact number of bytes."""
    size = script.photo(draw_photo(), user=1)["photo"][0]
    file = script.result("getFile", file_id=size["file_id"])
    assert file["file_path"].startswith("photos/")
    assert file["file_size"] == len(script.download(size["file_id"]))
    assert size["file_unique_id"] == file["file_unique_id"]


def test_unique_ids_are_stable(script: Script) -> None:
    """The same photo has the same file_unique_id whenever and by whom it is sent."""
    first = script.photo(draw_photo(), user=1)["photo"]
    second = script.photo(draw_photo(), user=2)["photo"]
    other = script.photo(draw_photo(seed=1), user=1)["photo"]
    unique = [[size["file_unique_id"] for size in photo] for photo in (first, second, other)]
    assert unique[0] == unique[1]
    assert not set(unique[0]) & set(unique[2])
    assert len(set(unique[0])) == len(unique[0])


def test_exif_is_applied_and_removed(script: Script) -> None:
    """A photo lying on its side arrives upright and without metadata."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "where I live"
    buffer = io.BytesIO()
    Image.new("RGB", (400, 200), "green").save(buffer, "JPEG", exif=exif)
    largest = script.photo(buffer.getvalue(), user=1)["photo"][-1]
    image = downloaded(script, largest["file_id"])
    assert ((200, 400), (200, 400), {}) == (
        (largest["width"], largest["height"]),
        image.size,
        dict(image.getexif()),
    )


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "CMYK", "I;16", "1"])
def test_every_kind_of_picture_becomes_an_rgb_jpeg(script: Script, mode: str) -> None:
    """Palettes, transparency and print colours are sent as plain JPEG."""
    buffer = io.BytesIO()
    Image.new(mode, (120, 90)).save(buffer, "TIFF" if mode == "CMYK" else "PNG")
    largest = script.photo(buffer.getvalue(), user=1)["photo"][-1]
    image = downloaded(script, largest["file_id"])
    assert ("JPEG", "RGB") == (image.format, image.mode)


def test_transparency_becomes_white(script: Script) -> None:
    """What is see-through is white in the JPEG."""
    buffer = io.BytesIO()
    Image.new("RGBA", (120, 90), (0, 0, 0, 0)).save(buffer, "PNG")
    largest = script.photo(buffer.getvalue(), user=1)["photo"][-1]
    assert (255, 255, 255) == downloaded(script, largest["file_id"]).getpixel((60, 45))


@pytest.mark.parametrize(
    ("data", "description"),
    [
        (b"", "file must be non-empty"),
        (b"just text", "IMAGE_PROCESS_FAILED"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "IMAGE_PROCESS_FAILED"),
        (b"\0\0\0\x18ftypheic rubbish", "IMAGE_PROCESS_FAILED"),
        (draw_photo()[:4000], "IMAGE_PROCESS_FAILED"),
        (draw_photo(file_format="PNG")[:-40], "IMAGE_PROCESS_FAILED"),
        (png_header(20_000, 20_000), "PHOTO_INVALID_DIMENSIONS"),
        (draw_photo(size=(2100, 100)), "PHOTO_INVALID_DIMENSIONS"),
        (
            b"\xff\xd8" + bytes(10 * MEGABYTE),
            "file of size 10485762 bytes is too big for a photo; "
            "the maximum size is 10485760 bytes",
        ),
    ],
    ids=["empty", "text", "svg", "heic", "cut-jpeg", "cut-png", "huge", "narrow", "11MB"],
)
def test_what_telegram_refuses_as_a_photo(script: Script, data: bytes, description: str) -> None:
    """What cannot be a photo is refused with 400, and the bot hears nothing of it."""
    answer = script.http.post("/local/send", files={"photo": ("a.jpg", data, "image/jpeg")})
    assert (400, f"Bad Request: {description}") == (
        answer.status_code,
        answer.json()["description"],
    )
    assert [] == script.updates()


@pytest.mark.parametrize("data", [b"just text", png_header(20_000, 20_000), b"\xff\xd8\xff"])
def test_a_document_may_be_anything(script: Script, data: bytes) -> None:
    """A document keeps any bytes, with name and type."""
    sent = script.send(user=1, files={"document": ("x.bin", data, "image/jpeg")})["document"]
    assert ("x.bin", "image/jpeg", len(data)) == (
        sent["file_name"],
        sent["mime_type"],
        sent["file_size"],
    )
    assert data == script.download(sent["file_id"])


def test_an_image_document_has_a_thumbnail(script: Script) -> None:
    """A picture sent as a file carries a small photo of itself, and keeps its bytes."""
    data = draw_photo(file_format="PNG")
    sent = script.send(user=1, files={"document": ("a.png", data, "image/png")})["document"]
    assert (320, 240) == downloaded(script, sent["thumbnail"]["file_id"]).size
    assert data == script.download(sent["file_id"])


def test_a_document_above_20_mb_cannot_be_fetched(script: Script) -> None:
    """People may send large files; getFile gives bots no more than 20 MB."""
    data = bytes(20 * MEGABYTE + 1)
    sent = script.send(user=1, files={"document": ("big.bin", data, "")})["document"]
    assert len(data) == sent["file_size"]
    assert "Bad Request: file is too big" == script.refusal("getFile", file_id=sent["file_id"])


def test_a_document_of_20_mb_can_be_fetched(script: Script) -> None:
    """Exactly 20 MB pass."""
    data = bytes(20 * MEGABYTE)
    sent = script.send(user=1, files={"document": ("big.bin", data, "")})["document"]
    assert data == script.download(sent["file_id"])


def test_an_unknown_file(script: Script) -> None:
    """A file_id that never was is refused, a path that never was is not found."""
    refusal = script.refusal("getFile", file_id="Pnothing")
    assert "Bad Request: wrong file_id or the file is temporarily unavailable" == refusal
    for path in ("photos/x.jpg", "../../etc/passwd", "documents/%2e%2e/secret"):
        assert 404 == script.http.get(f"/file/bot{script.token}/{path}").status_code


def test_old_files_make_room() -> None:
    """Beyond the bound the files not used for longest are dropped; the newest stay."""
    photos = [draw_photo(seed=seed) for seed in range(4)]
    with LocalServer(max_kept_bytes=sum(map(len, photos[2:])) + 1000) as server:
        script = Script(server.url)
        ids = [
            script.send(user=1, files={"document": ("a.jpg", data, "image/jpeg")})["document"]
            for data in photos
        ]
        assert "temporarily unavailable" in script.refusal("getFile", file_id=ids[0]["file_id"])
        assert photos[3] == script.download(ids[3]["file_id"])
        script.close()


def test_closing_deletes_the_files(server: LocalServer, script: Script) -> None:
    """Nothing of what was sent stays on the disk."""
    script.photo(draw_photo(), user=1)
    folder: Path = server.world.files.folder
    assert folder.is_dir()
    server.stop()
    assert not folder.exists()


def test_what_a_killed_server_left_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start removes the files of a server that was killed, and of no other."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    finished = subprocess.Popen([sys.executable, "-c", ""])
    finished.wait()
    orphan = tmp_path / f"local-chat-{finished.pid}-x"
    alive = tmp_path / f"local-chat-{os.getpid()}-x"
    for folder in (orphan, alive):
        folder.mkdir()
        (folder / "photo").write_bytes(b"x")
    with LocalServer():
        until(lambda: not orphan.exists())
        assert alive.exists()


def test_real_photos_pass(script: Script, shared_data: Path) -> None:
    """Real photos come through with what they show."""
    for path in sorted(shared_data.glob("bears/*/*.jpg"))[::40]:
        data = path.read_bytes()
        largest = script.photo(data, user=1)["photo"][-1]
        assert min(1280, max(Image.open(io.BytesIO(data)).size)) == max(
            largest["width"], largest["height"]
        )
        assert downloaded(script, largest["file_id"]).size == (largest["width"], largest["height"])
