"""The retrainings' pages: what each run measured and decided, with the report of its bundle."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from dataset.examples import retrainings
from dataset.storage.schema import (
    Retraining,
    RetrainingStatus,
)
from languages.catalogue import Words
from models.bundles.manifest import Manifest
from tests.conftest import draw_photo
from tests.review.serving import REVIEWER, Reviewer, ReviewServer, fill_queue


def a_retraining(server: ReviewServer, **fields: object) -> int:
    with server.database.session() as session:
        row = Retraining(
            trigger="schedule",
            requested_at=server.now,
            started_at=server.now,
            finished_at=server.now + timedelta(seconds=24),
            status=RetrainingStatus.PUBLISHED,
            champion="starter",
            **fields,
        )
        session.add(row)
        session.flush()
        return row.id


def a_bundle(server: ReviewServer, version: str) -> Path:
    folder = server.folder / "models" / version
    (folder / "report").mkdir(parents=True)
    (folder / "report" / "report.html").write_text("<h1>How it went</h1>", encoding="utf-8")
    (folder / "report" / "confusion.png").write_bytes(draw_photo(file_format="PNG"))
    (folder / "learner.pkl").write_bytes(b"never")
    return folder


def test_a_retraining_shows_what_it_measured_and_decided(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Champion and candidate side by side, the reason, and what the gate could not have seen."""
    number = a_retraining(
        server,
        candidate="v2",
        metrics={
            "champion": {"accuracy": 0.95, "recall": {"black": 0.9}},
            "candidate": {"accuracy": 0.98, "recall": {"black": 0.97}},
        },
        decision="publish",
        reason="Not worse, and better on what was corrected.",
        blind_spot="Differences under 4 points.",
    )
    text = reviewer.http.get(f"/retrainings/{number}").text
    assert '<th scope="row">accuracy</th><td>0.95</td><td>0.98</td>' in text
    assert "Not worse, and better" in text
    assert "Differences under 4 points." in text
    assert "left no bundle" in text
    assert "v2" in reviewer.http.get("/retrainings").text


