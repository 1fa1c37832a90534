"""Marks for a second look: given, found again, taken off."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from dataset.photos.removal import remove_photos
from dataset.privacy.forgetting import forget
from dataset.storage.schema import Mark
from tests.review.serving import REVIEWER, Reviewer, ReviewServer, add_examples, fill_queue


def marks(server: ReviewServer) -> dict[int, tuple[int, str]]:
    """Photo → who marked it, and why."""
    with server.database.reading() as session:
        rows = session.scalars(select(Mark).order_by(Mark.photo_id))
        return {row.photo_id: (row.marked_by, row.note) for row in rows}


def press(reviewer: Reviewer, photo: int, do: str, note: str = "") -> httpx.Response:
    values = {"csrf": reviewer.csrf, "shelf": "queue", "do": do, "note": note}
    return reviewer.http.post(f"/photos/{photo}/mark", data=values)


def test_a_photo_is_marked_with_a_note_and_found_again(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """The note stands with the photo, the filter finds it, and Done takes the mark off."""
    fill_queue(server, 4)
    back = press(reviewer, 3, "mark", "blurred <b>?")
    assert (303, True) == (back.status_code, "/photos/3?" in back.headers["location"])
    assert "blurred &lt;b&gt;?" in reviewer.http.get("/photos/3?shelf=queue").text
    assert [3] == reviewer.ids("shelf=queue&mark=yes")
    assert [1, 2, 4] == reviewer.ids("shelf=queue&mark=no")
    press(reviewer, 3, "mark", "two bears")
    assert {3: (REVIEWER, "two bears")} == marks(server)

    press(reviewer, 3, "unmark")
    assert [] == reviewer.ids("shelf=queue&mark=yes")
    assert ["marked", "marked", "unmarked"] == [
        row.action for row in server.audit() if row.subject == "photo:3"
    ]


def test_the_filter_works_on_every_shelf(server: ReviewServer, reviewer: Reviewer) -> None:
    """In the dataset and among likely errors, too."""
    first, second = add_examples(server, ["black", "teddy"], suspect=True)
    press(reviewer, second, "mark")
    for shelf in ("examples", "suspicions"):
        assert [second] == reviewer.ids(f"shelf={shelf}&mark=yes")
        assert [first] == reviewer.ids(f"shelf={shelf}&mark=no")


def test_many_are_marked_at_once_and_a_second_press_takes_it_back(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Where some have none all get one; where all have one it goes. Notes stay as they are."""
    fill_queue(server, 3)
    press(reviewer, 2, "mark", "why?")
    answer = reviewer.post("/marks", photos=[1, 2, 3, 99]).raise_for_status().json()
    assert ([1, 2, 3], True) == (answer["photos"], answer["marked"])
    assert {1: "", 2: "why?", 3: ""} == {photo: note for photo, (_, note) in marks(server).items()}
    answer = reviewer.post("/marks", photos=[1, 3]).json()
    assert ([1, 3], False) == (answer["photos"], answer["marked"])
    assert [2] == list(marks(server))


@pytest.mark.parametrize(
    "values",
    [
        {"photos": []},
        {"photos": ["1"]},
        {"photos": [True]},
        {"photos": [1], "note": 5},
        {"photos": [1], "marked": "yes"},
        {"photos": list(range(1, 1002))},
    ],
)
def test_what_no_page_sends_is_refused(reviewer: Reviewer, values: dict[str, object]) -> None:
    """One sentence, no fault."""
    assert 400 == reviewer.post("/marks", **values).status_code


def test_a_photo_that_is_gone_cannot_be_marked(reviewer: Reviewer) -> None:
    """It is said so."""
    answer = press(reviewer, 7, "mark")
    assert (404, True) == (answer.status_code, "This photo is gone" in answer.text)


def test_a_mark_goes_with_its_photo_and_a_reviewer_from_theirs(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Removing a photo removes its note; who is forgotten is named in no mark."""
    fill_queue(server, 2)
    reviewer.post("/marks", photos=[1, 2])
    with server.database.session() as session:
        remove_photos(session, server.store, [1], block_return=False, now=server.now)
        forget(session, server.store, REVIEWER)
    assert {2: (0, "")} == marks(server)
