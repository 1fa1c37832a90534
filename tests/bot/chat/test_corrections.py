"""Corrections: bound to one answer, in any spelling that leaves no doubt, and taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dataset.storage.schema import Audit, Claim, Prediction
from tests.bot.running import (
    OUTSIDE,
    SURE_BLACK,
    SURE_GRIZZLY,
    UNSURE,
    Person,
    RunningBot,
    button_data,
    buttons,
    photo,
)


def claims_of(bot: RunningBot, person: Person) -> list[tuple[int, str, str | None]]:
    """The person's claims: (message id of the photo, kind, label), oldest first."""
    with bot.database.reading() as session:
        rows = session.execute(
            select(Prediction.photo_message_id, Claim.kind, Claim.label)
            .join(Claim.prediction)
            .where(Claim.user_id == person.id)
            .order_by(Claim.id)
        ).all()
    return [(message_id, kind.value, label) for message_id, kind, label in rows]


def test_wrong_as_a_reply_to_the_photo_is_bound_to_it(bot: RunningBot, person: Person) -> None:
    """A second photo does not steal the first one's correction."""
    first = person.show(photo(seed=1))
    person.show(photo(seed=2))
    person.seen = person.hear_all(at_least=2)[-1]["message_id"]
    reply = person.ask("/wrong black", reply_to=first["message_id"])
    assert reply.startswith("Noted: black bear. Thank you!")
    assert claims_of(bot, person) == [(first["message_id"], "label", "black")]


def test_wrong_as_a_reply_to_the_answer_means_its_photo(bot: RunningBot, person: Person) -> None:
    """The photo or the bot's answer, whatever a person replies to."""
    sent = person.show(photo(seed=3))
    answer = person.hear()
    person.show(photo(seed=4))
    person.hear()
    person.ask("/wrong teddy", reply_to=answer["message_id"])
    assert claims_of(bot, person) == [(sent["message_id"], "label", "teddy")]


def test_wrong_without_a_reply_means_the_last_photo(bot: RunningBot, person: Person) -> None:
    """The person's own last photo in this chat, not somebody else's."""
    group = person.in_chat(-1010)
    mine = group.show(photo(), caption="/identify")
    group.hear()
    other = bot.person().in_chat(-1010)
    other.show(photo(SURE_BLACK), caption="/identify")
    group.hear()
    group.ask("/wrong teddy")
    assert claims_of(bot, person) == [(mine["message_id"], "label", "teddy")]


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("BLACK", "black"),
        ("Black Bear!", "black"),
        ("baribal", "black"),
        ("oso  de  peluche", "teddy"),
        ("Plüschbär", "teddy"),
        ("pluschbar", "teddy"),
    ],
)
def test_labels_are_understood_in_any_case_language_and_alias(
    bot: RunningBot, person: Person, said: str, label: str
) -> None:
    """What names a label without doubt is that label."""
    person.show(photo())
    person.hear()
    person.ask(f"/wrong {said}")
    assert [claim[1:] for claim in claims_of(bot, person)] == [("label", label)]


def test_a_close_spelling_is_asked_back_and_one_press_answers(
    bot: RunningBot, person: Person
) -> None:
    """A slip is not guessed at: the person confirms it."""
    person.show(photo(SURE_BLACK))
    person.hear()
    said = person.say("/wrong grizly")
    person.seen = said["message_id"]
    question = person.hear()
    assert question["text"] == 'I don\'t know "grizly". Did you mean grizzly bear?'
    assert claims_of(bot, person) == []
    assert person.press(question, "grizzly bear") == "Noted: grizzly bear. Thank you!"
    assert [claim[1:] for claim in claims_of(bot, person)] == [("label", "grizzly")]


@pytest.mark.parametrize("said", ["../../etc/passwd", "walrus", "'; DROP TABLE claims;--", "🐻"])
def test_an_unknown_label_is_never_taken_and_the_labels_are_offered(
    bot: RunningBot, person: Person, said: str
) -> None:
    """Labels are a closed set; anything else leaves an audit row and no claim."""
    person.show(photo())
    person.hear()
    told = person.say(f"/wrong {said}")
    person.seen = told["message_id"]
    answer = person.hear()
    assert answer["text"].startswith(f'I don\'t know "{said}"')
    assert buttons(answer)[:2] == ["black bear", "teddy bear"]
    assert claims_of(bot, person) == []
    with bot.database.reading() as session:
        rows = session.scalars(
            select(Audit).where(Audit.actor_id == person.id, Audit.action == "unknown_label")
        ).all()
    assert len(rows) == 1


