"""In which language somebody is answered."""

from __future__ import annotations

from pathlib import Path

from telegram import User

from bot.process.database_thread import Records
from bot.speech.preferences import People
from dataset.storage.database import Database
from languages.catalogue import Languages


async def test_who_cannot_be_looked_up_is_answered_as_telegram_says(tmp_path: Path) -> None:
    """A damaged database must not keep a mishap, or an alert, from being told."""
    file = tmp_path / "detector.sqlite3"
    file.write_bytes(b"no database " * 400)
    records = Records(Database(f"sqlite:///{file}"))
    people = People(records, Languages())
    words = await people.words(User(5, "Ada", is_bot=False, language_code="de"))
    assert words("undone").startswith("Zurück")
    assert (await people.words_of(2))("undone") != words("undone")
    records.close()


async def test_what_is_sent_later_follows_telegram_until_somebody_chooses(tmp_path: Path) -> None:
    """Also after a restart; and what Telegram says never stands for a choice."""
    database = Database(f"sqlite:///{tmp_path / 'detector.sqlite3'}")
    records = Records(database)
    await records.upgrade()
    german = User(5, "Ada", is_bot=False, language_code="de")
    await People(records, Languages()).note(german)
    people = People(records, Languages())
    assert (await people.words_of(5)).language == "de"
    spanish = User(5, "Ada", is_bot=False, language_code="es-419")
    assert (await people.words(spanish)).language == "es"
    await people.note(spanish)
    assert (await people.words_of(5)).language == "es"
    await people.choose(5, "en")
    await people.note(german)
    assert (await people.words_of(5)).language == "en"
    assert (await people.words(german)).language == "en"
    records.close()
