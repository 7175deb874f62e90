"""Sheets of paper, kind and hostile, and how to look at what became of them."""

import struct
import time
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from derbes.outside import intake

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


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
