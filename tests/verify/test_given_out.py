"""What the running system gives to Aliya and to everybody holds before the stand-alone verifier."""

from datetime import timedelta

from derbes.core.consents.models import Consent
from derbes.crypto import canonical
from derbes.flows import consent, journal, publication
from tests.conftest import NOON
from tests.verify.papers import answer, kept, publish


def test_aliyas_receipt_holds(aliya, tmp_path, capsys):
    occasion = Consent.objects.filter(subject=aliya.subject).first().occasion
    receipt = consent.receipt(aliya.actor, occasion, at=NOON)
    assert answer("receipt", kept(tmp_path / "receipt.json", receipt), "--key", journal.key()) == 0
    assert "given" in capsys.readouterr().out


def test_aliyas_history_is_complete(aliya, tmp_path, capsys):
    history = journal.history(aliya.actor, at=NOON + timedelta(minutes=1))
    folder = publish(tmp_path / "journal")
    file = kept(tmp_path / "history.json", history)
    assert answer("history", file, "--journal", folder, "--key", journal.key()) == 0
    assert answer("journal", folder, "--key", journal.key()) == 0
    assert f"complete: {history['document']['count']} entries" in capsys.readouterr().out


def test_the_published_edition_holds(published, tmp_path):
    signed = publication.edition(published).signed.encode()
    file = tmp_path / "edition.json"
    file.write_bytes(signed)
    assert canonical.loads(signed)["document"]["edition"] == published
    assert answer("edition", file, "--key", journal.key()) == 0
