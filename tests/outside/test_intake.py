"""Intake: each hostile file has its own refusal; what is taken in is drawn anew and harmless."""

import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from derbes.outside import antivirus, intake
from derbes.outside.intake import Kind, Limits, reception

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CODE = b"<?php system($_GET['c']); ?>"
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def picture(size=(400, 300), mode="RGB", colour="white"):
    """A sheet with a black corner at the upper left, so that one sees which way is up."""
    sheet = Image.new(mode, size, colour)
    ImageDraw.Draw(sheet).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="black")
    return sheet


def saved(image, kind, **more):
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def pdf_of(pages=1, size=(595, 842), **saving):
    """A PDF whose every page has a black square at the lower left."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page()
            page.MediaBox = pikepdf.Array([0, 0, *size])
            page.Contents = pdf.make_stream(b"0 0 100 100 re f")
        out = BytesIO()
        pdf.save(out, **saving)
        return out.getvalue()


def with_javascript():
    with pikepdf.open(BytesIO(pdf_of(2))) as pdf:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('boo')"))
        launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.pages[0].AA = pikepdf.Dictionary(O=launch)
        pdf.attachments["evil.exe"] = b"MZ" + bytes(100)
        pdf.docinfo["/Author"] = "Chingiz"
        return saved_pdf(pdf)


def saved_pdf(pdf):
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def png_of_size(width, height, rows=b""):
    """A PNG that declares any size; `rows` are its compressed pixels."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def refusal(data, name, **more):
    """The code of the refusal; it comes in under five seconds and does not say the file's name."""
    began = time.monotonic()
    with pytest.raises(intake.FileRefused) as refused:
        intake.take_in(data, name, **more)
    assert time.monotonic() - began < 5
    assert Path(name).stem not in str(refused.value)
    assert str(refused.value) == intake.SENTENCES[refused.value.code]
    return refused.value.code


def opened(data):
    image = Image.open(BytesIO(data))
    image.load()
    return image


def dark(image, x, y):
    return sum(image.convert("RGB").getpixel((x, y))) < 150


# what is refused


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


# antivirus


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


# what is taken in


def test_a_photo_loses_where_it_was_taken_but_not_which_way_is_up():
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Camera", 6
    exif[GPS] = {1: "N", 2: (43.0, 14.0, 0.0), 3: "E", 4: (76.0, 56.0, 0.0)}
    lying = picture((400, 300)).rotate(90, expand=True)
    photo = saved(lying, "JPEG", exif=exif, comment=b"taken by Aliya", icc_profile=b"profile of a camera")
    assert opened(photo).getexif().get_ifd(GPS)
    taken = intake.take_in(photo, "IMG_1.jpg")
    kept = opened(taken.data)
    assert (taken.kind, taken.mime, taken.pages) == (Kind.JPEG, "image/jpeg", 1)
    assert kept.size == (400, 300)
    assert dark(kept, 10, 10)
    assert not dark(kept, 390, 290)
    for copy in (taken.data, taken.preview):
        assert not opened(copy).getexif()
        assert not {"exif", "comment", "icc_profile"} & opened(copy).info.keys()
        assert not [word for word in (b"Camera", b"Aliya", b"profile", b"Exif") if word in copy]


def test_code_behind_and_inside_of_a_png_is_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("comment", CODE.decode())
    hostile = saved(picture(), "PNG", pnginfo=notes, icc_profile=CODE) + CODE
    taken = intake.take_in(hostile, "photo.png")
    assert (taken.kind, taken.mime, taken.pages) == (Kind.PNG, "image/png", 1)
    assert b"system" not in taken.data
    assert taken.data.endswith(b"IEND\xaeB`\x82")
    assert opened(taken.data).size == (400, 300)
    assert dark(opened(taken.data), 10, 10)


def test_a_picture_named_as_the_other_kind_of_picture_is_taken_for_what_it_is():
    assert intake.take_in(saved(picture(), "PNG"), "photo.jpg").kind is Kind.PNG
    assert intake.take_in(saved(picture(), "JPEG"), "no name at all").kind is Kind.JPEG


