"""Nothing but numbers is kept before consent; what is kept is shown, sent and deleted."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.chat.consent import NOTICE_VERSION
from dataset.storage.schema import Audit, Claim, Consent, Photo, Prediction
from tests.bot.running import (
    SURE_BLACK,
    UNSURE,
    Person,
    RunningBot,
    button_data,
    buttons,
    photo,
)
from tests.conftest import until

QUESTION = "May I keep the photos you correct"


def kept_photos(bot: RunningBot, person: Person) -> list[Photo]:
    """The photos that rest on a consent of this person."""
    with bot.database.reading() as session:
        return list(
            session.scalars(
                select(Photo)
                .join(Consent, Photo.consent_id == Consent.id)
                .where(Consent.user_id == person.id)
            )
        )


def wait_until_kept(bot: RunningBot, person: Person, count: int) -> list[Photo]:
    """The person's kept photos, once there are so many."""
    until(lambda: len(kept_photos(bot, person)) >= count)
    return kept_photos(bot, person)


def dispute(person: Person, label: str = "black", *, seed: int = 1) -> dict[str, object]:
    """Send a photo, correct it, and return the bot's next message after the note."""
    person.show(photo(seed=seed))
    person.hear()
    person.ask(f"/wrong {label}")
    return person.hear()


def test_the_first_dispute_brings_the_question_once(bot: RunningBot, person: Person) -> None:
    """It is asked when it matters, with buttons, and not again."""
    question = dispute(person)
    assert str(question["text"]).startswith(QUESTION)
    assert buttons(question) == ["Keep my photos", "No, thanks"]
    person.show(photo(seed=2))
    person.hear()
    person.ask("/wrong teddy")
    assert person.ask("/labels").startswith("I can tell these apart")


def test_the_first_unsure_answer_brings_the_question(person: Person) -> None:
    """There a photo would teach, too."""
    person.show(photo(UNSURE))
    person.hear()
    assert person.hear()["text"].startswith(QUESTION)


def test_nothing_but_numbers_is_kept_without_consent(bot: RunningBot, person: Person) -> None:
    """A dispute alone keeps no photo, and says so."""
    person.show(photo())
    person.hear()
    assert "I can only learn from it if I may keep the photo" in person.ask("/wrong black")
    assert kept_photos(bot, person) == []
    person.press(person.hear(), "No, thanks")
    assert kept_photos(bot, person) == []


def test_consent_keeps_the_disputed_photo_without_its_metadata(
    bot: RunningBot, person: Person
) -> None:
    """The largest size, re-encoded: no camera data, no location."""
    question = dispute(person, seed=7)
    person.press(question, "Keep my photos")
    assert "of the last 7 days too" in question["text"]
    agreed = person.again(question, until=lambda now: "Thank you!" in now["text"])
    assert "from now on, and those of the last 7 days" in agreed["text"]
    assert buttons(agreed) == []
    (kept,) = wait_until_kept(bot, person, 1)
    data = (bot.settings.photos_dir / kept.sha256[:2] / f"{kept.sha256}.jpg").read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (640, 480)
        assert dict(image.getexif()) == {}
    assert kept.queue_reason is not None


def test_with_consent_the_next_dispute_is_kept_by_itself(bot: RunningBot, person: Person) -> None:
    """One yes is enough until it is withdrawn."""
    person.press(dispute(person, seed=8), "Keep my photos")
    wait_until_kept(bot, person, 1)
    person.show(photo(SURE_BLACK, seed=9))
    person.hear()
    assert "A person looks at it" in person.ask("/wrong teddy")
    wait_until_kept(bot, person, 2)


def test_somebody_elses_press_gives_no_consent(bot: RunningBot, person: Person) -> None:
    """Consent is individual: only the person asked can give it."""
    group = person.in_chat(-1020)
    group.show(photo(), caption="/identify")
    group.hear()
    group.ask("/wrong black")
    question = group.hear()
    other = bot.person().in_chat(-1020)
    assert other.press(question, "Keep my photos") == "This question is for somebody else."
    with bot.database.reading() as session:
        assert session.scalar(select(func.count()).where(Consent.user_id == other.id)) == 0


def test_privacy_shows_state_and_version_and_withdraws(bot: RunningBot, person: Person) -> None:
    """/privacy before, with and after consent."""
    before = person.ask("/privacy")
    assert before.startswith("I keep no photo of yours, only the numbers")
    assert NOTICE_VERSION in before
    assert "of the last 7 days too" in before
    said = person.say("/privacy")
    person.seen = said["message_id"]
    person.press(person.hear(), "Keep my photos")
    said = person.say("/privacy")
    person.seen = said["message_id"]
    shown = person.hear()
    assert shown["text"].startswith("You allow me to keep the photos")
    person.press(shown, "Stop keeping my photos")
    person.again(shown, until=lambda now: now["text"].startswith("I keep no more photos"))
    assert person.ask("/privacy").startswith("I keep no photo of yours")


