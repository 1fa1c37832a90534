"""No page mixes languages, whatever other programs said and whatever the audit trail holds."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataset.examples import labels
from dataset.examples.label_order import give_places
from dataset.reviewing import marks, verdicts
from dataset.storage import audit
from dataset.storage.schema import Retraining, RetrainingStatus, VerdictKind
from languages.catalogue import LANGUAGES
from models.bundles.bundle import STARTER, Bundle
from tests.review.serving import (
    REVIEWER,
    Reviewer,
    ReviewServer,
    add_examples,
    explain,
    fill_queue,
)

PATHS = (
    "/",
    "/queue",
    "/dataset",
    "/suspicions",
    "/labels",
    "/labels/polar",
    "/labels/black",
    "/retrainings",
    "/audit",
    "/dataset/add",
    "/dataset/health",
    "/stats",
    "/dataset/export",
    "/photos/1",
    "/photos/3",
)
_HIDDEN = re.compile(
    r"<(script|style|kbd|code)\b.*?</\1>|<!--.*?-->"
    r"|<(\w+) [^>]*\blang=\"\w+\"[^>]*>(?:[^<]*</\2>)?",
    re.DOTALL,
)
"""What is code, and what says itself which language it is in."""
_READ = re.compile(r"\b(?:alt|title|placeholder|aria-label)=\"([^\"]*)\"")
_DATA = ("Deutsch: Eisbär", "black bear, american black bear")
"""What people and the model call labels in all languages, listed."""
_WORDS = re.compile(r"[A-Za-z]{2,}[,.:;]? [A-Za-z]{2,}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    """Something on every page: the starter's names, verdicts, runs of each kind, a refused ZIP."""
    bundle = Bundle.open(STARTER)
    running = ReviewServer(
        tmp_path,
        mount="/review",
        explain=explain,
        manifest=lambda: bundle.manifest,
        incoming_folder=tmp_path / "incoming",
    )
    fill_queue(running, 3)
    add_examples(running, ["teddy", "black", "grizzly"], suspect=True, kind="set_aside")
    with running.database.session() as session:
        give_places(session, ["grizzly", "black", "teddy"])
        names = {"de": "Eisbär", "es": "oso polar"}
        labels.describe(
            session, "polar", names=names, aliases=["ice"], actor_id=REVIEWER, others={}
        )
        labels.place(session, "panda", 4, learned=["teddy"], actor_id=REVIEWER)
        labels.retire(session, "panda", actor_id=REVIEWER)
        verdicts.decide(session, 1, REVIEWER, VerdictKind.LABEL, label="teddy", via="web")
        verdicts.undo_last(session, REVIEWER)
        marks.mark(session, [2], REVIEWER)
        for action, subject, details in ROWS:
            audit.record(
                session, actor_id=REVIEWER, action=action, subject=subject, details=details
            )
        for run in RUNS:
            session.add(
                Retraining(trigger="schedule", requested_at=running.now, champion="starter", **run)
            )
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "upload.json").write_text(json.dumps(REFUSED))
    yield running
    running.stop()