@pytest.mark.parametrize(
    ("image", "more"),
    [
        (picture(mode="L"), {}),
        (picture(mode="1", colour=1), {}),
        (picture().quantize(8), {}),
        (picture().quantize(8), {"transparency": 0}),
        (picture(mode="LA"), {}),
        (picture(mode="RGBA"), {}),
        (Image.new("I;16", (40, 30), 40_000), {}),
    ],
)
def test_every_mode_of_png_is_taken_in(image, more):
    kept = opened(intake.take_in(saved(image, "PNG", **more), "photo.png").data)
    assert kept.size == image.size
    assert kept.mode in {"L", "RGB"}


def test_sixteen_bits_of_grey_keep_their_grey():
    kept = opened(intake.take_in(saved(Image.new("I;16", (40, 30), 40_000), "PNG"), "scan.png").data)
    assert abs(kept.getpixel((5, 5)) - 40_000 // 256) <= 1


def test_a_photo_for_printing_is_taken_in():
    taken = intake.take_in(saved(picture().convert("CMYK"), "JPEG"), "photo.jpg")
    assert opened(taken.data).mode == "RGB"
    assert dark(opened(taken.data), 10, 10)


def test_what_transparency_hid_is_painted_over():
    hidden = Image.new("RGBA", (40, 30), (255, 0, 0, 0))
    kept = opened(intake.take_in(saved(hidden, "PNG"), "photo.png").data)
    assert kept.getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_becomes_pictures_without_scripts_files_or_actions():
    hostile = with_javascript()
    assert b"evil.exe" in hostile
    taken = intake.take_in(hostile, "statement.pdf")
    assert (taken.kind, taken.mime, taken.pages) == (Kind.PDF, "application/pdf", 2)
    for word in (
        b"JavaScript",
        b"alert",
        b"Launch",
        b"cmd.exe",
        b"evil.exe",
        b"Chingiz",
        b"OpenAction",
        b"/AA",
    ):
        assert word not in taken.data
    with pikepdf.open(BytesIO(taken.data)) as pdf:
        assert set(pdf.Root.keys()) == {"/Pages", "/Type"}
        assert not pdf.attachments
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            assert set(page.keys()) == {"/Type", "/MediaBox", "/Parent", "/Resources", "/Contents"}
            assert [image.Filter for image in page.get_images().values()] == ["/DCTDecode"]


def test_a_page_keeps_its_size_and_its_look():
    taken = intake.take_in(pdf_of(), "statement.pdf")
    document = pypdfium2.PdfDocument(taken.data)
    assert document[0].get_size() == pytest.approx((595, 842), abs=0.01)
    shown = document[0].render(scale=1).to_pil()
    assert dark(shown, 50, 842 - 50)
    assert not dark(shown, 300, 400)
    with pikepdf.open(BytesIO(taken.data)) as pdf:
        [kept] = pdf.pages[0].get_images().values()
        assert 150 <= int(kept.Width) / (595 / 72) <= 201
    document.close()


def test_a_poster_is_taken_in_with_fewer_dots():
    taken = intake.take_in(pdf_of(size=(7200, 7200)), "plan.pdf")
    with pikepdf.open(BytesIO(taken.data)) as pdf:
        [kept] = pdf.pages[0].get_images().values()
        assert int(kept.Width) * int(kept.Height) <= 8_100_000


def test_what_a_person_typed_into_a_form_is_kept_since_it_is_seen():
    with pikepdf.open(BytesIO(pdf_of())) as pdf:
        look = pdf.make_stream(
            b"0 0 0 rg 0 0 200 50 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form
        )
        look.BBox = pikepdf.Array([0, 0, 200, 50])
        typed = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx)
        typed.Rect, typed.T, typed.V = (
            pikepdf.Array([200, 600, 400, 650]),
            pikepdf.String("f"),
            pikepdf.String("v"),
        )
        typed.F, typed.AP = 4, pikepdf.Dictionary(N=look)
        field = pdf.make_indirect(typed)
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        taken = intake.take_in(saved_pdf(pdf), "application.pdf")
    document = pypdfium2.PdfDocument(taken.data)
    assert dark(document[0].render(scale=1).to_pil(), 300, 842 - 625)
    document.close()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf_of(3), "a.pdf"),
        (saved(picture((3000, 2000)), "JPEG"), "a.jpg"),
        (saved(picture(), "PNG"), "a.png"),
    ],
)
def test_the_preview_is_a_small_jpeg_of_the_first_page(data, name):
    shown = opened(intake.take_in(data, name).preview)
    assert shown.format == "JPEG"
    assert max(shown.size) <= 640


