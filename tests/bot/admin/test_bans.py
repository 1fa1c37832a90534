"""/unban: a reviewer's ban is lifted by its number."""

from __future__ import annotations

import pytest

from dataset.conversation.claims import claims
from dataset.storage.schema import Person as PersonRow
from tests.bot.running import RunningBot, photo


def test_a_ban_that_is_lifted_lets_corrections_count_again(bot: RunningBot) -> None:
    """The person's next correction is taken, and a second /unban finds no ban."""
    person = bot.person()
    person.show(photo())
    person.hear()
    with bot.database.session() as session:
        claims.ban_claims(session, person.id, banned_by=2, quorum=3)
    refused = person.ask("/wrong teddy")
    said = [bot.admin.ask(f"/unban {person.id}") for _ in range(2)]

    assert "I no longer take corrections from you." == refused
    assert [
        f"I take corrections from {person.id} again, and old ones count.",
        f"{person.id} is not banned.",
    ] == said
    assert "I no longer take" not in person.ask("/wrong teddy")
    with bot.database.reading() as session:
        row = session.get(PersonRow, person.id)
    assert row is not None
    assert row.claims_banned_at is None


@pytest.mark.parametrize("said", ["", "nobody", "-5", "9" * 40])
def test_an_unban_of_nobody_says_how(bot: RunningBot, said: str) -> None:
    """Without a person's number the command explains itself."""
    assert "by number: /unban 12345" in bot.admin.ask(f"/unban {said}".strip())
