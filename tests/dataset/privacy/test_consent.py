"""Consent given and withdrawn, a person forgotten, and what they get when they ask."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from dataset.conversation import people, predictions
from dataset.errors import ConsentMissing, ForgottenError, NotFoundError
from dataset.photos.store import NewPhoto, keep_photo
from dataset.privacy import consents, forgetting
from dataset.privacy.exporting import export
from dataset.reviewing import queue
from dataset.storage.schema import (
    Base,
    Claim,
    Consent,
    Example,
    Forgotten,
    Person,
    Photo,
    Prediction,
    ReviewVerdict,
)
from tests.dataset.folds import fold
from tests.dataset.world import ADMIN, World, dhash_of


def _keep(world: World, content: str, *, consent_id: int | None, dhash: int | None = None) -> Photo:
    with world.database.session() as session:
        return keep_photo(
            session,
            world.store,
            content.encode(),
            NewPhoto(
                dhash=dhash_of(content) if dhash is None else dhash,
                width=1,
                height=1,
                source="telegram",
                consent_id=consent_id,
            ),
        )


def _forget(world: World, user_id: int) -> forgetting.Forgot:
    with world.database.session() as session:
        return forgetting.forget(session, world.store, user_id, now=world.tick())


def _everything(world: World) -> str:
    """Every value in every table, as one text to look for traces in."""
    with world.database.reading() as session:
        return "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )


def test_nothing_is_in_force_before_it_is_granted(world: World) -> None:
    """A person who said nothing has no consent."""
    with world.database.reading() as session:
        assert consents.current(session, 1) is None


def test_granting_twice_is_one_consent(world: World) -> None:
    """The same version of the notice is agreed to once; another version makes another."""
    with world.database.session() as session:
        ids = [consents.grant(session, 1, version).id for version in ("1", "1", "2")]

    assert ids[0] == ids[1] != ids[2]


def test_the_question_is_asked_once(world: World) -> None:
    """The first time says yes, every later one no."""
    with world.database.session() as session:
        asked = [people.mark_consent_asked(session, 1) for _ in range(2)]

    assert [True, False] == asked


def test_a_photo_without_consent_is_not_kept(world: World) -> None:
    """Without a consent, or with one withdrawn, no file and no row comes to be."""
    with world.database.session() as session:
        consent = consents.grant(session, 1, "1")
        consents.withdraw(session, 1)
    for consent_id in (None, consent.id):
        with pytest.raises(ConsentMissing):
            _keep(world, "a photo", consent_id=consent_id)

    assert [] == list(world.store.hashes())


def test_withdrawn_photos_leave_the_queue_at_once(world: World) -> None:
    """Nobody looks at a photo whose consent was withdrawn, whatever is still claimed of it."""
    answer, photo = world.kept_answer(verdict="unsure")
    with world.database.session() as session:
        count = consents.withdraw(session, 1)
    world.claim(answer, label="grizzly", user_id=11)

    with world.database.session() as session:
        assert queue.next_photo(session, 7) is None
    assert count == 1
    assert world.photo(photo).queue_reason is None


def test_a_photo_two_people_sent_stays_with_the_other(world: World) -> None:
    """Withdrawing takes nothing from somebody else who sent the same and allowed it."""
    photo = world.keep(world.answer(user_id=1, verdict="unsure"), content="same")
    world.keep(world.answer(user_id=5, verdict="unsure"), content="same")
    with world.database.session() as session:
        count = consents.withdraw(session, 1)

    with world.database.reading() as session:
        rests_on = session.get_one(Consent, world.photo(photo).consent_id).user_id
    assert (0, 5) == (count, rests_on)
    assert world.photo(photo).queue_reason is not None


def test_a_withdrawn_photo_sent_again_after_consent_is_usable(world: World) -> None:
    """Consenting anew and sending the photo again lets it be used again."""
    photo = world.keep(world.answer(verdict="unsure"), content="same")
    with world.database.session() as session:
        consents.withdraw(session, 1)
    world.keep(world.answer(verdict="unsure"), content="same")

    assert world.photo(photo).queue_reason is not None


def test_withdrawing_lets_a_duplicate_stand_for_itself(world: World) -> None:
    """When the photo that stood for the family goes, the next one waits in its place."""
    world.keep(world.answer(verdict="unsure"), content="a", dhash=dhash_of("bear"))
    other = world.keep(
        world.answer(user_id=5, verdict="unsure"), content="b", dhash=dhash_of("bear") ^ 1
    )
    with world.database.session() as session:
        consents.withdraw(session, 1)
        found = queue.next_photo(session, 7)

    assert found is not None
    assert found.id == other.id


def test_forgetting_leaves_no_trace_but_hashes(world: World) -> None:
    """After /forget no table names the person, no file of theirs is left, the numbers stay."""
    person = 987_654
    answer, photo = world.kept_answer(user_id=person, verdict="unsure")
    world.answer(user_id=person)
    others_answer, _ = world.kept_answer(user_id=5)
    world.claim(others_answer, label="grizzly", user_id=person)
    world.decide(photo, label="grizzly")
    fold(world)
    with world.database.session() as session:
        people.set_language(session, person, "es")
    report = _forget(world, person)

    assert (1, 1, 1, 2) == (report.photos, report.examples, report.claims, report.predictions)
    assert not world.store.has(photo.sha256)
    assert str(person) not in _everything(world)
    with world.database.reading() as session:
        assert session.scalars(select(Forgotten.sha256)).all() == [photo.sha256]
        left = session.get_one(Prediction, answer.id)
        assert (answer.probability, "") == (left.probability, left.file_id)
        assert session.scalars(select(Example.id)).all() == []
        assert session.scalars(select(ReviewVerdict.id)).all() == []


@pytest.mark.parametrize("bits", [0, 0b1, 0b11])
def test_what_was_forgotten_does_not_come_back(world: World, bits: int) -> None:
    """Neither the photo nor a near duplicate of it is kept again, from any sender."""
    world.keep(world.answer(), content="a", dhash=dhash_of("bear"))
    _forget(world, 1)
    with world.database.session() as session:
        consent = consents.grant(session, 5, "1")
    content = "a" if bits == 0 else "something else"

    with pytest.raises(ForgottenError):
        _keep(world, content, consent_id=consent.id, dhash=dhash_of("bear") ^ bits)


def test_forgetting_one_does_not_block_unlike_photos(world: World) -> None:
    """A photo that merely has the same size or sender is kept as before."""
    world.keep(world.answer(), content="a")
    _forget(world, 1)
    with world.database.session() as session:
        consent = consents.grant(session, 1, "1")

    assert _keep(world, "b", consent_id=consent.id).id


def test_what_comes_next_is_not_taken_for_what_was_forgotten(world: World) -> None:
    """A button or a page that still shows a forgotten photo means no later one."""
    answer, photo = world.kept_answer()
    _forget(world, 1)
    next_answer, next_photo = world.kept_answer(user_id=5)
    with pytest.raises(NotFoundError):
        world.decide(photo, "label", label="teddy")

    assert next_answer.id > answer.id
    assert next_photo.id > photo.id
    assert (next_photo.consent_id or 0) > (photo.consent_id or 0)


def test_forgetting_keeps_what_another_person_allowed(world: World) -> None:
    """A photo that somebody else sent too stays, file and all."""
    photo = world.keep(world.answer(user_id=1), content="same")
    world.keep(world.answer(user_id=5), content="same")
    report = _forget(world, 1)

    assert (0, True) == (report.photos, world.store.has(photo.sha256))


def test_forgetting_keeps_a_collected_photo(world: World) -> None:
    """Sending a picture that was collected from a public source gives no right over it."""
    photo = world.collected("public")
    with world.database.session() as session:
        queue.attach_photo(session, world.answer().id, session.merge(photo), quorum=3, alike=())
    report = _forget(world, 1)

    assert (0, True) == (report.photos, world.store.has(photo.sha256))


def test_a_forgotten_person_s_last_photo_is_not_found(world: World) -> None:
    """Neither a reply nor "my last photo" leads to the anonymous numbers."""
    answer = world.answer()
    _forget(world, 1)

    with world.database.reading() as session:
        assert predictions.last_prediction(session, 1, 1) is None
        assert predictions.find_predictions(session, 1, answer.photo_message_id) == []


def test_forgetting_does_not_lift_a_ban(world: World) -> None:
    """Who may not claim any more may not after /forget either."""
    from dataset.conversation.claims import claims

    with world.database.session() as session:
        claims.ban_claims(session, 1, banned_by=ADMIN, quorum=3)
    _forget(world, 1)

    with world.database.reading() as session:
        assert session.get_one(Person, 1).claims_banned_at is not None


def test_others_photos_take_their_place_anew_without_the_claim(world: World) -> None:
    """A photo that waited only because of the forgotten person's claim waits no more."""
    answer, photo = world.kept_answer(user_id=5)
    world.claim(answer, label="grizzly", user_id=1)
    _forget(world, 1)

    assert world.photo(photo).queue_reason is None