def test_forget_asks_first_and_then_leaves_nothing(bot: RunningBot, person: Person) -> None:
    """Photos, files, claims and names are gone; the same photo does not come back."""
    person.press(dispute(person, seed=11), "Keep my photos")
    (kept,) = wait_until_kept(bot, person, 1)
    said = person.say("/forget")
    person.seen = said["message_id"]
    asked = person.hear()
    person.press(asked, "Cancel")
    person.again(asked, until=lambda now: now["text"] == "I deleted nothing.")
    assert len(kept_photos(bot, person)) == 1
    said = person.say("/forget")
    person.seen = said["message_id"]
    asked = person.hear()
    person.press(asked, "Yes, delete everything")
    done = person.again(asked, until=lambda now: now["text"].startswith("Done. Deleted: "))
    assert "1 photo, 1 correction" in done["text"]
    assert not (bot.settings.photos_dir / kept.sha256[:2] / f"{kept.sha256}.jpg").exists()
    with bot.database.reading() as session:
        for column in (Claim.user_id, Prediction.user_id, Consent.user_id):
            assert session.scalar(select(func.count()).where(column == person.id)) == 0


def test_export_sends_everything_as_a_zip(bot: RunningBot, person: Person) -> None:
    """The person gets their answers, corrections and photos."""
    person.press(dispute(person, seed=12), "Keep my photos")
    (kept,) = wait_until_kept(bot, person, 1)
    said = person.say("/export")
    person.seen = said["message_id"]
    sent = person.hear()
    assert sent["caption"] == "Everything I have of you."
    file = bot.http.get("/local/file", params={"id": sent["document"]["file_id"]})
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert f"photos/{kept.sha256}.jpg" in archive.namelist()
        told = json.loads(archive.read("data.json"))
    assert "black" in json.dumps(told)


@pytest.mark.parametrize("command", ["/forget", "/export"])
def test_personal_commands_belong_in_a_private_chat(person: Person, command: str) -> None:
    """In a group nobody can press somebody's data away, or read it."""
    assert person.in_chat(-1021).ask(command) == "Please ask me that in a private chat."


def files_with(needles: list[bytes], *folders: Path) -> list[str]:
    """The files below these folders that hold one of these, or are named so."""
    return [
        f"{file}: {needle!r}"
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
        for needle in needles
        if needle in file.read_bytes() or needle in file.name.encode()
    ]


def wait_until_erased(bot: RunningBot) -> None:
    """Until the bot says that nothing is left to erase."""
    until(lambda: not bot.http.get("/healthz").json()["being_erased"])


def forget(bot: RunningBot, person: Person) -> str:
    """What the bot says when this person is forgotten."""
    said = person.say("/forget")
    person.seen = said["message_id"]
    asked = person.hear()
    person.press(asked, "Yes, delete everything")
    done = person.again(asked, until=lambda now: now["text"] != asked["text"])
    assert isinstance(done["text"], str)
    return done["text"]


def test_a_button_that_outlived_its_answer_accuses_nobody(bot: RunningBot, person: Person) -> None:
    """After /forget the message still shows its buttons; pressing one is no forgery."""
    person.show(photo())
    answer = person.hear()
    right = button_data(answer, "Right")
    assert forget(bot, person).startswith("Done.")
    assert person.press_data(answer, right) == "This button no longer works."
    with bot.database.reading() as session:
        traces = session.scalars(select(Audit.action).where(Audit.actor_id == person.id)).all()
    assert "forged_press" not in traces


def test_after_forget_no_file_holds_anything_of_the_person(tmp_path: Path) -> None:
    """Not the log of the database either, while the bot runs on; nor what they tried in vain."""
    with RunningBot(tmp_path) as bot:
        person = Person(bot.http, 83_571_902_446)
        about = {"id": person.id, "first_name": "Wilhelmine", "username": "wilhelmine_k"}
        bot.http.post("/local/people", json=about).raise_for_status()
        person.show(photo(UNSURE, seed=3), text="at the lake of Ammersee")
        person.hear()
        person.press(person.hear(), "Keep my photos")
        (kept,) = wait_until_kept(bot, person, 1)
        data = bot.settings.photos_dir / kept.sha256[:2] / f"{kept.sha256}.jpg"
        pixels = data.read_bytes()[200:400]
        person.ask("/wrong zzz-unheard-of")
        person.ask("/stats")
        needles = [b"Wilhelmine", b"wilhelmine_k", b"Ammersee", b"zzz-unheard-of", pixels]
        needles.append(str(person.id).encode())
        folders = bot.settings.data_dir, bot.settings.models_dir
        assert files_with(needles, *folders), "nothing was there to be erased"

        assert forget(bot, person).startswith("Done. Deleted: 1 photo")
        wait_until_erased(bot)

        assert [] == files_with(needles, *folders)
