"""Keys in a folder: the driver for one machine.

    master.key        32 bytes; seals the epoch keys
    index.key         32 bytes; the index key of each kind is derived from it
    signing.key       Ed25519, PKCS#8 PEM
    epochs/<id>.key   nonce || AES-256-GCM(master, epoch key, additional data = id)

Always holds: the folder is 0700 and the files 0600, or the ring does not open; files appear whole and are
never replaced; an epoch's id is the moment it began, so that the greatest id is the current one. Which
epochs live is read from the folder each time; only the unwrapped bytes are remembered, for MOMENT seconds.
Overwriting before removal is done, but journaling and flash storage may keep old blocks: the folder belongs
on an encrypted disk and out of the backups.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from derbes.outside.keys.ring import EpochGone, KeysDamaged, KeysExist, KeysExposed, KeysMissing, KeysRefused

MOMENT = 60.0
LENGTH = 32
NONCE = 12
EPOCH_ID = re.compile(r"[0-9]{8}T[0-9]{12}Z")


class FileSigner:
    """Signs with the Ed25519 key of the folder (RFC 8032)."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over `message`."""
        return self._key.sign(message)


class FileRing:
    """A ring in a folder made by `create`."""

    def __init__(self, folder: Path) -> None:
        """Open the ring; raises KeysMissing, KeysExposed or KeysDamaged."""
        self._folder = folder
        self._epochs = folder / "epochs"
        self._remembered: dict[str, tuple[float, bytes]] = {}
        _check_closed(folder)
        self._master()
        self._read_exactly("index.key")
        self._signer = FileSigner(self._signing_key())

    def current_epoch(self) -> tuple[str, bytes]:
        """Return the id and the 32-byte key of the newest epoch."""
        living = self.epochs()
        if not living:
            raise KeysMissing("The ring has no epoch yet. Begin one before personal data is written.")
        return living[-1], self.epoch(living[-1])

    def epochs(self) -> tuple[str, ...]:
        """Return the ids of the living epochs, oldest first."""
        names = (name.removesuffix(".key") for name in os.listdir(self._epochs) if name.endswith(".key"))  # noqa: PTH208  asked for in every step: pathlib is ten times slower
        return tuple(sorted(name for name in names if EPOCH_ID.fullmatch(name)))

    def epoch(self, epoch: str) -> bytes:
        """Return the 32-byte key of an epoch; raises EpochGone, also when another process destroyed it."""
        path = self._living(epoch)
        return self._remember(epoch, lambda: self._unwrap(Path(path), epoch))

    def new_epoch(self, at: datetime) -> str:
        """Begin an epoch at `at`, which must be after the beginning of the current one; return its id."""
        if at.tzinfo is None:
            raise ValueError("`at` needs a time zone.")
        epoch_id = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        if any(living >= epoch_id for living in self.epochs()):
            raise KeysRefused("An epoch must begin after the current one. Check the clock of this machine.")
        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(self._master()).encrypt(nonce, AESGCM.generate_key(256), epoch_id.encode())
        _write_new(self._epochs / f"{epoch_id}.key", nonce + sealed)
        return epoch_id

    def destroy_epoch(self, epoch: str) -> None:
        """Overwrite and remove an epoch key; raises EpochGone, and KeysRefused for the current epoch.

        The caller has re-wrapped the living first, in transactions that have all ended: nothing that is
        still wrapped under this epoch can ever be opened again.
        """
        path = Path(self._living(epoch))
        if epoch == self.epochs()[-1]:
            raise KeysRefused("The current epoch is not destroyed. Begin a new one and re-wrap first.")
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync_folder(self._epochs)
        self._remembered.pop(epoch, None)

    def index_key(self, kind: str) -> bytes:
        """Return the 32-byte index key of one kind: HKDF-SHA256 (RFC 5869), info "derbes/index/v1/" + kind."""
        return self._remember(f"index/{kind}", lambda: self._derive(b"derbes/index/v1/" + kind.encode()))

    def signer(self) -> FileSigner:
        """Return the operator's signer."""
        return self._signer

    def _living(self, epoch_id: str) -> str:
        path = f"{self._folder}/epochs/{epoch_id}.key"
        if not EPOCH_ID.fullmatch(epoch_id) or not os.path.exists(path):  # noqa: PTH110  as in `epochs`
            raise EpochGone("This epoch key was destroyed or never existed. What it closed stays closed.")
        return path

    def _remember(self, name: str, read: Callable[[], bytes]) -> bytes:
        now = time.monotonic()
        until, key = self._remembered.get(name, (0.0, b""))
        if until <= now:
            key = read()
            self._remembered[name] = (now + MOMENT, key)
        return key

    def _unwrap(self, path: Path, epoch_id: str) -> bytes:
        try:
            sealed = path.read_bytes()
            return AESGCM(self._master()).decrypt(sealed[:NONCE], sealed[NONCE:], epoch_id.encode())
        except FileNotFoundError:
            raise EpochGone("This epoch key was destroyed. What it closed stays closed.") from None
        except (InvalidTag, ValueError):
            raise KeysDamaged(
                f"The epoch key {epoch_id} does not open under master.key. Restore the folder as a whole."
            ) from None

    def _derive(self, label: bytes) -> bytes:
        return HKDF(SHA256(), LENGTH, salt=None, info=label).derive(self._read_exactly("index.key"))

    def _master(self) -> bytes:
        return self._read_exactly("master.key")

    def _read_exactly(self, name: str) -> bytes:
        key = self._read(name)
        if len(key) != LENGTH:
            raise KeysDamaged(f"{self._folder / name} must hold exactly {LENGTH} bytes. Restore the folder.")
        return key

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            raise KeysMissing(f"{path} is missing. Restore the key folder from where you keep it.") from None
        _refuse_exposed(path)
        return key

    def _signing_key(self) -> Ed25519PrivateKey:
        refusal = KeysDamaged(
            f"{self._folder / 'signing.key'} is not an Ed25519 key in PEM. Restore the folder."
        )
        try:
            key = serialization.load_pem_private_key(self._read("signing.key"), password=None)
        except (ValueError, TypeError):
            raise refusal from None
        if not isinstance(key, Ed25519PrivateKey):
            raise refusal
        return key


def create(folder: Path) -> None:
    """Make a fresh ring without epochs; raises KeysExist when anything is at `folder` already.

    The ring appears whole or not at all. Losing it is losing all personal data: keep a copy elsewhere.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder.with_name(f".{folder.name}-{secrets.token_hex(8)}")
    made.mkdir(mode=0o700)
    try:
        (made / "epochs").mkdir(mode=0o700)
        _write_new(made / "master.key", AESGCM.generate_key(256))
        _write_new(made / "index.key", secrets.token_bytes(LENGTH))
        _write_new(made / "signing.key", _fresh_signing_key())
        _sync_folder(made)
        made.rename(folder)  # fails on a file and on a folder that is not empty
    except OSError:
        shutil.rmtree(made)
        if folder.exists():
            raise KeysExist(
                f"{folder} exists already. Keys are never overwritten: move it away first."
            ) from None
        raise
    _sync_folder(folder.parent)


def _fresh_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _check_closed(folder: Path) -> None:
    if not folder.is_dir():
        raise KeysMissing(f"There are no keys in {folder}. Create a ring there, or restore yours.")
    _refuse_exposed(folder)


def _refuse_exposed(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        mode = "700" if path.is_dir() else "600"
        raise KeysExposed(f"Others can read {path}. Run: chmod {mode} {path}")


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that appears whole, 0600, and replaces nothing."""
    unfinished = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike a rename, fails when the name is taken
    finally:
        unfinished.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