def test_a_forgetting_that_fails_keeps_the_files(world: World) -> None:
    """Files are deleted only once the rows are gone for good."""
    _, photo = world.kept_answer()

    def fail() -> None:
        with world.database.session() as session:
            forgetting.forget(session, world.store, 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert world.store.has(photo.sha256)


def test_forgetting_a_stranger_does_nothing(world: World) -> None:
    """Somebody of whom nothing is stored can ask as well."""
    report = _forget(world, 404)

    assert (0, 0, 0, 0) == (report.photos, report.examples, report.claims, report.predictions)


def test_the_export_holds_everything_of_one_person(world: World) -> None:
    """The ZIP has their answers, claims, consents and photos, and nobody else's."""
    answer, photo = world.kept_answer(user_id=1)
    world.claim(answer, label="grizzly")
    world.kept_answer(user_id=5)
    file = io.BytesIO()
    with world.database.reading() as session:
        report = export(session, world.store, 1, file)

    with zipfile.ZipFile(file) as archive:
        content = json.loads(archive.read("data.json"))
        names = archive.namelist()
        data = archive.read(f"photos/{photo.sha256}.jpg")
    assert (1, 0, 1, 1) == (report.photos, report.missing, report.predictions, report.claims)
    assert ["data.json", f"photos/{photo.sha256}.jpg"] == names
    assert data == world.store.get(photo.sha256)
    assert [answer.id] == [row["id"] for row in content["answers"]]
    assert ["grizzly"] == [row["label"] for row in content["claims"]]


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_an_export_goes_on_without_a_lost_file(world: World, how: str) -> None:
    """A photo whose file is gone, or cannot be read, is counted as missing."""
    _, photo = world.kept_answer()
    if how == "lost":
        world.store.delete(photo.sha256)
    else:
        world.store.path(photo.sha256).write_bytes(b"half")
    with world.database.reading() as session:
        report = export(session, world.store, 1, io.BytesIO())

    assert (0, 1) == (report.photos, report.missing)


def test_claims_of_others_stay_when_a_person_is_forgotten(world: World) -> None:
    """In a group, what others said of the photo stays, as a number."""
    answer = world.answer(user_id=1)
    claim = world.claim(answer, label="grizzly", user_id=5)
    _forget(world, 1)

    with world.database.reading() as session:
        assert session.get(Claim, claim.id) is not None
