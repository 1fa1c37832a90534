"""A thousand corrections at once: each bound to its photo, none lost, none twice."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from dataset.storage.schema import Claim, Prediction
from tests.bot.running import Person, RunningBot, photo

PEOPLE = 50
PHOTOS = 200
CLAIMS = 1000
GROUPS = 4


def test_a_thousand_claims_find_their_photos(tmp_path: Path) -> None:
    """50 people, 200 photos in 4 groups, answers and photos as targets of replies, all at once."""
    with RunningBot(tmp_path) as bot, ThreadPoolExecutor(8) as threads:
        people = [bot.person().id for _ in range(PEOPLE)]
        groups = [-2000 - number for number in range(GROUPS)]

        def show(number: int) -> tuple[int, int]:
            owner = Person(bot.http, people[number % PEOPLE], chat=groups[number % GROUPS])
            sent = owner.show(photo(seed=number), caption="/identify")
            return owner.chat, sent["message_id"]

        shown = list(threads.map(show, range(PHOTOS)))
        answers = {
            (chat, answer["reply_to_message"]["message_id"]): answer["message_id"]
            for chat in groups
            for answer in Person(bot.http, people[0], chat=chat).hear_all(at_least=PHOTOS // GROUPS)
        }
        chance = random.Random(7)  # noqa: S311 - which photo somebody disputes is not a secret
        pairs = [(user, target) for user in people for target in shown]
        wanted = {pair: chance.choice(["black", "teddy"]) for pair in chance.sample(pairs, CLAIMS)}

        def claim(pair: tuple[int, tuple[int, int]]) -> None:
            user, (chat, photo_id) = pair
            target = answers[chat, photo_id] if user % 2 else photo_id
            Person(bot.http, user, chat=chat).say(f"/wrong {wanted[pair]}", reply_to=target)

        list(threads.map(claim, chance.sample(sorted(wanted), CLAIMS)))
        for chat in groups:
            due = sum(1 for _, target in wanted if target[0] == chat)
            everybody = Person(bot.http, people[0], chat=chat)
            everybody.hear_all(at_least=due, starting="Noted")
        with bot.database.reading() as session:
            rows = session.execute(
                select(
                    Claim.user_id, Prediction.chat_id, Prediction.photo_message_id, Claim.label
                ).join(Claim.prediction)
            ).all()
            count = session.scalar(select(func.count()).select_from(Claim))
    got = {(user, (chat, message)): label for user, chat, message, label in rows}
    assert count == CLAIMS
    assert got == wanted
