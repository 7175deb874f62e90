"""DER: numbers, identifiers and lengths in their one form, to the byte (X.690)."""

from __future__ import annotations

import pytest

from derbes.crypto import der
from derbes.crypto.der import Malformed


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, "0400"),
        (127, "047f"),
        (128, "048180"),
        (255, "0481ff"),
        (256, "04820100"),
        (65_535, "0482ffff"),
        (65_536, "0483010000"),
    ],
)
def test_a_length_is_written_in_its_shortest_form_and_read(size: int, head: str) -> None:
    whole = der.write(der.OCTETS, bytes(size))
    assert whole == bytes.fromhex(head) + bytes(size)
    assert der.read(whole) == der.Node(der.OCTETS, bytes(size), whole)


@pytest.mark.parametrize(
    "wrong",
    [
        "04", "", "0480", "04800000", "04817f" + "00" * 127, "0482" + "00c8" + "00" * 200, "048200ff" + "00" * 255,
        "0482", "048201", "0481", "04820100" + "00" * 255, "0403aabb", "0401aabb", "1f0100", "3f0100", "04ff",
    ],
)  # fmt: skip
def test_what_is_cut_short_or_longer_than_it_need_be_is_refused(wrong: str) -> None:
    with pytest.raises(Malformed):
        der.read(bytes.fromhex(wrong))


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "020100"), (127, "02017f"), (128, "02020080"), (255, "020200ff"), (256, "02020100"), (32768, "0203008000")],
)  # fmt: skip
def test_a_number_has_a_sign(number: int, written: str) -> None:
    assert der.integer(number).hex() == written
    assert der.read(bytes.fromhex(written)).integer() == number


def test_a_number_may_be_below_nothing() -> None:
    assert der.read(b"\x02\x01\xff").integer() == -1
    assert der.read(b"\x02\x02\xff\x00").integer() == -256


@pytest.mark.parametrize("wrong", ["0200", "040101", "0600"])
def test_another_element_is_no_number(wrong: str) -> None:
    with pytest.raises(Malformed):
        der.read(bytes.fromhex(wrong)).integer()


@pytest.mark.parametrize(
    ("written", "dotted"),
    [
        ("060100", "0.0"), ("060127", "0.39"), ("060128", "1.0"), ("06012a", "1.2"), ("06014f", "1.39"),
        ("060150", "2.0"), ("06028134", "2.100"), ("0603883703", "2.999.3"),
        ("06092a864886f70d010702", "1.2.840.113549.1.7.2"), ("060a2b06010401868d1f0101", "1.3.6.1.4.1.99999.1.1"),
    ],
)  # fmt: skip
def test_an_identifier_is_read_in_dotted_numbers(written: str, dotted: str) -> None:
    assert der.read(bytes.fromhex(written)).oid() == dotted


@pytest.mark.parametrize("wrong", ["0600", "060186", "06022a86", "04012a", "02012a"])
def test_another_element_is_no_identifier(wrong: str) -> None:
    with pytest.raises(Malformed):
        der.read(bytes.fromhex(wrong)).oid()


def test_only_a_constructed_element_holds_others() -> None:
    inner = der.integer(5) + der.integer(6)
    whole = der.read(der.write(der.SEQUENCE, inner))
    assert [node.integer() for node in whole.children()] == [5, 6]
    assert der.read(der.write(der.SET)).children() == []
    with pytest.raises(Malformed):
        der.read(der.write(der.OCTETS, inner)).children()
    with pytest.raises(Malformed):
        der.read(der.write(der.SEQUENCE, inner[:-1])).children()


def test_a_child_is_there_and_of_its_kind() -> None:
    whole = der.read(der.write(der.SEQUENCE, der.integer(5), der.write(der.NULL)))
    assert whole.child(0, der.INTEGER).integer() == 5
    assert whole.child(1, der.NULL).content == b""
    for number, tag in ((2, der.NULL), (3, der.NULL), (1, der.INTEGER), (0, der.NULL)):
        with pytest.raises(Malformed):
            whole.child(number, tag)