ROWS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "photos_added",
        "upload:bears.zip",
        {"added": 3, "duplicate": 1, "near_duplicate": 1, "unreadable": 1, "conflict": 1},
    ),
    (
        "photos_refused",
        "upload:bears.zip",
        {"why": "photos.zip is not a ZIP file, or its end is missing."},
    ),
    ("dataset_exported", "format:coco", {"photos": 3, "left_out": 2}),
    ("review_entered", "", {"via": "web"}),
    ("review_refused", "no_session", {"path": "/queue", "host": "a", "from": "127.0.0.1"}),
    ("teach_refused", "chat:5", {}),
    ("forged_press", "press:v1:1:none", {}),
    ("teach", "label:polar", {}),
    ("teach_undone", "label:polar", {"photos": 2}),
    ("rollback", "model:v1", {}),
    ("auto_rollback", "model:v1", {"before": "1.0", "after": "9.0", "photos": 40, "left": "v2"}),
    ("publish_force", "model:v2", {"retraining": 3}),
    ("set_aside", "retraining:3", {"photos": [1, 2]}),
    ("ban_claims", "person:9", {}),
    ("clean", "file:errors.csv", {"kept": 1, "relabelled": 2, "removed": 1, "undecided": 3}),
    ("retrain", "retraining:3", {}),
]
_CHECKS = [
    {
        "name": "recall of black",
        "passed": False,
        "sentence": "black: worse.",
        "facts": {"label": "black", "photos": 9, "before": 0.9, "after": 0.5, "lost": 4},
    },
    {
        "name": "new label polar",
        "passed": False,
        "sentence": "polar is new.",
        "facts": {"label": "polar", "photos": 9, "right": 2},
    },
]
RUNS: list[dict[str, Any]] = [
    {"status": RetrainingStatus.FAILED, "reason": one}
    for one in (
        "Its process was ended by SIGKILL. The model in use stays.",
        "The label 'polar' has 3 photos to learn from and needs 10 at least (50 are a good "
        "beginning; about one in seven goes to the gate and is not learned from): add more.",
        "An unexpected ValueError; see data/retrainings/3.log.",
    )
] + [
    {"status": RetrainingStatus.SKIPPED, "reason": "Nothing is new since the last retraining."},
    {"status": RetrainingStatus.CANCELLED, "reason": "Cancelled before it began."},
    {
        "status": RetrainingStatus.HELD,
        "decision": "hold",
        "reason": "Held: black: worse.",
        "candidate": "v2",
        "metrics": {
            "checks": _CHECKS,
            "champion": {"accuracy": 0.9, "log_loss": 0.2, "n": 90, "recall": {"black": 0.9}},
            "candidate": {"accuracy": 0.8, "log_loss": 0.3, "n": 90, "recall": {"black": 0.5}},
            "unseen": {"thin": ["polar", "black"], "outsiders": False},
            "notes": ["The GPU failed (no driver): it learned on the CPU instead."],
            "replay": {
                "photos": 9,
                "changed": [{"photo_id": 1, "before": "black", "after": "outside"}],
            },
            "set_aside": [
                {
                    "kind": "reviewer",
                    "name": "3",
                    "count": 2,
                    "of": 9,
                    "contradicting": 2,
                    "photos": [1],
                }
            ],
            "folded": {"added": 3, "relabelled": 1},
            "seconds": {"training": 9.0, "exporting": 1.0},
        },
    },
]
REFUSED = {
    "name": "bears.zip",
    "size_bytes": 9,
    "key": "k",
    "by": REVIEWER,
    "state": "refused",
    "sentence": "bears.zip holds no folder of photos: put them into <label>/, one folder a label.",
}


def read_on(page: str) -> set[str]:
    """What people read on a page, piece by piece, as far as it is more than a word."""
    shown = _HIDDEN.sub(" ", page)
    pieces = [*_READ.findall(shown), *re.split(r"<[^>]*>", shown)]
    clean = (
        " ".join(html.unescape(one).split()).removesuffix(" · Bear Detector") for one in pieces
    )
    return {one for one in clean if _WORDS.search(one)}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_nothing_on_a_page_is_left_in_english(
    server: ReviewServer, reviewer: Reviewer, language: str
) -> None:
    """Of all that is read on a page in English nothing is read in another language."""
    runs = [f"/retrainings/{number}" for number in range(1, len(RUNS) + 1)]
    left = {}
    for path in (*PATHS, *runs):
        pages = []
        for code in ("en", language):
            answer = reviewer.http.get(path, headers={"accept-language": code})
            assert answer.status_code == 200, path
            pages.append(read_on(answer.text))
        if both := {one for one in pages[0] & pages[1] if not one.startswith(_DATA)}:
            left[path] = both
    assert {} == left


def test_a_retraining_names_labels_as_the_reader_does(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """By what somebody said of a label, or what the model calls it; never by the dataset's word."""
    path = f"/retrainings/{len(RUNS)}"
    text = reviewer.http.get(path, headers={"accept-language": "de"}).text
    assert "Eisbär" in text
    assert "Schwarzbär" in text
    assert not re.search(r">[^<]*\b(polar|black)\b", text)
