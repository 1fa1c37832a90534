"""Cleaning: what is ranked, what is recorded, and what a reviewed file does."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select

from dataset.storage.schema import Audit, Example, Photo, ReviewVerdict, Suspicion
from models.photo import Preparation, to_square
from tests.training.drawn import Studio
from training.clean import __main__ as clean
from training.clean.ranking import SUSPECT_FROM, judge, rank
from training.train.knobs import Knobs
from training.train.material.features import FeatureCache, Features, features_of
from training.train.material.photoset import PhotoSet, from_folder
from training.train.material.picture_signs import oddity, picture_signs
from training.train.network.bodies import body_graph
from training.train.network.body import DEFAULT_ARCH

Rows = dict[str, tuple[str, str]]


def state(place: Studio) -> Rows:
    """sha256 → label and split of every example."""
    with place.database() as database, database.reading() as session:
        rows = session.execute(select(Photo.sha256, Example.label, Example.split).join(Example))
        return {sha256: (label, split.value) for sha256, label, split in rows}


def relabel(place: Studio, kind: str, other: str, count: int) -> set[str]:
    """Give some examples a wrong label; their hashes."""
    with place.database() as database, database.session() as session:
        examples = session.execute(
            select(Photo.sha256, Example).join(Example).where(Example.label == kind).limit(count)
        ).all()
        for _, example in examples:
            example.label = other
        return {sha256 for sha256, _ in examples}


def test_wrong_labels_come_first(own_studio: Studio) -> None:
    """Four of sixty labels changed: they lead the ranking, with the right label suggested."""
    wrong = relabel(own_studio, "rings", "stripes", 2) | relabel(own_studio, "checks", "rings", 2)
    with own_studio.database() as database:
        suspects = rank(own_studio.settings, database)
    labels = [suspect for suspect in suspects if suspect.kind == "label"]
    assert wrong == {suspect.sha256 for suspect in labels[:4]}
    assert {"rings", "checks"} == {suspect.suggested for suspect in labels[:4]}


def test_nothing_is_changed_by_looking(
    own_studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line an example with the agreed keys; the dataset stays; the suspicious are recorded."""
    relabel(own_studio, "rings", "stripes", 2)
    before = state(own_studio)
    assert clean.main(["--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert before == state(own_studio)
    assert len(before) == len(lines)
    assert all({"sha256", "file", "label", "suggested", "score"} <= set(line) for line in lines)
    assert lines == sorted(lines, key=lambda line: -line["score"])
    with own_studio.database() as database, database.reading() as session:
        recorded = session.scalar(select(func.count()).select_from(Suspicion))
    assert sum(line["score"] >= SUSPECT_FROM for line in lines) == recorded


def test_the_list_for_people_lines_up(
    own_studio: Studio, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A heading, a line a photo that fits a terminal, and photos by the names that reports use."""
    assert clean.main([]) == 0
    _, heading, *rows = capsys.readouterr().out.splitlines()
    rows = rows[:-1]
    assert ["SCORE", "LABEL", "WHY", "PHOTO"] == heading.split()
    assert rows
    assert {12} == {len(row[heading.index("PHOTO") :]) for row in rows}


def test_what_a_person_confirmed_is_not_raised_again(own_studio: Studio, tmp_path: Path) -> None:
    """`keep` in a reviewed file: the next cleaning does not ask again."""
    (wrong,) = relabel(own_studio, "rings", "stripes", 1)
    review = tmp_path / "review.jsonl"
    review.write_text(json.dumps({"sha256": wrong, "action": "keep"}), encoding="utf-8")
    assert clean.main(["--apply", str(review)]) == 0
    with own_studio.database() as database:
        rank(own_studio.settings, database)
        with database.reading() as session:
            raised = set(session.scalars(select(Photo.sha256).join(Suspicion)))
    assert wrong not in raised


def test_a_reviewed_file_is_carried_out(own_studio: Studio, tmp_path: Path) -> None:
    """Relabelled, removed, made a hard negative: with verdicts and an audit row."""
    before = state(own_studio)
    one, two, three, four = sorted(sha for sha, (label, _) in before.items() if label == "rings")[
        :4
    ]
    review = tmp_path / "review.csv"
    with review.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows(
            [
                ("sha256", "action", "label"),
                (one, "", "checks"),
                (two, "remove", ""),
                (three, "outside", ""),
                (four, "", "rings"),
            ]
        )
    assert clean.main(["--apply", str(review)]) == 0
    after = state(own_studio)
    assert after[one] == ("checks", before[one][1])
    assert two not in after
    assert after[three] == ("outside", before[three][1])
    assert after[four] == before[four]
    with own_studio.database() as database, database.reading() as session:
        audit = session.scalars(select(Audit).where(Audit.action == "clean")).one()
        verdicts = session.scalars(select(ReviewVerdict.via)).all()
    assert audit.details is not None
    assert (audit.details["relabelled"], audit.details["removed"]) == (1, 1)
    assert ["file"] * 3 == list(verdicts)


def test_the_printed_ranking_can_be_edited_and_applied(
    own_studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unedited it decides nothing; `relabel` without another label takes the suggestion."""
    (wrong,) = relabel(own_studio, "rings", "stripes", 1)
    assert clean.main(["--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    review = tmp_path / "review.jsonl"
    review.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    before = state(own_studio)
    assert clean.main(["--apply", str(review)]) == 0
    assert before == state(own_studio)
    for line in lines:
        line["action"] = "relabel" if line["sha256"] == wrong else ""
    review.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert clean.main(["--apply", str(review)]) == 0
    assert state(own_studio)[wrong][0] == "rings"


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ({"sha256": "0" * 64, "action": "remove"}, "no example has the sha256"),
        ({"action": "delete"}, "'delete' is not an action"),
        ({"action": "relabel", "label": "zebra"}, "'zebra' is not a label of the dataset"),
        ({"action": "relabel"}, "it relabels to no other label"),
        ("{broken", "is not a JSON object"),
    ],
)
def test_a_file_with_a_mistake_changes_nothing(
    last: object,
    words: str,
    own_studio: Studio,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The line is named; what came before it is not carried out either."""
    before = state(own_studio)
    first, second = sorted(before)[:2]
    if isinstance(last, dict):
        last = json.dumps({"sha256": second} | last)
    review = tmp_path / "review.jsonl"
    lines = [json.dumps({"sha256": first, "action": "remove"}), str(last)]
    review.write_text("\n".join(lines), encoding="utf-8")
    assert clean.main(["--apply", str(review)]) == 1
    error = capsys.readouterr().err
    assert words in error
    assert "Line 2" in error
    assert before == state(own_studio)


def test_a_missing_file_is_told(own_studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence."""
    assert clean.main(["--apply", "none.csv"]) == 1
    assert "none.csv cannot be read: No such file" in capsys.readouterr().err


def test_an_empty_dataset_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence."""
    for name, value in Studio(tmp_path).environment.items():
        monkeypatch.setenv(name, value)
    assert clean.main([]) == 1
    assert "The dataset is empty" in capsys.readouterr().err


def _prepared(image: Image.Image) -> np.ndarray:
    return to_square(image, Preparation())


def test_odd_pictures_are_recognised() -> None:
    """A blank, a flat drawing, two pictures side by side; and no picture with texture."""
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    photo = Image.fromarray(noise)
    drawn = Image.new("RGB", (256, 256), "orange")
    drawn.paste("navy", (90, 90, 170, 180))
    pair = Image.new("RGB", (256, 256))
    pair.paste(Image.fromarray(noise // 4), (0, 0))
    pair.paste(Image.fromarray(noise // 4 + 190).crop((0, 0, 128, 256)), (128, 0))
    found = [
        odd.why if (odd := oddity(picture_signs(_prepared(image)))) else None
        for image in (Image.new("RGB", (256, 256), "grey"), drawn, pair, photo)
    ]
    assert found == ["blank", "blank", "several pictures in one", None]


@pytest.fixture(scope="module")
def bears(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[PhotoSet, Features]:
    """Real bears with their features."""
    folder = tmp_path_factory.mktemp("bears")
    photos = from_folder(shared_data / "bears")
    named = tuple(replace(item, sha256=item.name) for item in photos.items)
    body = body_graph(DEFAULT_ARCH, folder=folder, preparation=Preparation())
    with closing(FeatureCache(folder / "features.sqlite3")) as cache:
        readable, features, _ = features_of(replace(photos, items=named), body, cache)
    return readable, features


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_flipped_labels_of_real_photos_are_found(
    seed: int, bears: tuple[PhotoSet, Features]
) -> None:
    """Of 5% labels flipped at random, at least 85% are in the first 10% of the ranking."""
    photos, features = bears
    random = np.random.default_rng(seed)
    flipped = random.permutation(len(photos))[: round(0.05 * len(photos))]
    items = list(photos.items)
    for row in flipped:
        others = [label for label in photos.labels if label != items[row].label]
        items[row] = replace(items[row], label=str(random.choice(others)))
    suspects = judge(replace(photos, items=tuple(items)), features, Knobs())
    ranked = np.argsort([-suspect.score for suspect in suspects])
    found = np.isin(flipped, ranked[: len(photos) // 10]).mean()
    assert found >= 0.85
