"""/teach in the chat: an admin's photos become examples of a label."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import delete, select

from dataset.conversation.predictions import Prediction
from dataset.examples import labels
from dataset.examples.label_order import present_order
from dataset.storage.schema import Audit, Example, Photo, ReviewVerdict, Split
from tests.bot.running import SURE_GRIZZLY, UNSURE, Person, RunningBot, buttons

CONSENT = "I may not keep your photos yet"


def picture(seed: int, foot: tuple[int, int, int] = UNSURE) -> bytes:
    """A photo unlike all others; the colour of its foot says what the classifier answers."""
    coarse = np.random.default_rng(seed).integers(0, 255, size=(12, 16, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((640, 480), Image.Resampling.NEAREST)
    image.paste(foot, (0, 440, 640, 480))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@pytest.fixture
def admin(bot: RunningBot) -> Iterator[Person]:
    """The admin, who lets the bot keep photos; what a test taught is over with it."""
    person = bot.admin
    said = person.say("/privacy")
    person.seen = said["message_id"]
    message = person.hear()
    if "Keep my photos" in buttons(message):
        person.press(message, "Keep my photos")
        person.again(message, until=lambda now: now["text"].startswith("Thank you"))
    yield person
    person.ask("/done")


def shown(person: Person, *photos: bytes, **options: object) -> dict[str, object]:
    """What the bot says of photos."""
    sent = person.show(*photos, **options)
    person.seen = max(person.seen, sent["message_id"])
    return person.hear()


def taught(bot: RunningBot, label: str) -> int:
    """How many photos of a label stand."""
    with bot.database.reading() as session:
        query = select(ReviewVerdict).where(
            ReviewVerdict.label == label,
            ReviewVerdict.via == "teach",
            ReviewVerdict.undone_at.is_(None),
        )
        return len(session.scalars(query).all())


def test_photos_and_albums_are_counted_and_not_answered(bot: RunningBot, admin: Person) -> None:
    """From the command to /done; then a photo is a photo again."""
    began = admin.ask("/teach polar")
    assert "polar is new: I can learn it from 20 photos on." in began
    assert shown(admin, picture(1))["text"] == "Polar: 1 photo, 19 more and I can begin."
    album = shown(admin, picture(2), picture(3), picture(4))
    assert album["text"] == "Polar: 4 photos, 16 more and I can begin."
    assert buttons(album) == ["Undo"]
    assert admin.ask("/teach") == "Polar: 4 photos, 16 more and I can begin."
    with bot.database.reading() as session:
        assert session.scalars(select(Prediction.id)).all() == []
    assert admin.ask("/done") == "Polar: 4 photos, 16 more and I can begin."
    assert "I can't tell" in shown(admin, picture(5))["text"]
    assert taught(bot, "polar") == 4


def add_examples(bot: RunningBot, *names: str) -> None:
    """Some examples of each label."""
    with bot.database.session() as session:
        for number, label in enumerate(label for label in names for _ in range(9)):
            size = {"width": 9, "height": 9, "size_bytes": 9}
            photo = Photo(sha256=f"{label}-{number}", dhash=number << 40, source="bears", **size)
            session.add(photo)
            session.flush()
            kind = {"label": label, "first_label": label, "split": Split.TRAIN, "origin": "add"}
            session.add(Example(photo_id=photo.id, group=photo.sha256, **kind))


def test_enough_photos_can_be_learned_at_once(bot: RunningBot, admin: Person) -> None:
    """The end of the lesson offers the retraining, unless the next model would forget what the
    present one knows."""
    admin.ask("/teach panda")
    shown(admin, *(picture(seed) for seed in range(100, 110)))
    full = shown(admin, *(picture(seed) for seed in range(110, 120)))
    assert full["text"] == "Panda: 20 photos, 20 of them new."
    add_examples(bot, "black")
    said = admin.say("/done")
    admin.seen = said["message_id"]
    done = admin.hear()
    assert "I need photos of grizzly bear, teddy bear, too:" in done["text"]
    assert buttons(done) == []
    add_examples(bot, "grizzly", "teddy")
    admin.ask("/teach panda")
    said = admin.say("/done")
    admin.seen = said["message_id"]
    done = admin.hear()
    assert done["text"] == ("Panda: 20 photos, 20 of them new.\nThe next retraining learns them.")
    assert buttons(done) == ["Retrain now"]
    with bot.database.session() as session:
        session.execute(delete(Example))  # somebody took them out meanwhile
    admin.press(done, "Retrain now")
    assert admin.hear()["text"].startswith("I can't retrain")


def test_the_last_message_is_taken_back(bot: RunningBot, admin: Person) -> None:
    """By the button under it or by /undo; the photos are gone."""
    admin.ask("/teach lynx")
    first = shown(admin, picture(20), picture(21))
    shown(admin, picture(22))
    assert admin.ask("/undo") == ("Taken back: 1 photo.\nLynx: 2 photos, 18 more and I can begin.")
    assert admin.press(first, "Undo") == (
        "Taken back: 2 photos.\nLynx: 0 photos, 20 more and I can begin."
    )
    assert taught(bot, "lynx") == 0
    assert admin.ask("/undo") == "You have no correction here to take back."


def test_what_is_odd_is_said(bot: RunningBot, admin: Person) -> None:
    """A photo sent twice, one of another label, and one that the model is sure of otherwise."""
    admin.ask("/teach moose")
    shown(admin, picture(30))
    again = shown(admin, picture(30), picture(31, SURE_GRIZZLY))
    assert again["text"].split("\n") == [
        "Moose: 2 photos, 18 more and I can begin.",
        "I had 1 of these already, or one just like it.",
        "Odd: I am sure that 1 of these is grizzly bear.",
        'If the photos are right, go on; if not, press "Undo".',
    ]
    admin.ask("/teach elk")
    other = shown(admin, picture(30))
    assert other["text"].split("\n")[1] == ("1 shows the same as a photo of moose: I left it out.")
    assert taught(bot, "elk") == 0


def test_a_captioned_photo_is_taught_alone(bot: RunningBot, admin: Person) -> None:
    """No lesson begins: the next photo is answered."""
    one = shown(admin, picture(40), caption="/teach wolf")
    assert one["text"] == "Wolf: 1 photo, 19 more and I can begin."
    assert "I can't tell" in shown(admin, picture(41))["text"]
    assert taught(bot, "wolf") == 1


def test_a_label_is_described_in_the_chat(bot: RunningBot, admin: Person) -> None:
    """Names by language and other spellings; the dataset's spelling of a label counts."""
    admin.ask("/teach ox\nde: Ochse\nalso: bullock, steer")
    assert admin.ask("/teach OX; es: buey").startswith("Send me photos of ox,")
    with bot.database.reading() as session:
        said = labels.texts(session)["ox"]
    assert said.names == {"de": "Ochse", "es": "buey"}
    assert list(said.aliases) == ["bullock", "steer"]
    assert admin.ask("/teach brown bear").startswith("Send me photos of grizzly,")


