"""Every page under axe: in both colour schemes, on a phone and on a desktop."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from dataset.storage import audit
from dataset.storage.schema import Retraining, RetrainingStatus
from models.bundles.bundle import STARTER
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.scripted_bot import ScriptedBot
from tests.browser.test_page import answer, choose, pick, upload
from tests.conftest import draw_photo
from tests.local.serving import LocalServer, Script
from tests.review.serving import REVIEWER, ReviewServer, add_examples, explain, fill_queue

pytestmark = [pytest.mark.browser, pytest.mark.long]

SCHEMES: dict[Literal["light", "dark"], dict[str, list[str]]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
"""And what axe is told in each."""

AXE = """async options => {
    const {violations} = await axe.run({resultTypes: ["violations"], ...options});
    return violations.map(({id, help, nodes}) => (
        {id, help, targets: nodes.slice(0, 5).map(({target}) => target)}
    ));
}"""
"""Without what axe says of the elements that are in order: that is thousands of lines a page."""

SETTLED = """async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    for (const each of document.getAnimations()) {
        if (each.effect.getComputedTiming().iterations !== Infinity) each.finish();
    }
}"""
"""The page has heard of the scheme, and shows it without a colour in between."""


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of this width; motion would show colours in between."""
    is_phone = request.param is PHONE
    context = browser.new_context(
        viewport=request.param, has_touch=is_phone, is_mobile=is_phone, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def findings(page: Page) -> list[str]:
    """What axe has against the page as it is now, one line for each rule; in the second scheme the
    rules about colours, since it changes nothing else."""
    found: list[str] = []
    page.evaluate(AXE_SCRIPT)
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        violations: list[dict[str, Any]] = page.evaluate(AXE, options)
        found.extend(
            f"{scheme} {page.url}: {each['id']} at {json.dumps(each['targets'])} {each['help']}"
            for each in violations
        )
    return found


@pytest.fixture
def review(tmp_path: Path) -> Iterator[ReviewServer]:
    """Review pages with something on each of them."""
    server = ReviewServer(
        tmp_path, mount="/review", explain=explain, incoming_folder=tmp_path / "incoming"
    )
    fill_queue(server, 12)
    add_examples(server, ["black", "grizzly", "teddy"], suspect=True, kind="set_aside")
    report = tmp_path / "models" / "v2" / "report"
    report.mkdir(parents=True)
    (report / "report.html").write_text("<!doctype html><html lang=en><title>Report</title>")
    checks = [{"passed": True, "sentence": "Good."}, {"passed": False, "sentence": "Bad."}]
    metrics = {
        "champion": {"accuracy": 0.9},
        "candidate": {"accuracy": 0.95, "recall": {"black": 0.9}},
        "checks": checks,
        "lost": [1],
        "replay": {
            "photos": 2,
            "changed": [{"photo_id": 2, "before": "black", "after": "teddy"}],
        },
    }
    with server.database.session() as session:
        ended = [one for one in RetrainingStatus if one is not RetrainingStatus.REQUESTED]
        for number, status in enumerate(ended, start=1):  # only one may be underway
            session.add(
                Retraining(
                    id=number,
                    trigger="shell",
                    status=status,
                    champion="v1",
                    candidate="v2",
                    metrics=metrics,
                    reason="It is better.",
                    blind_spot="Small differences.",
                )
            )
        audit.record(session, actor_id=REVIEWER, action="ban", subject="user:7")
        audit.record(session, actor_id=7, action="retrain_denied", subject="retraining")
    yield server
    server.stop()


def test_the_review_pages(page: Page, review: ReviewServer) -> None:
    """No page, dialog or state of the review pages has a finding."""
    found: list[str] = []
    # A run under way is shown anew every few seconds, also in the middle of axe's work.
    page.route("**/again.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{review.url}/queue")  # refused
    found += findings(page)
    page.goto(review.link())
    page.wait_for_url(f"{review.url}/")
    for path in (
        "/",
        "/dataset",
        "/dataset?label=none",
        "/suspicions",
        "/retrainings",
        "/retrainings/1",
        "/retrainings/2",
        "/audit",
        "/stats",
        "/dataset/add",
        "/dataset/health",
        "/dataset/export",
        "/photos/1?shelf=queue",
        "/nowhere",
        "/queue",
    ):
        page.goto(review.url + path)
        if path.startswith("/photos/"):
            expect(page.locator("#large .facts")).to_be_visible()
        if page.locator("#grid").count():
            expect(page.locator(".tile.current")).to_be_visible()
        found += findings(page)
    page.keyboard.press("b")
    page.keyboard.press("o")
    expect(page.locator("#progress b")).to_have_text("2 photos")
    page.keyboard.press("Space")
    found += findings(page)
    for name, key in (("#keys", "?"), ("#large", "Enter")):
        page.keyboard.press(key)
        expect(page.locator(name)).to_be_visible()
        if name == "#large":
            expect(page.locator("#large .facts")).to_be_visible()
        found += findings(page)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    found += findings(page)
    assert [] == found


def _with_messages(page: Page, script: Script) -> None:
    choose(page, upload("a.jpg", draw_photo()))
    expect(answer(page)).to_contain_text("97%")
    choose(page, *(upload(f"{seed}.jpg", draw_photo(seed=seed)) for seed in range(3)))
    expect(page.locator(".message[data-id]")).to_have_count(4)
    choose(page, upload("notes.txt", b"hello", "text/plain"))
    text = '<b>bold</b> <code>x</code> <a href="https://example.org/">site</a> <s>s</s> /labels'
    quoted = "<blockquote>quote</blockquote><pre>one\ntwo</pre>"
    script.result("sendMessage", chat_id=1, text=text + quoted, parse_mode="HTML")
    expect(page.locator("blockquote")).to_be_visible()
    expect(page.locator(".message[data-id] .document")).to_be_visible()
    expect(page.locator(".message[data-id]")).to_have_count(7)


def _with_a_preview(page: Page, script: Script) -> None:
    files = [upload(f"{seed}.jpg", draw_photo(seed=seed)) for seed in range(3)]
    pick(page, *files, upload("notes.txt", b"hello", "text/plain"))


def _with_a_failure(page: Page, script: Script) -> None:
    page.keyboard.press("Escape")
    choose(page, upload("notes.jpg", b"just text"))
    expect(page.locator(".failed")).to_be_visible()


def _with_commands(page: Page, script: Script) -> None:
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("option").first).to_be_visible()


