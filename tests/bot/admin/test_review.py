"""Review in the chat: for admins, one photo after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from dataset.examples.suspending import set_aside
from dataset.storage.schema import (
    Audit,
    Claim,
    ClaimStatus,
    Example,
    Photo,
    ReviewVerdict,
    Split,
)
from dataset.storage.schema import Person as PersonRow
from tests.bot.chat.test_consent import wait_until_kept
from tests.bot.running import OUTSIDE, SURE_GRIZZLY, Person, RunningBot, button_data, buttons, photo

_SHADES = iter(range(1, 250))


@pytest.fixture
def disputed(bot: RunningBot) -> Iterator[Person]:
    """Somebody who agreed and disputed one photo; the queue is empty but for it, and after it."""
    person = bot.person()
    said = person.say("/privacy")
    person.seen = said["message_id"]
    person.press(person.hear(), "Keep my photos")
    person.show(photo(SURE_GRIZZLY, seed=next(_SHADES)))
    person.hear()
    person.ask("/wrong black")
    wait_until_kept(bot, person, 1)
    yield person
    with bot.database.session() as session:
        for row in session.scalars(select(Photo)):
            row.queue_reason = None


def start_review(admin: Person) -> dict[str, object]:
    """/review; the photo that it shows."""
    said = admin.say("/review")
    admin.seen = said["message_id"]
    link = admin.hear()
    assert "/review/enter?key=" in link["text"]
    return admin.hear()


def verdicts(bot: RunningBot) -> list[ReviewVerdict]:
    """Every verdict, oldest first."""
    with bot.database.reading() as session:
        return list(session.scalars(select(ReviewVerdict).order_by(ReviewVerdict.id)))


def test_review_is_for_admins(bot: RunningBot, person: Person) -> None:
    """Anybody else gets a sentence, by which an operator learns their own id, and it is noted."""
    assert person.ask("/review") == (
        f"Only admins can do that. (To become one, the operator adds {person.id} to ADMIN_IDS.)"
    )
    with bot.database.reading() as session:
        noted = session.scalars(select(Audit.action).where(Audit.actor_id == person.id)).all()
    assert noted == ["review_refused"]


def test_an_empty_queue_says_so(bot: RunningBot) -> None:
    """Nothing waits: no photo, one sentence."""
    assert start_review(bot.admin)["text"] == "No photo waits for you to decide."


def test_a_photo_is_shown_with_what_is_known_of_it(bot: RunningBot, disputed: Person) -> None:
    """Progress, the model's answer, people's claims, and a button for each verdict."""
    shown = start_review(bot.admin)
    lines = str(shown["caption"]).split("\n")
    assert lines[1] == "Model: grizzly 97% (sure)"
    assert lines[2] == "People: 1 × black"
    assert buttons(shown) == [
        "grizzly bear",
        "black bear",
        "teddy bear",
        "None of these",
        "Unusable",
        "Skip",
        "Ban corrections (black)",
    ]


def test_a_refusal_is_shown_as_one(bot: RunningBot, person: Person) -> None:
    """Of a photo in which the model saw none of its labels nobody reads that it was sure of one."""
    said = person.say("/privacy")
    person.seen = said["message_id"]
    person.press(person.hear(), "Keep my photos")
    person.show(photo(OUTSIDE, seed=next(_SHADES)))
    person.hear()
    person.ask("/wrong black")
    wait_until_kept(bot, person, 1)
    lines = str(start_review(bot.admin)["caption"]).split("\n")
    with bot.database.session() as session:
        for row in session.scalars(select(Photo)):
            row.queue_reason = None
    assert re.fullmatch(r"Model: none of these \(nearest: \w+ \d+%\)", lines[1])


def test_a_verdict_decides_and_the_next_photo_comes(bot: RunningBot, disputed: Person) -> None:
    """The claim is accepted, the caption says what was decided, the queue goes on."""
    admin = bot.admin
    shown = start_review(admin)
    admin.press(shown, "black bear")
    assert admin.hear()["text"] == "No photo waits for you to decide."
    closed = admin.again(shown, until=lambda now: "Decision: black" in now["caption"])
    assert buttons(closed) == ["Undo"]
    last = verdicts(bot)[-1]
    assert (last.kind.value, last.label, last.via, last.reviewer_id) == (
        "label",
        "black",
        "chat",
        2,
    )
    with bot.database.reading() as session:
        status = session.scalars(select(Claim.status).where(Claim.user_id == disputed.id)).one()
    assert status is ClaimStatus.ACCEPTED


def test_what_a_retraining_set_aside_is_told_with_its_link(
    bot: RunningBot, disputed: Person
) -> None:
    """It waits on the pages only; once somebody decided on it, nothing is said any more."""
    start_review(bot.admin)
    with bot.database.session() as session:
        kept = session.scalars(select(Photo).order_by(Photo.id.desc())).first()
        assert kept is not None
        new = {"label": "black", "first_label": "black", "group": "one", "origin": "verdict"}
        session.add(Example(photo_id=kept.id, split=Split.TRAIN, **new))
        set_aside(session, {kept.id: (0.9, "grizzly")}, retraining_id=1)
    admin = bot.admin
    admin.seen = admin.say("/review")["message_id"]
    admin.hear()
    told = admin.hear()["text"]
    assert told.startswith("A retraining set aside one new label that contradicts everything else.")
    address = told.partition("http")[2]
    assert "/review/enter?key=" in address
    admin.press(admin.hear(), "black bear")
    assert admin.hear()["text"] == "No photo waits for you to decide."
    start_review(admin)
    with bot.database.session() as session:
        session.execute(delete(Example))


def test_a_label_that_only_the_dataset_has_can_be_chosen(bot: RunningBot, disputed: Person) -> None:
    """The model has not learned it yet, or a rollback took it away again."""
    with bot.database.session() as session:
        kept = session.scalars(select(Photo).order_by(Photo.id.desc())).first()
        assert kept is not None
        new = {"label": "elephant", "first_label": "elephant", "group": "one", "origin": "add"}
        session.add(Example(photo_id=kept.id, split=Split.TRAIN, **new))
    admin = bot.admin
    admin.press(start_review(admin), "elephant")
    admin.hear()
    with bot.database.session() as session:
        session.execute(delete(Example))
    assert "elephant" == verdicts(bot)[-1].label


def test_undo_brings_the_photo_back(bot: RunningBot, disputed: Person) -> None:
    """The last verdict is taken back and its photo shown again."""
    admin = bot.admin
    shown = start_review(admin)
    admin.press(shown, "Unusable")
    admin.hear()
    closed = admin.again(shown, until=lambda now: "Decision: unusable" in now["caption"])
    assert admin.press(closed, "Undo") == "I took your decision back."
    again = admin.hear()
    assert again["caption"].split("\n")[2] == "People: 1 × black"
    assert verdicts(bot)[-1].undone_at is not None


def test_undo_under_a_decision_takes_back_that_one(bot: RunningBot, disputed: Person) -> None:
    """Whatever was decided since; under a photo that still waits there is nothing to undo, and a
    button from before says so."""
    disputed.show(photo(SURE_GRIZZLY, seed=next(_SHADES)))
    disputed.hear()
    disputed.ask("/wrong black")
    wait_until_kept(bot, disputed, 2)
    admin = bot.admin
    first = start_review(admin)
    admin.press(first, "Unusable")
    second = admin.hear()
    assert "Undo" not in buttons(second)
    number = second["reply_markup"]["inline_keyboard"][0][0]["callback_data"].split(":")[1]
    pressed = admin.press_data(second, f"v1:{number}:rundo")
    assert pressed == "You have no decision to take back."
    admin.press(second, "Unusable")
    admin.hear()
    closed = admin.again(first, until=lambda now: "Decision: unusable" in now["caption"])
    assert admin.press(closed, "Undo") == "I took your decision back."
    admin.hear()
    assert [True, False] == [one.undone_at is not None for one in verdicts(bot)[-2:]]


def test_skip_leaves_the_photo_to_others(bot: RunningBot, disputed: Person) -> None:
    """A skipped photo is not shown to the same reviewer again."""
    admin = bot.admin
    admin.press(start_review(admin), "Skip")
    assert admin.hear()["text"] == "No photo waits for you to decide."


def test_banning_a_persons_claims_takes_none_of_them_any_more(
    bot: RunningBot, disputed: Person
) -> None:
    """The person's next correction is refused, and the ban is in the audit trail."""
    admin = bot.admin
    reply = admin.press(start_review(admin), "Ban corrections (black)")
    assert reply == "I no longer take corrections from this person."
    assert disputed.ask("/wrong teddy") == "I no longer take corrections from you."
    with bot.database.reading() as session:
        row = session.get(PersonRow, disputed.id)
    assert row is not None
    assert row.claims_banned_at is not None


