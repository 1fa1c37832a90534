"""The retrainings' pages: what each run measured and decided, with the report of its bundle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dataset.storage.schema import (
    Retraining,
    RetrainingStatus,
)
from tests.conftest import draw_photo
from tests.review.serving import Reviewer, ReviewServer, fill_queue


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
