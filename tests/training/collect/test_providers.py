"""The providers: what each makes of its service's answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.training.collect.search_server import Clock, SearchServer, commons_file, openverse_result
from training.collect.providers import NAMES, build
from training.collect.providers.bing import Bing
from training.collect.providers.commons import Commons
from training.collect.providers.ddgs import Ddgs
from training.collect.providers.inaturalist import INaturalist
from training.collect.providers.interface import Found, Provider
from training.collect.providers.openverse import Openverse
from training.collect.web import Web
from training.errors import CollectError, ProviderUnavailable
from training.settings.environment import TrainingSettings
from training.settings.licences import Licence, read_licence


@pytest.fixture
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture
def web(server: SearchServer) -> Web:
    clock = Clock()
    return Web(
        user_agent="test",
        trusted_hosts=frozenset({server.host}),
        sleep=clock.sleep,
        clock=clock,
    )


def everything(provider: Provider, query: str) -> list[Found]:
    """All pages of a search."""
    found: list[Found] = []
    cursor: str | None = None
    while True:
        page = provider.search(query, cursor)
        found += page.pictures
        cursor = page.cursor
        if cursor is None:
            return found


def inaturalist(server: SearchServer, web: Web) -> INaturalist:
    return INaturalist(web, endpoint=f"{server.url}/inaturalist")


def square(number: int) -> str:
    return f"https://static.inaturalist.org/photos/{number}/square.jpg?1"


@pytest.mark.parametrize("answer", [b'{"a": 1}', b'{"results": 3, "value": {}, "query": {}}'])
@pytest.mark.parametrize("name", ["inaturalist", "openverse", "commons", "bing"])
def test_an_answer_of_another_shape_is_not_the_end_of_a_search(
    server: SearchServer, web: Web, name: str, answer: bytes
) -> None:
    """Something else answered in the service's place, under 200: the search goes on another day."""
    providers: dict[str, tuple[Provider, str]] = {
        "inaturalist": (inaturalist(server, web), "/inaturalist/observations"),
        "openverse": (Openverse(web, endpoint=f"{server.url}/openverse"), "/openverse/images/"),
        "commons": (Commons(web, endpoint=f"{server.url}/commons"), "/commons"),
        "bing": (Bing(web, endpoint=f"{server.url}/bing", key=""), "/bing/v7.0/images/search"),
    }
    provider, path = providers[name]
    server.fail(path, 200, body=answer)
    with pytest.raises(ProviderUnavailable, match="answered without data; try again later"):
        provider.search("52083", None)


def test_inaturalist_is_read_as_recorded(server: SearchServer, web: Web, shared_data: Path) -> None:
    """A recorded answer gives both photos of its observation, with credit and licence."""
    recorded = shared_data / "api_samples" / "inaturalist" / "get_observation.json"
    server.fail("/inaturalist/observations", 200, body=recorded.read_bytes())
    page = inaturalist(server, web).search("52083", None)
    assert ["24355315", "24355313"] == [found.provider_id for found in page.pictures]
    first = page.pictures[0]
    assert first.file_url == "https://static.inaturalist.org/photos/24355315/medium.jpeg?1536150664"
    assert first.licence == Licence("cc-by")
    assert first.attribution == "(c) Nicolas Noé, some rights reserved (CC BY)"
    assert first.group == page.pictures[1].group
    assert page.cursor is None


@pytest.mark.parametrize(
    ("name", "last", "licence"),
    [
        ("get_observations_page1", "57754375", Licence("cc-by-nc")),
        ("get_observations_page2", "57707611", None),
    ],
)
def test_inaturalist_pages_go_on_behind_the_last_id(
    server: SearchServer, web: Web, shared_data: Path, name: str, last: str, licence: Licence | None
) -> None:
    """A recorded page of a longer list continues behind its last observation."""
    recorded = (shared_data / "api_samples" / "inaturalist" / f"{name}.json").read_bytes()
    server.fail("/inaturalist/observations", 200, body=recorded)
    page = inaturalist(server, web).search("48662", None)
    assert (last, [licence]) == (page.cursor, [found.licence for found in page.pictures])


def test_inaturalist_taxa_are_read_as_recorded(
    server: SearchServer, web: Web, shared_data: Path
) -> None:
    """In the recorded list of taxa the one of exactly this name is found."""
    recorded = shared_data / "api_samples" / "inaturalist" / "get_taxa.json"
    server.fail("/inaturalist/taxa", 200, body=recorded.read_bytes())
    inaturalist(server, web).search("Nicrophorus vespillo", None)
    assert "131878" == server.requests[-1][1]["taxon_id"]


def test_inaturalist_finds_nothing(server: SearchServer, web: Web, shared_data: Path) -> None:
    """The recorded empty answer is the end, not an error."""
    recorded = shared_data / "api_samples" / "inaturalist" / "get_nonexistent_observation.json"
    server.fail("/inaturalist/observations", 200, body=recorded.read_bytes())
    page = inaturalist(server, web).search("1", None)
    assert ([], None) == (page.pictures, page.cursor)


