"""Why a file is refused: a stable code for translators, an English sentence for logs without any name."""

from types import MappingProxyType

SENTENCES = MappingProxyType(
    {
        "too_big": "The file is bigger than allowed.",
        "empty": "The file is empty.",
        "unknown_type": "The file is not a PDF, a JPEG or a PNG.",
        "type_mismatch": "The file is not what its name says.",
        "encrypted_pdf": "The PDF is protected by a password.",
        "too_many_pages": "The PDF has more pages than allowed.",
        "too_many_pixels": "The picture has more pixels than allowed.",
        "damaged": "The file is damaged and cannot be read.",
        "infected": "The file is infected.",
        "antivirus_unavailable": "The file could not be checked for viruses.",
    }
)


class FileRefused(Exception):
    """The file is not taken in; `code` is a key of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code])
        self.code = code