def test_a_label_gets_its_place_in_the_chat(bot: RunningBot, admin: Person) -> None:
    """Among those that no model knows; all others keep theirs, in plain words."""

    def order() -> tuple[str, ...]:
        with bot.database.reading() as session:
            return present_order(session)

    admin.ask("/teach yak\nde: Yak")
    last = len(order())
    assert order()[-1] == "yak"
    said = admin.ask(f"/teach gnu\nes: ñu\nplace: {last}")
    assert f"In the menus, gnu is number {last}." in said
    assert order()[-2:] == ("gnu", "yak")
    refused = admin.ask("/teach pika; place: 1")
    assert "In the menus, pika can" in refused
    assert "the labels that I know keep their places" in refused
    assert "pika" not in order()
    assert "grizzly keeps its place" in admin.ask("/teach grizzly; place: 2")
    assert f'a number, as in "place: {len(order()) + 1}"' in admin.ask("/teach pika; place: first")
    admin.ask("/done")
    assert f"place: {len(order()) + 1}" in admin.ask("/teach")


def test_what_is_refused_begins_nothing_and_says_so(bot: RunningBot, admin: Person) -> None:
    """Neither the lesson nor the photos under the caption; a lesson that goes on is named."""
    assert "\nNothing has begun:" in admin.ask("/teach tapir; place: 1")
    assert "I can't tell" in shown(admin, picture(70))["text"]
    refused = shown(admin, picture(71), picture(72), caption="/teach tapir; place: 1")
    assert "I took none of the 2 photos." in str(refused["text"])
    admin.ask("/teach tapir")
    assert "You still teach me tapir" in admin.ask("/teach ibex; place: 1")
    assert taught(bot, "ibex") == taught(bot, "tapir") == 0


