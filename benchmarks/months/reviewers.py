"""Two admins: what waits is decided on the pages and in the chat, and figures are asked for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from benchmarks.months.chats import Message, keys_of, verb
from benchmarks.months.installation import PATIENCE_S, Installation
from benchmarks.months.people import NONE
from benchmarks.months.society import Society
from languages.catalogue import Words

_ERRS = 0.01
_LINK = re.compile(r"https?://\S+\?key=(\S+)")
_TALLY = re.compile(r"<b>([\d,]+)</b><span>")
_UNUSABLE = "reject"


@dataclass(frozen=True)
class Stroke:
    """What a reviewer did to the queue: of `before` photos, how many still wait `after`."""

    before: int
    decided: int
    after: int


@dataclass(frozen=True)
class Figures:
    """What an admin reads about the state of things."""

    stats: str
    """The text of /stats."""
    pages: dict[str, int]


class Reviewers:
    """What admins do in their chats and on the pages."""

    def __init__(self, place: Installation, society: Society, *, seed: int) -> None:
        self._place, self._society = place, society
        self._chance = random.Random(f"{seed} reviewing")  # noqa: S311 - a life is not a secret
        self._chats = society.chats

    def on_pages(self, admin: int) -> Stroke:
        """Decide all that waits, by the link that /review gives."""
        with self._entered(admin) as pages:
            waiting = _ids(pages)
            decided = 0
            csrf = _csrf(pages)
            for start in range(0, len(waiting), 50):
                strokes = [self._stroke(photo) for photo in waiting[start : start + 50]]
                done = pages.post(
                    "/review/verdicts",
                    json={"verdicts": strokes, "shelf": "queue"},
                    headers={"X-CSRF-Token": csrf},
                ).raise_for_status()
                decided += sum(one["outcome"] == "recorded" for one in done.json()["results"])
            return Stroke(len(waiting), decided, len({*waiting} & {*_ids(pages)}))

    def in_chat(self, admin: int, most: int) -> int:
        """Decide some with the buttons under /review; how many."""
        seen, decided = self._chats.say(admin, "/review"), 0
        while decided < most:
            card = self._chats.until(admin, seen, _ends_or_shows, "a photo to review")
            seen = card["message_id"]
            if "photo" not in card:
                break
            data = self._key(card)
            self._chats.press(admin, admin, seen, data)
            decided += 1
        self._place.until_idle()
        return decided

    def command(self, admin: int, text: str, *, says: str = "", where: str = "text") -> Message:
        """Give a command; the bot's next message whose text, or caption, begins so."""
        said = self._chats.say(admin, text)
        return self._chats.until(
            admin, said, lambda message: message.get(where, "\n").startswith(says), text
        )

    def figures(self, admin: int) -> Figures:
        """What /stats tells, and what the pages do."""
        # A retraining may send its picture meanwhile.
        title = Words("en")("stats-title", days=30, photos=0).partition(":")[0]
        caption = str(self.command(admin, "/stats", says=title, where="caption")["caption"])
        with self._entered(admin) as pages:
            front = pages.get("/review/").raise_for_status().text
            shown = [int(count.replace(",", "")) for count in _TALLY.findall(front)]
            on_page = dict(zip(("photos", "examples", "verdicts"), shown, strict=False))
            on_page["waiting"] = len(_ids(pages))
            on_page["dataset"] = len(_ids(pages, "examples"))
        return Figures(caption, on_page)

    @contextmanager
    def _entered(self, admin: int) -> Iterator[httpx.Client]:
        """A client that came in by a link from the chat."""
        said = self._chats.say(admin, "/review")
        link = self._chats.until(
            admin, said, lambda message: "?key=" in message.get("text", ""), "a link"
        )["text"]
        found = _LINK.search(link)
        assert found is not None, link
        with httpx.Client(base_url=self._place.web, timeout=PATIENCE_S, trust_env=False) as pages:
            entered = pages.post("/review/enter", data={"key": found[1]})
            assert entered.status_code == 303, entered.text[:500]
            yield pages

    def _stroke(self, photo: int) -> dict[str, object]:
        said = self._verdict(photo)
        if said in (NONE, _UNUSABLE):
            return {"photo": photo, "kind": said, "label": None}
        return {"photo": photo, "kind": "label", "label": said}

    def _verdict(self, photo: int) -> str:
        """What the reviewer sees on a photo: nearly always what it shows."""
        truth = self._truth_of(photo)
        if truth is None:
            return _UNUSABLE
        labels = self._labels()
        if self._chance.random() < _ERRS:
            return self._chance.choice(labels)
        return truth if truth in labels else NONE

    def _labels(self) -> list[str]:
        return list(self._place.champion().manifest.labels)

    def _truth_of(self, photo: int) -> str | None:
        places = self._place.rows(
            "SELECT chat_id, photo_message_id FROM predictions WHERE photo_id IN "
            "(SELECT id FROM photos WHERE id = ? OR duplicate_of_id = ?)",
            photo,
            photo,
        )
        for row in places:
            sent = self._society.ledger.sent.get((row["chat_id"], row["photo_message_id"]))
            if sent is not None:
                return sent.truth
        return None

    def _key(self, card: Message) -> str:
        """The button under a photo that says what the reviewer sees."""
        keys = keys_of(card)
        photo = int(keys[0].split(":")[1])
        said = self._verdict(photo)
        if said in (NONE, _UNUSABLE):
            return next(data for data in keys if verb(data) == f"r{said}")
        index = self._labels().index(said)
        wanted = f"v1:{photo}:rlabel:{index}"
        return next(data for data in keys if data.partition(".")[0] == wanted)


def _ends_or_shows(message: Message) -> bool:
    """A photo to decide, or the message that none waits."""
    if "photo" in message:
        return any(verb(data) in ("rlabel", "rnone") for data in keys_of(message))
    return bool(message.get("text") == Words("en")("review-empty"))


def _ids(pages: httpx.Client, shelf: str = "queue") -> list[int]:
    found: list[int] = pages.get(f"/review/ids?shelf={shelf}").raise_for_status().json()["ids"]
    return found


def _csrf(pages: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', pages.get("/review/").raise_for_status().text)
    assert found is not None
    return found[1]
