"""Bytes in, files out: what can't be read is named, what can't be written leaves nothing behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inminban.errors import InputError, OutputError
from inminban.model.files import MOST_BYTES, decoded, normal, read_text, whole_folder, write_whole

KOREAN = "세대당 파철 7kg을 내라는 지시가 내려왔다고 소식통이 전했다"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "not UTF-8|control characters"),
        ("a levy of 7 kg".encode("utf-16"), "UTF-16"),
        ("a levy of 7 kg".encode("utf-16-le"), "UTF-16"),
        (KOREAN.encode("cp949"), "CP949"),
        (b"seven kilograms \xff\xfe\xfa of scrap", "not UTF-8"),
        (b"seven\x00kilograms", "control characters"),
    ],
)
def test_what_is_no_utf8_text_is_named(raw: bytes, says: str) -> None:
    """Empty, binary, UTF-16 and CP949 each get their own message, with a way to mend it."""
    with pytest.raises(InputError, match=says):
        decoded(raw, "report.txt")


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_message(raw: bytes) -> None:
    """No byte sequence ends in a traceback."""
    try:
        text = decoded(raw, "f")
    except InputError:
        return
    assert normal(text) == text


def test_a_file_of_five_megabytes_is_no_report(tmp_path: Path) -> None:
    """One report is an article; an archive is to be split."""
    path = tmp_path / "big.txt"
    path.write_bytes(b"7 kg of scrap. " * (2 * MOST_BYTES // 15))
    with pytest.raises(InputError, match="larger than 8 MB.*Split"):
        read_text(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    """The path stands in the message."""
    with pytest.raises(InputError, match="gone.txt: no such file"):
        read_text(tmp_path / "gone.txt")
    with pytest.raises(InputError, match="is a folder"):
        read_text(tmp_path)


def full(*_: object, **__: object) -> None:
    """Stand for a disk that is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The target is what it was, and nothing else lies beside it."""
    path = tmp_path / "burdens.csv"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["burdens.csv"]


def test_a_device_that_is_full_is_an_error(tmp_path: Path) -> None:
    """A real full device, not a simulated one."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OutputError), whole_folder(tmp_path / "out") as part:
        (part / "a.json").write_text("{}")
        with Path("/dev/full").open("w") as device:
            device.write("x" * 100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """An error halfway leaves the folder as it was; other files in it are never touched."""
    out = tmp_path / "out"
    with whole_folder(out) as part:
        (part / "a.json").write_text("1")
    (out / "mine.txt").write_text("mine")
    with pytest.raises(RuntimeError), whole_folder(out) as part:
        (part / "b.json").write_text("2")
        raise RuntimeError
    assert sorted(p.name for p in out.iterdir()) == ["a.json", "mine.txt"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_in_the_way_is_no_folder(tmp_path: Path) -> None:
    """A target folder that is a file is refused before anything is done."""
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="a folder was expected"), whole_folder(tmp_path / "out"):
        pass
    with pytest.raises(OutputError, match="can't be written"):
        write_whole(tmp_path / "out" / "page.html", "x")