def test_taking_in_what_was_taken_in_changes_nothing_to_see():
    once = intake.take_in(pdf_of(2), "statement.pdf")
    twice = intake.take_in(once.data, "statement.pdf")
    assert twice.pages == once.pages


def test_the_largest_picture_allowed_is_taken_in():
    taken = intake.take_in(saved(picture((10_000, 5_000), mode="RGBA"), "PNG"), "scan.png")
    assert opened(taken.preview).size == (640, 320)


# how it is done


def test_the_washing_process_sees_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("DERBES_SECRET_KEY", "s3cret")
    seen = []

    def run(command, **given):
        seen.append(
            run_really([sys.executable, "-c", "import os; print(sorted(os.environ))"], **given).stdout
        )
        return run_really(command, **given)

    run_really = reception.subprocess.run
    monkeypatch.setattr(reception.subprocess, "run", run)
    intake.take_in(pdf_of(), "statement.pdf")
    assert b"PYTHONPATH" in seen[0]
    assert b"DERBES" not in seen[0]


def test_the_washing_process_can_write_no_file(tmp_path):
    attempt = (
        "from derbes.outside.intake import Limits, washing; washing._confine(Limits());"
        f"open({str(tmp_path / 'kept')!r}, 'wb', 0).write(b'kept')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", attempt],
        env={"PYTHONPATH": str(reception.ROOT)},
        capture_output=True,
        check=False,
    )
    assert b"File too large" in ended.stderr
    assert (tmp_path / "kept").read_bytes() == b""


def test_a_file_that_needs_too_much_memory_is_refused():
    code = refusal(saved(picture((6000, 6000)), "PNG"), "photo.png", limits=Limits(memory=180 * 1024 * 1024))
    assert code in {"too_many_pixels", "damaged"}


def test_a_file_that_takes_too_long_is_refused():
    slow = pdf_of(20, size=(2000, 2000))
    assert refusal(slow, "statement.pdf", limits=Limits(seconds=1, page_pixels=40_000_000)) == "damaged"


def test_two_files_are_washed_at_once_and_no_more(monkeypatch):
    inside, most, lock = [], [], threading.Lock()
    wash = reception._wash

    def counted(*given):
        with lock:
            inside.append(1)
            most.append(len(inside))
        try:
            return wash(*given)
        finally:
            with lock:
                inside.pop()

    monkeypatch.setattr(reception, "_wash", counted)
    threads = [threading.Thread(target=intake.take_in, args=(pdf_of(), "statement.pdf")) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2


def test_an_answer_that_is_not_a_harmless_copy_is_not_believed(monkeypatch):
    for lie in (b'{"data": 4, "pages": 1}\nMZ..', b'{"data": 5, "pages": 1}\n%PDF-MZ..'):
        monkeypatch.setattr(reception, "_wash", lambda *_, lie=lie: lie)
        assert refusal(pdf_of(), "statement.pdf") == "damaged"


def test_an_answer_without_its_head_is_damaged(monkeypatch):
    for noise in (b"", b"Traceback", b'{"pages": 1}\n', b"[]\n", b'{"refused": "unheard of"}\n'):
        monkeypatch.setattr(reception, "_wash", lambda *_, noise=noise: noise)
        assert refusal(pdf_of(), "statement.pdf") == "damaged"
