"""Who gets in, and what is refused to everybody else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from review.app import create_app
from review.guard import OPEN_PATHS
from tests.review.serving import REVIEWER, SECRET, Reviewer, ReviewServer, add_examples, fill_queue


def routes() -> list[tuple[str, str]]:
    """Every route of the application, with numbers filled in: what a page added later is too."""
    app = create_app(
        database=Database("sqlite://"),
        photo_store=PhotoStore(Path()),
        labels=("black",),
        secret=SECRET,
        base_url="http://127.0.0.1",
        is_reviewer=lambda _: False,
    )
    found = [("/static/grid.js", "GET"), ("/static/desk.css", "GET"), ("/nothing/here", "GET")]
    assert isinstance(app, Starlette)
    for route in app.routes:
        if isinstance(route, Route):
            path = re.sub(r"{\w+:int}", "1", re.sub(r"{\w+:path}", "report.html", route.path))
            found += [
                (path, method) for method in sorted(route.methods or ()) if path not in OPEN_PATHS
            ]
        else:
            assert isinstance(route, Mount)
    return found


@pytest.mark.parametrize(("path", "method"), routes())
def test_nothing_is_readable_without_a_session(
    server: ReviewServer, path: str, method: str
) -> None:
    """Every route, photos included, answers a stranger with the same refusal and no content."""
    fill_queue(server, 1)
    with server.visitor() as stranger:
        answer = stranger.request(method, path)
    assert (403, "image" in answer.headers["content-type"]) == (answer.status_code, False)
    if method != "HEAD":
        assert "You are not signed in" in answer.text
    assert "thumbnail" not in answer.text


def test_a_link_signs_in(server: ReviewServer) -> None:
    """Opening the link shows a page whose form starts a session and leads to the first page."""
    with server.visitor() as visitor:
        shown = visitor.get(server.link())
        assert "Start reviewing" in shown.text
        key = re.search(r'name="key" value="([^"]+)"', shown.text)
        assert key is not None
        entered = visitor.post("/enter", data={"key": key[1]}, follow_redirects=True)
    assert (200, f"{server.url}/") == (entered.status_code, str(entered.url))


@pytest.mark.parametrize(
    ("to", "opened"),
    [
        ("suspicions?suspicion=set_aside", "/suspicions?suspicion=set_aside"),
        ("retrainings/7", "/retrainings/7"),
        ("https://elsewhere.example/", "/"),
        ("/elsewhere.example", "/"),
        ("leave", "/"),
    ],
)
def test_a_link_opens_a_page_of_ours(server: ReviewServer, to: str, opened: str) -> None:
    """A link may name the page that it opens, and no other site's."""
    with server.visitor() as visitor:
        shown = visitor.get(f"{server.link()}&to={quote(to, safe='')}")
        fields = dict(re.findall(r'name="(key|to)" value="([^"]*)"', shown.text))
        entered = visitor.post("/enter", data=fields)
    assert (303, opened) == (
        entered.status_code,
        entered.headers["location"].removeprefix("/review"),
    )


def test_looking_at_a_link_does_not_use_it_up(server: ReviewServer) -> None:
    """A preview or a scanner that fetches the link leaves it whole for the person."""
    link = server.link()
    with server.visitor() as visitor:
        visitor.get(link)
        visitor.head(link)
        entered = visitor.post("/enter", data={"key": link.partition("?key=")[2]})
    assert entered.status_code == 303


def test_the_session_cookie_is_locked_down(server: ReviewServer) -> None:
    """No script reads it, no other site sends it, and it belongs to the mount alone."""
    with server.visitor() as visitor:
        key = server.link().partition("?key=")[2]
        cookie = visitor.post("/enter", data={"key": key}).headers["set-cookie"]
    wanted = {"httponly", "samesite=strict", "path=/review", f"max-age={12 * 3600}"}
    assert wanted <= {part.strip().lower() for part in cookie.split(";")}


def test_the_session_cookie_is_secure_behind_https(tmp_path: Path) -> None:
    """Where the pages are reached by https, the cookie never travels without."""
    app = create_app(
        database=Database(f"sqlite:///{tmp_path / 'd.sqlite3'}"),
        photo_store=PhotoStore(tmp_path),
        labels=("black",),
        secret=SECRET,
        base_url="https://bears.example.org/review",
        is_reviewer=lambda _: True,
    )
    desks = [middleware.kwargs["desk"] for middleware in app.user_middleware]
    assert [True] == [desk.secure for desk in desks]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_used_link_is_refused(server: ReviewServer, method: str) -> None:
    """The second opening gets a sentence, and the audit trail a row."""
    link = server.link()
    key = link.partition("?key=")[2]
    with server.visitor() as first, server.visitor() as second:
        first.post("/enter", data={"key": key})
        data = {"key": key} if method == "POST" else None
        refused = second.request(method, link if method == "GET" else "/enter", data=data)
    assert (403, True) == (refused.status_code, "used before" in refused.text)
    assert ["link_used"] == [row.subject for row in server.audit("review_refused")]


