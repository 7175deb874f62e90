"""How somebody walks through the forms of the public face: as a browser does, with what stands in the page."""

import io
import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from derbes.faces.public.registration.forms import name_of
from derbes.flows import registration
from tests.conftest import ALIYA, NOON

IDENTITY = {
    "surname": ALIYA["surname"],
    "given_name": ALIYA["given_name"],
    "patronymic": ALIYA["patronymic"],
    "birth_date_day": "1",
    "birth_date_month": "1",
    "birth_date_year": "1990",
    "iin": "900101 300007",
}
CONTACTS = {"email": "Aliya@EXAMPLE.kz", "phone_mobile": "8 (700) 003 77 33"}


def page(response) -> str:
    """The page as people read it."""
    return unescape(response.content.decode())


def hidden(response) -> dict[str, str]:
    """What the hidden inputs of a page hold, but for the token against forgery."""
    inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", response.content.decode())
    pairs = (re.search(r'name="([^"]+)"(?:.*value="([^"]*)")?', one) for one in inputs)
    return {pair[1]: unescape(pair[2] or "") for pair in pairs if pair and pair[1] != "csrfmiddlewaretoken"}


def ticks(*, represented=False, without=(), also=()):
    """The ticks of somebody who agrees to all that is needed, but to those named."""
    offered = registration.offer("kk", at=NOON, represented=represented)
    names = {name_of(item) for item in offered.items if item.needed} | set(also)
    return dict.fromkeys(sorted(names - set(without)), "on")


def agree(client: Client, *, whom="self", **changed) -> object:
    """Go through the consent page; return the answer to sending it."""
    address = f"/register/consent?for={whom}"
    seen = hidden(client.get(address))
    return client.post(address, {**seen, **ticks(represented=whom == "other"), **changed})


def picture(colour="white") -> SimpleUploadedFile:
    """A photograph of a document."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def fill(client: Client, code) -> None:
    """Do all the tasks."""
    client.post("/register/details/identity", IDENTITY)
    client.post("/register/details/contact", CONTACTS)
    for field, contact in (("phone_mobile", "+77000037733"), ("email", "@example.kz")):
        client.post(f"/register/confirm/{field}", {"send": "1"})
        client.post(f"/register/confirm/{field}", {"code": code(contact)})
    client.post("/register/documents/id_document", {"scans": [picture()]})