def test_inaturalist_reads_every_page_once(server: SearchServer, web: Web) -> None:
    """450 observations come in three pages, each photo once."""
    for number in range(1, 451):
        server.observe(number, {"id": number, "license_code": "cc0", "url": square(number)})
    found = everything(inaturalist(server, web), "41638")
    assert [str(number) for number in range(1, 451)] == [each.provider_id for each in found]
    assert len(server.requests) == 3


def test_the_photos_own_licence_counts(server: SearchServer, web: Web) -> None:
    """A photo without a licence has none, whatever its observation's is."""
    server.observe(
        1,
        {"id": 1, "license_code": "cc-by", "url": square(1)},
        {"id": 2, "license_code": None, "url": square(2)},
        licence="cc-by",
    )
    page = inaturalist(server, web).search("41638", None)
    assert [Licence("cc-by"), None] == [found.licence for found in page.pictures]


def test_a_taxon_is_found_by_its_name(server: SearchServer, web: Web) -> None:
    """A scientific name is looked up once, and means exactly that taxon."""
    server.taxa = {"Ursus arctos": 41641, "Ursus arctos horribilis": 125461}
    provider = inaturalist(server, web)
    provider.search("ursus arctos horribilis", None)
    provider.search("ursus arctos horribilis", None)
    asked = [given for path, given, _ in server.requests if path.endswith("observations")]
    assert ["125461", "125461"] == [given["taxon_id"] for given in asked]
    assert len(server.paths("/inaturalist/taxa")) == 1


def test_an_unknown_taxon_is_said(server: SearchServer, web: Web) -> None:
    """A misspelt name is answered with what comes close."""
    server.taxa = {"Ursus arctos": 41641}
    with pytest.raises(ProviderUnavailable, match=r"no taxon named 'Ursus artcos' \(close: Ursus"):
        inaturalist(server, web).search("Ursus artcos", None)


def openverse(server: SearchServer, web: Web, **credentials: str) -> Openverse:
    return Openverse(web, endpoint=f"{server.url}/openverse", **credentials)


def test_openverse_stops_where_it_must(server: SearchServer, web: Web) -> None:
    """Of 300 results it reads the 240 that an anonymous caller gets, 20 at a time."""
    server.openverse = [openverse_result(f"id{n}", f"https://x.org/{n}.jpg") for n in range(300)]
    assert len(everything(openverse(server, web), "teddy bear")) == 240
    assert len(server.requests) == 12


def test_openverse_gives_its_provenance(server: SearchServer, web: Web) -> None:
    """Licence, version, creator and page come along; the creator is the group."""
    server.openverse = [openverse_result("a", "https://x.org/a.jpg")]
    found = openverse(server, web).search("teddy bear", None).pictures[0]
    assert found.licence == Licence("cc-by-sa", "2.0")
    assert found.licence_url == "https://creativecommons.org/licenses/by-sa/2.0/"
    assert found.page_url == "https://www.flickr.com/photos/a"
    assert found.group == "openverse:creator:Ada"


def test_openverse_leaves_out_what_is_mature(server: SearchServer, web: Web) -> None:
    """A result marked as mature, or without an address, is counted as unusable."""
    server.openverse = [
        openverse_result("a", "https://x.org/a.jpg", mature=True),
        openverse_result("b", ""),
        openverse_result("c", "https://x.org/c.jpg"),
    ]
    page = openverse(server, web).search("teddy bear", None)
    assert (["c"], 2) == ([found.provider_id for found in page.pictures], page.unusable)


def test_openverse_signs_in_with_credentials(server: SearchServer, web: Web) -> None:
    """Client credentials become a token, asked for once."""
    provider = openverse(server, web, client_id="me", client_secret="right")
    provider.search("teddy bear", None)
    provider.search("teddy bear", None)
    assert "Bearer token-1" == server.requests[-1][2]["authorization"]
    assert len(server.paths("/openverse/auth_tokens")) == 1


def test_openverse_says_that_the_credentials_are_wrong(server: SearchServer, web: Web) -> None:
    """A refused secret ends with a sentence that does not show it."""
    provider = openverse(server, web, client_id="me", client_secret="wrong-one")
    with pytest.raises(ProviderUnavailable, match=r"Openverse refuses \(401\)") as caught:
        provider.search("teddy bear", None)
    assert "wrong-one" not in str(caught.value)


def commons(server: SearchServer, web: Web) -> Commons:
    return Commons(web, endpoint=f"{server.url}/commons")


def test_commons_reads_page_after_page(server: SearchServer, web: Web) -> None:
    """120 files come in three pages."""
    server.commons = [
        commons_file(n, f"https://x.org/{n}.jpg", artist="Bo", licence="CC BY 3.0")
        for n in range(120)
    ]
    assert len(everything(commons(server, web), "teddy bear")) == 120
    assert "filetype:bitmap teddy bear" == server.requests[0][1]["gsrsearch"]


