"""Adding photos in Chromium, and what is done to many suggestions and marks at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from dataset.storage.schema import Example, Mark
from tests.browser.visits import Visits
from tests.review.adding import adding_server, scenes, zipped
from tests.review.serving import ReviewServer, add_examples

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    running = adding_server(tmp_path)
    yield running
    running.stop()


def counted(server: ReviewServer) -> dict[str, int]:
    with server.database.reading() as session:
        query = select(Example.label, func.count()).group_by(Example.label)
        return {label: count for label, count in session.execute(query)}


def take_in(page: Page, photos: int) -> None:
    """Press the button, and wait for the end."""
    page.get_by_role("button", name=f"Take in {photos} photos").click()
    expect(page.locator("[data-state=done]")).to_contain_text(f"All {photos} photos are done.")


def test_a_zip_that_was_interrupted_goes_on(
    visits: Visits, server: ReviewServer, tmp_path: Path
) -> None:
    """The connection breaks in the middle: the same file again sends only the rest."""
    visits.expected = "Failed to load resource"
    photos = {**scenes("grizzly", 3), **scenes("teddy", 2, first=10)}
    padding = {"readme.txt": bytes(5_000_000)}
    file = tmp_path / "bears.zip"
    file.write_bytes(zipped({**photos, **padding}))
    page = visits.open("/dataset/add")
    starts: list[str] = []

    def break_once(route: object) -> None:
        url: str = route.request.url  # type: ignore[attr-defined]
        starts.append(url.partition("offset=")[2])
        if len(starts) == 2:
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/dataset/add/part?**", break_once)
    page.reload()
    page.set_input_files("#zip", file)
    expect(page.locator("#waits")).to_be_visible()
    expect(page.locator("#said")).to_be_visible()
    page.set_input_files("#zip", file)
    expect(page.locator("[data-state=looked]")).to_be_visible()
    assert ["0", "2097152", "2097152", "4194304"] == starts
    take_in(page, 5)
    assert {"grizzly": 3, "teddy": 2} == counted(server)


def test_a_folder_becomes_a_zip_in_the_browser(
    visits: Visits, server: ReviewServer, tmp_path: Path
) -> None:
    """Names in any script arrive as they are, and what is new is ticked."""
    add_examples(server, ["grizzly", "teddy"])
    for name, content in {**scenes("Bär", 3), **scenes("teddy", 1, first=10)}.items():
        path = tmp_path / "my bears" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    page = visits.open("/dataset/add")
    page.set_input_files("#folder", tmp_path / "my bears")
    expect(page.get_by_role("heading", name="my bears")).to_be_visible()
    page.get_by_role("checkbox").check()
    take_in(page, 4)
    assert {"Bär": 3, "grizzly": 1, "teddy": 2} == counted(server)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#drop")).to_be_visible()


def test_the_first_suggestions_are_accepted_and_taken_back(
    visits: Visits, server: ReviewServer
) -> None:
    """In one step each; those that are left stay."""
    add_examples(server, ["black", "teddy", "black", "teddy"], suspect=True)
    page = visits.open("/suspicions")
    page.get_by_label("The first").fill("3")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator(".tile.settled")).to_have_count(3)
    expect(page.locator("#progress b")).to_have_text("3 photos")
    assert [verdict.label for verdict in server.verdicts()] == ["grizzly"] * 3
    page.keyboard.press("z")
    expect(page.locator(".tile.settled")).to_have_count(0)
    expect(page.locator("#progress b")).to_have_text("0 photos")


def test_a_key_marks_and_the_large_view_takes_the_note(
    visits: Visits, server: ReviewServer
) -> None:
    """The flag shows at once; the note is written where the photo is seen."""
    first, _ = add_examples(server, ["black", "teddy"])
    page = visits.open("/dataset?sort=oldest")
    page.keyboard.press("*")
    expect(page.locator(".tile.flagged")).to_have_count(1)
    page.keyboard.press("Enter")
    page.locator("#large").get_by_label("Note").fill("Is that a cub?")
    page.locator("#large").get_by_role("button", name="Save the note").click()
    expect(page.locator("#large .mark-form p")).to_contain_text("Is that a cub?")
    with server.database.reading() as session:
        assert ["Is that a cub?"] == list(
            session.scalars(select(Mark.note).where(Mark.photo_id == first))
        )
    page.locator("#large").get_by_role("button", name="Done").click()
    expect(page.locator("#large .mark-form p")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".tile.flagged")).to_have_count(0)