def test_a_link_opens_once_however_many_try_at_once(server: ReviewServer) -> None:
    """Of twenty simultaneous openings exactly one starts a session."""
    key = server.link().partition("?key=")[2]

    def enter(_: int) -> int:
        with server.visitor() as visitor:
            return visitor.post("/enter", data={"key": key}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(enter, range(20)))
    assert [303] + [403] * 19 == statuses


def test_an_expired_link_is_refused(server: ReviewServer) -> None:
    """After its minutes are over a link gets a sentence, and the audit trail a row."""
    link = server.link(lifetime_s=60)
    server.now += timedelta(seconds=60)
    with server.visitor() as visitor:
        refused = visitor.get(link)
    assert (403, True) == (refused.status_code, "has expired" in refused.text)
    assert ["link_expired"] == [row.subject for row in server.audit()]


@pytest.mark.parametrize("key", ["", "x", "a.b", "é.é", "AAAA." + "A" * 43, "." * 5000])
def test_a_forged_link_is_refused(server: ReviewServer, key: str) -> None:
    """What the secret did not sign gets a sentence, and the audit trail a row."""
    with server.visitor() as visitor:
        refused = visitor.get("/enter", params={"key": key})
    assert (403, True) == (refused.status_code, "did not make this link" in refused.text)
    assert ["link_forged"] == [row.subject for row in server.audit()]


def test_an_altered_link_is_refused(server: ReviewServer) -> None:
    """The reviewer's id in a link cannot be exchanged for another."""
    fields, _, signature = server.link(REVIEWER).partition("?key=")[2].partition(".")
    other, _, _ = server.link(1).partition("?key=")[2].partition(".")
    with server.visitor() as visitor:
        refused = visitor.post("/enter", data={"key": f"{other}.{signature}"})
    assert fields != other
    assert (403, 0) == (refused.status_code, len(server.audit("review_entered")))


def test_a_link_for_somebody_who_is_no_reviewer_is_refused(server: ReviewServer) -> None:
    """A link made before somebody was struck off the list signs nobody in."""
    link = server.link(99)
    with server.visitor() as visitor:
        refused = visitor.post("/enter", data={"key": link.partition("?key=")[2]})
    assert (403, True) == (refused.status_code, "no longer among the reviewers" in refused.text)


def test_who_is_struck_off_the_list_is_out_at_once(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A session ends with the right that it rests on."""
    server.reviewers.clear()
    assert reviewer.http.get("/queue").status_code == 403


def test_a_forged_cookie_is_refused_and_recorded(server: ReviewServer) -> None:
    """A made-up session gets a sentence, and the audit trail a row."""
    with server.visitor() as visitor:
        visitor.cookies.set("review", "A" * 43)
        refused = visitor.get("/queue")
    assert (403, True) == (refused.status_code, "not signed in" in refused.text)
    assert ["no_session"] == [row.subject for row in server.audit()]


def test_a_session_ends_by_itself(server: ReviewServer, reviewer: Reviewer) -> None:
    """After its hours are over the cookie opens nothing."""
    server.now += timedelta(hours=12)
    assert reviewer.http.get("/queue").status_code == 403


def test_signing_out_ends_the_session_for_its_copies_too(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """A cookie that somebody copied is worth nothing after "Sign out"."""
    copied = dict(reviewer.http.cookies)
    left = reviewer.http.post("/leave", data={"csrf": reviewer.csrf})
    with server.visitor() as thief:
        thief.cookies.update(copied)
        assert (200, 403) == (left.status_code, thief.get("/").status_code)


def test_the_database_does_not_hold_what_opens_a_session(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """Who reads the database cannot sign in with what is there."""
    cookie = reviewer.http.cookies["review"]
    files = [path for path in server.folder.iterdir() if path.is_file()]
    assert not any(cookie.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "localhost@x"])
def test_a_foreign_host_is_refused(server: ReviewServer, reviewer: Reviewer, host: str) -> None:
    """A name that somebody else pointed at this machine gets nothing, not even with a session."""
    refused = reviewer.http.get("/queue", headers={"Host": host})
    assert (403, True) == (refused.status_code, "do not answer to this address" in refused.text)
    assert ["foreign_host"] == [row.subject for row in server.audit("review_refused")]


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://", "[", "\xe9"])
def test_what_is_no_origin_is_a_foreign_one(reviewer: Reviewer, origin: str) -> None:
    """It is refused like any other, not a fault of ours."""
    forged = reviewer.http.post("/undo", headers={"Origin": origin.encode("latin-1")})
    assert 403 == forged.status_code


@pytest.mark.parametrize("path", ["/photos/{id}", "/photos/{id}/file", "/retrainings/{id}"])
def test_no_row_has_an_id_of_thousands_of_digits(reviewer: Reviewer, path: str) -> None:
    """Python refuses to read such a number; the page does not exist."""
    assert 404 == reviewer.http.get(path.format(id="9" * 5000)).status_code


def test_a_verdict_on_an_id_of_thousands_of_digits_is_refused(reviewer: Reviewer) -> None:
    """As a form and as JSON."""
    fields = {"photo": "9" * 5000, "verdict": "reject", "csrf": reviewer.csrf}
    many = reviewer.http.post("/verdicts", data=fields)
    written = f'{{"verdicts": [{{"photo": {"9" * 5000}, "kind": "reject"}}]}}'
    headers = {"X-CSRF-Token": reviewer.csrf, "Content-Type": "application/json"}
    number = reviewer.http.post("/verdicts", content=written, headers=headers)
    assert (400, 400) == (many.status_code, number.status_code)


@pytest.mark.parametrize("path", ["/verdicts", "/undo", "/looking", "/leave"])
def test_a_form_without_its_token_is_refused(
    server: ReviewServer, reviewer: Reviewer, path: str
) -> None:
    """A session alone changes nothing: another site's form carries no token."""
    fill_queue(server, 1)
    forged = reviewer.http.post(path, json={"verdicts": [{"photo": 1, "kind": "reject"}]})
    assert (403, 0) == (forged.status_code, len(server.verdicts()))
    assert ["form_forged"] == [row.subject for row in server.audit("review_refused")]


def test_another_sessions_token_is_refused(server: ReviewServer, reviewer: Reviewer) -> None:
    """A token belongs to one session."""
    with server.reviewer(3) as other:
        forged = reviewer.http.post("/undo", json={}, headers={"X-CSRF-Token": other.csrf})
    assert forged.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "fetch-site"],
)
def test_a_form_from_elsewhere_is_refused_even_with_a_token(
    reviewer: Reviewer, headers: dict[str, str]
) -> None:
    """What the browser says of a form's origin counts too."""
    answer = reviewer.http.post("/undo", json={}, headers={"X-CSRF-Token": reviewer.csrf} | headers)
    assert answer.status_code == 403


