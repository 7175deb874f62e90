"""The vault by itself, over a ring in memory: what is put in, taken out, found, wrapped anew, and looked for."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from derbes.core.journal import log
from derbes.core.journal.models import Entry
from derbes.core.vault import approach, breaking, owners, removal, rewrap, vault, words
from derbes.core.vault.models import EndedEpoch, Found, PersonKey, Sealed
from derbes.crypto import envelope, index, leaf, stream
from derbes.crypto.envelope import Unopenable
from derbes.law.permission import Actor, Permission, Request
from derbes.law.vocabulary import ActorKind, Basis, Operation
from tests.core.ledger import AT

pytestmark = pytest.mark.django_db
ALIYA, ERLAN, DANA = (UUID(int=n) for n in (0x1, 0x2, 0x3))
PLACES = {"surname": "identity", "iin": "identity", "email": "contact"}


class Gone(Exception):
    """The key of an epoch is destroyed."""


class Ring:
    """Keys in memory: two epochs, the second of which is current, and one for each index."""

    def __init__(self, current: str = "first") -> None:
        self.now = current
        self.keys = {name: bytes([n]) * 32 for n, name in enumerate(("first", "second"), 1)}

    def current_epoch(self) -> tuple[str, bytes]:
        return self.now, self.keys[self.now]

    def epoch(self, epoch: str) -> bytes:
        if epoch not in self.keys:
            raise Gone
        return self.keys[epoch]

    def index_key(self, kind: str) -> bytes:
        return kind.encode().ljust(32, b"-")


RING = Ring()


def create(subject: UUID = ALIYA, numbers: int = 1, ring: Ring = RING) -> approach.Handle:
    handle = approach.create(subject, ring=ring, numbers=numbers)
    handle.places = PLACES
    return handle


def come(subject: UUID = ALIYA, numbers: int = 1, instances: tuple[str, ...] = ()) -> approach.Handle:
    handle, _ = approach.approach(subject, ring=RING, numbers=numbers, instances=instances, facts=(), at=AT)
    handle.places = PLACES
    return handle


def leave_for(handle: object, *fields: str, subject: UUID = ALIYA, **changes: str) -> Permission:
    """Leave to do one thing with these fields of a person."""
    request = Request(
        actor=Actor(kind=ActorKind.STAFF, code="s-17", unit="registry", role="registrar"),
        subject=subject,
        operation=Operation.USE,
        purpose="service",
        fields=frozenset(fields),
        event="reading.read",
        at=AT,
        recipient=changes.get("recipient", ""),
        reference=changes.get("reference", ""),
    )
    said = {"clause": "2.2", "norm": changes.get("norm", "94-V art. 7"), "edition": "2026-11-22"}
    return Permission(request=request, basis=Basis.CONSENT, key=handle, **said)


def put(handle: approach.Handle, **values: str) -> int:
    return vault.put(leave_for(handle, *values, subject=handle.subject), values)


def taken(*fields: str, subject: UUID = ALIYA) -> dict[str, str]:
    return vault.take(leave_for(come(subject), *fields, subject=subject))


# Coming to a person


def test_a_new_person_has_a_key_of_their_own_and_their_first_numbers() -> None:
    handle = create(numbers=3)
    assert (handle.next_number, handle.last_number, handle.version, handle.sealed) == (1, 3, 1, {})
    row = PersonKey.objects.get()
    assert (row.subject, row.epoch, row.entries, row.version) == (ALIYA, "first", 3, 1)
    assert bytes(row.wrapped) != handle.key
    assert len(handle.key) == 32
    assert create(ERLAN).key != handle.key
    context = b"person key|" + ALIYA.bytes + b"|first"
    assert envelope.open(RING.keys["first"], bytes(row.wrapped), context=context) == handle.key


def test_who_comes_to_a_person_takes_their_next_numbers_and_has_their_key() -> None:
    made = create(numbers=3)
    handle = come(numbers=2)
    assert (handle.subject, handle.key, handle.version) == (ALIYA, made.key, 1)
    assert (handle.next_number, handle.last_number) == (4, 5)
    assert [handle.number(), handle.number(), handle.next_number] == [4, 5, 6]
    assert (come(numbers=0).next_number, come(numbers=0).last_number) == (6, 5)
    assert PersonKey.objects.get().entries == 5
    assert handle.secret == leaf.secret_of(made.key) == handle.secret
    assert repr(made.key) not in repr(handle)


def test_nobody_is_unknown() -> None:
    with pytest.raises(approach.Unknown):
        come(DANA)


def test_who_comes_has_what_is_sealed_and_of_instances_those_asked_for_alone() -> None:
    handle = create()
    vault.put(
        leave_for(handle, "iin", "letter/1", "letter/2"), {"iin": "9", "letter/1": "a", "letter/2": "b"}
    )
    assert set(come().sealed) == {"identity"}
    assert set(come(instances=("letter/1",)).sealed) == {"identity", "letter/1"}
    assert set(come(instances=("letter/1", "letter/2")).sealed) == {"identity", "letter/1", "letter/2"}
    assert come(instances=("letter/9",)).sealed.keys() == {"identity"}
    create(ERLAN)
    assert come(ERLAN, instances=("letter/1",)).sealed == {}


def test_facts_are_answered_in_their_order_for_this_person_and_this_time() -> None:
    create()
    EndedEpoch.objects.create(epoch="of old", at=AT)
    EndedEpoch.objects.create(epoch="of later", at=AT.replace(year=2027))
    facts = (
        "(SELECT 7)",
        "(SELECT {agg}(place){text} FROM vault_sealed WHERE subject = %(subject)s)",
        "(SELECT count(*) FROM vault_endedepoch WHERE at <= %(at)s)",
    )
    put(come(), iin="9")
    handle, answers = approach.approach(
        ALIYA, ring=RING, numbers=1, instances=("letter/1",), facts=facts, at=AT
    )
    assert (answers[0], answers[2]) == (7, 1)
    assert handle.next_number == 3
    assert len(answers) == 3


def test_a_key_opens_only_for_its_person_and_its_epoch() -> None:
    create()
    create(ERLAN)
    wrapped = PersonKey.objects.get(subject=ERLAN).wrapped
    PersonKey.objects.filter(subject=ALIYA).update(wrapped=wrapped)
    with pytest.raises(Unopenable):
        come()
    PersonKey.objects.filter(subject=ERLAN).update(epoch="second")
    with pytest.raises(Unopenable):
        come(ERLAN)


# Putting in and taking out


def test_what_is_put_in_is_taken_out_and_lies_sealed() -> None:
    assert put(create(numbers=3), iin="900101300007", email="aliya@example.kz") == 1
    rows = {row.place: json.loads(row.body) for row in Sealed.objects.all()}
    assert {place: set(body) for place, body in rows.items()} == {"identity": {"iin"}, "contact": {"email"}}
    assert "900101300007" not in str(rows)
    assert taken("iin", "email", "surname") == {"email": "aliya@example.kz", "iin": "900101300007"}
    assert list(taken("iin", "email")) == ["email", "iin"]
    assert taken("iin") == {"iin": "900101300007"}


def test_a_later_value_takes_the_place_of_an_earlier_and_an_empty_one_removes_it() -> None:
    put(create(), iin="9", surname="Сәрсенова")
    put(come(), iin="8")
    assert taken("iin", "surname") == {"iin": "8", "surname": "Сәрсенова"}
    put(come(), iin="")
    assert taken("iin", "surname") == {"surname": "Сәрсенова"}
    put(come(), surname="", iin="")
    assert not Sealed.objects.exists()
    assert taken("iin", "surname") == {}


def test_what_is_emptied_leaves_other_people_and_places_as_they_are() -> None:
    put(create(), iin="9", email="a@example.kz")
    put(create(ERLAN), iin="7")
    put(come(), iin="")
    assert {(row.subject, row.place) for row in Sealed.objects.all()} == {
        (ALIYA, "contact"),
        (ERLAN, "identity"),
    }


def test_only_what_is_permitted_is_put_in() -> None:
    handle = create()
    for values in ({"iin": "9", "email": "x"}, {}, {"email": "x"}):
        with pytest.raises(ValueError, match="exactly the fields"):
            vault.put(leave_for(handle, "iin"), values)
    assert not Sealed.objects.exists()
    assert not Entry.objects.exists()


def test_an_instance_lies_in_a_place_of_its_own() -> None:
    vault.put(leave_for(create(), "letter/1"), {"letter/1": "text"})
    assert [row.place for row in Sealed.objects.all()] == ["letter/1"]
    handle = come(instances=("letter/1",))
    assert vault.take(leave_for(handle, "letter/1")) == {"letter/1": "text"}


def test_a_sealed_value_opens_only_as_its_own_field_of_its_own_person() -> None:
    put(create(), iin="9", surname="x")
    row = Sealed.objects.get()
    body = json.loads(row.body)
    Sealed.objects.filter(subject=ALIYA).update(body=json.dumps({"iin": body["surname"]}))
    with pytest.raises(Unopenable):
        taken("iin")
    Sealed.objects.filter(subject=ALIYA).update(body=json.dumps(body))
    PersonKey.objects.update(version=2)
    with pytest.raises(Unopenable):
        taken("iin")


@pytest.mark.parametrize("key", [None, "a key"])
def test_without_the_persons_key_nothing_is_done(key: object) -> None:
    for permission in (leave_for(key, "iin"), leave_for(create(ERLAN) if key else key, "iin")):
        with pytest.raises(TypeError, match="without the person's key"):
            vault.take(permission)
    assert not Entry.objects.exists()


def test_scans_are_sealed_under_their_own_name() -> None:
    permission = leave_for(create(), "id_document")
    sealed = list(vault.seal_stream(permission, ERLAN, [b"scan"]))
    assert list(vault.open_stream(permission, ERLAN, sealed)) == [b"scan"]
    with pytest.raises(Unopenable):
        list(vault.open_stream(permission, DANA, sealed))
    key = envelope.derive(come().key, b"derbes/stream/v1|" + ERLAN.bytes)
    assert list(stream.open(key, sealed, context=ERLAN.bytes)) == [b"scan"]
    other = leave_for(create(DANA), "id_document", subject=DANA)
    with pytest.raises(Unopenable):
        list(vault.open_stream(other, ERLAN, sealed))


# The journal


def test_each_deed_leaves_an_entry_with_the_next_of_the_persons_numbers() -> None:
    handle = create(numbers=2)
    assert put(handle, iin="9") == 1
    assert vault.record(leave_for(handle, "iin"), code="seen") == 2
    assert vault.count(leave_for(handle, "iin")) == 2
    secret = vault.secret(leave_for(handle, "iin"))
    assert {bytes(row.tag) for row in Entry.objects.all()} == {leaf.tag(secret, n) for n in (1, 2)}


def test_no_value_is_taken_out_without_an_entry() -> None:
    put(create(), iin="9")
    handle = come()
    vault.take(leave_for(handle, "iin", "email"), code="seen")
    entry = Entry.objects.get(tag=leaf.tag(handle.secret, 2))
    said = json.loads(entry.body)
    assert (said["fields"], said["detail"]) == (["email", "iin"], {"code": "seen"})


def test_an_entry_says_what_was_permitted_and_no_value() -> None:
    permission = leave_for(create(), "iin", "letter/7", recipient="insurer", reference="r-1", norm="")
    record = vault.entry_of(permission, {"code": "x"})
    assert record == log.Record(
        at=AT,
        actor={"kind": "staff", "code": "s-17", "unit": "registry", "role": "registrar"},
        operation="use",
        event="reading.read",
        purpose="service",
        basis="consent",
        clause="2.2",
        norm=None,
        fields=("iin", "letter"),
        edition="2026-11-22",
        recipient="insurer",
        request="r-1",
        outcome="done",
        detail={"code": "x"},
    )
    bare = vault.entry_of(leave_for(create(ERLAN), "iin"), {})
    assert (bare.recipient, bare.request, bare.norm) == (None, None, "94-V art. 7")


# The index


def test_a_person_is_found_by_what_was_entered_and_by_no_other_kind_or_value() -> None:
    handle = create(numbers=5)
    put(handle, iin="900101300007", email="Aliya@example.kz")
    number = vault.enter(
        leave_for(handle, "iin", "email"), {"iin": "iin", "email": "email", "surname": "name"}, ring=RING
    )
    assert number == 2
    assert vault.confirmed(ALIYA) == {"iin", "email"}
    assert vault.find("iin", "900101300007", ring=RING) == [ALIYA]
    assert vault.find("email", "aliya@EXAMPLE.kz", ring=RING) == [ALIYA]
    Found.objects.filter(kind="iin").update(confirmed=False)
    assert vault.find("iin", "900101300007", ring=RING) == [ALIYA]
    assert vault.find("iin", "900101300007", ring=RING, sure=True) == []
    assert vault.find("email", "aliya@example.kz", ring=RING, sure=True) == [ALIYA]
    assert vault.find("email", "900101300007", ring=RING) == []
    assert vault.find("iin", "900101300811", ring=RING) == []
    digest = index.digest(RING.index_key("iin"), "900101300007")
    assert {bytes(row.digest) for row in Found.objects.filter(kind="iin")} == {digest}


def test_several_people_of_one_value_are_found_the_longest_known_first() -> None:
    for subject in (DANA, ALIYA, ERLAN):
        handle = create(subject, numbers=2)
        put(handle, email="family@example.kz")
        vault.enter(leave_for(handle, "email", subject=subject), {"email": "email"}, ring=RING)
    assert vault.find("email", "family@example.kz", ring=RING) == [ALIYA, ERLAN, DANA]


def test_who_leaves_the_index_is_not_found_by_these_kinds_any_more() -> None:
    handle = create(numbers=9)
    put(handle, iin="9", email="a@example.kz")
    vault.enter(leave_for(handle, "iin", "email"), {"iin": "iin", "email": "email"}, ring=RING)
    vault.leave(leave_for(handle), [])
    assert vault.confirmed(ALIYA) == {"iin", "email"}
    vault.leave(leave_for(handle), iter(["iin"]))
    assert vault.confirmed(ALIYA) == {"email"}
    assert vault.confirmed(ERLAN) == frozenset()


def test_which_fields_are_kept_is_told_without_opening_any() -> None:
    put(create(), iin="9", email="x", surname="y")
    assert vault.filled(ALIYA) == {"iin", "email", "surname"}
    assert vault.filled(ERLAN) == frozenset()


# Wrapping anew


def test_keys_are_wrapped_anew_under_the_current_epoch_chunk_by_chunk() -> None:
    made = {subject: create(subject).key for subject in (ALIYA, ERLAN, DANA)}
    now = Ring("second")
    assert rewrap.left(["first"]) == 3
    assert rewrap.rewrap(["first"], ring=now, after=None, most=2, wait=False) == (2, ERLAN)
    assert (rewrap.left(["first"]), rewrap.left(["second"]), rewrap.left(["first", "second"])) == (1, 2, 3)
    assert rewrap.rewrap(["first"], ring=now, after=DANA, most=2, wait=False) == (0, None)
    assert rewrap.rewrap(["first"], ring=now, after=ERLAN, most=2, wait=True) == (1, DANA)
    assert {row.epoch for row in PersonKey.objects.all()} == {"second"}
    assert {subject: come(subject).key for subject in made} == made
    assert rewrap.rewrap(["first"], ring=now, after=None, most=9, wait=False) == (0, None)


def test_of_two_old_epochs_each_key_is_opened_with_its_own() -> None:
    first = create(ALIYA).key
    second = create(ERLAN, ring=Ring("second")).key
    third = Ring("third")
    third.keys["third"] = bytes(32)
    assert rewrap.rewrap(["first", "second"], ring=third, after=None, most=9, wait=False) == (2, ERLAN)
    RING.keys["third"] = bytes(32)
    try:
        assert (come(ALIYA).key, come(ERLAN).key) == (first, second)
    finally:
        del RING.keys["third"]


def test_an_epoch_ends_when_nobody_is_wrapped_under_it_and_only_once() -> None:
    create()
    with pytest.raises(rewrap.StillNamed):
        rewrap.end("first", at=AT)
    assert not EndedEpoch.objects.exists()
    rewrap.end("second", at=AT)
    rewrap.end("second", at=AT.replace(year=2027))
    assert [(row.epoch, row.at) for row in EndedEpoch.objects.all()] == [("second", AT)]


# Breaches, traces, removal, words


def secret_tags(handle: approach.Handle, *numbers: int) -> set[bytes]:
    return {leaf.tag(handle.secret, n) for n in numbers}


def test_of_entries_their_owners_are_found_with_how_many_and_nobody_else() -> None:
    aliya, erlan, dana = create(ALIYA, 3), create(ERLAN, 2), create(DANA, 1)
    tags = secret_tags(aliya, 1, 3, 4) | secret_tags(dana, 1)

    def walk(most: int, after: UUID | None = None, *, everyone: bool = False) -> owners.Walked:
        return owners.walk(tags, ring=RING, gone=Gone, after=after, most=most, everyone=everyone)

    assert walk(9) == ([(ALIYA, 2), (DANA, 1)], 3, 0, DANA)
    assert walk(2) == ([(ALIYA, 2)], 2, 0, ERLAN)
    assert walk(2, ERLAN) == ([(DANA, 1)], 1, 0, DANA)
    assert walk(2, DANA) == ([], 0, 0, None)
    assert walk(9, everyone=True).found == [(ALIYA, 2), (ERLAN, 0), (DANA, 1)]
    assert owners.walk([], ring=RING, gone=Gone, after=None, most=9, everyone=True).found == [
        (ALIYA, 0),
        (ERLAN, 0),
        (DANA, 0),
    ]
    assert erlan.key


def test_whose_key_does_not_open_any_more_is_counted_and_passed_over() -> None:
    create(ALIYA), create(ERLAN)
    dana = create(DANA)
    PersonKey.objects.filter(subject=ALIYA).update(epoch="lost")
    PersonKey.objects.filter(subject=ERLAN).update(wrapped=b"altered")
    found = owners.walk(secret_tags(dana, 1), ring=RING, gone=Gone, after=None, most=9)
    assert found == ([(DANA, 1)], 3, 2, DANA)


def test_what_stands_in_the_index_still_is_told() -> None:
    handle = create(numbers=2)
    put(handle, iin="9")
    vault.enter(leave_for(handle, "iin"), {"iin": "iin"}, ring=RING)
    digest = index.digest(RING.index_key("iin"), "9")
    assert breaking.remaining([digest, b"x" * 16]) == {digest}
    assert breaking.remaining([]) == frozenset()


def test_people_are_removed_with_all_that_the_vault_has_of_them() -> None:
    for subject in (ALIYA, ERLAN):
        handle = create(subject, numbers=2)
        put(handle, iin="9")
        vault.enter(leave_for(handle, "iin", subject=subject), {"iin": "iin"}, ring=RING)
    assert removal.known([ALIYA, ERLAN, DANA]) == {ALIYA, ERLAN}
    assert removal.remove([ALIYA, DANA]) == 1
    assert removal.known([ALIYA, ERLAN]) == {ERLAN}
    for table in (Sealed, Found, PersonKey):
        assert [row.subject for row in table.objects.all()] == [ERLAN]


def test_words_of_the_installation_open_for_their_use_alone() -> None:
    sealed = words.seal("secret", "totp", ring=RING)
    assert sealed.isascii()
    assert "secret" not in sealed
    assert words.unseal(sealed, "totp", ring=RING) == "secret"
    with pytest.raises(Unopenable):
        words.unseal(sealed, "other", ring=RING)
