"""The pages of the dataset as a whole: health, figures, export."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta

import pytest

from dataset.conversation import people
from dataset.privacy.consents import EXPORT_SINCE
from dataset.storage.schema import (
    TELEGRAM,
    Consent,
    Example,
    Photo,
    Retraining,
    RetrainingStatus,
    Split,
    Tally,
    Verdict,
)
from tests.conftest import draw_photo
from tests.review.serving import (
    REVIEWER,
    Reviewer,
    ReviewServer,
    add_examples,
    fill_queue,
    keep_file,
)


def an_example(server: ReviewServer, number: int, *, label: str, **photo: object) -> None:
    """One example with a photo of its own."""
    group = str(photo.pop("group", f"g{number}"))
    split = photo.pop("split", Split.TRAIN)
    content = draw_photo(size=(120, 90), seed=number) + number.to_bytes(4, "big")
    values = {"width": 600, "height": 500, "kept_at": server.now, "source": "zoo", **photo}
    with server.database.session() as session:
        row = Photo(
            sha256=keep_file(server.store, content),
            dhash=number << 40,
            size_bytes=len(content),
            **values,
        )
        session.add(row)
        session.flush()
        session.add(
            Example(
                photo_id=row.id,
                label=label,
                first_label=label,
                split=split,
                group=group,
                origin="add",
            )
        )


def table(page: str, name: str) -> dict[str, list[int]]:
    """Label → the counts of a table of the health page."""
    section = page.partition(f'id="{name}"')[2].partition("</section>")[0]
    rows = re.findall(r'<th scope="row">.*?</span>([^<]+)</th>(.*?)</tr>', section, re.DOTALL)
    cells = r"<td>(?:<a [^>]*>)?([\d,]+)"
    return {label: [int(one) for one in re.findall(cells, row)] for label, row in rows}


def test_health_counts_labels_against_everything(server: ReviewServer, reviewer: Reviewer) -> None:
    """Splits, sizes, sources, near duplicates and ages, each label a row."""
    an_example(server, 1, label="teddy", split=Split.GATE, group="twins")
    an_example(server, 2, label="teddy", group="twins", width=200)
    an_example(server, 3, label="black", source="park", kept_at=server.now - timedelta(days=400))
    page = reviewer.http.get("/dataset/health").raise_for_status().text
    assert {"black": [1, 0, 0], "teddy": [1, 0, 1]} == table(page, "splits")
    assert {"black": [0, 0, 1, 0], "teddy": [1, 0, 1, 0]} == table(page, "sizes")
    assert {"black": [0, 1], "teddy": [2, 0]} == table(page, "sources")
    assert {"black": [1, 0], "teddy": [0, 2]} == table(page, "groups")
    assert {"black": [0, 0, 0, 0, 1], "teddy": [2, 0, 0, 0, 0]} == table(page, "ages")


def test_health_says_what_may_mislead_a_model(server: ReviewServer, reviewer: Reviewer) -> None:
    """Sentences about what lacks, what is one-sided, and what is too small; each cell leads on."""
    for number in range(22):
        an_example(
            server, number, label="teddy", split=Split(("train", "valid", "gate")[number % 3])
        )
    an_example(server, 50, label="black", source="park", width=100)
    page = reviewer.http.get("/dataset/health").text
    for sentence in (
        "black has no example in gate: nothing judges it.",
        "black has only 1 example.",
        "100% of black come from park, and no other label does",
        "100% of black are smaller than the model sees.",
        "teddy has 22 examples, black 1: the rare one is learned worst.",
    ):
        assert sentence in page
    assert "teddy has no example" not in page
    address = re.search(r'href="(/review)?(/dataset\?label=black[^"]*source=park)"', page)
    assert address is not None
    assert "1 photo<" in reviewer.http.get(address[2].replace("&amp;", "&")).text


def test_the_figures_of_stats(server: ReviewServer, reviewer: Reviewer) -> None:
    """Answers by verdict, disputes, claims and the queue, as /stats has them."""
    fill_queue(server, 6)
    with server.database.session() as session:
        for verdict, count, disputed in (
            (Verdict.SURE, 70, 3),
            (Verdict.UNSURE, 20, 2),
            (Verdict.OUTSIDE, 10, 0),
        ):
            session.add(
                Tally(
                    day=server.now.date() - timedelta(days=1),
                    model_version="v7",
                    verdict=verdict,
                    answered=count,
                    disputed=disputed,
                )
            )
    page = " ".join(reviewer.http.get("/stats").raise_for_status().text.split())
    for share, name in (
        ("70%", "sure"),
        ("20%", "unsure"),
        ("10%", "none of"),
        ("5%", "corrected"),
    ):
        assert f"<b>{share}</b><span>{name}" in page
    assert "<b>100</b><span>photos answered" in page
    assert "<td>70</td><td>20</td><td>10</td><td>5</td>" in page
    assert re.search(r"waiting for a decision</dt><dd><a [^>]*>6<", page)


@pytest.mark.parametrize(
    ("language", "model"),
    [("en", "1 answer, 100% corrected"), ("es", "1 respuesta, corregidas: 100 %")],
)
def test_all_of_one_is_a_hundred_per_cent(
    server: ReviewServer, reviewer: Reviewer, language: str, model: str
) -> None:
    """What was counted is no probability: it may be all."""
    with server.database.session() as session:
        people.set_language(session, REVIEWER, language)
        session.add(
            Tally(
                day=server.now.date(),
                model_version="v7",
                verdict=Verdict.SURE,
                answered=1,
                disputed=1,
            )
        )
    page = reviewer.http.get("/stats").text.replace("\u00a0", " ")
    assert model in page
    assert "99" not in page.partition('class="panel"')[0].partition("tallies")[2]


def test_accuracy_is_plotted_over_models(server: ReviewServer, reviewer: Reviewer) -> None:
    """The newest first, each with its test, its interval and a link; others say that they lack."""
    with server.database.session() as session:
        for number, accuracy in enumerate((0.8, 0.95), start=1):
            session.add(
                Retraining(
                    id=number,
                    trigger="shell",
                    status=RetrainingStatus.PUBLISHED,
                    candidate=f"model-{number}",
                    finished_at=server.now + timedelta(days=number),
                    metrics={"candidate": {"accuracy": accuracy, "n": 100}},
                )
            )
        session.add(
            Tally(
                day=date(2026, 1, 1),
                model_version="starter",
                verdict=Verdict.SURE,
                answered=5,
                disputed=0,
            )
        )
    page = reviewer.http.get("/stats").text
    plot = " ".join(page.partition('class="models"')[2].partition("</ol>")[0].split())
    places = [plot.index(version) for version in ("model-2", "model-1", "starter")]
    assert places == sorted(places)
    assert "test: <b>95%</b>" in plot
    assert "89% to 98%, 100 photos" in plot
    # 0.80 lies between 0.71 and 0.87, so the axis begins at 70%: 0.95 is five sixths along it.
    assert ">70%<" in plot
    assert 'cx="83.33%"' in plot
    assert plot.index("not measured yet") > places[2]


def test_empty_pages_say_what_comes_there(reviewer: Reviewer) -> None:
    """Without a photo, an answer or a model."""
    assert "No examples yet" in reviewer.http.get("/dataset/health").text
    assert "No examples yet" in reviewer.http.get("/dataset/export").text
    assert "No photo was answered" in reviewer.http.get("/stats").text
    answer = reviewer.http.post(
        "/dataset/export", data={"csrf": reviewer.csrf, "format": "imagefolder"}
    )
    assert (400, True) == (answer.status_code, "There is nothing to take along" in answer.text)


def test_the_export_has_what_consent_covers(server: ReviewServer, reviewer: Reviewer) -> None:
    """The page says what is left out; the ZIP lacks it, and the audit trail has the row."""
    add_examples(server, ["black", "teddy", "teddy"])
    with server.database.session() as session:
        session.add(Consent(id=7, user_id=70, notice_version="2020-01-01"))
        session.add(Consent(id=8, user_id=80, notice_version=EXPORT_SINCE))
    for number, consent in ((90, 7), (91, 8)):
        an_example(server, number, label="black", source=TELEGRAM, consent_id=consent)
    page = reviewer.http.get("/dataset/export").text
    assert "1 photo that somebody sent is left out" in page
    assert "Download 4 photos" in page
    answer = reviewer.http.post(
        "/dataset/export", data={"csrf": reviewer.csrf, "format": "imagefolder"}
    ).raise_for_status()
    assert 'filename="dataset-20261122-imagefolder.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        photos = sorted(name.rpartition("/")[0] for name in archive.namelist() if "/" in name)
        rows = archive.read("photos.csv").decode().splitlines()
    assert ["test/teddy", "train/black", "train/black", "train/teddy"] == photos
    assert 1 + 4 == len(rows)
    (row,) = server.audit("dataset_exported")
    assert {"photos": 4, "left_out": 1} == row.details


def test_every_format_streams_whole(server: ReviewServer, reviewer: Reviewer) -> None:
    """And what is none is refused."""
    add_examples(server, ["black", "teddy"])
    for kind, file in (("csv", "photos.csv"), ("huggingface", "README.md"), ("coco", "photos.csv")):
        data = {"csrf": reviewer.csrf, "format": kind}
        answer = reviewer.http.post("/dataset/export", data=data).raise_for_status()
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.testzip() is None
            assert file in archive.namelist()
            assert 2 == sum(name.endswith(".jpg") for name in archive.namelist())
    data = {"csrf": reviewer.csrf, "format": "../x"}
    assert 400 == reviewer.http.post("/dataset/export", data=data).status_code