def test_a_flood_of_refusals_does_not_fill_the_audit_trail(server: ReviewServer) -> None:
    """An attacker's tries are recorded up to a bound for each hour."""
    with server.visitor() as attacker:
        for _ in range(70):
            attacker.get("/enter?key=x")
        server.now += timedelta(hours=1)
        attacker.get("/enter?key=x")
    assert len(server.audit()) == 61


@pytest.mark.parametrize("path", ["/", "/queue", "/photos/1/thumbnail", "/ids"])
def test_headers_are_strict(server: ReviewServer, reviewer: Reviewer, path: str) -> None:
    """No script but ours, no frame, no sniffing, no referrer, nothing kept in a cache."""
    fill_queue(server, 1)
    headers = reviewer.http.get(path).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= {
        part.strip() for part in policy.split(";")
    }
    strict = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-frame-options": "DENY",
    }
    assert strict == {name: headers[name] for name in strict}


def test_refusals_carry_the_strict_headers_too(server: ReviewServer) -> None:
    """What is refused is not cached or framed either."""
    with server.visitor() as stranger:
        headers = stranger.get("/photos/1/file").headers
    assert ("no-store", "DENY") == (headers["cache-control"], headers["x-frame-options"])


@pytest.mark.parametrize("page", ["/", "/queue", "/dataset", "/suspicions", "/audit", "/photos/1"])
def test_pages_carry_nothing_inline(server: ReviewServer, reviewer: Reviewer, page: str) -> None:
    """No page needs what the content policy forbids: inline scripts, styles or handlers."""
    fill_queue(server, 2)
    add_examples(server, ["black"], suspect=True)
    text = reviewer.http.get(page).raise_for_status().text
    assert [] == re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]+src=)|https?://", text)


def test_an_oversized_form_is_refused(reviewer: Reviewer) -> None:
    """A body is read up to a bound, from any sender."""
    answer = reviewer.http.post(
        "/undo", content=b" " * 300_000, headers={"X-CSRF-Token": reviewer.csrf}
    )
    assert (400, True) == (answer.status_code, "larger than any form" in answer.text)


def test_a_broken_database_is_answered_with_a_sentence(
    server: ReviewServer, reviewer: Reviewer
) -> None:
    """When the session cannot be checked, nobody gets in, and reads why without a traceback."""
    with server.database.connection() as connection:
        connection.exec_driver_sql("ALTER TABLE notes RENAME TO gone")
        connection.commit()
    answer = reviewer.http.get("/queue")
    assert (503, True) == (answer.status_code, "did not answer" in answer.text)
    assert "Traceback" not in answer.text


def test_two_servers_share_sessions_and_used_links(server: ReviewServer, tmp_path: Path) -> None:
    """A link used in one process is used in every process on the same database."""
    second = ReviewServer(tmp_path, mount="/review")
    try:
        key = server.link().partition("?key=")[2]
        with server.visitor() as visitor:
            statuses = [
                visitor.post(f"{one.url}/enter", data={"key": key}).status_code
                for one in (second, server)
            ]
    finally:
        second.stop()
    assert [303, 403] == statuses