def test_wrong_alone_offers_the_labels(bot: RunningBot, person: Person) -> None:
    """Every label but the one that was answered, none of them, and something else."""
    person.show(photo())
    person.hear()
    said = person.say("/wrong")
    person.seen = said["message_id"]
    offer = person.hear()
    assert offer["text"] == "What is it, then?"
    assert buttons(offer) == ["black bear", "teddy bear", "None of these", "Other problem"]
    person.press(offer, "None of these")
    assert [claim[1:] for claim in claims_of(bot, person)] == [("none", None)]


def test_the_button_wrong_leads_to_the_labels_and_back(bot: RunningBot, person: Person) -> None:
    """Wrong opens the choice in place; Back closes it; a choice is noted under the answer."""
    person.show(photo())
    answer = person.hear()
    person.press(answer, "Wrong")
    opened = person.again(answer, until=lambda now: "Back" in buttons(now))
    person.press(opened, "Back")
    closed = person.again(answer, until=lambda now: "Wrong" in buttons(now))
    person.press(closed, "Wrong")
    opened = person.again(answer, until=lambda now: "teddy bear" in buttons(now))
    assert person.press(opened, "teddy bear") == "Noted: teddy bear. Thank you!"
    noted = person.again(answer, until=lambda now: "Noted" in now["text"])
    assert noted["text"].startswith("Grizzly bear, 97%")
    assert buttons(noted) == ["Undo"]
    assert [claim[1:] for claim in claims_of(bot, person)] == [("label", "teddy")]


def test_right_is_recorded_too(bot: RunningBot, person: Person) -> None:
    """A confirmation counts as much as a correction."""
    person.show(photo())
    answer = person.hear()
    assert person.press(answer, "Right") == "Noted: right. Thank you!"
    assert [claim[1:] for claim in claims_of(bot, person)] == [("right", None)]


def test_pressing_twice_records_once(bot: RunningBot, person: Person) -> None:
    """Two presses on one button are one claim and no mishap."""
    person.show(photo())
    answer = person.hear()
    right = button_data(answer, "Right")
    assert person.press_data(answer, right) == person.press_data(answer, right)
    assert len(claims_of(bot, person)) == 1


def test_changing_ones_mind_replaces_the_claim(bot: RunningBot, person: Person) -> None:
    """The last word counts."""
    person.show(photo())
    answer = person.hear()
    person.press(answer, "Right")
    person.ask("/wrong black")
    person.ask("/wrong none", reply_to=answer["message_id"])
    assert [claim[1:] for claim in claims_of(bot, person)] == [("none", None)]


def test_undo_takes_the_claim_back(bot: RunningBot, person: Person) -> None:
    """/undo and the button Undo leave no claim; a second /undo says that nothing is left."""
    person.show(photo())
    answer = person.hear()
    person.press(answer, "Right")
    assert person.ask("/undo") == "Taken back."
    assert claims_of(bot, person) == []
    assert person.ask("/undo") == "You have no correction here to take back."


def test_naming_the_answered_label_is_saying_right(bot: RunningBot, person: Person) -> None:
    """/wrong with the label that was answered for sure disputes nothing."""
    person.show(photo(SURE_GRIZZLY))
    person.hear()
    assert person.ask("/wrong grizzly") == "Noted: right. Thank you!"


def test_an_unsure_answer_is_settled_with_one_press(bot: RunningBot, person: Person) -> None:
    """Either candidate is a claim of that label, the more likely one too."""
    person.show(photo(UNSURE))
    answer = person.hear()
    person.press(answer, "grizzly bear")
    assert [claim[1:] for claim in claims_of(bot, person)] == [("label", "grizzly")]


def test_an_outside_answer_can_be_contradicted(bot: RunningBot, person: Person) -> None:
    """ "It is a bear" offers every label."""
    person.show(photo(OUTSIDE))
    answer = person.hear()
    person.press(answer, "It is a bear")
    opened = person.again(answer, until=lambda now: "teddy bear" in buttons(now))
    assert buttons(opened)[:3] == ["black bear", "grizzly bear", "teddy bear"]
    person.press(opened, "teddy bear")
    assert [claim[1:] for claim in claims_of(bot, person)] == [("label", "teddy")]