def _with_settings(page: Page, script: Script) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Language and look").click()
    expect(page.locator("#settings")).to_be_visible()


def _with_a_photo(page: Page, script: Script) -> None:
    page.keyboard.press("Escape")
    page.locator(".message[data-id] .photo").first.click()
    expect(page.locator("#viewer-photo")).to_be_visible()


def _as_admin(page: Page, script: Script) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sam").click()


def _in_the_group(page: Page, script: Script) -> None:
    page.get_by_role("button", name="Group").click()


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A chat that offers samples."""
    with LocalServer(samples=sorted((STARTER / "golden").glob("*.jpg"))) as running:
        yield running


def test_the_chat_page(page: Page, server: LocalServer, scripted_bot: ScriptedBot) -> None:
    """Empty, talking, failing, with its dialogs open, as each person: nothing is found."""
    script = Script(server.url)
    page.goto(f"{server.url}/nowhere")
    expect(page.get_by_role("heading")).to_have_text("There is no such page")
    found = findings(page)
    page.goto(server.url)
    expect(page.locator("#samples")).to_be_visible()
    found += findings(page)
    states: tuple[Callable[[Page, Script], None], ...] = (
        _with_messages,
        _with_a_preview,
        _with_a_failure,
        _with_commands,
        _with_settings,
        _with_a_photo,
        _as_admin,
        _in_the_group,
    )
    for bring_about in states:
        bring_about(page, script)
        found += [f"{bring_about.__name__}: {line}" for line in findings(page)]
    script.close()
    assert [] == found
