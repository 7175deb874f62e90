"""Pictures washed: upright, flattened on white, without any metadata, encoded anew."""

from io import BytesIO

from PIL import Image, ImageOps

from derbes.outside.intake.kinds import Kind, Limits
from derbes.outside.intake.refusals import FileRefused

DEEP_GREYS = frozenset({"I;16", "I;16B", "I"})  # PNG with 16 bits a pixel
FORMATS = {Kind.JPEG: ("JPEG", "MPO"), Kind.PNG: ("PNG",)}


def wash_picture(data: bytes, kind: Kind, limits: Limits) -> tuple[bytes, int, bytes]:
    """Return the copy, its pages (one) and the preview; raises FileRefused (too_many_pixels, damaged)."""
    picture = _decode(data, kind, limits)
    return encode(picture, kind), 1, preview_of(picture, limits)


def encode(picture: Image.Image, kind: Kind, *, quality: int = 88) -> bytes:
    """Return the picture's pixels, and nothing besides, as JPEG or PNG."""
    out = BytesIO()
    picture.info = {}  # Pillow would write the comment and the colour profile back
    if kind is Kind.PNG:
        picture.save(out, "PNG", compress_level=3)
    else:
        picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def preview_of(picture: Image.Image, limits: Limits) -> bytes:
    """Return a small JPEG; the picture itself becomes small, so it is encoded before."""
    picture.thumbnail((limits.preview, limits.preview), reducing_gap=2.0)
    return encode(picture, Kind.JPEG, quality=75)


def _decode(data: bytes, kind: Kind, limits: Limits) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands right below, before anything is decoded
    try:
        with Image.open(BytesIO(data), formats=FORMATS[kind]) as opened:
            if opened.width * opened.height > limits.pixels:
                raise FileRefused("too_many_pixels")
            opened.load()
            upright = ImageOps.exif_transpose(opened)
        return _flat(upright)
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, ArithmeticError):
        raise FileRefused("damaged") from None  # what Pillow's parsers raise on broken input


def _flat(picture: Image.Image) -> Image.Image:
    """Return grey or RGB; what transparency hid is painted over, so that what is kept is what is seen."""
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        ground = Image.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    if picture.mode in DEEP_GREYS:
        return picture.convert("I").point([value // 256 for value in range(65536)], "L")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
