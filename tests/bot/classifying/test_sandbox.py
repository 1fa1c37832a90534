"""What a file that takes its decoder over can do: compute, and lie about pixels."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from bot.classifying.decoder import COMMAND, Decoder
from models.errors import SandboxError
from models.photo import read_photo
from models.sandbox import enter_sandbox
from tests.bot.classifying import bad_decoder
from tests.conftest import REPOSITORY, draw_photo, lacking

SECRET = "review.secret"
ATTACKS = {
    "read the review secret": "open({secret!r}).read()",
    "learn whether it is there": "os.stat({secret!r})",
    "list the data": "os.listdir({folder!r})",
    "remove it": "os.unlink({secret!r})",
    "rename it": "os.rename({secret!r}, {folder!r} + '/moved')",
    "write a file": "open({folder!r} + '/new', 'w')",
    "make a link": "os.symlink({secret!r}, {folder!r} + '/link')",
    "open a connection": "socket.socket()",
    "talk to a program of this machine": "socket.socket(socket.AF_UNIX)",
    "start a process": "os.fork() or os._exit(0)",
    "become another program": "os.execv({folder!r}, ['program'])",
    "put new code into memory": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "signal the bot": "os.kill(os.getppid(), 0)",
    "take hold of the bot": "os.pidfd_open(os.getppid())",
    "have the system signal the bot": "fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    "change the bot's limits": "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)",
    "use the operator's terminal": "fcntl.ioctl(2, termios.TIOCGWINSZ)",
}


@pytest.fixture(autouse=True)
def _only_where_there_is_one() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux has a sandbox")
    if subprocess.run((*COMMAND, "--check"), cwd=REPOSITORY, check=False).returncode:
        lacking("libseccomp")


@pytest.fixture
async def decoders() -> AsyncIterator[tuple[Decoder, Decoder]]:
    """One in the sandbox, and one outside; both can be taken over."""
    both = Decoder(bad_decoder.COMMAND), Decoder(bad_decoder.OPEN)
    yield both
    for decoder in both:
        await decoder.close()


async def outcome(decoder: Decoder, attack: str, folder: Path) -> str:
    """What comes of it, with a secret in the folder."""
    secret = folder / SECRET
    secret.write_text("secret")
    code = ATTACKS[attack].format(secret=str(secret), folder=str(folder))
    picture = io.BytesIO()
    Image.new("RGB", (bad_decoder.TAKEN_OVER, 10)).save(picture, "PNG")
    data = picture.getvalue() + bad_decoder.CODE + code.encode()
    answer = await decoder.pixels(data, short_side_px=256)
    return answer.data.removeprefix(b"BM").decode()


async def test_a_decoder_that_was_taken_over_can_do_nothing(
    decoders: tuple[Decoder, Decoder], tmp_path: Path
) -> None:
    """No file, no network, no process, none of the bot's: what would work without the sandbox."""
    inside, outside = decoders
    closed = {attack: await outcome(inside, attack, tmp_path) for attack in ATTACKS}
    assert dict.fromkeys(ATTACKS, "EPERM") == closed
    assert "secret" == (tmp_path / SECRET).read_text()
    for attack in ATTACKS:
        assert "EPERM" != await outcome(outside, attack, tmp_path), attack
    assert inside.is_running


async def test_every_format_is_read_in_the_sandbox() -> None:
    """One process for all; nothing is left to be imported, and threads can be started."""
    decoder = Decoder()
    pillow_heif.register_heif_opener()
    for file_format in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"):
        data = draw_photo(size=(1400, 1100), seed=3, file_format=file_format)
        got = await decoder.pixels(data, short_side_px=256)
        with Image.open(io.BytesIO(got.data)) as image:
            assert np.array_equal(read_photo(data, short_side_px=256).image, image), file_format
        assert (await decoder.kept(data)).startswith(b"\xff\xd8\xff")
    await decoder.close()


def test_where_the_system_has_none_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, and without harm to the process that tried."""
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(SandboxError, match="libseccomp is missing"):
        enter_sandbox()