def test_a_retraining_shows_its_checks_and_what_it_would_change(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Each check with its sentence, and the photos that it would answer differently."""
    fill_queue(server, 2)
    number = a_retraining(
        server,
        candidate="v2",
        metrics={
            "checks": [{"name": "recall", "passed": False, "sentence": "black lost 3 photos"}],
            "replay": {
                "photos": 40,
                "changed": [{"photo_id": 2, "before": "black 60%", "after": "teddy 90%"}],
            },
        },
    )
    text = reviewer.http.get(f"/retrainings/{number}").text
    assert "<b>not passed</b> black lost 3 photos" in text
    assert "Of 40 photos" in text
    assert "/review/photos/2/thumbnail" in text
    assert "black 60% → <b>teddy 90%</b>" in text


def test_a_running_one_says_nothing_of_a_report_yet(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """And the front page counts the decisions that it does not learn from: those since it began."""
    fill_queue(server, 3)
    reviewer.decide(1, label="teddy")
    assert "1 decision since the last retraining" in reviewer.http.get("/").text
    with server.database.session() as session:
        run = retrainings.request(session, trigger="command", now=server.now)
        retrainings.take(session, worker="here:1", now=server.now)
        number = run.id
    assert "no report" not in reviewer.http.get(f"/retrainings/{number}").text
    assert "since the last retraining" not in reviewer.http.get("/").text
    server.now += timedelta(seconds=1)
    reviewer.decide(2, 3, label="teddy")
    assert "2 decisions since the last retraining" in reviewer.http.get("/").text


def test_what_was_set_aside_says_whose_word_it_was(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A reviewer, or nobody in particular: a file, or several people who agree."""
    each = {"contradicting": 2, "of": 2, "photos": []}
    aside = [
        {"kind": "reviewer", "name": "0", **each},
        {"kind": "reviewer", "name": str(REVIEWER), **each},
        {"kind": "person", "name": "1001", "reviewers": [3], "agreed": True, **each},
        {"kind": "person", "name": "1002", "reviewers": [0], **each},
    ]
    number = a_retraining(server, candidate="v2", metrics={"set_aside": aside})
    text = reviewer.http.get(f"/retrainings/{number}").text
    assert "Labels from a file or by agreement: 2 of 2" in text
    assert "Decided by you: 2 of 2" in text
    assert "Photos of person 1001, decided by person 3, a file or agreement: 2 of 2" in text
    assert "Photos of person 1002, decided by a file or agreement: 2 of 2" in text


@pytest.mark.parametrize(
    "metrics",
    [{"checks": 1, "replay": []}, {"checks": [1], "replay": {"photos": "x", "changed": [{}]}}],
)
def test_metrics_of_another_shape_are_shown_as_they_are(
    server: ReviewServer, reviewer: Reviewer, metrics: dict[str, object]
) -> None:
    """What an older or newer training recorded never breaks the page."""
    number = a_retraining(server, candidate="v2", metrics=metrics)
    assert 200 == reviewer.http.get(f"/retrainings/{number}").status_code


def test_a_held_candidate_has_its_report_too(server: ReviewServer, reviewer: Reviewer) -> None:
    """What was not published lies by the run's number, and can be looked into."""
    number = a_retraining(server, candidate="v3")
    report = server.folder / "candidates" / f"retraining-{number}" / "report"
    report.mkdir(parents=True)
    (report / "report.html").write_text("<h1>Held</h1>", encoding="utf-8")
    shown = reviewer.http.get(f"/retrainings/{number}/report/report.html")
    assert "<h1>Held</h1>" == shown.text


def test_a_report_is_shown_in_a_frame_where_no_script_runs(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Its own policy allows its pictures and styles, and nothing that runs."""
    a_bundle(server, "v2")
    number = a_retraining(server, candidate="v2")
    assert "<iframe" in reviewer.http.get(f"/retrainings/{number}").text
    report = reviewer.http.get(f"/retrainings/{number}/report/report.html")
    assert "<h1>How it went</h1>" == report.text
    policy = report.headers["content-security-policy"]
    assert ("default-src 'none'" in policy, "script-src" in policy) == (True, False)
    assert ("sandbox" in policy, "allow-scripts" in policy) == (True, False)
    picture = reviewer.http.get(f"/retrainings/{number}/report/confusion.png")
    assert "image/png" == picture.headers["content-type"]


@pytest.mark.parametrize(
    "file",
    [
        "../learner.pkl",
        "..%2flearner.pkl",
        "%2e%2e/learner.pkl",
        "../../v2/learner.pkl",
        "%2fetc%2fpasswd",
        "../../../detector.sqlite3",
        "report.html%00.png",
        "link.png",
        "",
    ],
)
def test_nothing_but_the_report_leaves_a_bundle(
    server: ReviewServer, reviewer: Reviewer, file: str
) -> None:
    """Paths and links that lead out of the folder lead nowhere."""
    folder = a_bundle(server, "v2")
    (folder / "report" / "link.png").symlink_to(folder / "learner.pkl")
    number = a_retraining(server, candidate="v2")
    assert 404 == reviewer.http.get(f"/retrainings/{number}/report/{file}").status_code


@pytest.mark.parametrize("version", ["../models/v2", "..", "/etc", "v2/../v2"])
def test_a_version_that_is_a_path_leads_nowhere(
    server: ReviewServer, reviewer: Reviewer, version: str
) -> None:
    """Versions are names, wherever they come from."""
    a_bundle(server, "v2")
    number = a_retraining(server, candidate=version)
    assert 404 == reviewer.http.get(f"/retrainings/{number}/report/report.html").status_code


class Bot:
    """Stands for the bot that trains: it notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.refuses: str | None = None

    async def retrain(self, reviewer_id: int, words: Words, *, force: bool) -> str | None:
        self.asked.append(("retrain", reviewer_id, force))
        return self.refuses

    async def cancel(self, reviewer_id: int, words: Words) -> str | None:
        self.asked.append(("cancel", reviewer_id))
        return self.refuses

    async def go_back(self, reviewer_id: int, words: Words, *, of: str, to: str) -> str | None:
        self.asked.append(("go_back", reviewer_id, of, to))
        return self.refuses


def test_the_pages_retrain_cancel_and_roll_back(tmp_path: Path, empty_file: Path) -> None:
    """What the chat may do, with the form's proof; a refusal is a sentence, and a running one is
    followed by the page itself."""
    shutil.copy(empty_file, tmp_path)
    bot = Bot()
    limits = {"sure": 0.5, "outside": 0.5, "conformal": 0.5}
    models = {
        name: Manifest(version=name, labels=("grizzly", "teddy"), thresholds=limits)
        for name in ("new", "newer")
    }
    answering = ["new"]
    server = ReviewServer(tmp_path, trainer=bot, manifest=lambda: models[answering[0]])
    try:
        with server.reviewer() as reviewer:
            form = {"csrf": reviewer.csrf}
            assert "Retrain now" in reviewer.http.get("/retrainings").text
            assert reviewer.http.post("/retrainings/start", data=form).status_code == 303
            reviewer.http.post("/retrainings/start", data={**form, "force": "yes"})
            with server.database.session() as session:
                run = retrainings.request(session, trigger="command", requested_by=REVIEWER)
                number = run.id
            page = reviewer.http.get(f"/retrainings/{number}").text
            assert 'http-equiv="refresh"' in page
            assert "Retrain now" not in reviewer.http.get("/retrainings").text
            reviewer.http.post("/retrainings/cancel", data=form)
            assert reviewer.http.post(f"/retrainings/{number}/back", data=form).status_code == 400
            with server.database.session() as session:
                ending = retrainings.Ending(
                    status=RetrainingStatus.PUBLISHED, reason="", champion="old", candidate="new"
                )
                retrainings.finish(session, number, ending)
            assert "Roll back to old" in reviewer.http.get(f"/retrainings/{number}").text
            answering[:] = ["newer"]
            assert "Roll back" not in reviewer.http.get(f"/retrainings/{number}").text
            reviewer.http.post(f"/retrainings/{number}/back", data=form)
            bot.refuses = "Another model answers now."
            refused = reviewer.http.post(f"/retrainings/{number}/back", data=form)
            assert (refused.status_code, bot.refuses in refused.text) == (400, True)
            assert reviewer.http.post("/retrainings/start", data={}).status_code == 403
    finally:
        server.stop()
    assert bot.asked == [
        ("retrain", REVIEWER, False),
        ("retrain", REVIEWER, True),
        ("cancel", REVIEWER),
        ("go_back", REVIEWER, "new", "old"),
        ("go_back", REVIEWER, "new", "old"),
    ]


def test_pages_without_a_bot_offer_no_retraining(reviewer: Reviewer) -> None:
    """They say where one is."""
    assert "Retrain now" not in reviewer.http.get("/retrainings").text
    refused = reviewer.http.post("/retrainings/start", data={"csrf": reviewer.csrf})
    assert "run without the bot" in refused.text
