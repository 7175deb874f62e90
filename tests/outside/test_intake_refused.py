"""Intake: each hostile file has its own refusal, in under five seconds, without its name."""

import os
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from derbes.outside import antivirus, intake
from derbes.outside.intake import reception
from tests.outside.sheets import (
    EICAR,
    pdf_of,
    picture,
    png_of_size,
    refusal,
    saved,
    saved_pdf,
)


def test_thirty_megabytes_are_too_big_and_not_read_to_the_end():
    stream = BytesIO(bytes(30 * 1024 * 1024))
    assert refusal(stream, "scan.pdf") == "too_big"
    assert stream.tell() == 10 * 1024 * 1024 + 1
    assert refusal(bytes(10 * 1024 * 1024 + 1), "scan.pdf") == "too_big"


@pytest.mark.parametrize("nothing", [b"", BytesIO()])
def test_nothing_is_empty(nothing):
    assert refusal(nothing, "scan.pdf") == "empty"


@pytest.mark.parametrize("name", ["statement.pdf", "photo.JPG", "photo.jpeg", "photo.png"])
def test_a_program_with_another_name_is_not_what_it_says(name):
    assert refusal(b"MZ\x90\x00" + bytes(5000), name) == "type_mismatch"


def test_a_pdf_named_as_a_picture_and_a_picture_named_as_a_pdf_are_not_what_they_say():
    assert refusal(pdf_of(), "photo.jpg") == "type_mismatch"
    assert refusal(saved(picture(), "JPEG"), "statement.pdf") == "type_mismatch"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500), "IMG_0001.HEIC"),
        (b"MZ\x90\x00" + bytes(500), "setup.exe"),
        (b"PK\x03\x04" + bytes(500), "letter.docx"),
        (saved(picture(), "GIF"), "moving.gif"),
        (b"<svg onload='x()'/>", "drawing.svg"),
        (b"one line", "noextension"),
    ],
)
def test_other_kinds_are_unknown(data, name):
    assert refusal(data, name) == "unknown_type"


@pytest.mark.parametrize("password", ["", "s3cret"])
def test_a_protected_pdf_has_a_refusal_of_its_own(password):
    locked = pdf_of(encryption=pikepdf.Encryption(owner="owner", user=password))
    assert refusal(locked, "statement.pdf") == "encrypted_pdf"


def test_twenty_pages_are_taken_and_twenty_one_are_too_many():
    assert intake.take_in(pdf_of(20, size=(100, 100)), "contract.pdf").pages == 20
    assert refusal(pdf_of(21, size=(100, 100)), "contract.pdf") == "too_many_pages"


def test_a_bomb_that_only_declares_its_size_is_refused_before_decoding():
    assert refusal(png_of_size(100_000, 100_000), "photo.png") == "too_many_pixels"


def test_a_bomb_with_all_its_pixels_is_refused_before_decoding():
    width = height = 20_000
    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    bomb = png_of_size(width, height, rows)
    assert len(bomb) < 1024 * 1024
    assert refusal(bomb, "photo.png") == "too_many_pixels"


def test_a_bomb_of_text_inside_of_a_png_is_damaged():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("comment", "a" * 80_000_000, zip=True)
    assert refusal(saved(picture(), "PNG", pnginfo=notes), "photo.png") == "damaged"


def test_a_picture_too_large_inside_of_a_pdf_is_refused():
    with pikepdf.open(BytesIO(pdf_of())) as pdf:
        bomb = pikepdf.Stream(
            pdf, zlib.compress(bytes(1000)), Subtype=pikepdf.Name.Image, Type=pikepdf.Name.XObject
        )
        bomb.Width, bomb.Height, bomb.BitsPerComponent = 40_000, 40_000, 8
        bomb.ColorSpace, bomb.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.FlateDecode
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(B=bomb))
        pdf.pages[0].Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /B Do")
        assert refusal(saved_pdf(pdf), "statement.pdf") == "too_many_pixels"


@pytest.mark.parametrize("size", [(0.01, 14_000_000), (14_000_000, 0.01), (1, 1), (20_000, 20_000)])
def test_a_page_of_a_strange_size_gets_no_more_pixels_than_others(size):
    taken = intake.take_in(pdf_of(size=size), "statement.pdf")
    with pikepdf.open(BytesIO(taken.data)) as pdf:
        [kept] = pdf.pages[0].get_images().values()
        assert int(kept.Width) * int(kept.Height) <= 8_100_000


@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_half_a_photo_is_damaged(part):
    noise = Image.effect_noise((800, 600), 80)
    for kind, name in (("JPEG", "photo.jpg"), ("PNG", "photo.png")):
        whole = saved(noise, kind)
        assert refusal(whole[: int(len(whole) * part)], name) == "damaged"


@pytest.mark.parametrize("rest", [b"", b"\n1 0 obj << /Type /Catalog >> endobj", os.urandom(2000)])
def test_a_pdf_that_is_only_a_beginning_is_damaged(rest):
    assert refusal(b"%PDF-1.7\n" + rest, "statement.pdf") == "damaged"


def test_a_pdf_without_pages_is_damaged():
    assert refusal(pdf_of(0), "statement.pdf") == "damaged"


def test_a_finding_of_the_antivirus_refuses_before_any_parser_sees_the_file(monkeypatch):
    def finds(stream):
        if EICAR in stream.read():
            raise antivirus.Infected("Eicar-Test-Signature")

    monkeypatch.setattr(reception, "_wash", lambda *_: pytest.fail("a parser saw it"))
    assert refusal(EICAR, "eicar.com", scan=finds) == "infected"
    assert refusal(pdf_of() + EICAR, "statement.pdf", scan=finds) == "infected"


def test_a_file_that_cannot_be_scanned_is_refused():
    away = antivirus.Clamd(antivirus.Settings("unix:/nowhere/clamd.ctl"))
    assert refusal(pdf_of(), "statement.pdf", scan=away.scan) == "antivirus_unavailable"


def test_a_clean_file_is_scanned_whole_and_taken_in():
    seen, clean = [], pdf_of()
    intake.take_in(BytesIO(clean), "statement.pdf", scan=lambda stream: seen.append(stream.read()))
    assert seen == [clean]


def test_a_mistake_in_the_scanner_is_not_taken_for_a_finding():
    def broken(_stream):
        raise RuntimeError("a mistake")

    with pytest.raises(RuntimeError, match="a mistake"):
        intake.take_in(pdf_of(), "statement.pdf", scan=broken)
