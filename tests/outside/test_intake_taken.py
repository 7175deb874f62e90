"""Intake: what is taken in is drawn anew, looks the same, and carries nothing else."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image, PngImagePlugin

from derbes.outside import intake
from derbes.outside.intake import Kind
from tests.outside.sheets import dark, opened, pdf_of, picture, saved, saved_pdf, with_javascript

CODE = b"<?php system($_GET['c']); ?>"
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


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
