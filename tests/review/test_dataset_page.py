"""What the dataset's page, its filters and the large view say of an example."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from dataset.examples import labels
from dataset.examples.label_order import give_places
from dataset.storage.schema import Example, Photo, ReviewVerdict, Suspicion, VerdictKind
from tests.review.serving import REVIEWER, Reviewer, ReviewServer, add_examples, fill_queue


def test_a_decision_on_an_example_is_marked_until_it_is_learned(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """The tile keeps the label that the model learned from, and says what comes."""
    (photo,) = add_examples(server, ["black"])
    tile = f"/tiles?shelf=examples&ids={photo}"
    assert "retraining" not in reviewer.http.get(tile).text
    reviewer.decide(photo, label="grizzly")
    text = reviewer.http.get(tile).text
    assert 'data-settled="grizzly"' in text
    assert "grizzly from the next retraining" in text
    with server.database.session() as session:
        example = session.scalars(select(Example)).one()
        example.label, example.verdict_id = "grizzly", session.scalar(select(ReviewVerdict.id))
    assert "from the next retraining" not in reviewer.http.get(tile).text


@pytest.mark.parametrize(
    ("via", "words"),
    [
        ("web", "decided by a reviewer"),
        ("quorum", "agreed by several people"),
        ("admin", "an admin said so"),
        ("teach", "taught by an admin"),
    ],
)
def test_an_example_says_whose_word_it_is(
    server: ReviewServer, reviewer: Reviewer, via: str, words: str
) -> None:
    """A reviewer's, or that of people who agree."""
    (photo,) = add_examples(server, ["black"])
    with server.database.session() as session:
        verdict = ReviewVerdict(
            photo_id=photo,
            reviewer_id=0 if via == "quorum" else REVIEWER,
            kind=VerdictKind.LABEL,
            label="black",
            via=via,
            made_at=server.now,
        )
        session.add(verdict)
        session.flush()
        example = session.scalars(select(Example)).one()
        example.origin, example.verdict_id = "verdict", verdict.id
    assert words in reviewer.http.get(f"/photos/{photo}?shelf=examples").text


def test_filters_name_labels_in_the_order_of_their_keys(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Whatever order the model answers in."""
    with server.database.session() as session:
        give_places(session, ["teddy", "grizzly", "black"])
    fill_queue(server, 1)
    text = reviewer.http.get("/queue").text
    keys = re.findall(r'data-label="(\w+)" data-key', text)
    offered = re.search(r'<select name="label">(.*?)</select>', text, re.DOTALL)
    assert offered is not None
    assert ["teddy", "grizzly", "black"] == keys
    assert ["", *keys, "outside"] == re.findall(r'value="(\w*)"', offered[1])


def test_an_answer_keeps_the_colour_of_its_label_under_another_name(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """In the bars of the large view and on the tile."""
    fill_queue(server, 1)
    with server.database.session() as session:
        give_places(session, ["black", "grizzly", "teddy"])
        labels.rename(session, "grizzly", "brown", actor_id=REVIEWER)
    assert "bar hue-1" in reviewer.http.get("/photos/1?shelf=queue&part=about").text
    assert "says hue-1" in reviewer.http.get("/tiles?ids=1").text


def test_a_file_is_found_by_its_name(server: ReviewServer, reviewer: Reviewer) -> None:
    """By a part of it, without regard to capitals; the photo's page says it."""
    first, second = add_examples(server, ["black", "teddy"])
    with server.database.session() as session:
        session.get_one(Photo, first).file_name = "IMG_100%.jpg"
        session.get_one(Photo, second).file_name = "img_1001.JPG"
    assert [first] == reviewer.ids("shelf=examples&file=100%25.j")
    assert {first, second} == set(reviewer.ids("shelf=examples&file=img_"))
    assert 'name="file" value="img_"' in reviewer.http.get("/dataset?file=img_").text
    assert "<dd>IMG_100%.jpg</dd>" in reviewer.http.get(f"/photos/{first}?shelf=examples").text


def test_only_labels_are_accepted_by_number(server: ReviewServer, reviewer: Reviewer) -> None:
    """A photo that is merely unlike the others of its label is for a person to look at."""
    first, second = add_examples(server, ["black", "teddy"], suspect=True)
    with server.database.session() as session:
        session.get_one(Suspicion, first).suggested = "outside"
    found = reviewer.http.get("/ids?shelf=suspicions").json()
    assert ({first, second}, [second]) == (set(found["ids"]), found["suggested"])
