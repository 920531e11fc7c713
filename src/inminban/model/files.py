"""Texts into memory and results onto disk: whole and checked, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from inminban.errors import InputError, OutputError

MOST_BYTES = 8_000_000


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def normal(text: str) -> str:
    """Return the one form of a text that offsets count in: NFC with LF line ends, no byte-order mark."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def read_text(path: Path) -> str:
    """Read a UTF-8 text file; refuses what is not one, saying how to mend it."""
    return decoded(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """Bytes of a file of at most eight megabytes."""
    try:
        if path.is_dir():
            raise InputError("is a folder, a file was expected", where=str(path))
        if path.stat().st_size > MOST_BYTES:
            raise InputError(
                f"is larger than {MOST_BYTES // 1_000_000} MB, a single report was expected",
                where=str(path),
                hint="Split it into one file a report",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", where=str(path)) from None
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", where=str(path)) from None


def decoded(raw: bytes, where: str) -> str:
    """Decode UTF-8 bytes into normal text; names the encoding it suspects where they are not UTF-8."""
    if not raw.strip():
        raise InputError("is empty, the text of a report was expected", where=where)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(raw) > 3 and raw[:200].count(0) >= len(raw[:200]) // 4):
        with contextlib.suppress(UnicodeDecodeError):
            raw.decode("utf-16")
            raise InputError(
                "is in UTF-16, UTF-8 was expected", where=where, hint="Convert it: iconv -f UTF-16 -t UTF-8"
            )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        if korean(raw):
            raise InputError(
                "looks like CP949 (EUC-KR), UTF-8 was expected",
                where=where,
                line=line,
                hint="Convert it: iconv -f CP949 -t UTF-8",
            ) from None
        raise InputError(
            "is not UTF-8 text (a binary file, or another encoding)",
            where=where,
            line=line,
            hint="Save it as UTF-8 text",
        ) from None
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v" for c in text):
        raise InputError("holds control characters, so it is no text file", where=where, hint="Save it as UTF-8 text")
    text = normal(text)
    if not text.strip():
        raise InputError("is empty, the text of a report was expected", where=where)
    return text


def korean(raw: bytes) -> bool:
    """Whether the bytes decode as CP949 into text that is largely Hangul beside ASCII."""
    try:
        letters = [c for c in raw.decode("cp949") if ord(c) > 127]
    except UnicodeDecodeError:
        return False
    return bool(letters) and sum("가" <= c <= "힣" for c in letters) / len(letters) > 0.7


@contextlib.contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside the target to write into; its files move into the target only if the block ends well.

    Files of the same name are replaced, others in the target are left alone.
    """
    if target.exists() and not target.is_dir():
        raise OutputError("is a file, a folder was expected", where=str(target), hint="Name another folder")
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        yield part
        for path in sorted(p for p in part.rglob("*") if p.is_file()):
            goal = target / path.relative_to(part)
            goal.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, goal)
    except OSError as error:
        raise OutputError(
            f"can't be written: {error.strerror}", where=str(target), hint="Nothing was written"
        ) from None
    finally:
        if part:
            shutil.rmtree(part, ignore_errors=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file through a temporary one beside it, so that it is either whole or untouched."""
    raw = content.encode() if isinstance(content, str) else content
    if path.is_dir():
        raise OutputError("is a folder, a file was expected", where=str(path), hint="Name a file")
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
        Path(name).chmod(0o644)
        os.replace(name, path)
    except OSError as error:
        raise OutputError(f"can't be written: {error.strerror}", where=str(path), hint="Nothing was written") from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
