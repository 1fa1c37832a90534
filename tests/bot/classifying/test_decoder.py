"""Files that hang, crash or flood a decoder: one sentence, and the next photo is answered."""

from __future__ import annotations

import asyncio
import gc
import io
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.classifying.decoder import Decoded, Decoder
from bot.classifying.job_threads import Overdue, Threads
from bot.classifying.model_host import ModelHost
from bot.errors import StartError
from models.errors import PhotoError
from models.inference.classifier import Prediction
from models.photo import Preparation, prepare
from models.registry.local import Registry
from tests.bot.classifying.bad_decoder import (
    COMMAND,
    CRASH,
    FORK,
    GREED,
    HANG,
    LIE,
    OPEN,
    SPY,
    WRITE,
)
from tests.bot.running import SURE_BLACK, ColourClassifier, RunningBot, photo
from tests.conftest import REPOSITORY, draw_photo
from tests.system.processes import TOKEN

LIMIT_S = 5.0

PARENT = """
import asyncio, pathlib, sys
from bot.classifying.decoder import Decoder
from tests.bot.classifying.bad_decoder import COMMAND
data = pathlib.Path(sys.argv[1]).read_bytes()
asyncio.run(Decoder(COMMAND, limit_s=600).pixels(data, short_side_px=256))
"""


def png(width: int, colour: tuple[int, int, int] = SURE_BLACK) -> bytes:
    """A PNG as wide as told."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, 120), colour).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
async def bad() -> AsyncIterator[Decoder]:
    """A decoder that certain files break."""
    decoder = Decoder(COMMAND, limit_s=LIMIT_S)
    yield decoder
    await decoder.close()


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """A bot with such a decoder."""
    with RunningBot(
        tmp_path_factory.mktemp("bot"), make_decoder=lambda: Decoder(COMMAND, limit_s=LIMIT_S)
    ) as running:
        yield running


@pytest.mark.parametrize("width", [HANG, CRASH, GREED, LIE])
def test_a_file_that_breaks_its_decoder_is_told_and_the_next_one_answered(
    bot: RunningBot, width: int
) -> None:
    """Meanwhile and afterwards: another person's photo, and the same person's next file."""
    person, other = bot.person(), bot.person()
    person.attach(png(width), "bear.png", "image/png")
    other.show(photo())
    assert "grizzly" in other.hear()["text"]
    assert person.hear()["text"].startswith("I gave up on that picture")
    person.attach(png(300), "bear.png", "image/png")
    assert "black" in person.hear()["text"]
    assert bot.http.get("/healthz").json()["ok"] is True


async def test_pixels_are_the_same_as_without_the_detour() -> None:
    """For every format and preparation, to the last bit."""
    decoder = Decoder()
    for file_format in ("JPEG", "PNG", "WEBP", "GIF", "TIFF"):
        data = draw_photo(size=(900, 1300), seed=3, file_format=file_format)
        for preparation in (Preparation(), Preparation(320, 288), Preparation(method="pad")):
            safe = await decoder.pixels(data, short_side_px=preparation.short_side_px)
            assert np.array_equal(prepare(data, preparation), prepare(safe.data, preparation))
    await decoder.close()


async def test_what_telegram_encoded_starts_no_process(bad: Decoder) -> None:
    """Unless it turns out not to be a JPEG."""
    jpeg = draw_photo(seed=1)
    assert await bad.pixels(jpeg, short_side_px=256, trusted=True) == Decoded(jpeg)
    assert not bad.is_running
    await bad.pixels(png(300), short_side_px=256, trusted=True)
    assert bad.is_running


async def test_a_refusal_keeps_its_reason(bad: Decoder) -> None:
    """What is merely no photo ends nothing and says what it is."""
    for data, code in ((b"", "empty"), (b"no photo", "not_a_photo"), (png(300)[:60], "broken")):
        with pytest.raises(PhotoError) as caught:
            await bad.pixels(data, short_side_px=256)
        assert code == caught.value.code
    assert bad.is_running


async def test_the_process_knows_no_secret_and_writes_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Should a file take it over, there is little to be had, even without a sandbox."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    decoder = Decoder(OPEN, limit_s=LIMIT_S)
    assert TOKEN.encode() not in (await decoder.pixels(png(SPY), short_side_px=256)).data
    assert b"BMFile too large" == (await decoder.pixels(png(WRITE), short_side_px=256)).data
    await decoder.close()


async def test_the_process_ends_when_no_file_comes() -> None:
    """Its memory is there only while it is needed."""
    decoder = Decoder(idle_s=0.0)
    await decoder.pixels(png(300), short_side_px=256)
    for _ in range(3000):
        if not decoder.is_running:
            break
        await asyncio.sleep(0.01)
    assert not decoder.is_running
    await decoder.close()


async def test_a_process_that_died_is_replaced(bad: Decoder) -> None:
    """The system took it while nobody used it."""
    await bad.pixels(png(300), short_side_px=256)
    with pytest.raises(PhotoError):
        await bad.pixels(png(CRASH), short_side_px=256)
    assert not bad.is_running
    assert (await bad.pixels(png(300), short_side_px=256)).data.startswith(b"BM")


def test_a_process_that_leaves_another_behind_is_replaced() -> None:
    """What is left holds its pipes; nobody waits for that, and here they are let go."""

    async def decode() -> Decoded:
        decoder = Decoder(OPEN, limit_s=LIMIT_S)
        with pytest.raises(PhotoError):
            await asyncio.wait_for(decoder.pixels(png(FORK), short_side_px=256), 60)
        after = await decoder.pixels(png(300), short_side_px=256)
        await decoder.close()
        return after

    assert asyncio.run(decode()).data.startswith(b"BM")
    gc.collect()  # what is still open says so now, and that is an error


async def test_a_process_that_hangs_ends_with_a_bot_that_is_killed(tmp_path: Path) -> None:
    """Nobody else would end it."""
    (tmp_path / "hang.png").write_bytes(png(HANG))
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(tmp_path / "hang.png")), stderr=PIPE, cwd=REPOSITORY
    )
    assert parent.stderr is not None
    assert b"hanging\n" == await asyncio.wait_for(parent.stderr.readline(), 60)
    parent.kill()
    # The child holds the other end of this pipe as long as it lives.
    assert b"" == await asyncio.wait_for(parent.stderr.read(), 60)
    await parent.wait()


async def test_a_decoder_that_cannot_be_started_is_told_to_health() -> None:
    """And the file is not lost on a queue."""
    decoder = Decoder(("/nowhere/python",))
    with pytest.raises(PhotoError):
        await decoder.pixels(png(300), short_side_px=256)
    assert decoder.problem is not None
    assert "cannot be started" in decoder.problem


async def test_a_file_at_work_when_the_bot_stops_is_left_to_the_next_start(bad: Decoder) -> None:
    """It is cancelled, not refused."""
    await bad.pixels(png(300), short_side_px=256)
    work = asyncio.create_task(bad.pixels(png(HANG), short_side_px=256))
    await asyncio.sleep(0)  # so that it has begun
    await bad.close()
    with pytest.raises(asyncio.CancelledError):
        await work


class Stuck(ColourClassifier):
    """Does not come back from black photos before it is let go."""

    go_on = threading.Event()

    def classify(self, data: bytes) -> Prediction:
        answer = super().classify(data)
        if answer.label == "black":
            self.go_on.wait()
        return answer


async def test_a_photo_that_hangs_here_is_given_up_and_its_thread_replaced(tmp_path: Path) -> None:
    """With one thread only: the next photo is answered, and health tells of the one that hangs."""
    Stuck.go_on.clear()
    host = ModelHost(Registry(tmp_path), Stuck, workers=1, photos_at_once=1, limit_s=2.0)
    host.load()
    with pytest.raises(PhotoError) as caught:
        await host.classify(photo(SURE_BLACK))
    assert ("too_hard", 1) == (caught.value.code, host.hanging)
    assert "grizzly" == (await host.classify(photo())).label
    Stuck.go_on.set()
    host.close()


async def test_when_many_photos_hang_the_process_ends_to_be_started_again(tmp_path: Path) -> None:
    """Threads cannot be ended; only a restart frees the processor."""
    Stuck.go_on.clear()
    host = ModelHost(Registry(tmp_path), Stuck, workers=2, photos_at_once=9, limit_s=0.2)
    host.load()
    hopeless = asyncio.create_task(host.until_hopeless())
    photos = [host.classify(photo(SURE_BLACK)) for _ in range(4)]
    found = await asyncio.gather(*photos, return_exceptions=True)
    assert [PhotoError] * 4 == [type(error) for error in found]
    with pytest.raises(StartError, match="4 photos hang") as caught:
        await hopeless
    assert 75 == caught.value.exit_code
    Stuck.go_on.set()
    host.close()


async def test_a_thread_that_comes_back_late_takes_nothing_more() -> None:
    """Its place has been filled; what it brings is nobody's."""
    threads = Threads(1, limit_s=0.2, name="test")
    late = threading.Event()
    with pytest.raises(Overdue):
        await threads.run(late.wait)
    assert 1 == threads.hanging
    assert 7 == await threads.run(lambda: 7)
    late.set()
    for _ in range(3000):
        if threads.hanging == 0:
            break
        await asyncio.sleep(0.01)
    assert 0 == threads.hanging
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 // 0)
    threads.close()