def test_a_label_that_no_model_knows_is_found_by_its_names(bot: RunningBot, admin: Person) -> None:
    """It is not opened twice, whatever it is called and however that is written."""
    admin.ask("/teach rhino\nde: Nashorn\nalso: rhinoceros")
    admin.ask("/done")
    for name in ("nashorn", "Rhinoceros", "RHINO"):
        assert "rhino" in admin.ask(f"/teach {name}").split("\n")[0]
        admin.ask("/done")
    with bot.database.reading() as session:
        assert not {"nashorn", "Rhinoceros", "RHINO"} & set(present_order(session))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/teach", "Write /teach and a label"),
        ("/teach /retrain", "A label is letters"),
        ("/teach retrain", '"retrain" already means something else'),
        ("/teach none", '"none" already means something else'),
        ("/teach outside", '"outside" already means something else'),
        ("/teach ../../etc", "A label is letters"),
        ("/teach " + "x" * 65, "A label is letters"),
        ("/teach polar\nfr: ours", 'I don\'t understand the line "fr: ours"'),
        ("/teach polar\nde: " + "x" * 65, "A name is one line"),
        ("/teach grizly", "Did you mean grizzly bear?"),
    ],
)
def test_what_cannot_be_taught_gets_a_sentence(
    bot: RunningBot, admin: Person, text: str, answer: str
) -> None:
    """A command, a path, a word with a meaning, a typing error."""
    assert answer in admin.ask(text)


def test_only_admins_teach(bot: RunningBot, person: Person) -> None:
    """By command or caption: a sentence, an audit row, and nothing is kept."""
    assert person.ask("/teach polar").startswith("Only admins can do that.")
    refused = shown(person, picture(50), caption="/teach polar")
    assert str(refused["text"]).startswith("Only admins can do that.")
    with bot.database.reading() as session:
        noted = session.scalars(select(Audit.action).where(Audit.actor_id == person.id)).all()
    assert noted == ["teach_refused", "teach_refused"]


def test_nobody_takes_back_what_another_taught(
    bot: RunningBot, admin: Person, person: Person
) -> None:
    """A press with the number of an admin's lesson, made up by a stranger, changes nothing."""
    admin.ask("/teach otter")
    shown(admin, picture(60))
    with bot.database.reading() as session:
        verdict_id = session.scalars(
            select(ReviewVerdict.id).where(ReviewVerdict.label == "otter")
        ).one()
    person.say("hello")
    forged = person.hear()
    body = {"user": person.id, "chat": person.id, "message_id": forged["message_id"]}
    bot.http.post("/local/press", json={**body, "data": f"v1:{verdict_id}:unteach"})
    person.ask("hello")
    assert taught(bot, "otter") == 1
    assert admin.ask("/done").startswith("Otter: 1 photo,")


def test_nothing_is_kept_without_consent(tmp_path: object) -> None:
    """The bot asks; until it may, photos are left."""
    with RunningBot(tmp_path) as bot:  # type: ignore[arg-type]
        admin = bot.admin
        admin.ask("/teach polar")
        assert admin.hear()["text"].startswith(CONSENT)
        asked = shown(admin, picture(60))
        assert str(asked["text"]).startswith(CONSENT)
        with bot.database.reading() as session:
            assert session.scalars(select(Photo)).all() == []
        admin.press(asked, "Keep my photos")
        assert shown(admin, picture(60))["text"] == "Polar: 1 photo, 19 more and I can begin."