def test_a_press_by_somebody_else_is_refused(bot: RunningBot, disputed: Person) -> None:
    """Rights are checked at every press, not only at the command."""
    decide = button_data(start_review(bot.admin), "black bear")
    before = len(verdicts(bot))
    disputed.show(photo())
    answer = disputed.hear()
    assert disputed.press_data(answer, decide) == "Only admins can do that."
    assert len(verdicts(bot)) == before


def test_a_button_for_other_labels_decides_nothing(bot: RunningBot, disputed: Person) -> None:
    """An index means nothing once the labels have changed: the photo is shown anew."""
    admin = bot.admin
    shown = start_review(admin)
    stale = button_data(shown, "black bear").rpartition(".")[0] + ".00000000"
    before = len(verdicts(bot))
    assert admin.press_data(shown, stale) == "The labels have changed since then. Here it is again."
    assert "caption" in admin.hear()
    assert len(verdicts(bot)) == before


def test_a_second_press_decides_nothing_more(bot: RunningBot, disputed: Person) -> None:
    """Two presses on one verdict are one verdict."""
    admin = bot.admin
    shown = start_review(admin)
    teddy = button_data(shown, "teddy bear")
    admin.press_data(shown, teddy)
    before = len(verdicts(bot))
    assert admin.press_data(shown, teddy) == "This photo is gone, or somebody else has decided it."
    assert len(verdicts(bot)) == before


def test_the_pages_open_inside_telegram_where_they_are_on_https(tmp_path: Path) -> None:
    """The message has a button for it beside the link; without https there is none."""
    with RunningBot(tmp_path, review_url="https://bears.example.org/review") as bot:
        bot.admin.say("/review")
        rows = bot.admin.hear()["reply_markup"]["inline_keyboard"]
    assert rows == [
        [
            {
                "text": "Open inside Telegram",
                "web_app": {"url": "https://bears.example.org/review/telegram"},
            }
        ]
    ]


def test_without_https_there_is_only_the_link(bot: RunningBot) -> None:
    """Telegram opens no Mini App over plain HTTP."""
    admin = bot.admin
    said = admin.say("/review")
    admin.seen = said["message_id"]
    assert "reply_markup" not in admin.hear()
