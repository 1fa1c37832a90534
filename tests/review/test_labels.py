"""The page of labels: names, and renaming, merging and retiring, each said before it happens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from dataset.examples import labels
from dataset.examples.label_order import give_places, present_order
from dataset.reviewing import verdicts
from dataset.storage.schema import Example
from models.bundles.manifest import Manifest
from tests.review.serving import (
    LABELS,
    REVIEWER,
    Reviewer,
    ReviewServer,
    add_examples,
    fill_queue,
)


@pytest.fixture
def three(server: ReviewServer) -> ReviewServer:
    """Nine examples of three labels."""
    with server.database.session() as session:
        give_places(session, LABELS)
    add_examples(server, LABELS * 3)
    return server


def send(reviewer: Reviewer, path: str, **values: str) -> httpx.Response:
    """A form of these pages."""
    return reviewer.http.post(path, data={"csrf": reviewer.csrf, **values})


def counted(server: ReviewServer) -> dict[str, int]:
    found: dict[str, int] = {}
    with server.database.reading() as session:
        for label in session.scalars(select(Example.label)):
            found[label] = found.get(label, 0) + 1
    return found


def test_a_label_is_described_on_the_pages(three: ReviewServer, reviewer: Reviewer) -> None:
    """No file is edited; the list shows it, and who said so is in the trail."""
    sent = send(
        reviewer, "/labels/black/describe", en="", es="", de="Schwarzbär", aliases="baribal, ,"
    )
    assert (sent.status_code, sent.headers["location"]) == (303, "/review/labels")
    text = reviewer.http.get("/labels").text
    assert "Schwarzbär" in text
    assert "also baribal" in text
    assert [row.actor_id for row in three.audit("label_described")] == [REVIEWER]


def test_renaming_says_first_what_happens(three: ReviewServer, reviewer: Reviewer) -> None:
    """Looking changes nothing; being sure does."""
    asked = send(reviewer, "/labels/black/become", to="baribal").text
    assert "Rename black to baribal?" in asked
    assert "3 examples become baribal. Each stays in its split." in asked
    assert counted(three) == {"black": 3, "grizzly": 3, "teddy": 3}
    assert send(reviewer, "/labels/black/become", to="baribal", sure="yes").status_code == 303
    assert counted(three) == {"baribal": 3, "grizzly": 3, "teddy": 3}
    # The model still says black; on the pages its key is that of the new name.
    dock = reviewer.http.get("/dataset").text
    assert 'data-label="baribal"' in dock
    assert 'data-label="black"' not in dock


def test_merging_says_that_it_cannot_be_undone(three: ReviewServer, reviewer: Reviewer) -> None:
    """With both counts."""
    asked = send(reviewer, "/labels/black/become", to="grizzly").text
    assert "Merge black into grizzly?" in asked
    assert "3 examples of black become grizzly. grizzly has 3 examples now." in asked
    assert "You cannot separate the two again." in asked
    send(reviewer, "/labels/black/become", to="grizzly", sure="yes")
    assert counted(three) == {"grizzly": 6, "teddy": 3}
    assert reviewer.http.get("/labels/black").status_code == 400


def test_merging_a_label_that_is_only_taught(three: ReviewServer, reviewer: Reviewer) -> None:
    """Its photos move too, and no model knows it."""
    with three.database.session() as session:
        give_places(session, ["rhino"])
    fill_queue(three, 3, first=100)
    with three.database.session() as session:
        for photo in (100, 101, 102):
            verdicts.decide(session, photo, REVIEWER, "label", label="rhino", via="teach")
    for to in ("black", "hippo"):
        asked = send(reviewer, "/labels/rhino/become", to=to).text
        assert f"3 photos to be learned become {to}." in asked
        assert "The model in use does not know rhino." in asked
        assert "0 examples" not in asked
    known = send(reviewer, "/labels/black/become", to="grizzly").text
    assert "The model in use says black until the next one is published." in known


def test_what_the_model_calls_labels_is_shown_and_taken(tmp_path: Path, empty_file: Path) -> None:
    """Each name with its language, as what an empty field stands for; no other label gets it."""
    shutil.copy(empty_file, tmp_path)
    manifest = Manifest(
        version="v1",
        labels=("Grizzly", "teddy"),
        thresholds={"sure": 0.5, "outside": 0.5, "conformal": 0.5},
        names={"Grizzly": {"de": "Graubär"}, "teddy": {"de": "Teddybär"}},
        aliases={"Grizzly": ("ursus",)},
    )
    server = ReviewServer(tmp_path, labels=manifest.labels, manifest=lambda: manifest)
    try:
        with server.database.session() as session:
            give_places(session, ["Grizzly", "teddy"])
            labels.rename(session, "Grizzly", "brown", actor_id=REVIEWER)
        with server.reviewer() as reviewer:
            text = reviewer.http.get("/labels").text
            assert '<span lang="de">Graubär</span> <span class="muted">Deutsch</span>' in text
            one = reviewer.http.get("/labels/brown").text
            assert 'value="" placeholder="Graubär"' in one
            assert 'value="" placeholder="ursus"' in one
            asked = send(reviewer, "/labels/brown/become", to="kodiak").text
            assert "The model in use says Grizzly until" in asked
            for values in ({"de": "graubär"}, {"aliases": "Ursus"}):
                refused = send(reviewer, "/labels/teddy/describe", **values)
                assert (refused.status_code, "brown is called" in refused.text) == (400, True)
            send(reviewer, "/labels/brown/describe", de="Braunbär")
            assert '<span lang="de">Braunbär</span>' in reviewer.http.get("/labels").text
    finally:
        server.stop()


def test_retiring_keeps_the_examples(three: ReviewServer, reviewer: Reviewer) -> None:
    """They are offered no more, and come back when it is revived."""
    assert "Its 3 examples stay" in reviewer.http.get("/labels/teddy").text
    send(reviewer, "/labels/teddy/retire")
    assert counted(three)["teddy"] == 3
    assert 'data-label="teddy"' not in reviewer.http.get("/queue").text
    assert "Its 3 examples are learned again" in reviewer.http.get("/labels/teddy").text
    send(reviewer, "/labels/teddy/revive")
    with three.database.reading() as session:
        assert labels.retired(session) == set()


def test_new_labels_can_be_ordered(three: ReviewServer, reviewer: Reviewer) -> None:
    """By a button of the list and by a number on their page. What something has learned, or the
    model in use knows, has neither, and its place is refused to others."""
    with three.database.session() as session:
        give_places(session, ["polar", "panda", "sloth"])
    text = reviewer.http.get("/labels").text
    assert 'aria-label="Move panda up"' in text
    assert 'aria-label="Move polar up"' not in text
    send(reviewer, "/labels/panda/move", place="4")
    text = reviewer.http.get("/labels").text
    assert text.index(">panda<") < text.index(">polar<")
    page = reviewer.http.get("/labels/sloth").text
    places = re.findall(r'<option value="(\d)"( selected)?>', page)
    assert places == [("4", ""), ("5", ""), ("6", " selected")]
    assert "Place in the menus" not in reviewer.http.get("/labels/teddy").text
    send(reviewer, "/labels/sloth/move", place="4")
    for place in ("3", "7", "x", ""):
        assert send(reviewer, "/labels/sloth/move", place=place).status_code == 400
    with three.database.reading() as session:
        assert present_order(session)[3:] == ("sloth", "panda", "polar")


def test_labels_of_the_model_in_use_are_not_new(server: ReviewServer, reviewer: Reviewer) -> None:
    """Also where no photo shows them yet: whoever reviews presses their keys already."""
    with server.database.session() as session:
        give_places(session, LABELS)
    text = reviewer.http.get("/labels").text
    assert f">{LABELS[1]}<" in text
    assert "Move " not in text
    assert 'class="badge"' not in text


@pytest.mark.parametrize("to", ["", "../etc", "/retrain", "outside", "black", "x" * 65])
def test_a_label_becomes_nothing_that_is_no_name(
    three: ReviewServer, reviewer: Reviewer, to: str
) -> None:
    """One sentence, and nothing changes, also when the question is left out."""
    for sure in ("", "yes"):
        refused = send(reviewer, "/labels/black/become", to=to, sure=sure)
        assert refused.status_code == 400
    assert counted(three)["black"] == 3


def test_the_same_guards_hold(three: ReviewServer, reviewer: Reviewer) -> None:
    """No change without the form's token, none without a session."""
    forged = reviewer.http.post("/labels/black/become", data={"to": "bear", "sure": "yes"})
    with three.visitor() as stranger:
        unknown = stranger.post("/labels/black/become", data={"to": "bear", "sure": "yes"})
    assert (forged.status_code, unknown.status_code) == (403, 403)
    assert counted(three)["black"] == 3
