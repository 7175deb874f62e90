"""The secret of a second factor lies sealed in the database, and works."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from derbes.crypto.envelope import Unopenable
from derbes.flows import accounts, staff

pytestmark = pytest.mark.django_db


def test_the_secret_is_not_in_the_table_in_clear(bauyrzhan):
    secret = accounts.enrol(bauyrzhan)
    kept = Authenticator.objects.get(user=bauyrzhan)
    assert secret not in str(kept.data)
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    assert kept.wrap().validate_code(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_a_secret_that_was_altered_does_not_open():
    sealed = staff.seal_factor("JBSWY3DPEHPK3PXP")
    assert staff.open_factor(sealed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(Unopenable):
        staff.open_factor(("A" if sealed[0] != "A" else "B") + sealed[1:])
