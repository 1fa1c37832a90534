"""Collecting: from the services' answers to examples in the dataset."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dataset.photos.store import PhotoStore
from tests.training.collect.collecting import World
from tests.training.collect.search_server import (
    SearchServer,
    as_bytes,
    commons_file,
    draw_scene,
    openverse_result,
)
from training.collect import __main__ as command
from training.collect.collecting import shortfall
from training.collect.web import Web
from training.settings.environment import TrainingSettings
from training.settings.queries import read_queries


@pytest.fixture
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> TrainingSettings:
    return TrainingSettings(data_dir=tmp_path / "data", _env_file=None)


@pytest.fixture
def world(server: SearchServer, settings: TrainingSettings) -> World:
    return World(server, settings)


def test_pictures_become_examples(world: World) -> None:
    """What is found is kept with its bytes and becomes examples of the label."""
    world.observe(range(1, 7))
    report = world.collect(5)
    assert (5, 0) == (report.kept, report.missing)
    store = PhotoStore(world.settings.photos_dir)
    assert [as_bytes(draw_scene(n)) for n in range(1, 6)] == [
        store.get(photo.sha256) for photo in world.photos()
    ]
    assert [("black", "collect")] * 5 == [(each.label, each.origin) for each in world.examples()]


def test_provenance_is_recorded(world: World) -> None:
    """Provider, id, page, address, creator, licence, credit and query stand with the photo."""
    world.observe(range(1, 2))
    world.collect(1)
    photo = world.photos()[0]
    assert ("collect", "inaturalist", "1") == (photo.source, photo.provider, photo.provider_id)
    assert "https://www.inaturalist.org/observations/1" == photo.page_url
    assert f"{world.server.url}/photos/1.jpg" == photo.file_url
    assert ("person1", "cc-by", "41638") == (photo.creator, photo.licence, photo.query)
    assert "(c) person1, some rights reserved (CC BY)" == photo.attribution


def test_photos_of_one_person_share_a_split(world: World) -> None:
    """All photos of one iNaturalist user are one group, and so in one split."""
    world.observe(range(1, 9), user=7)
    world.collect(8)
    examples = world.examples()
    assert {"inaturalist:user:7"} == {example.group for example in examples}
    assert 1 == len({example.split for example in examples})


def test_nobody_gives_more_than_a_share(world: World) -> None:
    """Of one person's many photos, 20 are enough."""
    world.observe(range(1, 25), user=7)
    world.observe(range(30, 33))
    report = world.collect(23)
    assert (23, 4) == (report.kept, report.dropped["too_many_from_one_person"])


def test_providers_share_a_label(world: World) -> None:
    """Two providers give half each; what one lacks the other makes up."""
    world.observe(range(1, 20))
    world.server.openverse = [
        openverse_result(f"id{n}", world.picture(n), creator=f"c{n}") for n in range(100, 102)
    ]
    report = world.collect(8, names=["inaturalist", "openverse"])
    kept = {name: each.kept for name, each in report.providers.items()}
    assert {"inaturalist": 6, "openverse": 2} == kept


def test_licences_are_filtered(world: World) -> None:
    """Pictures without a licence, or with one that is not allowed, are not even fetched."""
    for number, licence in enumerate([None, "cc-by-nc", "cc-by"], start=1):
        photo = {"id": number, "license_code": licence, "url": world.picture(number)}
        extra = {"id": 10 + number, "license_code": "cc0", "url": world.picture(10 + number)}
        world.server.observe(number, photo, extra, user=number)
    report = world.collect(10)
    assert 4 == report.kept
    assert (1, 1) == (report.dropped["no_licence"], report.dropped["licence_not_allowed"])
    assert [] == world.server.paths("/photos/1.jpg") + world.server.paths("/photos/2.jpg")


