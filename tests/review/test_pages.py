"""What the pages show: the grids, a photo, the dataset, the retrainings, the audit trail."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import delete, select

from dataset.storage.schema import (
    Claim,
    ClaimKind,
    Example,
    Photo,
    Prediction,
    Verdict,
)
from review.pages.photos import Thumbnails
from tests.conftest import draw_photo
from tests.review.serving import HEAT_MAP, Reviewer, ReviewServer, add_examples, fill_queue


def photos_in(text: str) -> list[int]:
    return [int(photo) for photo in re.findall(r'data-photo="(\d+)"', text)]


def test_the_queue_page_comes_with_its_first_tiles(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Without a script one sees the photos that teach most, and links to the further pages."""
    fill_queue(server, 130)
    text = reviewer.http.get("/queue").text
    assert list(range(1, 61)) == photos_in(text)
    assert "Page 1 of 3" in text
    assert list(range(121, 131)) == photos_in(reviewer.http.get("/queue?page=3").text)


def test_examples_that_nobody_sent_are_sorted_by_the_newest_models_answer(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """The share of the label is on the tile, and another answer is named."""
    first, second = add_examples(server, ["black", "teddy"])
    with server.database.session() as session:
        for photo_id, label, loss in ((first, "black", 0.05), (second, "grizzly", 2.3)):
            photo = session.get_one(Photo, photo_id)
            photo.answer_label, photo.answer_verdict = label, Verdict.SURE
            photo.answer_model, photo.loss, photo.doubt = "m1", loss, 0.5
    text = reviewer.http.get("/dataset?sort=loss&model=m1").text
    assert photos_in(text) == [second, first]
    assert "model: grizzly" in text
    assert "10%" in text
    about = reviewer.http.get(f"/photos/{second}?shelf=examples").text
    assert "grizzly, with 10% for teddy" in about
    assert "Where it looked" in about


def test_examples_are_found_by_source_person_and_day(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Each narrows the dataset; what is no day and no person is refused in a sentence."""
    first, second, third = add_examples(server, ["black", "teddy", "teddy"])
    with server.database.session() as session:
        session.get_one(Photo, first).source = "zoo"
        session.scalars(select(Example).where(Example.photo_id == second)).one().user_id = 77
        for photo_id, days in ((first, 0), (second, 3), (third, 9)):
            session.get_one(Photo, photo_id).kept_at = server.now - timedelta(days=days)
    day = f"{server.now - timedelta(days=4):%Y-%m-%d}"
    found = {
        query: sorted(photos_in(reviewer.http.get(f"/dataset?{query}").text))
        for query in ("source=zoo", "person=77", f"since={day}", f"since={day}&label=teddy")
    }
    assert list(found.values()) == [[first], [second], [first, second], [second]]
    for query in ("person=me", "since=yesterday", "person=" + "9" * 30):
        assert reviewer.http.get(f"/dataset?{query}").status_code == 400


def test_a_page_beyond_the_last_shows_the_last(server: ReviewServer, reviewer: Reviewer) -> None:
    """A link kept from a longer queue still leads somewhere."""
    fill_queue(server, 61)
    assert [61] == photos_in(reviewer.http.get("/queue?page=9").text)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("label=teddy", [2, 5, 8]),
        ("verdict=unsure", [1, 3, 5, 7, 9]),
        ("reason=sample", [2, 4, 6, 8]),
        ("model=starter&label=black&verdict=sure", [6]),
        ("model=another", []),
        ("split=gate", []),
        ("sort=oldest", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ("sort=newest", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("sort=doubt", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ("sort=loss", [3, 6, 9, 1, 4, 7, 2, 5, 8]),
    ],
)
def test_the_queue_is_filtered_and_sorted(
    server: ReviewServer, reviewer: Reviewer, query: str, wanted: list[int]
) -> None:
    """By label, answer, reason, model and split; by what it teaches, loss, doubt and age."""
    fill_queue(server, 9)
    assert wanted == reviewer.ids(f"shelf=queue&{query}")


@pytest.mark.parametrize(
    "path",
    [
        "/queue?sort=colour",
        "/queue?verdict=maybe",
        "/queue?page=x",
        "/ids?shelf=cellar",
        "/tiles?ids=1,x",
        "/tiles?ids=" + ",".join("1" * 200),
        "/audit?actor=x",
        "/audit?page=-1",
    ],
)
def test_an_address_that_no_page_links_to_is_refused(reviewer: Reviewer, path: str) -> None:
    """It gets 400 and a sentence."""
    assert 400 == reviewer.http.get(path).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/photos/7",
        "/photos/7/thumbnail",
        f"/photos/{2**63}/file".replace(str(2**63), "999999999999999999"),
        "/retrainings/7",
        f"/retrainings/{2**70}",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_said_so(reviewer: Reviewer, path: str) -> None:
    """A photo that its owner took back, or a page that never was, gets 404 and a sentence."""
    answer = reviewer.http.get(path)
    assert (404, True) == (answer.status_code, "Not found" in answer.text)


def test_a_tile_says_what_people_say(server: ReviewServer, reviewer: Reviewer) -> None:
    """Claims are counted by what they assert, each person once, duplicates of a photo included."""
    fill_queue(server, 2)
    with server.database.session() as session:
        session.get_one(Photo, 2).duplicate_of_id = 1
        for user, (prediction, kind, label) in enumerate(
            [
                (1, ClaimKind.LABEL, "teddy"),
                (2, ClaimKind.LABEL, "teddy"),
                (1, ClaimKind.RIGHT, None),
                (1, ClaimKind.NONE, None),
                (1, ClaimKind.NONE, None),
                (1, ClaimKind.NONE, None),
            ]
        ):
            session.add(Claim(prediction_id=prediction, user_id=user, kind=kind, label=label))
    text = reviewer.http.get("/tiles?ids=1").text
    assert "3 for none of these, 2 for teddy, 1 for grizzly" in text
    about = reviewer.http.get("/photos/1?part=about").text
    assert "2 people say teddy" in about


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.SURE, "<b>grizzly</b><span>50%</span>"),
        (Verdict.UNSURE, "<b>grizzly or teddy?</b><span>50%</span>"),
        (Verdict.OUTSIDE, "<b>none of these</b><span>nearest grizzly 50%</span>"),
    ],
)
def test_a_tile_shows_what_was_answered(
    server: ReviewServer, reviewer: Reviewer, verdict: Verdict, words: str
) -> None:
    """Sure, unsure or refused, also once somebody disputed it: never a label nobody was given."""
    fill_queue(server, 1)
    with server.database.session() as session:
        session.scalars(select(Prediction)).one().verdict = verdict
        session.add(Claim(prediction_id=1, user_id=1, kind=ClaimKind.LABEL, label="black"))
        label = session.scalars(select(Prediction.label)).one()
    text = reviewer.http.get("/tiles?ids=1").text
    assert words.replace("grizzly", label) in text
    assert "1 person says black" in text


def test_what_people_wrote_is_escaped(server: ReviewServer, reviewer: Reviewer) -> None:
    """A collected photo's author and address are strangers' text: never markup, never a script."""
    (photo,) = add_examples(server, ["black"])
    text = reviewer.http.get(f"/photos/{photo}?shelf=examples").text
    assert "A &amp; &lt;B&gt;" in text
    assert "javascript:" not in text


def test_thumbnails_are_small_squares(server: ReviewServer, reviewer: Reviewer) -> None:
    """Whatever the photo's shape, the tile gets its middle as a JPEG."""
    fill_queue(server, 1)
    answer = reviewer.http.get("/photos/1/thumbnail")
    with Image.open(io.BytesIO(answer.content)) as image:
        assert ("JPEG", (360, 360)) == (image.format, image.size)


def test_thumbnails_are_kept_within_a_bound() -> None:
    """The least recently seen go when the memory is full; the newest stays."""
    asked: list[str] = []
    thumbnails = Thumbnails(most_bytes=20_000)

    def get(name: str) -> bytes:
        return thumbnails.get(name, lambda: (asked.append(name), draw_photo(seed=ord(name)))[1])

    size = len(get("a"))
    room = 20_000 // size
    for name in "bcdefghij"[:room]:
        get(name)
    get("a")
    assert (1, 2) == (asked.count("b"), asked.count("a"))


def test_a_photo_is_shown_as_every_browser_can(server: ReviewServer, reviewer: Reviewer) -> None:
    """A collected photo in another format comes as a JPEG."""
    data = draw_photo(size=(40, 30), file_format="TIFF")
    with server.database.session() as session:
        sha256 = server.store.put(data)
        session.add(
            Photo(id=5, sha256=sha256, dhash=1, width=40, height=30, size_bytes=1, source="add")
        )
    answer = reviewer.http.get("/photos/5/file")
    assert ("image/jpeg", b"\xff\xd8") == (answer.headers["content-type"], answer.content[:2])


def test_a_photo_whose_file_is_damaged_is_said_so(server: ReviewServer, reviewer: Reviewer) -> None:
    """A file that is missing or altered is a sentence, not a crash; the rest goes on."""
    fill_queue(server, 2)
    for number in (1, 2):
        with server.database.reading() as session:
            path = server.store.path(session.get_one(Photo, number).sha256)
        path.unlink() if number == 1 else path.write_bytes(b"junk")
    statuses = [reviewer.http.get(f"/photos/{number}/thumbnail").status_code for number in (1, 2)]
    assert [404, 404] == statuses


def test_the_heat_map_says_why(server: ReviewServer, reviewer: Reviewer) -> None:
    """Where a model is loaded, a photo's page can show where it looked."""
    fill_queue(server, 1)
    assert HEAT_MAP == reviewer.http.get("/photos/1/why").content


def test_a_forgotten_photo_is_gone_from_the_pages(server: ReviewServer, reviewer: Reviewer) -> None:
    """A thumbnail that was shown before is not shown again after its photo was removed."""
    (photo,) = add_examples(server, ["black"])
    path = f"/photos/{photo}/thumbnail"
    before = reviewer.http.get(path).status_code
    with server.database.session() as session:
        session.execute(delete(Example).where(Example.photo_id == photo))
        session.execute(delete(Photo).where(Photo.id == photo))
    assert (200, 404) == (before, reviewer.http.get(path).status_code)
    assert "" == reviewer.http.get(f"/tiles?ids={photo}").text.strip()


def test_the_dataset_page_counts_labels_by_split(server: ReviewServer, reviewer: Reviewer) -> None:
    """Each count leads to the photos that it counts."""
    ids = add_examples(server, ["black", "black", "black", "teddy"])
    text = reviewer.http.get("/dataset").text
    assert '<a href="/review/dataset?label=black&amp;split=train">2</a>' in text
    assert [ids[0], ids[2]] == reviewer.ids("shelf=examples&label=black&split=train")


def test_the_dataset_page_counts_labels_in_their_one_order(tmp_path: Path) -> None:
    """Rows follow the keys and colours, not the alphabet; a label that went comes last."""
    server = ReviewServer(tmp_path, labels=("teddy", "black"))
    try:
        add_examples(server, ["black", "teddy", "grizzly"])
        with server.reviewer() as reviewer:
            text = reviewer.http.get("/dataset").text
    finally:
        server.stop()
    rows = re.findall(r'<span class="dot hue-\d+"></span>(\w+)</th>', text)
    assert ["teddy", "black", "grizzly"] == rows


def test_suspicions_are_listed_by_score(server: ReviewServer, reviewer: Reviewer) -> None:
    """The likeliest label errors come first, with what is suggested instead."""
    ids = add_examples(server, ["black", "teddy"], suspect=True)
    text = reviewer.http.get("/suspicions").text
    assert ids == photos_in(text)
    assert "rather grizzly? score 0.90" in text


def test_a_label_set_aside_is_tagged_in_words(server: ReviewServer, reviewer: Reviewer) -> None:
    """The tag is for people: no underscore."""
    add_examples(server, ["black"], suspect=True, kind="set_aside")
    assert re.search(
        r'<span class="badge [^"]*">set aside</span>', reviewer.http.get("/suspicions").text
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "Nothing to look at yet"),
        ("/queue", "Nothing waits"),
        ("/queue?label=teddy", "No photo fits these filters"),
        ("/dataset", "No examples yet"),
        ("/suspicions", "No label looks wrong"),
        ("/retrainings", "No retraining yet"),
        ("/audit?action=verdict", "No entry fits"),
    ],
)
def test_an_empty_page_says_what_comes_there(reviewer: Reviewer, path: str, words: str) -> None:
    """Nobody is left before a blank page."""
    assert words in reviewer.http.get(path).text


