"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.scripted_bot import ScriptedBot
from tests.local.serving import LocalServer

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def find_chromium() -> str | None:
    """The path of the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    usual = Path("/usr/bin/chromium")
    return str(usual) if usual.exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; without Chromium they are skipped."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A local Bot API and chat page for the test."""
    with LocalServer() as running:
        yield running


@pytest.fixture
def scripted_bot(server: LocalServer) -> Iterator[ScriptedBot]:
    """A bot that answers there."""
    bot = ScriptedBot(server.url)
    bot.start()
    yield bot
    bot.stop()


@pytest.fixture
def page(browser: Browser, server: LocalServer, scripted_bot: ScriptedBot) -> Iterator[Page]:
    """The chat page in a desktop-sized window."""
    context = browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    opened.goto(server.url)
    yield opened
    context.close()
    assert problems == []