def test_a_short_label_says_what_cost_how_many(world: World, tmp_path: Path) -> None:
    """Every way to lose a picture is counted under its own name."""
    server = world.server
    good = as_bytes(draw_scene(1))
    large = {"Content-Length": str(20_000_000)}
    server.photos["large.jpg"] = lambda: (200, large, b"\xff\xd8\xff")
    urls = [
        server.photo("good.jpg", good),
        server.photo("same.jpg", good),
        server.photo("near.jpg", as_bytes(draw_scene(1).resize((300, 225)), quality=60)),
        f"{server.url}/photos/missing.jpg",
        server.photo("page.jpg", b"<html>not found</html>", content_type="text/html"),
        server.photo("cut.jpg", good[: len(good) // 2]),
        server.photo("tiny.jpg", as_bytes(draw_scene(2, size=(100, 80)))),
        f"{server.url}/photos/large.jpg",
        server.redirect("loop.jpg", "/photos/loop.jpg"),
        server.redirect("inside.jpg", "http://169.254.169.254/"),
        "file:///etc/passwd",
    ]
    for number, url in enumerate(urls, start=1):
        photo = {"id": number, "license_code": "cc0", "url": url}
        server.observe(number, photo, user=number)
    report = world.collect(11)
    assert {
        "duplicate": 1,
        "near_duplicate": 1,
        "dead_link": 1,
        "unreadable": 2,
        "too_small": 1,
        "too_large": 1,
        "redirect_loop": 1,
        "private_address": 1,
        "bad_address": 1,
    } == dict(report.dropped)
    sentence = shortfall("black", report)
    assert sentence.startswith("black: 1 of 11. Dropped: 2 unreadable, ")
    assert "1 private address" in sentence
    assert "inaturalist: It has no more pictures" in sentence


def test_a_contradiction_is_not_added(world: World) -> None:
    """A picture that another label has already is a conflict, and left out."""
    world.observe(range(1, 3))
    world.collect(2)
    world.server.commons = [
        commons_file(5, world.picture(1), artist="Bo", licence="CC BY 4.0"),
    ]
    report = world.collect(1, names=["commons"], queries={"teddy": {"commons": ("teddy",)}})
    assert {"conflict": 1} == dict(report.dropped)
    assert ["black", "black"] == [example.label for example in world.examples()]


def test_a_rerun_goes_on_where_it_was(world: World) -> None:
    """A second run with a larger goal fetches no picture twice, and none of the dropped."""
    world.observe(range(1, 6))
    world.server.observe(
        6, {"id": 6, "license_code": "cc0", "url": f"{world.server.url}/photos/gone.jpg"}
    )
    world.observe(range(7, 9))
    world.collect(6)
    before = len(world.server.paths("/photos/"))
    report = world.collect(7)
    assert (6, 1, 0) == (report.had, report.kept, report.missing)
    assert ["/photos/8.jpg"] == world.server.paths("/photos/")[before:]


def test_a_run_that_was_cut_off_goes_on(world: World) -> None:
    """After Ctrl-C in the middle of a page, the rest of that page is collected."""
    world.observe(range(1, 30))
    with pytest.raises(KeyboardInterrupt):
        world.collect(29, web_class=_CutOff)
    report = world.collect(29)
    assert (16, 13) == (report.had, report.kept)
    assert 29 == len({photo.provider_id for photo in world.photos()})


class _CutOff(Web):
    """A connection whose owner presses Ctrl-C at the twentieth picture."""

    def photo(self, url: str, **options: int) -> bytes:
        if url.endswith("/20.jpg"):
            raise KeyboardInterrupt
        return super().photo(url, **options)


def test_a_search_that_ended_is_not_asked_again(world: World) -> None:
    """When everything was seen, a further run asks nothing, unless told to begin anew."""
    world.observe(range(1, 3))
    world.collect(5)
    before = len(world.server.requests)
    assert 3 == world.collect(5).missing
    assert before == len(world.server.requests)
    report = world.collect(5, restart=True)
    assert (2, 0) == (report.dropped["seen_before"], report.kept)


def test_a_torn_journal_costs_a_page_at_most(world: World) -> None:
    """A line torn by a crash is ignored, and what follows is read."""
    world.observe(range(1, 3))
    world.collect(2)
    journal = world.settings.data_dir / "collect.jsonl"
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"provider": "inatur')
    world.observe(range(3, 5))
    assert 4 == world.collect(4).kept + 2
    assert 0 == world.collect(4).missing


def test_a_provider_that_refuses_leaves_the_others(world: World) -> None:
    """One service that has had enough does not end the collection."""
    world.server.fail("/openverse", 429, Retry_After="7200", times=9)
    world.observe(range(1, 5))
    report = world.collect(4, names=["openverse", "inaturalist"])
    assert 4 == report.kept
    assert "again in 2 hours" in (report.providers["openverse"].ended or "")


def test_pictures_without_licence_wait_for_a_reviewer(world: World) -> None:
    """What a search engine finds is kept, marked for review, and no example."""
    world.server.bing = [{"contentUrl": world.picture(n)} for n in range(3)]
    report = world.collect(3, names=["bing"], queries={"teddy": {"bing": ("teddy bear",)}})
    assert (3, 3) == (report.kept, report.providers["bing"].needs_review)
    assert [] == world.examples()
    assert [True] * 3 == [photo.queue_reason is not None for photo in world.photos()]
    again = world.collect(3, names=["bing"], queries={"teddy": {"bing": ("teddy bear",)}})
    assert (3, 0) == (again.had, again.missing)


def test_a_label_without_a_taxon_is_not_asked_there(world: World) -> None:
    """A provider for which the labels file has no query is named in the shortfall."""
    report = world.collect(
        1, names=["inaturalist", "openverse"], queries={"teddy": {"openverse": ("teddy",)}}
    )
    assert ["inaturalist"] == report.lacking
    assert "Not asked, for want of a query: inaturalist." in shortfall("teddy", report)


LABELS = """
[labels.chanterelle.queries]
bing = "chanterelle"
"""


def run(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """The command's exit status, output and errors."""
    status = command.main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture
def machine(server: SearchServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SearchServer:
    """A machine set up to collect from the server's Bing endpoint."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLLECT_CONTACT", "ops@example.org")
    monkeypatch.setenv("BING_ENDPOINT", f"{server.url}/bing")
    monkeypatch.setenv("AZURE_SEARCH_KEY", "key-1")
    Path("labels.toml").write_text(LABELS, encoding="utf-8")
    server.bing = [
        {"contentUrl": server.photo(f"{n}.jpg", as_bytes(draw_scene(n)))} for n in range(2)
    ]
    return server


def test_the_command_prints_one_object(
    machine: SearchServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json the command prints counts per label, provider and reason."""
    arguments = ["chanterelle", "--per-label", "2", "--from", "bing", "--labels", "labels.toml"]
    status, out, err = run([*arguments, "--json"], capsys)
    label = json.loads(out)["labels"]["chanterelle"]
    assert (0, "") == (status, err)
    assert (2, 2, 0, {}) == tuple(label[k] for k in ("kept", "needs_review", "missing", "dropped"))


def test_the_command_names_the_operator(
    machine: SearchServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The User-Agent carries the contact of the settings."""
    run(["chanterelle", "--per-label", "1", "--from", "bing", "--labels", "labels.toml"], capsys)
    agent = machine.requests[0][2]["user-agent"]
    assert agent.startswith("BearDetector/")
    assert "(ops@example.org)" in agent


def test_bing_alone_without_an_endpoint_fails_in_one_sentence(
    machine: SearchServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Asking only a service that is gone fails, and says what to use instead."""
    monkeypatch.delenv("BING_ENDPOINT")
    status, _, err = run(["teddy", "--per-label", "1", "--from", "bing"], capsys)
    assert 1 == status
    assert "retired on 2025-08-11" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["wolf"], "does not say how to search for 'wolf'"),
        (["../x"], "A label is letters"),
        (["teddy", "--from", "flickr"], "provider 'flickr' is unknown"),
        (["teddy", "--labels", "none.toml"], "none.toml cannot be read"),
        (["teddy", "--labels", "broken.toml"], "broken.toml is not TOML"),
        (["teddy", "--labels", "odd.toml"], "must be a list of words"),
    ],
)
def test_mistakes_are_said_in_one_sentence(
    machine: SearchServer,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    """Each mistake in the call is one sentence and a failure."""
    Path("broken.toml").write_text("[labels", encoding="utf-8")
    Path("odd.toml").write_text("[labels.teddy.queries]\nbing = [true]\n", encoding="utf-8")
    status, out, err = run(arguments, capsys)
    assert (1, "") == (status, out)
    assert sentence in err
    assert 1 == len(err.strip().splitlines())


def test_the_shipped_labels_can_be_searched_for() -> None:
    """The file that ships says how to search for every label, at three open services."""
    queries = read_queries(["grizzly", "black", "teddy"])
    assert {"openverse", "commons"} <= set.intersection(*(set(each) for each in queries.values()))
    assert ("Ursus americanus",) == queries["black"]["inaturalist"]
