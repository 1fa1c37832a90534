"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.scripted_bot import ScriptedBot
from tests.browser.visits import Visits
from tests.local.serving import LocalServer
from tests.review.serving import ReviewServer

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


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """One browser for the tests of a file; without Chromium they are skipped.

    Not for the session: while Playwright runs, this thread has an event loop, and asynchronous
    tests of other files could not have theirs.
    """
    # Machines that do much else answer late; a test that waits for nothing would still fail.
    expect.set_options(timeout=30_000)
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
def visits(browser: Browser, server: ReviewServer) -> Iterator[Visits]:
    """Visits to the review pages that the test's own `server` serves."""
    made = Visits(browser, server)
    yield made
    for context in browser.contexts:
        context.close()
    assert [] == [one for one in made.problems if not made.expected or made.expected not in one]


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
