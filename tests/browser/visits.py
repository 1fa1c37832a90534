"""Reviewers' browsers."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.review.serving import (
    REVIEWER,
    ReviewServer,
)

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Visits:
    """Reviewers' browsers, each in a context of its own; what goes wrong in a page is noted."""

    def __init__(self, browser: Browser, server: ReviewServer) -> None:
        self._browser = browser
        self._server = server
        self.problems: list[str] = []
        self.expected: str | None = None
        """What the console may complain about in this test."""

    def open(
        self,
        path: str = "/queue",
        *,
        reviewer_id: int = REVIEWER,
        phone: bool = False,
    ) -> Page:
        """A page opened by a link, and ready for keys."""
        context = self._browser.new_context(
            viewport=PHONE if phone else DESKTOP, has_touch=phone, is_mobile=phone
        )
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda line: self.problems.append(line.text) if line.type == "error" else None,
        )
        page.goto(self._server.link(reviewer_id))
        page.wait_for_url(f"{self._server.url}/")
        page.goto(self._server.url + path)
        if page.locator("#grid").count():
            expect(page.locator("#pager")).to_be_hidden()
            expect(page.locator(".tile.current")).to_be_visible()
        return page
