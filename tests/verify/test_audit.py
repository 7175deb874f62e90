"""Dana's auditor, with a public journal, Aliya's export, an edition and keys: an honest operator passes, each cheat is told.

The operator here has every key of theirs and forges as well as can be: see `house.py`.
"""

import json
from hashlib import sha256

import derbes_audit
import derbes_said
import derbes_verify
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derbes.core.journal import log
from tests.core.ledger import ALIYA, reading
from tests.verify.house import (
    BAR,
    PAPER,
    Authority,
    Entry,
    day,
    edition,
    export,
    file,
    honest,
    looked,
    others,
    worked,
)
from tests.verify.papers import FILES, KEY, agreeing


class Case:
    """What lies on the auditor's table."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys
        self.house = honest()
        self.edition = edition()
        self.extra = ["--edition", str(file(folder / "signed.json", self.edition))]
        self.extra += ["--witness", str(BAR.witness), "--witness", str(PAPER.witness)]

    def exported(self, name="aliya.zip", size=None, **changes):
        receipts = {"first": self.house.receipt(40, self.edition, size)}
        return export(self.folder / name, self.house.history(size, **changes), receipts)

    def published(self, name="journal", size=None):
        return self.house.publish(self.folder / name, size)

    def audit(self, *more, language="en", export=None, journal=None):
        """Return the exit code and the codes of what was found that is not as it should be, and what was said."""
        call = [
            str(journal or self.folder / "journal"),
            str(export or self.folder / "aliya.zip"),
            "--key",
            KEY,
        ]
        call += [*self.extra, *map(str, more)]
        call += ["--language", language]
        status = derbes_audit.main([*call, "--json"])
        told = json.loads(self.capsys.readouterr().out)
        assert derbes_audit.main(call) == status
        said = self.capsys.readouterr().out
        assert all(one["sentence"] in said for one in told["findings"])
        codes = {one["code"] for one in told["findings"] if one["verdict"] == "caught"}
        assert status == (1 if codes else 0)
        self.told = told
        return codes, said


@pytest.fixture
def case(tmp_path, capsys):
    return Case(tmp_path, capsys)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


def test_an_honest_operator_passes_and_everything_is_said_in_three_languages(case):
    case.house.witnessed(day(300), BAR, PAPER)
    case.exported()
    case.published()
    codes, said = case.audit()
    assert codes == set()
    assert {one["verdict"] for one in case.told["findings"]} == {"holds"}
    assert "verification: given" in said
    assert (
        "3. 2026-11-22T12:50:00.123Z  s-17 (registry): use [reading.read] — verification: iin, name (done)"
        in said
    )
    assert "Nothing is left out: the person's entries 1 to 4" in said
    assert said.endswith("VERDICT: everything holds.\n")
    for language in ("kk", "ru"):
        assert case.audit(language=language)[0] == set()


def test_every_finding_has_a_sentence_with_the_same_places_in_each_language():
    for code, (_, *sentences) in derbes_said.SENTENCES.items():
        places = [sorted(_places(each)) for each in sentences]
        assert places[0] == places[1] == places[2], code


def _places(sentence):
    return {part.partition("}")[0] for part in sentence.split("{")[1:]}


def test_without_witnesses_and_editions_it_says_what_stays_open(case):
    case.exported()
    case.published()
    case.extra = []
    codes, said = case.audit()
    assert codes == set()
    assert "No witness's key was given" in said
    assert "Nobody outside bounds the time of 4 of 4 entries" in said
    assert "The file of edition 2026-11-22 was not given" in said


def test_fewer_witnesses_than_are_enough_leave_it_open(case):
    case.house.witnessed(day(300), BAR)
    case.exported()
    case.published()
    assert case.audit()[0] == set()
    assert "only 0 are signed by enough witnesses (2)" in case.audit()[1]
    assert "The first 300 entries of the journal are signed" in case.audit("--quorum", "1")[1]


def test_an_entry_dropped_from_the_export_is_told_by_the_persons_tag(case):
    case.published()
    entries = case.house.history()["document"]["entries"]
    case.exported(count=3, entries=entries[:3])
    codes, said = case.audit()
    assert codes == {"left_out"}
    assert (
        "The operator left entry 4 out of the export: the person's tag for it stands in the public journal at place 290"
        in said
    )
    case.exported(count=3, entries=[entries[0], *entries[2:]])
    assert case.audit()[0] == {"left_out", "export_numbers"}


def test_an_entry_dropped_from_the_tree_leaves_a_gap_in_the_numbers(case):
    case.house.entries[120] = worked(120)
    case.published()
    entries = case.house.history()["document"]["entries"]
    case.exported(count=3, entries=[one | {"n": n} for n, one in enumerate(entries, start=1)])
    codes, said = case.audit()
    assert {"number_missing", "left_out"} <= codes
    assert "kept entry 2 of the person out of the journal: entry 3 is there" in said


def test_two_people_who_were_shown_two_journals_find_it_by_comparing_exports(case):
    case.exported()
    case.house.entries[200] = worked(200)
    case.house.entries.append(worked(301))
    case.exported("saule.zip")
    case.published()
    codes, said = case.audit("--kept", case.folder / "aliya.zip", export=case.folder / "saule.zip")
    assert "split_view" in codes
    assert (
        "The operator shows two different journals: by “aliya.zip” the first 300 entries are others" in said
    )


def test_a_rewritten_journal_is_told_by_what_a_witness_signed(case):
    noted = case.house.witnessed(day(250), BAR, PAPER, size=250)
    case.house.entries[120] = worked(120)
    case.exported()
    case.published()
    (case.folder / "journal/anchor/250").write_text(noted)
    codes, said = case.audit()
    assert "split_view" in codes
    assert "by “bar.example.kz/witness” the first 250 entries are others" in said


def test_a_journal_rolled_back_is_told_by_a_kept_checkpoint(case):
    kept = case.folder / "the-bar"
    kept.write_text(case.house.witnessed(day(300), BAR))
    case.exported(size=250)
    case.published(size=260)
    codes, said = case.audit("--kept", kept)
    assert codes == {"rolled_back"}
    assert "The operator cut the journal: by “the-bar” it had 300 entries, now it has 260" in said


def test_the_last_entries_removed_before_anybody_saw_them_are_not_found(case):
    """What docs/auditor.md says stays hidden: nobody outside and no export ever held them."""
    case.house.entries.append(looked(5, 301))
    del case.house.entries[-1]
    case.house.witnessed(day(300), BAR, PAPER)
    case.exported()
    case.published()
    assert case.audit()[0] == set()


def test_the_last_entries_removed_after_the_export_are_told_by_the_export(case):
    case.exported()
    case.published(size=280)
    codes, said = case.audit()
    assert "rolled_back" in codes
    assert "by “aliya.zip” it had 300 entries, now it has 280" in said


def test_an_entry_backdated_is_told_by_the_witness_who_saw_the_journal_without_it(case):
    case.house.witnessed(day(300), BAR, PAPER)
    case.house.entries[290] = worked(290)
    case.house.witnessed(day(300), BAR, PAPER)
    case.house.entries.append(Entry(log.body_of(reading(210)), ALIYA, 4))
    case.exported()
    case.published()
    codes, said = case.audit()
    assert codes == {"backdated"}
    assert "backdated entry 4: it says 2026-11-22T13:00:00Z, but at 2026-11-22T14:30:00Z (“" in said


def test_an_entry_backdated_before_the_one_before_it_needs_no_witness(case):
    case.house.entries.append(Entry(log.body_of(reading(130)), ALIYA, 5))
    case.exported()
    case.published()
    assert case.audit()[0] == {"disordered"}


def test_an_entry_with_a_later_time_than_a_witness_saw_it_at_is_told(case):
    case.house.witnessed(day(100), BAR, PAPER, size=201)
    case.exported()
    case.published()
    codes, said = case.audit()
    assert codes == {"postdated"}
    assert "The operator postdated entry 2" in said


def test_a_time_stamp_bounds_the_time_as_a_witness_does(case, authority):
    note = case.house.note(120)
    case.house.anchors[120] = note
    case.house.tokens[120] = authority.token(note)
    case.exported()
    case.published()
    codes, said = case.audit("--tsa-root", authority.root)
    assert codes == {"backdated"}  # the stamp is of today; the entries say 2026-11-22
    assert "“RFC 3161”" in said
    assert "The first 120 entries of the journal were time-stamped at" in said
    (case.folder / "journal/anchor/120.tst").write_bytes(authority.token(case.house.note(119)))
    assert case.audit("--tsa-root", authority.root)[0] == {"outsider_false"}


def test_an_edition_changed_after_publication_is_told_by_the_journal(case):
    case.exported()
    case.published()
    case.edition = edition(FILES | {"kk.md": "# Басқа саясат\n"})
    file(case.folder / "signed.json", case.edition)
    codes, said = case.audit()
    assert codes == {"edition_changed"}
    assert "The operator changed edition 2026-11-22 after it was published" in said
    case.exported()  # and the receipts say the new one too
    assert "“receipts/first.json” another" in case.audit()[1]


def test_an_edition_changed_by_a_byte_or_never_published_is_told(case):
    case.exported()
    case.published()
    whole = (case.folder / "signed.json").read_bytes()
    (case.folder / "signed.json").write_bytes(whole.replace("Саясат".encode(), "Сіасат".encode()))
    assert case.audit()[0] == {"edition_forged"}
    (case.folder / "signed.json").write_bytes(whole)
    case.house.entries[0] = worked(0)
    case.exported()
    case.published("other")
    assert case.audit(journal=case.folder / "other")[0] == {"edition_unrecorded"}


def test_an_entry_whose_body_was_edited_is_told_by_its_commitment(case):
    case.published()
    history = case.house.history()
    entries = history["document"]["entries"]
    entries[2]["body"] = entries[2]["body"].replace('"iin","name"', '"name"')
    case.exported(entries=entries)
    codes, said = case.audit()
    assert codes == {"entry_altered"}
    assert "The operator altered entry 3: the commitment in the journal is not to what is shown" in said
    entries[2] = case.house.told(200, 300)
    entries[2]["index"] = 201
    case.exported(entries=entries)
    assert case.audit()[0] == {"entry_elsewhere"}


def test_a_number_used_twice_is_told(case):
    case.house.entries[210] = Entry(log.body_of(reading(210)), ALIYA, 3)
    case.published()
    entries = case.house.history()["document"]["entries"]
    case.exported(count=4, entries=[one for one in entries if one["index"] != 210])
    codes, said = case.audit()
    assert codes == {"number_twice"}
    assert "The operator used number 3 twice" in said


def test_a_receipt_for_another_text_or_word_is_told_by_its_entry(case):
    case.published()
    history = case.house.history()
    text = "Бәріне келісемін."
    forged = [
        {"text": text},
        {"text": text, "text_sha256": sha256(text.encode()).hexdigest()},
        {"consents": [{"purpose": "advertising", "act": None, "state": "given"}]},
    ]
    for changes in forged:
        receipt = case.house.receipt(40, case.edition, **changes)
        export(case.folder / "aliya.zip", history, {"first": receipt})
        codes, said = case.audit()
        assert codes == {"receipt_forged", "receipt_missing"}
        assert "The operator gave a forged receipt (receipts/first.json)" in said


def test_a_receipt_that_rests_on_somebody_elses_word_is_told(case):
    case.house.entries[60] = Entry(log.body_of(agreeing(60)), b"e" * 32, 77)
    case.published()
    receipts = {"first": case.house.receipt(40, case.edition), "second": case.house.receipt(60, case.edition)}
    export(case.folder / "aliya.zip", case.house.history(), receipts)
    assert case.audit()[0] == {"receipt_foreign"}
    export(case.folder / "aliya.zip", case.house.history(), {})
    codes, said = case.audit()
    assert codes == {"receipt_missing"}
    assert "gave no receipt for the person's word in entry 1" in said


def test_a_consent_made_up_afterwards_is_told_by_its_place(case):
    """The operator holds the person's secret and can enter a word that was never said; when, they cannot choose."""
    case.house.witnessed(day(300), BAR, PAPER)
    case.house.entries.append(Entry(log.body_of(agreeing(41)), ALIYA, 5))
    case.published()
    receipts = {
        "first": case.house.receipt(40, case.edition),
        "second": case.house.receipt(300, case.edition),
    }
    export(case.folder / "aliya.zip", case.house.history(), receipts)
    assert case.audit()[0] == {"backdated"}


