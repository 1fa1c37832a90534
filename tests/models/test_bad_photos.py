"""Whatever a stranger sends instead of a photo gets one clear sentence, in bounded memory."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from models.errors import PhotoError
from models.photo import MAX_BYTES, Preparation, open_photo, prepare, strip
from tests.conftest import draw_photo


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png(width: int, height: int, packed: bytes, *more: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), *more, chunk(b"IDAT", packed), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("bear.txt", "bear")
    return buffer.getvalue()


def huge_webp() -> bytes:
    size = (16382).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


BAD = {
    "nothing": (lambda: b"", "empty"),
    "text named .jpg": (lambda: b"I am a bear, honestly.\n" * 20, "not_a_photo"),
    "random bytes": (lambda: np.random.default_rng(1).bytes(5000), "not_a_photo"),
    "BMW brochure as text": (lambda: b"BMW builds cars, not bears, in Munich.", "not_a_photo"),
    "truncated JPEG": (lambda: draw_photo()[:6000], "broken"),
    "JPEG of three bytes": (lambda: b"\xff\xd8\xff", "broken"),
    "truncated PNG": (lambda: draw_photo(file_format="PNG")[:3000], "broken"),
    "truncated WebP": (lambda: draw_photo(file_format="WEBP")[:900], "broken"),
    "truncated AVIF": (lambda: draw_photo(file_format="AVIF")[:700], "broken"),
    "huge PNG": (lambda: png(20_000, 20_000, zeros(1)), "too_many_pixels"),
    "huge WebP": (huge_webp, "too_many_pixels"),
    "a line": (lambda: png(30_000, 2, zeros(1)), "strip"),
    "60 MB": (lambda: draw_photo() + bytes(60 * 2**20), "too_large"),
    "SVG": (lambda: b'<?xml version="1.0"?>\n<svg xmlns="..."><g/></svg>', "unsupported"),
    "ZIP archive": (zipped, "unsupported"),
    "PDF": (lambda: b"%PDF-1.7\n...", "unsupported"),
    "video": (lambda: b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "unsupported"),
    "truncated HEIC": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "broken"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_photo_gets_one_sentence(what: str) -> None:
    """Each bad input is named by a code and by one sentence that says what to do."""
    make: Callable[[], bytes]
    make, code = BAD[what]
    for read in (open_photo, strip, lambda data: prepare(data, Preparation())):
        with pytest.raises(PhotoError) as caught:
            read(make())
        assert code == caught.value.code
        sentence = str(caught.value)
        assert "\n" not in sentence
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_pixels_hidden_in_a_bomb_are_never_unpacked() -> None:
    """A PNG of 10 × 10 pixels whose data would unpack to 256 MB is answered from its first."""
    got = open_photo(png(10, 10, zeros(256)))
    assert (10, 10) == got.size


def test_a_text_bomb_in_a_photo_is_not_unpacked() -> None:
    """A PNG whose comment unpacks to 200 MB is read without it."""
    bomb = chunk(b"zTXt", b"Comment\0\0" + zeros(200))
    assert (10, 10) == open_photo(png(10, 10, zeros(1), bomb)).size


def test_limits_hold_when_pillows_own_are_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pixel limit is ours, whatever anybody set in Pillow."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with pytest.raises(PhotoError) as caught:
        open_photo(png(20_000, 20_000, zeros(1)))
    assert "too_many_pixels" == caught.value.code


def test_a_file_at_the_limit_is_read() -> None:
    """Bytes after the picture do not matter up to the limit, and one more is too large."""
    photo = draw_photo()
    filler = bytes(MAX_BYTES - len(photo))
    assert (640, 480) == open_photo(photo + filler).size
    with pytest.raises(PhotoError, match="20 MB"):
        open_photo(photo + filler + b"\0")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_mutated_photos_are_read_or_refused(file_format: str) -> None:
    """A photo with damaged bytes is answered, or refused with a PhotoError, and nothing else."""
    chance = np.random.default_rng(len(file_format))
    photo = draw_photo(size=(160, 120), file_format=file_format)
    for _ in range(60):
        mutated = bytearray(photo)
        for _ in range(int(chance.integers(1, 13))):
            mutated[chance.integers(len(mutated))] = chance.integers(256)
        kept = len(photo) if chance.integers(2) else 400
        try:
            got = prepare(bytes(mutated[:kept]), Preparation())
        except PhotoError:
            continue
        assert (224, 224, 3) == got.shape


def test_memory_stays_bounded_at_the_largest_photos(tmp_path: Path) -> None:
    """The most expensive photos that are accepted cost at most 290 MB, once, and give it back.

    Among them what phones make: 50 megapixels in scans, 48 as HEIC, 24 as AVIF.
    """
    dear = {
        "rgba.png": Image.new("RGBA", (8300, 6000), (9, 9, 9, 99)),
        "float.tif": Image.new("F", (8300, 6000), 0.5),
        "scans.jpg": Image.new("RGB", (8192, 6144), "red"),
        "whole.jpg": Image.new("RGB", (16320, 12240), "red"),
        "photo.webp": Image.new("RGB", (4624, 3468), "red"),
        "photo.avif": Image.new("RGB", (5712, 4284), "red"),
    }
    options: dict[str, dict[str, object]] = {
        "float.tif": {"compression": "tiff_deflate"},
        "scans.jpg": {"progressive": True},
        "photo.avif": {"speed": 10},
    }
    for name, image in dear.items():
        image.save(tmp_path / name, **options.get(name, {}))  # type: ignore[arg-type]
    heic = pillow_heif.from_pillow(Image.new("RGB", (8064, 6048), "red"))
    heic.save(tmp_path / "photo.heic", quality=30, enc_params={"preset": "ultrafast"})
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from models.photo import Preparation, prepare, strip\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "before = peak()\n"
        "for name in sys.argv[1:]:\n"
        "    data = Path(name).read_bytes()\n"
        "    prepare(data, Preparation()); strip(data)\n"
        "print(peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *(str(tmp_path / name) for name in (*dear, "photo.heic"))],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert int(done.stdout) < 290
