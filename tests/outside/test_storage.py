"""Stored files: whole or absent, written once, named by UUIDs only."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from derbes.outside import storage


@pytest.fixture
def store(tmp_path):
    return storage.open_store({"driver": "file", "path": tmp_path / "files"})


@pytest.fixture
def name():
    return str(uuid4())


def test_what_is_written_is_read_in_chunks(store, name):
    sealed = bytes(range(256)) * 1000
    store.write(name, [sealed[:1], sealed[1:200_000], b"", sealed[200_000:]])
    chunks = list(store.read(name))
    assert b"".join(chunks) == sealed
    assert max(map(len, chunks)) <= 64 * 1024


def test_an_empty_blob_is_a_blob(store, name):
    store.write(name, [])
    assert store.exists(name)
    assert list(store.read(name)) == []


def test_nobody_else_can_read_it(store, name, tmp_path):
    store.write(name, [b"sealed"])
    for path in (tmp_path / "files").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_blob_is_never_overwritten(store, name):
    store.write(name, [b"first"])
    with pytest.raises(storage.AlreadyStored):
        store.write(name, [b"second"])
    assert b"".join(store.read(name)) == b"first"


def test_a_stream_that_breaks_leaves_nothing(store, name, tmp_path):
    def breaking():
        yield b"half"
        raise RuntimeError("the line went dead")

    with pytest.raises(RuntimeError, match="went dead"):
        store.write(name, breaking())
    assert not store.exists(name)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_removing_is_final_and_may_be_repeated(store, name):
    store.write(name, [b"sealed"])
    store.remove(name)
    store.remove(name)
    store.remove(str(uuid4()))
    assert not store.exists(name)
    with pytest.raises(storage.NotStored):
        store.read(name)


def test_a_blob_removed_between_asking_and_reading_is_not_stored(store, name):
    store.write(name, [b"sealed"])
    chunks = store.read(name)
    store.remove(name)
    with pytest.raises(storage.NotStored):
        next(chunks)


def test_several_are_stored_all_or_none(store):
    one, two, three = (str(uuid4()) for _ in range(3))

    def breaks():
        yield b"x"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        store.write_all({one: [b"x"], two: breaks()})
    assert list(store.names()) == []
    store.write_all({one: [b"x"], two: [b"y"]})
    with pytest.raises(storage.AlreadyStored):
        store.write_all({three: [b"z"], one: [b"other"]})
    assert b"".join(store.read(one)) == b"x", "what is somebody's stays"
    assert sorted(store.names()) == sorted([one, two])


def test_names_are_those_of_whole_blobs_only(store, tmp_path):
    assert list(store.names()) == []
    names = {str(uuid4()) for _ in range(40)}
    for one in names:
        store.write(one, [b"x"])
    (tmp_path / "files" / "unfinished" / "left-by-a-crash").write_bytes(b"half")
    (tmp_path / "files" / "ab").mkdir(exist_ok=True)
    (tmp_path / "files" / "ab" / "stranger.txt").write_bytes(b"not ours")
    assert sorted(store.names()) == sorted(names)
    assert store.sweep(before=datetime.now(UTC) - timedelta(hours=1)) == 0, "it may be being written"
    assert store.sweep(before=datetime.now(UTC) + timedelta(hours=1)) == 1
    assert not list((tmp_path / "files" / "unfinished").iterdir())


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "0190a5d5-0000-7000-8000-00000000000",
        "0190A5D5-0000-7000-8000-000000000000",
        "{0190a5d5-0000-7000-8000-000000000000}",
        "0190a5d5000070008000000000000000",
        "0190a5d5-0000-7000-8000-000000000000\n",
        "0190a5d5-0000-7000-8000-0000000000/0",
    ],
)
def test_a_name_that_is_no_uuid_is_refused_everywhere(store, tmp_path, bad):
    for verb in (store.read, store.remove, store.exists, lambda name: store.write(name, [b"x"])):
        with pytest.raises(storage.BadName):
            verb(bad)
    assert list(tmp_path.iterdir()) == []


def test_the_installation_s_store_is_where_its_settings_say(settings, tmp_path, name):
    settings.STORAGE = {"driver": "file", "path": tmp_path}
    storage.store().write(name, [b"sealed"])
    assert (tmp_path / name[-2:] / name).read_bytes() == b"sealed"
    with pytest.raises(ValueError, match="no storage driver"):
        storage.open_store({"driver": "attic", "path": tmp_path})