async def test_time_counts_from_when_work_is_taken_up() -> None:
    """What waits for a thread is not given up for that, nor counted when nobody wants it more."""
    threads = Threads(1, limit_s=3.0, name="test")
    work = threading.Event()
    waiting = [asyncio.create_task(threads.run(lambda: work.wait(1.5))) for _ in range(4)]
    unwanted = asyncio.create_task(threads.run(work.set))
    await asyncio.sleep(0)
    unwanted.cancel()
    assert [False] * 4 == await asyncio.gather(*waiting)
    assert 0 == threads.hanging
    threads.close()
    assert not work.is_set()


async def test_files_that_nobody_can_read_are_no_fault_of_the_machine(bad: Decoder) -> None:
    """However many one person sends: health is not theirs to change, nor while a sound picture is
    tried."""
    for number in range(14):
        reading = asyncio.ensure_future(
            bad.pixels(png((LIE, CRASH)[number % 2]), short_side_px=256)
        )
        while not reading.done():
            await asyncio.wait({reading}, timeout=0.005)
            assert bad.problem is None
        assert isinstance(reading.exception(), PhotoError)


async def test_a_machine_on_which_every_file_fails_is_told() -> None:
    """A limit too low for the process, for instance; one file that fails is its sender's."""
    decoder = Decoder((sys.executable, "-c", "pass"))
    told = []
    for _ in range(5):
        with pytest.raises(PhotoError):
            await decoder.pixels(b"GIF89a", short_side_px=256)
        told.append(decoder.problem)
    assert [None] * 4 == told[:4]
    assert "the last 5 files could not be decoded" in str(told[4])
    await decoder.close()
