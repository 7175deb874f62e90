"""PDFs washed: checked by pikepdf, every page drawn by pdfium, the drawings put into a new PDF.

Scripts, attached files, actions, links, forms and hidden text do not get into the copy: nothing but a JPEG a
page does. What a person typed into form fields is drawn, since it is seen.
"""

import math
from io import BytesIO

import pikepdf
import pypdfium2
from PIL import Image

from derbes.outside.intake.kinds import Kind, Limits
from derbes.outside.intake.pictures import encode, preview_of
from derbes.outside.intake.refusals import FileRefused

LONGEST = 65_500  # pixels of a side, what a JPEG can hold
POINTS = 72  # a PDF's unit is 1/72 inch (ISO 32000-1 §8.3.2.3)


def wash_pdf(data: bytes, limits: Limits) -> tuple[bytes, int, bytes]:
    """Return the copy, its pages and the preview of the first; raises FileRefused.

    Codes: encrypted_pdf, too_many_pages, too_many_pixels, damaged.
    """
    _check(data, limits)
    try:
        return _draw(data, limits)
    except pypdfium2.PdfiumError:
        raise FileRefused("damaged") from None


def _check(data: bytes, limits: Limits) -> None:
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise FileRefused("encrypted_pdf")
            _check_pages(len(pdf.pages), limits)
            for found in pdf.objects:
                _check_pixels(found, limits)
    except pikepdf.PasswordError:
        raise FileRefused("encrypted_pdf") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, RecursionError):
        raise FileRefused("damaged") from None


def _check_pages(pages: int, limits: Limits) -> None:
    if pages == 0:
        raise FileRefused("damaged")
    if pages > limits.pages:
        raise FileRefused("too_many_pages")


def _check_pixels(found: pikepdf.Object, limits: Limits) -> None:
    if not isinstance(found, pikepdf.Stream) or found.get("/Subtype") != "/Image":
        return
    if int(found.get("/Width", 0)) * int(found.get("/Height", 0)) > limits.pixels:
        raise FileRefused("too_many_pixels")


def _draw(data: bytes, limits: Limits) -> tuple[bytes, int, bytes]:
    source = pypdfium2.PdfDocument(data)
    _check_pages(len(source), limits)  # again: two parsers may read a broken file differently
    source.init_forms()
    preview = b""
    with pikepdf.new() as copy:
        for page in source:
            picture, size = _drawn(page, limits)
            _append(copy, encode(picture, Kind.JPEG, quality=80), picture.size, size)
            preview = preview or preview_of(picture, limits)
            page.close()
        out = BytesIO()
        copy.save(out, deterministic_id=True)
        return out.getvalue(), len(copy.pages), preview


def _drawn(page: pypdfium2.PdfPage, limits: Limits) -> tuple[Image.Image, tuple[float, float]]:
    """Return the page as a picture, and its size in points."""
    width, height = page.get_size()
    if not (math.isfinite(width * height) and width > 0 and height > 0):
        raise FileRefused("damaged")
    by_area = math.sqrt(limits.page_pixels / (width * height))
    scale = min(limits.dpi / POINTS, by_area, LONGEST / max(width, height))
    return page.render(scale=scale).to_pil().convert("RGB"), (width, height)


def _append(copy: pikepdf.Pdf, jpeg: bytes, pixels: tuple[int, int], points: tuple[float, float]) -> None:
    picture = pikepdf.Stream(
        copy,
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=pixels[0],
        Height=pixels[1],
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page = copy.add_blank_page()
    page.MediaBox = pikepdf.Array([0, 0, *points])  # also of a size that pikepdf itself would not make
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=picture))
    page.Contents = copy.make_stream(f"{points[0]:.3f} 0 0 {points[1]:.3f} 0 0 cm /Page Do".encode())
