"""Draws docs/story.png: the bot is wrong about a photo, hears what it shows, learns, and is right.

    .venv-dev/bin/python docs/story.py

Everything in it happens: the real bot in the local chat, its page in Chromium, a real retraining.
The photo is the starter's drawn teddy without its head.
"""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps
from playwright.sync_api import Page, expect, sync_playwright

from models.bundles.bundle import drawn_bears

REPOSITORY = Path(__file__).resolve().parent.parent
PANEL = {"width": 410, "height": 800}
CAPTIONS = (
    "1. A photo, and the bot is wrong",
    "2. You say what it is: the bot learns",
    "3. The new model is right",
)
_MARGIN, _HEADING = 16, 44
_EACH = 24
"""Drawn pictures of each label in the dataset that it learns from."""


def main() -> None:
    """Live through it in a folder that goes, and keep the picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photo = folder / "bear.jpg"
        belly(drawn_bears()["teddy.jpg"]).save(photo, quality=92)
        draw_dataset(folder / "pictures")
        settings = {"DATA_DIR": str(folder / "data"), "MODELS_DIR": str(folder / "published")}
        surroundings = {
            name: value for name, value in os.environ.items() if name != "TELEGRAM_BOT_TOKEN"
        } | settings
        add = [sys.executable, "-m", "training.add", str(folder / "pictures")]
        subprocess.run(add, cwd=REPOSITORY, env=surroundings, check=True)  # noqa: S603
        panels = live(photo, surroundings)
    stitched(panels).save(REPOSITORY / "docs" / "story.png", optimize=True)


def belly(data: bytes) -> Image.Image:
    """The drawn teddy without its head, which the starter takes for no bear."""
    return Image.open(io.BytesIO(data)).convert("RGB").crop((72, 216, 408, 480)).resize((560, 440))


def draw_dataset(folder: Path) -> None:
    """Pictures to learn from: the drawn bears, cut, mirrored, turned and lit in other ways."""
    chance = random.Random(7)  # noqa: S311 - a picture is no secret
    for name, data in drawn_bears().items():
        into = folder / Path(name).stem
        into.mkdir(parents=True)
        image = Image.open(io.BytesIO(data)).convert("RGB")
        for number in range(_EACH):
            side = chance.randint(300, 480)
            left, top = chance.randint(0, 480 - side), chance.randint(0, 480 - side)
            one = image.rotate(chance.uniform(-12, 12), Image.Resampling.BICUBIC)
            one = one.crop((left, top, left + side, top + side)).resize((400, 400))
            one = ImageOps.mirror(one) if number % 2 else one
            one = ImageEnhance.Brightness(one).enhance(chance.uniform(0.7, 1.3))
            ImageEnhance.Color(one).enhance(chance.uniform(0.5, 1.4)).save(into / f"{number}.jpg")


def live(photo: Path, surroundings: dict[str, str]) -> list[Image.Image]:
    """The admin's chat at the three moments."""
    bot = [sys.executable, "-m", "bot", "--local", "--no-browser", "--port", "0"]
    with subprocess.Popen(  # noqa: S603
        bot, cwd=REPOSITORY, env=surroundings, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = iter(process.stdout.readline, "Ready\n")
        address = next(word for line in said for word in line.split() if "http://" in word)
        assert "Ready\n" in iter(process.stdout.readline, "")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                page = browser.new_page(viewport=PANEL)  # type: ignore[arg-type]
                page.goto(address)
                return tell(page, photo)
        finally:
            process.terminate()
            process.wait()


def tell(page: Page, photo: Path) -> list[Image.Image]:
    """The conversation, with a picture of the page at each moment."""
    page.get_by_role("button", name="Sam").click()
    page.locator("#file").set_input_files(photo)
    page.keyboard.press("Enter")
    heard(page, "I see no bear I know")
    panels = [seen(page)]
    answer = page.locator(".message[data-id]:not(.mine)").last
    answer.hover()
    answer.get_by_role("button", name="Reply").click()
    say(page, "/wrong teddy")
    page.get_by_role("button", name="Keep my photos").click()
    heard(page, "from now on")
    say(page, "/retrain")
    heard(page, "is published")
    heard(page, "You were right about this photo")
    heard(page, "Confusion matrix")
    said = page.locator(".message[data-id].mine").filter(has_text="/wrong teddy")
    said.evaluate("message => message.scrollIntoView({ block: 'start' })")
    panels.append(seen(page))
    page.locator("#file").set_input_files(photo)
    page.keyboard.press("Enter")
    heard(page, re.compile(r"Teddy bear, \d"))
    page.locator("#scroller").evaluate("place => place.scrollTo(0, place.scrollHeight)")
    panels.append(seen(page))
    return panels


def say(page: Page, text: str) -> None:
    """Type it and send it."""
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def heard(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the bot says so; a retraining takes half a minute."""
    message = page.locator(".message[data-id]:not(.mine) .text").filter(has_text=words)
    expect(message.last).to_be_visible(timeout=600_000)


def seen(page: Page) -> Image.Image:
    """What is in the window."""
    page.mouse.move(0, 0)
    page.wait_for_function("[...document.images].every(image => image.complete)")
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def stitched(panels: list[Image.Image]) -> Image.Image:
    """Side by side under their captions, in 128 colours to be light."""
    width, height = panels[0].size
    whole = Image.new(
        "RGB",
        (_MARGIN + len(panels) * (width + _MARGIN), _HEADING + height + _MARGIN),
        "#fffdf8",
    )
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(20)
    for place, (panel, caption) in enumerate(zip(panels, CAPTIONS, strict=True)):
        left = _MARGIN + place * (width + _MARGIN)
        pen.text((left, 10), caption, fill="#4a2c14", font=font)
        whole.paste(panel, (left, _HEADING))
        pen.rectangle((left - 1, _HEADING - 1, left + width, _HEADING + height), outline="#d9ccb4")
    return whole.quantize(128, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