def test_an_export_in_which_anything_was_changed_is_told(case):
    case.published()
    whole = case.exported().read_bytes()
    (case.folder / "aliya.zip").write_bytes(whole.replace(b"receipts/first", b"receipts/other"))
    assert case.audit()[0] == {"export_forged"}


def test_a_witness_whose_line_is_false_is_told(case):
    case.house.witnessed(day(300), BAR, PAPER)
    other = PAPER.line(case.house.note(299), day(300))
    case.house.anchors[300] = case.house.note() + BAR.line(case.house.note(), day(300)) + other
    case.exported()
    case.published()
    codes, said = case.audit()
    assert codes == {"outsider_false"}
    assert "a false signature or time-stamp of “paper.example.kz/witness”" in said


def test_a_destruction_that_never_was_is_told_with_an_export_from_before(case):
    case.exported(size=295)
    case.house.entries += others(400, 100)
    case.house.witnessed(day(700), BAR, PAPER)
    case.published()
    claimed = day(600).isoformat()
    codes, said = case.audit("--destroyed", claimed)
    assert codes == {"not_destroyed"}
    assert "the journal has no entry of it" in said


def test_data_used_after_their_destruction_are_told_by_the_next_tag(case):
    case.exported(size=295)
    destroyed = Entry(log.body_of(reading(400, operation="destroy", event="destruction.demand")), ALIYA, 5)
    case.house.entries.append(destroyed)
    case.house.witnessed(day(401), BAR, PAPER)
    case.published()
    claimed = day(400).isoformat()
    codes, said = case.audit("--destroyed", claimed)
    assert codes == set()
    assert "does not contradict the destruction: 1 entries of the person after the export" in said
    case.house.entries += others(500, 50)
    case.house.witnessed(day(600), BAR, PAPER)
    case.house.entries.append(looked(6, 700))
    case.published("later")
    codes, said = case.audit("--destroyed", claimed, journal=case.folder / "later")
    assert codes == {"used_after"}
    assert "entry 6 of the person came: the key lives" in said