def test_commons_finds_nothing(server: SearchServer, web: Web) -> None:
    """An answer without pages is the end."""
    page = commons(server, web).search("teddy bear", None)
    assert ([], None) == (page.pictures, page.cursor)


def test_an_artist_in_html_becomes_a_name(server: SearchServer, web: Web) -> None:
    """Links, scripts and entities around the artist's name are taken off."""
    artist = (
        '<a href="//commons.wikimedia.org/wiki/User:Bo" title="User:Bo">Bo &amp; Ida</a>'
        "<script>alert(1)</script> <i>(photographers)</i>"
    )
    server.commons = [commons_file(1, "https://x.org/1.jpg", artist=artist, licence="CC BY-SA 4.0")]
    found = commons(server, web).search("teddy bear", None).pictures[0]
    assert found.creator == "Bo & Ida (photographers)"
    assert found.licence == Licence("cc-by-sa", "4.0")
    assert found.attribution == "Bo & Ida (photographers), CC BY-SA 4.0"
    assert found.file_url == "https://x.org/1.jpg"


def test_commons_refuses_in_an_answer_with_status_200(server: SearchServer, web: Web) -> None:
    """An error inside a successful answer is an error."""
    body = b'{"error": {"code": "ratelimited", "info": "You have exceeded your rate limit."}}'
    server.fail("/commons", 200, body=body)
    with pytest.raises(ProviderUnavailable, match="exceeded your rate limit"):
        commons(server, web).search("teddy bear", None)


def test_bing_without_an_endpoint_says_what_to_use(web: Web) -> None:
    """Without an endpoint Bing says that it is gone, since when, and what is there instead."""
    with pytest.raises(ProviderUnavailable, match=r"retired on 2025-08-11.*inaturalist,openverse"):
        Bing(web, endpoint="", key="").search("teddy bear", None)


def test_bing_reads_a_compatible_endpoint(server: SearchServer, web: Web) -> None:
    """With an endpoint and a key, 200 results come in two pages, without licences."""
    server.bing = [
        {"contentUrl": f"https://x.org/{n}.jpg", "hostPageUrl": f"https://x.org/{n}"}
        for n in range(200)
    ]
    provider = Bing(web, endpoint=f"{server.url}/bing", key="key-1")
    found = everything(provider, "teddy bear")
    assert (200, {None}) == (len(found), {each.licence for each in found})
    assert not provider.licensed


def test_bing_says_that_the_key_is_wrong(server: SearchServer, web: Web) -> None:
    """A refused key ends with what the endpoint said, and without the key."""
    with pytest.raises(ProviderUnavailable, match=r"refuses \(401\): Access denied") as caught:
        Bing(web, endpoint=f"{server.url}/bing", key="key-2").search("teddy bear", None)
    assert "key-2" not in str(caught.value)


def test_ddgs_absent_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the optional package ddgs says how to install it."""
    monkeypatch.setitem(sys.modules, "ddgs", None)
    with pytest.raises(ProviderUnavailable, match=r"pip install -e .\.\[search\]"):
        Ddgs().search("teddy bear", None)


def test_ddgs_gives_pictures_without_licences() -> None:
    """What the library finds becomes pictures that need review."""

    def images(query: str, **_options: Any) -> list[dict[str, Any]]:
        return [{"image": "https://x.org/a.jpg", "url": "https://x.org", "title": query}, {}]

    provider = Ddgs(images=images)
    page = provider.search("teddy bear", None)
    assert ["https://x.org/a.jpg"] == [found.file_url for found in page.pictures]
    assert (None, 1, False) == (page.pictures[0].licence, page.unusable, provider.licensed)


def test_ddgs_turned_away_is_said() -> None:
    """Whatever the library raises becomes one sentence."""

    def images(query: str, **_options: Any) -> list[dict[str, Any]]:
        raise RuntimeError("202 Ratelimit")

    with pytest.raises(ProviderUnavailable, match=r"turned away \(202 Ratelimit\)"):
        Ddgs(images=images).search("teddy bear", None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cc0", Licence("cc0")),
        ("CC0 1.0", Licence("cc0", "1.0")),
        ("cc-by-nc", Licence("cc-by-nc")),
        ("by-sa", Licence("cc-by-sa")),
        ("CC BY-SA 3.0 de", Licence("cc-by-sa", "3.0")),
        ("Public domain", Licence("pdm")),
        ("pdm", Licence("pdm")),
        ("GFDL 1.2", Licence("gfdl 1.2")),
        (None, None),
        ("", None),
    ],
)
def test_licences_are_spelt_one_way(name: str | None, expected: Licence | None) -> None:
    """Whatever a service calls a licence, it gets one code."""
    assert read_licence(name) == expected


def test_every_provider_can_be_built(web: Web) -> None:
    """Each name gives the provider of that name, and another name says which there are."""
    settings = TrainingSettings(_env_file=None)
    assert list(NAMES) == [build(name, web=web, settings=settings).name for name in NAMES]
    with pytest.raises(CollectError, match="choose from inaturalist, openverse"):
        build("flickr", web=web, settings=settings)
