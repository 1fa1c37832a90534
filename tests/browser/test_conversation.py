"""A conversation with the real bot in the page: `python -m bot --local`, as a person has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.test_page import answer, choose, hold_notices, pick

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the real bot's chat page is."""
    folder = tmp_path_factory.mktemp("conversation")
    surroundings = {
        name: value for name, value in os.environ.items() if name != "TELEGRAM_BOT_TOKEN"
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "--local", "--port", "0", "--no-browser"],
        cwd=REPOSITORY,
        env=surroundings | {"DATA_DIR": str(folder / "data"), "MODELS_DIR": str(folder / "models")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        page_address = ""
        for line in process.stdout:
            if "http://" in line:
                page_address = line.split()[-1]
            if line.strip() == "Ready":
                break
        assert page_address
        yield page_address
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The chat page of the real bot."""
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()


def test_a_photo_an_answer_a_button_and_a_dispute(page: Page, shared_data: Path) -> None:
    """A grizzly is recognised, the answer confirmed, and then disputed by a reply."""
    choose(page, sorted(shared_data.glob("bears/grizzly/*.jpg"))[0])
    expect(answer(page)).to_contain_text("grizzly")
    expect(answer(page)).to_contain_text("%")
    expect(answer(page).locator(".quoted img")).to_be_visible()
    hold_notices(page)
    page.get_by_role("button", name="Right", exact=True).click()
    expect(page.locator(".toast, #alert[open]").first).to_be_visible()
    answer(page).hover()
    answer(page).get_by_role("button", name="Reply").click()
    page.keyboard.type("/wrong teddy")
    page.keyboard.press("Enter")
    thanks = page.locator(".message:not(.mine)").filter(has_text="/wrong teddy")
    expect(thanks.locator(".text").first).to_contain_text("teddy")


def test_an_album_is_answered_once(page: Page, shared_data: Path) -> None:
    """Three photos at once get one numbered answer, in the admin's chat."""
    page.get_by_role("button", name="Sam").click()
    choose(page, *sorted(shared_data.glob("bears/teddy/*.jpg"))[:3])
    expect(answer(page)).to_contain_text("3.")
    expect(answer(page)).to_contain_text("teddy")
    expect(page.locator(".message:not(.mine)[data-id]")).to_have_count(1)


def test_captions_written_in_the_preview_are_commands(page: Page, shared_data: Path) -> None:
    """The admin's `/wrong grizzly` and `/teach polar` under a photo do what they do alone."""
    page.get_by_role("button", name="Sam").click()
    photos = sorted(shared_data.glob("bears/black/*.jpg"))
    for photo, words in zip(photos, ("/wrong grizzly", "/teach polar"), strict=False):
        pick(page, photo).get_by_label("Caption").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator(".mine[data-id] .caption").last).to_have_text(words)
        label = words.partition(" ")[2]
        expect(page.locator(".mine[data-id] ~ .message[data-id]").last).to_contain_text(label)
    page.get_by_label("Message", exact=True).fill("/done")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("polar")


def test_a_sample_is_one_click_away(page: Page) -> None:
    """Who has no photo at hand sends one that comes with the bot; it is a bear, and named."""
    page.get_by_role("button", name="Group").click()
    page.get_by_role("button", name="Try teddy.jpg").click()
    expect(page.locator(".message.mine .caption")).to_have_text("/identify")
    expect(answer(page)).to_contain_text("teddy")


def test_addresses_that_people_mistype(page: Page, address: str) -> None:
    """`/review` needs no last slash; of an address that leads nowhere a page says so."""
    page.goto(urljoin(address, "/review"))
    expect(page.get_by_role("heading", name="No entry")).to_be_visible()
    page.goto(urljoin(address, "/nowhere"))
    page.get_by_role("link", name="To the chat").click()
    expect(page.locator("#messages")).to_be_attached()


def test_the_languages_that_the_bot_speaks_come_first(page: Page) -> None:
    """Of the languages that people have, those of the bot are told apart."""
    page.get_by_role("button", name="Language and look").click()
    spoken = page.locator("#language optgroup").first
    expect(spoken.locator("option")).to_have_text(["English", "Deutsch", "Español"])


def test_each_person_sees_their_commands(page: Page) -> None:
    """The admin's menu offers review, an ordinary person's does not."""
    page.get_by_role("button", name="Sam").click()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("option").filter(has_text="/review")).to_have_count(1)
    page.get_by_role("button", name="Robin").click()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("option").filter(has_text="/wrong")).to_have_count(1)
    expect(page.get_by_role("option").filter(has_text="/review")).to_have_count(0)