def test_the_first_page_says_what_to_do(server: ReviewServer, reviewer: Reviewer) -> None:
    """It counts what waits and why, likely errors, and verdicts that no model has learnt yet."""
    fill_queue(server, 3)
    add_examples(server, ["black"], suspect=True)
    reviewer.decide(1, label="teddy")
    text = reviewer.http.get("/").text
    assert "Review 2 photos" in text
    assert "Check 1 likely label error<" in text
    assert "1 decision since the last retraining" in text
    assert "the model was unsure" in text


def test_the_audit_trail_is_filtered_and_paged(server: ReviewServer, reviewer: Reviewer) -> None:
    """By action and person, newest first."""
    fill_queue(server, 60)
    reviewer.decide(*range(1, 61), kind="none")
    text = reviewer.http.get("/audit?action=verdict&actor=2").text
    assert ("Page 1 of 2" in text, "photo 60" in text, "photo 1<" in text) == (True, True, False)
    assert "photo 1<" in reviewer.http.get("/audit?action=verdict&page=2").text
    assert "No entry fits" in reviewer.http.get("/audit?actor=3").text


def test_ids_stay_the_same_pages_photos_whatever_is_decided(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Tiles are asked for by id: verdicts meanwhile neither skip nor repeat any."""
    fill_queue(server, 6)
    ids = reviewer.ids()
    reviewer.decide(1, 2, 3, kind="none")
    shown = photos_in(reviewer.http.get(f"/tiles?ids={','.join(map(str, ids))}").text)
    assert ids == shown


def test_photos_are_found_in_the_store_by_content(server: ReviewServer, reviewer: Reviewer) -> None:
    """The file that a reviewer sees is the one that was kept, byte for byte."""
    fill_queue(server, 1)
    with server.database.reading() as session:
        sha256 = session.get_one(Photo, 1).sha256
    assert sha256 == hashlib.sha256(reviewer.http.get("/photos/1/file").content).hexdigest()


def test_the_audit_trail_says_a_verdict_in_words(server: ReviewServer, reviewer: Reviewer) -> None:
    """What was decided, and where, without the names of columns."""
    fill_queue(server, 3)
    reviewer.decide(1, label="teddy")
    reviewer.decide(2, kind="none")
    text = reviewer.http.get("/audit?action=verdict").text
    assert "labelled teddy (browser)" in text
    assert "labelled none of these (browser)" in text
