"""Verdicts given on the pages, and taking them back."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from dataset.reviewing import queue, verdicts
from dataset.storage.schema import Suspicion
from tests.review.serving import (
    COLLEAGUE,
    REVIEWER,
    Reviewer,
    ReviewServer,
    add_examples,
    fill_queue,
)


def said(server: ReviewServer) -> list[tuple[int, str, str | None, bool]]:
    """The verdicts that stand."""
    return [
        (one.photo_id, one.kind.value, one.label, one.to_gate)
        for one in server.verdicts()
        if one.undone_at is None
    ]


def add_suspicion(server: ReviewServer, photo: int, kind: str) -> None:
    """What is found about a photo now."""
    server.now += timedelta(seconds=1)
    with server.database.session() as session:
        session.add(Suspicion(photo_id=photo, kind=kind, score=0.9, found_at=server.now))
    server.now += timedelta(seconds=1)


@pytest.mark.parametrize(
    ("kind", "label"), [("label", "grizzly"), ("none", None), ("reject", None)]
)
def test_a_verdict_is_recorded(
    server: ReviewServer, reviewer: Reviewer, kind: str, label: str | None
) -> None:
    """A label, none of these and unusable each leave a verdict, and the photo leaves the queue."""
    fill_queue(server, 2)
    assert ["recorded"] == reviewer.decide(1, kind=kind, label=label)
    assert [(1, kind, label, False)] == said(server)
    assert [2] == reviewer.ids()


def test_a_verdict_leaves_an_audit_row(server: ReviewServer, reviewer: Reviewer) -> None:
    """The trail says who decided what, and where."""
    fill_queue(server, 1)
    reviewer.decide(1, label="teddy")
    (row,) = server.audit("verdict")
    assert (REVIEWER, "photo:1") == (row.actor_id, row.subject)
    assert row.details == {"kind": "label", "label": "teddy", "via": "web", "to_gate": False}


def test_a_replayed_form_changes_nothing(server: ReviewServer, reviewer: Reviewer) -> None:
    """The same verdict sent twice is one verdict, and the second answer says so."""
    fill_queue(server, 1)
    outcomes = [reviewer.decide(1, label="teddy"), reviewer.decide(1, label="teddy")]
    assert [["recorded"], ["same"]] == outcomes
    assert 1 == len(server.verdicts())


def test_a_reviewer_may_change_their_mind(server: ReviewServer, reviewer: Reviewer) -> None:
    """Another verdict by the same reviewer takes the place of the first."""
    fill_queue(server, 1)
    reviewer.decide(1, label="teddy")
    assert ["recorded"] == reviewer.decide(1, label="black")
    assert "black" == said(server)[-1][2]


def test_what_a_colleague_decided_meanwhile_stands(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A verdict on a photo that left the queue in the meantime is refused, and says how it went."""
    fill_queue(server, 1)
    with server.reviewer(COLLEAGUE) as colleague:
        colleague.decide(1, label="black")
    verdict = {"photo": 1, "kind": "label", "label": "teddy"}
    (result,) = reviewer.post("/verdicts", verdicts=[verdict]).json()["results"]
    assert ("decided", "black, by person 3") == (result["outcome"], result["words"])
    assert [(1, "label", "black", False)] == said(server)