def test_the_last_history_shows_the_destruction_to_whoever_kept_it(case):
    case.exported(size=295)
    destroyed = Entry(log.body_of(reading(400, operation="destroy", event="destruction.demand")), ALIYA, 5)
    case.house.entries.append(destroyed)
    case.house.witnessed(day(401), BAR, PAPER)
    last = file(case.folder / "D26.json", case.house.history())
    case.published()
    call = ["--last", last, "--destroyed", day(400).isoformat()]
    codes, said = case.audit(*call)
    assert codes == set()
    assert "last entry, 5, stands at place 300 of the journal" in said
    codes, said = case.audit("--last", last, "--destroyed", day(100).isoformat())
    assert codes == {"not_destroyed"}
    case.house.entries.append(looked(6, 700))
    case.published("later")
    codes, said = case.audit(*call, journal=case.folder / "later")
    assert {"used_after"} <= codes
    assert "entry 6 of the person came: the key lives" in said


def test_a_last_history_of_somebody_else_or_of_another_past_is_told(case):
    case.exported()
    case.published()
    for wrong, why in (
        (case.house.history(secret="A" * 43 + "="), "another person"),
        (case.house.history(entries=case.house.history()["document"]["entries"][:2], count=2), "contradicts"),
        ({**case.house.history(), "checkpoint": ""}, "“D26.json” is not this person's last history"),
    ):
        codes, said = case.audit("--last", file(case.folder / "D26.json", wrong))
        assert codes == {"last_foreign"}
        assert why in said


