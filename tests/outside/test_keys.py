"""Keys in a folder: whole, closed to others, never overwritten; a destroyed epoch stays destroyed."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from derbes.outside import keys

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    keys.create(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def ring(folder):
    return keys.FileRing(folder)


def test_a_fresh_ring_is_closed_to_everybody_else(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "epochs").stat().st_mode & 0o777 == 0o700
    files = sorted(path for path in folder.iterdir() if path.is_file())
    assert [path.name for path in files] == ["index.key", "master.key", "signing.key"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_ring_is_never_overwritten(folder):
    before = (folder / "master.key").read_bytes()
    with pytest.raises(keys.KeysExist, match="never overwritten"):
        keys.create(folder)
    assert (folder / "master.key").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == ["keys"], "nothing half-made is left"


def test_without_keys_the_refusal_says_what_to_do(tmp_path):
    with pytest.raises(keys.KeysMissing, match="Create a ring there, or restore yours"):
        keys.FileRing(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["master.key", "index.key", "signing.key"])
def test_a_missing_key_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(keys.KeysMissing, match=name):
        keys.FileRing(folder)


@pytest.mark.parametrize("name", ["master.key", "index.key", "signing.key"])
def test_a_damaged_key_is_named(folder, name):
    (folder / name).write_bytes(b"short")
    with pytest.raises(keys.KeysDamaged, match=name):
        keys.FileRing(folder)


@pytest.mark.parametrize("name", [".", "master.key", "index.key", "signing.key"])
def test_keys_that_others_can_read_are_refused_with_the_cure(folder, name):
    (folder / name).chmod(0o744)
    with pytest.raises(keys.KeysExposed, match=r"chmod [67]00"):
        keys.FileRing(folder)


def test_a_ring_without_an_epoch_says_so(ring):
    with pytest.raises(keys.KeysMissing, match="no epoch yet"):
        ring.current_epoch()


def test_the_newest_epoch_is_current_in_every_process(folder, ring):
    first = ring.new_epoch(AT)
    neighbour = keys.FileRing(folder)
    assert neighbour.current_epoch() == (first, ring.epoch(first))
    second = ring.new_epoch(AT + timedelta(days=30))
    assert neighbour.current_epoch() == (second, ring.epoch(second))
    assert ring.epochs() == (first, second)
    assert ring.epoch(first) != ring.epoch(second)
    assert len(ring.epoch(second)) == 32


def test_an_epoch_that_does_not_begin_later_is_refused(ring):
    ring.new_epoch(AT)
    with pytest.raises(keys.KeysRefused, match="after the current one"):
        ring.new_epoch(AT)
    with pytest.raises(ValueError, match="time zone"):
        ring.new_epoch(datetime(2027, 1, 1))  # noqa: DTZ001  that is the point


def test_a_destroyed_epoch_is_gone_at_once_also_for_a_process_that_remembers_it(folder, ring):
    first = ring.new_epoch(AT)
    neighbour = keys.FileRing(folder)
    neighbour.epoch(first)
    ring.new_epoch(AT + timedelta(days=30))
    ring.destroy_epoch(first)
    for one in (ring, neighbour):
        with pytest.raises(keys.EpochGone, match="stays closed"):
            one.epoch(first)
    with pytest.raises(keys.EpochGone):
        ring.destroy_epoch(first)


def test_destroying_overwrites_the_bytes_before_the_name_goes(folder, ring):
    first = ring.new_epoch(AT)
    ring.new_epoch(AT + timedelta(days=30))
    path = folder / "epochs" / f"{first}.key"
    before = path.read_bytes()
    (folder / "still-there").hardlink_to(path)
    ring.destroy_epoch(first)
    after = (folder / "still-there").read_bytes()
    assert len(after) == len(before)
    assert after != before


def test_the_current_epoch_cannot_be_destroyed(ring):
    current = ring.new_epoch(AT)
    with pytest.raises(keys.KeysRefused, match="current epoch"):
        ring.destroy_epoch(current)
    assert ring.epoch(current)


@pytest.mark.parametrize(
    "strange", ["", "../master", "20260101T000000000000Z", "20260101T000000000000Z/../x"]
)
def test_an_epoch_that_never_was_is_gone(ring, strange):
    ring.new_epoch(AT)
    with pytest.raises(keys.EpochGone):
        ring.epoch(strange)


def test_an_epoch_key_is_bound_to_its_id_and_its_master(folder, ring):
    first, second = ring.new_epoch(AT), ring.new_epoch(AT + timedelta(days=1))
    shutil.copy(folder / "epochs" / f"{first}.key", folder / "epochs" / f"{second}.key")
    with pytest.raises(keys.KeysDamaged, match="does not open under"):
        ring.epoch(second)


def test_an_epoch_key_lies_sealed_and_is_unwrapped_once_a_moment(folder, ring, monkeypatch):
    epoch = ring.new_epoch(AT)
    key = ring.epoch(epoch)
    path = folder / "epochs" / f"{epoch}.key"
    assert key not in path.read_bytes()
    path.write_bytes(b"x" * 60)
    assert ring.epoch(epoch) == key, "remembered"
    later = keys.file.time.monotonic() + 61
    monkeypatch.setattr(keys.file.time, "monotonic", lambda: later)
    with pytest.raises(keys.KeysDamaged):
        ring.epoch(epoch)


def test_index_keys_differ_by_kind_and_last(folder, ring):
    assert ring.index_key("iin") != ring.index_key("phone")
    assert ring.index_key("iin") == keys.FileRing(folder).index_key("iin")
    assert len(ring.index_key("iin")) == 32
    assert ring.index_key("iin") != (folder / "index.key").read_bytes()


def test_the_signer_signs_so_that_the_public_key_verifies(folder, ring):
    signer = ring.signer()
    Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signer.sign(b"derbes"), b"derbes")
    assert keys.FileRing(folder).signer().public_key == signer.public_key


def test_the_installation_s_ring_is_the_one_its_settings_name(folder, settings):
    settings.KEYS = {"driver": "file", "path": folder}
    assert keys.ring() is keys.open_ring({"path": folder}), "one object, so one short memory"
    with pytest.raises(ValueError, match="no key driver"):
        keys.open_ring({"driver": "drawer", "path": folder})