def test_each_photo_of_an_album_is_corrected_by_itself(bot: RunningBot, person: Person) -> None:
    """By its number, by its button, or all at once."""
    sent = person.show(photo(seed=1), photo(SURE_BLACK, seed=2), photo(seed=3))
    parts = [message["message_id"] for message in sent["album_messages"]]
    answer = person.hear()
    person.ask("/wrong 2 teddy", reply_to=answer["message_id"])
    person.press(answer, "3: wrong")
    opened = person.again(answer, until=lambda now: "3: black bear" in buttons(now))
    assert all(name.startswith("3: ") for name in buttons(opened)[:-1])
    person.press(opened, "3: black bear")
    noted = person.again(answer, until=lambda now: "Noted" in now["text"])
    person.press(noted, "All right")
    person.again(answer, until=lambda now: "Noted: right" in now["text"])
    assert sorted(claims_of(bot, person)) == [
        (parts[0], "right", None),
        (parts[1], "label", "teddy"),
        (parts[2], "label", "black"),
    ]


def test_an_albums_label_without_a_number_asks_which_photo(bot: RunningBot, person: Person) -> None:
    """The label is kept in the buttons, so that one press is enough."""
    sent = person.show(photo(seed=1), photo(seed=2))
    parts = [message["message_id"] for message in sent["album_messages"]]
    person.hear()
    said = person.say("/wrong teddy")
    person.seen = said["message_id"]
    question = person.hear()
    assert question["text"] == "Which photo do you mean?"
    person.press(question, "2")
    assert claims_of(bot, person) == [(parts[1], "label", "teddy")]


def test_a_digit_that_is_no_number_is_taken_for_a_label(person: Person) -> None:
    """Unicode has digits, such as ², that no number can be made of."""
    person.show(photo(seed=1), photo(seed=2))
    person.hear()
    assert person.ask("/wrong ²") == "Which photo do you mean?"


def test_a_reply_to_something_unanswered_is_told_so(person: Person) -> None:
    """A message without a prediction cannot be corrected."""
    said = person.say("hello")
    person.hear()
    reply = person.ask("/wrong grizzly", reply_to=said["message_id"])
    assert reply.startswith("I didn't answer that message.")


@pytest.mark.parametrize("command", ["/wrong black", "/why"])
def test_before_the_first_photo_there_is_nothing_to_talk_about(
    person: Person, command: str
) -> None:
    """What needs an answered photo says so, whatever it wanted to do with the photo."""
    assert person.ask(command).startswith("I have no answer to a photo of yours here.")


def test_a_claim_on_somebody_elses_photo_is_the_claimants(bot: RunningBot, person: Person) -> None:
    """In a group anybody may contradict; the claim is theirs, the photo's owner is not asked."""
    owner = bot.person().in_chat(-1011)
    shown = owner.show(photo(), caption="/identify")
    answer = owner.hear()
    other = person.in_chat(-1011)
    other.press(answer, "Wrong")
    opened = other.again(answer, until=lambda now: "black bear" in buttons(now))
    assert other.press(opened, "black bear") == "Noted: black bear. Thank you!"
    assert claims_of(bot, person) == [(shown["message_id"], "label", "black")]
    assert claims_of(bot, owner) == []
    again = other.again(answer, until=lambda now: "Wrong" in buttons(now))
    assert again["text"] == answer["text"]


@pytest.mark.parametrize(
    "data", ["v1:999999:right", "v1:1:label:77", "v1:1:label", "v2:1:right", "drop table", "v1:0:x"]
)
def test_a_forged_button_does_nothing_but_leave_a_trace(
    bot: RunningBot, person: Person, data: str
) -> None:
    """Callback data that no button of this chat carries is refused and noted."""
    person.show(photo())
    answer = person.hear()
    assert person.press_data(answer, data) == "This button no longer works."
    assert claims_of(bot, person) == []
    with bot.database.reading() as session:
        trace = session.scalars(
            select(Audit).where(Audit.actor_id == person.id, Audit.action == "forged_press")
        ).all()
    assert len(trace) == 1


def test_a_button_for_another_chats_answer_is_refused(bot: RunningBot, person: Person) -> None:
    """A prediction's id alone opens nothing: it must be of this chat."""
    other = bot.person()
    other.show(photo())
    right = button_data(other.hear(), "Right")
    person.show(photo())
    answer = person.hear()
    assert person.press_data(answer, right) == "This button no longer works."
    assert claims_of(bot, person) == []


def test_many_people_at_once_each_get_their_own(bot: RunningBot) -> None:
    """Photos and corrections of many people interleave without mixing."""
    people = [bot.person() for _ in range(15)]
    sent = {someone.id: someone.show(photo(seed=someone.id % 200)) for someone in people}
    for someone in people:
        someone.hear()
    for someone in people:
        someone.say("/wrong black")
    for someone in people:
        someone.hear()
        assert claims_of(bot, someone) == [(sent[someone.id]["message_id"], "label", "black")]