def test_a_journal_that_does_not_lead_to_its_root_or_is_not_given_out_is_told(case):
    case.exported()
    journal = case.published()
    bundle = journal / "tile/entries/000"
    bundle.write_bytes(bundle.read_bytes().replace(b'"v":1', b'"v":2', 1))
    assert {"journal_broken"} <= case.audit()[0]
    bundle.unlink()
    assert case.audit()[0] == {"journal_broken"}


def test_a_kept_checkpoint_of_another_key_is_told(case):
    kept = case.folder / "kept"
    kept.write_text(case.house.note().replace("300\n", "301\n"))
    case.exported()
    case.published()
    assert case.audit("--kept", kept)[0] == {"kept_foreign"}


texts = st.text("aя{}%\n\0", max_size=5)
strange = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
MEMBERS = ["at", "actor", "operation", "event", "purpose", "fields", "outcome", "edition", "detail"]


def test_an_operator_cannot_make_the_audit_fall_over(case):
    """Whatever stands in an entry that they signed, there is an answer."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.dictionaries(st.sampled_from(MEMBERS), strange))
    def answered(body):
        case.house.entries[200] = Entry(derbes_verify.canonical({"v": 1, **body}).decode(), ALIYA, 3)
        case.exported()
        case.published()
        case.audit()

    answered()


@pytest.mark.parametrize(
    "kept", [b"", b"{}", b"\xff", b"[1]", b"PK\x03\x04", b'{"checkpoint":"x"}', b'{"checkpoint":1}']
)
def test_what_was_kept_may_be_anything(case, kept):
    (case.folder / "kept").write_bytes(kept)
    case.exported()
    case.published()
    assert case.audit("--kept", case.folder / "kept")[0] == {"kept_foreign"}


def test_a_wrong_call_is_told(case, capsys):
    case.exported()
    case.published()
    for wrong in (
        ["--quorum", "0"],
        ["--witness", "x"],
        ["--tsa-root", "/nowhere"],
        ["--destroyed", "2026-11-22"],
    ):
        with pytest.raises(SystemExit) as left:
            case.audit(*wrong)
        assert left.value.code == 2
    assert derbes_audit.main([str(case.folder / "journal"), "/nowhere.zip", "--key", KEY]) == 2
    assert "cannot be read" in capsys.readouterr().err
