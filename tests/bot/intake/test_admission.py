"""Who may use the bot, and how fast."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.intake.admission import Gate, Pass
from bot.intake.shared_admission import SharedRates
from bot.process.database_thread import Records
from bot.settings import Limits
from dataset.conversation import rates
from dataset.storage.schema import Claim
from tests.bot.running import SURE_GRIZZLY, RunningBot, photo


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def gate(clock: Clock, **options: object) -> Gate:
    """A gate with admin 2 and no limits but those given."""
    values: dict[str, object] = {
        "admins": {2},
        "allowed": (),
        "denied": (),
        "per_person_per_minute": 0,
        "per_minute": 0,
        **options,
    }
    return Gate(clock=clock, **values)  # type: ignore[arg-type]


def test_a_person_who_is_too_fast_is_told_once_and_may_go_on_later() -> None:
    """Told once, then silence, until there is room again."""
    clock = Clock()
    one = gate(clock, per_person_per_minute=3)
    passes = [one.admit(5, 5) for _ in range(6)]
    assert passes == [Pass.IN] * 3 + [Pass.TELL_PERSON] + [Pass.SILENCE] * 2
    clock.now = 25.0
    assert one.admit(5, 5) is Pass.IN
    assert one.admit(5, 5) is Pass.TELL_PERSON


def test_one_persons_haste_is_not_anothers() -> None:
    """Rates are per person."""
    one = gate(Clock(), per_person_per_minute=1)
    assert [one.admit(5, 5), one.admit(6, 6)] == [Pass.IN, Pass.IN]


def test_everybody_together_has_a_limit_too() -> None:
    """Each person gets one message."""
    one = gate(Clock(), per_minute=1)
    assert one.admit(5, 5) is Pass.IN
    assert [one.admit(6, 6), one.admit(6, 6)] == [Pass.TELL_ALL, Pass.SILENCE]
    assert one.admit(7, 7) is Pass.TELL_ALL


def test_admins_pass_the_limits() -> None:
    """A reviewer at work is not slowed down."""
    one = gate(Clock(), per_person_per_minute=1)
    assert {one.admit(2, 2) for _ in range(10)} == {Pass.IN}


def test_lists_of_people_and_chats() -> None:
    """Denied are ignored; with a list of allowed ones, everybody else is."""
    assert gate(Clock(), denied={5}).admit(5, 5) is Pass.SILENCE
    assert gate(Clock(), denied={-9}).admit(5, -9) is Pass.SILENCE
    only = gate(Clock(), allowed={5, -9})
    assert [only.admit(5, 5), only.admit(6, -9), only.admit(6, 6), only.admit(2, 2)] == [
        Pass.IN,
        Pass.IN,
        Pass.SILENCE,
        Pass.IN,
    ]


def test_a_list_follows_a_group_that_becomes_a_supergroup(tmp_path: Path) -> None:
    """Which has another number then; also after a restart, and for no other group."""
    group, after = -2031, -1_000_000_002_031
    with RunningBot(tmp_path, allowed_ids=str(group)) as bot:
        person = bot.person()
        there = person.in_chat(after)
        there.show(photo(seed=1), caption="/identify")
        told = person.in_chat(group).say("anybody here?")
        chat = {"id": group, "type": "group", "title": "Bears"}
        moved = told | {"message_id": 900, "chat": chat, "migrate_to_chat_id": after}
        bot.deliver({"message": {key: value for key, value in moved.items() if key != "text"}})
        second = there.show(photo(seed=2), caption="/identify")
        assert there.hear()["reply_to_message"]["message_id"] == second["message_id"]
    with RunningBot(tmp_path, allowed_ids=str(group)) as bot:
        other = bot.person().in_chat(after - 1)
        other.show(photo(seed=3), caption="/identify")
        there = bot.person().in_chat(after)
        there.show(photo(seed=4), caption="/identify")
        assert there.hear()["text"].startswith("Grizzly bear")
        assert [] == other.hear_all(at_least=0)


def test_the_running_bot_tells_once_and_falls_silent(tmp_path: Path) -> None:
    """Through the chat: the sentence comes once, other people are answered on."""
    with RunningBot(tmp_path, photos_per_minute=2) as bot:
        hasty = bot.person()
        for _ in range(5):
            hasty.say("hello")
        heard = [message["text"] for message in hasty.hear_all(at_least=3)]
        # The sentence does not wait for the chat's turn, so it may overtake an answer.
        assert sum(text.startswith("You are sending more than I can answer.") for text in heard)
        other = bot.person()
        assert other.ask("hello").startswith("Send me a photo and")
        assert len(hasty.hear_all(at_least=3)) == 3


def test_reactions_count_for_whoever_reacts(tmp_path: Path) -> None:
    """One person's flood of them is theirs; another's thumb counts, and that of a denied person in
    a group does not."""
    denied = 5
    with RunningBot(tmp_path, photos_per_minute=3, denied_ids=str(denied)) as bot:
        hasty, other = bot.person(), bot.person()
        answers = {}
        for person in (hasty, other):
            person.show(photo(SURE_GRIZZLY, seed=person.id))
            answers[person.id] = person.hear()["message_id"]

        def react(user: int, chat: int, number: int, *, old: str, new: str) -> None:
            body = {"user": user, "chat": chat, "message_id": number, "old": old, "new": new}
            assert bot.http.post("/local/react", json=body).status_code == 200

        mine = answers[hasty.id]
        for _ in range(5):
            react(hasty.id, hasty.id, mine, old="", new="👍")
            react(hasty.id, hasty.id, mine, old="👍", new="")
        react(denied, other.id, answers[other.id], old="", new="👍")
        react(other.id, other.id, answers[other.id], old="", new="👍")
        assert other.hear()["text"].startswith("Noted: right.")
        with bot.database.reading() as session:
            claimed = set(session.scalars(select(Claim.user_id)))
        assert denied not in claimed
        assert other.id in claimed


def test_asking_whether_somebody_would_be_let_in_counts_nothing() -> None:
    """The gate tells beforehand what it is going to say, to those on its lists and to the hasty."""
    clock = Clock()
    one = gate(clock, per_person_per_minute=2, denied=(9,))
    assert [one.would_admit(5, 5) for _ in range(5)] == [True] * 5
    assert [one.would_admit(9, 9), one.would_admit(5, 9), one.would_admit(2, 2)] == [
        False,
        False,
        True,
    ]
    assert [one.admit(5, 5), one.admit(5, 5)] == [Pass.IN, Pass.IN]
    assert not one.would_admit(5, 5)
    clock.now = 30.0
    assert one.would_admit(5, 5)
    assert one.admit(5, 5) is Pass.IN


async def test_a_group_that_writes_takes_no_turn_of_what_is_sent_to_it(records: Records) -> None:
    """Both are counted in one table; the group of an anonymous admin has the same number twice."""
    shared = SharedRates(records, Limits(2, 0, 0.0))
    passes = [await shared.admit(-2015) for _ in range(3)]
    waits_s = await records.write(lambda session: rates.next_turn(session, -2015, per_s=1))
    assert ([Pass.IN, Pass.IN, Pass.TELL_PERSON], 0) == (passes, waits_s)
    assert Pass.IN is await shared.admit(2015)