def test_what_a_colleague_is_looking_at_is_left_alone(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A photo that another reviewer has leased takes no verdict until the lease ends."""
    fill_queue(server, 1)
    with server.reviewer(COLLEAGUE) as colleague:
        colleague.post("/looking", hold=[1])
    assert ["taken"] == reviewer.decide(1, label="black")
    server.now += timedelta(minutes=3)
    assert ["recorded"] == reviewer.decide(1, label="black")


def test_a_photo_being_looked_at_is_marked_for_others(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Tiles in sight say which photos a colleague has, also one who reviews in the chat."""
    fill_queue(server, 4)
    with server.database.session() as session:
        queue.next_photo(session, COLLEAGUE, now=server.now)
    answer = reviewer.post("/looking", hold=[2], watch=[1, 2, 3]).json()
    assert [1] == answer["taken"]
    assert "someone is on it" not in reviewer.http.get("/tiles?ids=2").text
    assert "tile taken" in reviewer.http.get("/tiles?ids=1").text


def test_moving_on_gives_photos_back(server: ReviewServer, reviewer: Reviewer) -> None:
    """What a reviewer no longer looks at is free for the others at once."""
    fill_queue(server, 2)
    reviewer.post("/looking", hold=[1])
    reviewer.post("/looking", hold=[2], drop=[1])
    with server.reviewer(COLLEAGUE) as colleague:
        assert [2] == colleague.post("/looking", watch=[1, 2]).json()["taken"]


def test_one_stroke_decides_many(server: ReviewServer, reviewer: Reviewer) -> None:
    """A selection gets its verdicts together; what is gone is said, the rest recorded."""
    fill_queue(server, 3)
    assert ["recorded", "gone", "recorded"] == reviewer.decide(1, 99, 3, kind="reject")
    assert [2] == reviewer.ids()


def test_undo_takes_a_whole_stroke_back(server: ReviewServer, reviewer: Reviewer) -> None:
    """Undo follows the strokes: the last selection at once, then the verdict before it."""
    fill_queue(server, 4)
    reviewer.decide(4, label="teddy")
    server.now += timedelta(seconds=1)
    reviewer.decide(1, 2, 3, kind="none")
    first = reviewer.post("/undo").json()
    assert ([1, 2, 3], "Undid “none of these” for 3 photos.") == (
        sorted(first["photos"]),
        first["sentence"],
    )
    assert [4] == reviewer.post("/undo").json()["photos"]
    assert ([], [1, 2, 3, 4]) == (said(server), sorted(reviewer.ids()))


def test_undo_takes_back_the_verdicts_that_it_names(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Each verdict has an id; undo by it leaves later ones alone, works once, and takes back
    nobody else's."""
    fill_queue(server, 3)
    stroke = {"photo": 1, "kind": "label", "label": "teddy"}
    (result,) = reviewer.post("/verdicts", verdicts=[stroke]).json()["results"]
    reviewer.decide(2, label="black")
    with server.reviewer(COLLEAGUE) as colleague:
        theirs = colleague.post("/verdicts", verdicts=[{"photo": 3, "kind": "none"}]).json()
    named = [result["verdict"], theirs["results"][0]["verdict"]]
    assert [1] == reviewer.post("/undo", verdicts=named).json()["photos"]
    assert [] == reviewer.post("/undo", verdicts=named).json()["photos"]
    assert [2, 3] == [one[0] for one in said(server)]


@pytest.mark.parametrize("named", ["all", [True], ["1"], [0], [2**63], [1] * 101])
def test_an_undo_that_no_page_sends_is_refused(
    server: ReviewServer, reviewer: Reviewer, named: object
) -> None:
    """It gets 400, and nothing is taken back."""
    fill_queue(server, 1)
    reviewer.decide(1, label="black")
    assert 400 == reviewer.post("/undo", verdicts=named).status_code
    assert 1 == len(said(server))


@pytest.mark.parametrize(
    ("kind", "outcome"), [("set_aside", "second"), ("label", "recorded"), ("odd", "recorded")]
)
def test_what_one_reviewer_says_twice(
    server: ReviewServer, reviewer: Reviewer, kind: str, outcome: str
) -> None:
    """It does not confirm what a retraining set aside, which takes somebody else; any other
    suspicion it answers. Without a script, a page says so."""
    (photo,) = add_examples(server, ["black"])
    reviewer.decide(photo, label="black")
    add_suspicion(server, photo, kind)
    verdict = {"photo": photo, "kind": "label", "label": "black"}
    (result,) = reviewer.post("/verdicts", verdicts=[verdict], shelf="suspicions").json()["results"]
    assert (outcome, outcome == "recorded") == (result["outcome"], "verdict" in result)
    waits = reviewer.ids("shelf=suspicions")
    assert ([photo] if outcome == "second" else []) == waits
    sent = form(reviewer, photo=str(photo), verdict="label:black", shelf="suspicions")
    assert (400 if outcome == "second" else 303) == sent.status_code
    assert ("a second reviewer has to confirm it" in sent.text) == (outcome == "second")
    # Nor does it by way of another label.
    for label, became in (("grizzly", "recorded"), ("black", outcome)):
        verdict["label"] = label
        answer = reviewer.post("/verdicts", verdicts=[verdict], shelf="suspicions").json()
        assert became == answer["results"][0]["outcome"]


def test_undo_with_nothing_to_undo_says_so(server: ReviewServer, reviewer: Reviewer) -> None:
    """It is not an error, and touches no colleague's verdict."""
    fill_queue(server, 1)
    with server.reviewer(COLLEAGUE) as colleague:
        colleague.decide(1, label="black")
    assert "You have no decision to take back." == reviewer.post("/undo").json()["sentence"]
    assert 1 == len(said(server))


def test_undo_reaches_a_verdict_given_in_the_chat(server: ReviewServer, reviewer: Reviewer) -> None:
    """Chat and pages share one line of verdicts for each reviewer."""
    fill_queue(server, 1)
    with server.database.session() as session:
        verdicts.decide(session, 1, REVIEWER, "reject", via="chat", now=server.now)
    assert [1] == reviewer.post("/undo").json()["photos"]


def test_a_verdict_may_go_to_the_gate(server: ReviewServer, reviewer: Reviewer) -> None:
    """The reviewer's wish is recorded, except for what is unusable."""
    fill_queue(server, 2)
    strokes = [{"photo": 1, "kind": "label", "label": "teddy"}, {"photo": 2, "kind": "reject"}]
    reviewer.post("/verdicts", verdicts=strokes, to_gate=True)
    assert [(1, "label", "teddy", True), (2, "reject", None, False)] == said(server)


def test_progress_comes_with_each_verdict(server: ReviewServer, reviewer: Reviewer) -> None:
    """The page shows how far one is without asking again."""
    fill_queue(server, 3)
    answer = reviewer.post("/verdicts", verdicts=[{"photo": 1, "kind": "none"}]).json()
    assert "<b>1 photo</b> decided today · <span>2 waiting</span>" == answer["progress"].strip()


def test_a_suspected_example_is_confirmed_or_relabelled(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Either way it leaves the list of likely errors, by a verdict like any other."""
    kept, changed, left = add_examples(server, ["black", "teddy", "black"], suspect=True)
    strokes = [
        {"photo": kept, "kind": "label", "label": "black"},
        {"photo": changed, "kind": "label", "label": "grizzly"},
    ]
    reviewer.post("/verdicts", verdicts=strokes, shelf="suspicions")
    assert [left] == reviewer.ids("shelf=suspicions")
    assert [(kept, "label", "black", False), (changed, "label", "grizzly", False)] == said(server)


def test_an_example_may_keep_a_label_that_the_model_does_not_know(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A label that was collected but not trained yet can be confirmed."""
    (photo,) = add_examples(server, ["panda"], suspect=True)
    verdict = {"photo": photo, "kind": "label", "label": "panda"}
    answer = reviewer.post("/verdicts", verdicts=[verdict], shelf="suspicions")
    assert "recorded" == answer.json()["results"][0]["outcome"]


def test_a_label_that_only_the_dataset_has_can_be_chosen(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """In the bar, in the filters and in a verdict on any photo, as soon as an example has it."""
    fill_queue(server, 1)
    add_examples(server, ["elephant"])
    page = reviewer.http.get("/queue").text
    assert 'data-label="elephant" data-key="e" data-digit="4"' in page
    assert '<option value="elephant"' in page
    assert '<button class="label hue-3" name="verdict" value="label:elephant"' in (
        reviewer.http.get("/photos/1?shelf=queue").text
    )
    assert ["recorded"] == reviewer.decide(1, label="elephant")
    assert [(1, "label", "elephant", False)] == said(server)


def test_the_first_suggestions_are_accepted_at_once_and_taken_back_at_once(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """The server fills in what it suggests now; where it suggests nothing the photo stays open."""
    black, teddy, odd = add_examples(server, ["black", "teddy", "black"], suspect=True)
    with server.database.session() as session:
        session.get_one(Suspicion, odd).suggested = None
    listed = reviewer.http.get("/ids?shelf=suspicions").json()
    assert ([black, teddy, odd], {black, teddy}) == (listed["ids"], set(listed["suggested"]))

    asked = [{"photo": photo, "kind": "suggested"} for photo in listed["ids"]]
    answer = reviewer.post("/verdicts", verdicts=asked, shelf="suspicions").json()
    assert {black: "recorded", teddy: "recorded", odd: "open"} == {
        one["photo"]: one["outcome"] for one in answer["results"]
    }
    assert [(black, "grizzly"), (teddy, "grizzly")] == [
        (verdict.photo_id, verdict.label) for verdict in server.verdicts()
    ]
    assert {black, teddy} == set(reviewer.post("/undo").json()["photos"])
    assert [] == [verdict for verdict in server.verdicts() if verdict.undone_at is None]


def test_an_outside_suggestion_becomes_none_of_these(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """The reserved label is a kind of verdict, not a label."""
    (photo,) = add_examples(server, ["black"])
    verdict = {"photo": photo, "kind": "label", "label": "outside"}
    reviewer.post("/verdicts", verdicts=[verdict], shelf="examples")
    assert [(photo, "none", None, False)] == said(server)


@pytest.mark.parametrize(
    "values",
    [
        {"verdicts": "all"},
        {"verdicts": [1]},
        {"verdicts": [{"photo": 1}]},
        {"verdicts": [{"photo": 1, "kind": "label"}]},
        {"verdicts": [{"photo": 1, "kind": "label", "label": "../../etc"}]},
        {"verdicts": [{"photo": 1, "kind": "label", "label": ["black"]}]},
        {"verdicts": [{"photo": True, "kind": "none"}]},
        {"verdicts": [{"photo": 2**63, "kind": "none"}]},
        {"verdicts": [{"photo": -1, "kind": "none"}]},
        {"verdicts": [{"photo": 1, "kind": "none"}] * 300},
        {"verdicts": [{"photo": 1, "kind": "none"}], "shelf": "nowhere"},
        {"verdicts": [{"photo": 1, "kind": "none"}], "shelf": ["queue"]},
    ],
    ids=str,
)
def test_a_verdict_that_no_page_sends_is_refused(
    server: ReviewServer, reviewer: Reviewer, values: dict[str, object]
) -> None:
    """Each gets 400 and a sentence, and nothing is recorded."""
    fill_queue(server, 1)
    answer = reviewer.post("/verdicts", **values)
    assert (400, 0) == (answer.status_code, len(server.verdicts()))


@pytest.mark.parametrize("content", [b"", b"[", b"[]", b"null", b'{"a":' * 2000, b"\xff"])
def test_broken_json_is_refused(reviewer: Reviewer, content: bytes) -> None:
    """It gets 400 and a sentence."""
    headers = {"X-CSRF-Token": reviewer.csrf, "Content-Type": "application/json"}
    assert 400 == reviewer.http.post("/verdicts", content=content, headers=headers).status_code


def form(reviewer: Reviewer, **values: str) -> httpx.Response:
    return reviewer.http.post("/verdicts", data={"csrf": reviewer.csrf, **values})


def test_without_a_script_one_reviews_photo_by_photo(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A form on the photo's own page records the verdict and leads to the next photo."""
    fill_queue(server, 2)
    shown = reviewer.http.get("/next", follow_redirects=True)
    assert "/photos/1" in str(shown.url)
    answer = form(reviewer, photo="1", verdict="label:teddy", to_gate="yes", shelf="queue")
    assert (303, "/review/next") == (answer.status_code, answer.headers["location"])
    assert [(1, "label", "teddy", True)] == said(server)
    assert "/photos/2" in reviewer.http.get("/next").headers["location"]
    form(reviewer, photo="2", verdict="reject")
    assert "/review/queue" == reviewer.http.get("/next").headers["location"]


@pytest.mark.parametrize("values", [{}, {"photo": "1"}, {"photo": "x", "verdict": "none"}])
def test_a_broken_form_is_refused(
    server: ReviewServer, reviewer: Reviewer, values: dict[str, str]
) -> None:
    """It gets 400 and a sentence."""
    fill_queue(server, 1)
    assert 400 == form(reviewer, **values).status_code
