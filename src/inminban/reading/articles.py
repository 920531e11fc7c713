"""From files to articles: plain text, HTML pages, JSON and JSON lines, in UTF-8, UTF-16 or CP949."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inminban.errors import InputError
from inminban.model.dates import checked
from inminban.model.files import MOST_BYTES, decoded, korean, read_bytes
from inminban.model.records import no_doubles

TEXT, PAGE, RECORD, LINES = ".txt", (".html", ".htm"), ".json", ".jsonl"
ENDINGS = (TEXT, *PAGE, RECORD, LINES)
STDIN = "-"
HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Article:
    """The text of one news article and what is known of it before it is read.

    `dropped` are the lines of a web page that are no part of the article; `encoding` is given where it isn't UTF-8.
    """

    id: str
    text: str
    published: str | None = None
    outlet: str | None = None
    title: str | None = None
    url: str | None = None
    where: str = ""
    dropped: tuple[str, ...] = ()
    encoding: str | None = None


def name_of(path: Path) -> str:
    """Report id made of a file's name: spaces and odd characters become hyphens."""
    kept = "".join(c if c.isalnum() or c in "._-" else "-" for c in path.stem).strip("-.")
    return kept or "report"


def dated(published: str | None, where: str) -> str | None:
    """Check a date of publication."""
    if not published:
        return None
    try:
        return checked(published)
    except ValueError as error:
        raise InputError(f"{error}, found {published}", where=where, field="published") from None


def article_of(data: Any, where: str, line: int | None = None, fallback: str = "") -> Article:
    """Take id, published, outlet, title, address and text of a JSON object."""
    if not isinstance(data, dict) or not isinstance(data.get("text"), str) or not data["text"].strip():
        raise InputError("expected an object with the text of a report", where=where, line=line, field="text")
    strings = {k: data.get(k) for k in ("id", "published", "outlet", "title", "url")}
    wrong = next((k for k, v in strings.items() if v is not None and not isinstance(v, str)), None)
    if wrong:
        raise InputError("expected a text", where=where, line=line, field=wrong)
    return Article(
        id=strings["id"] or fallback,
        text=decoded(data["text"].encode("utf-8", "replace"), where),
        published=dated(strings["published"], where),
        outlet=strings["outlet"],
        title=strings["title"],
        url=strings["url"],
        where=where,
    )


def articles_in(path: Path) -> Iterator[Article]:
    """Articles of one file: a text, a web page, a JSON object, or one JSON object a line; `-` is standard input."""
    if str(path) == STDIN:
        yield from articles_of(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input", "report", "")
    elif path.suffix.lower() == LINES:
        yield from articles_by_line(path)
    else:
        yield from articles_of(read_bytes(path), str(path), name_of(path), path.suffix.lower())


def articles_of(raw: bytes, where: str, name: str, ending: str) -> Iterator[Article]:
    """Articles of the bytes of one file; what has no ending is told apart by how it begins."""
    if len(raw) > MOST_BYTES:
        raise InputError(
            f"is larger than {MOST_BYTES // 1_000_000} MB, a single report was expected",
            where=where,
            hint="Give one file a report, or a file of JSON lines",
        )
    text, encoding = as_text(raw, where)
    if ending in PAGE or (ending != RECORD and HTML.match(text)):
        yield article_of_page(text, where, name, encoding)
    elif ending == RECORD or (not ending and text.lstrip().startswith("{")):
        if not ending and "\n{" in text.strip():
            lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
            yield from (article_of(parsed(line, where, n), where, n, f"{name}-{n}") for n, line in lines)
        else:
            yield article_of(parsed(text, where, 1), where, None, name)
    else:
        yield Article(name, text, where=where, encoding=encoding)


def as_text(raw: bytes, where: str) -> tuple[str, str | None]:
    """Text of some bytes, and its encoding where that isn't UTF-8: UTF-16 with or without its mark, or CP949."""
    if encoding := utf16(raw):
        with contextlib.suppress(UnicodeDecodeError):
            return decoded(raw.decode(encoding).encode(), where), "UTF-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        if korean(raw):
            return decoded(raw.decode("cp949").encode(), where), "CP949"
    return decoded(raw, where), None


def utf16(raw: bytes) -> str | None:
    """Encoding of bytes that are UTF-16: by their mark, else by the zeros that plain letters have in it."""
    if raw.startswith(UTF16):
        return "utf-16"
    first, second = raw[0:200:2].count(0), raw[1:200:2].count(0)
    if max(first, second) < len(raw[:200]) // 4 or len(raw) < 4:
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def articles_by_line(path: Path) -> Iterator[Article]:
    """Articles of a file of JSON lines, read line by line, so that it may be long."""
    for number, raw in enumerate(lines_of(path), 1):
        if raw.strip():
            text, _ = as_text(raw, str(path))
            yield article_of(parsed(text, str(path), number), str(path), number, f"{name_of(path)}-{number}")


def lines_of(path: Path) -> Iterator[bytes]:
    """Lines of a file, none of them longer than a report may be."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MOST_BYTES + 2), b""), 1):
                if len(line) > MOST_BYTES:
                    raise InputError(
                        f"holds a line of more than {MOST_BYTES // 1_000_000} MB, one report a line was expected",
                        where=str(path),
                        line=number,
                    )
                yield line
    except FileNotFoundError:
        raise InputError("no such file", where=str(path)) from None
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", where=str(path)) from None


def parsed(text: str, where: str, line: int) -> Any:
    """JSON of a text; an error names the line."""
    try:
        return json.loads(text, object_pairs_hook=no_doubles)
    except (ValueError, RecursionError) as error:
        at = line + error.lineno - 1 if isinstance(error, json.JSONDecodeError) else line
        raise InputError(f"is no JSON: {error}", where=where, line=at) from None


def article_of_page(page: str, where: str, name: str, encoding: str | None = None) -> Article:
    """The article of a web page, and the lines of the page that are no part of it."""
    try:
        import trafilatura
        from lxml import html as tree
    except ImportError:
        raise InputError(
            "is a web page, and what reads those is not installed",
            where=where,
            hint="Install it: pip install 'inminban[html]', or save the article as plain text",
        ) from None
    found = trafilatura.bare_extraction(
        page, with_metadata=True, include_comments=False, include_tables=True, favor_recall=True
    )
    text = normal_lines(getattr(found, "text", None) or "")
    if found is None or isinstance(found, dict) or not text:
        raise InputError("holds no article that could be found", where=where, hint="Save the article as plain text")
    seen = tree.document_fromstring(page.encode(), parser=tree.HTMLParser(encoding="utf-8"))
    for waste in seen.xpath("//script|//style|//noscript|//template|//head"):
        waste.drop_tree()
    return Article(
        name,
        text,
        published=published_of(found.date),
        outlet=found.sitename,
        title=found.title,
        url=found.url,
        where=where,
        dropped=left_out([" ".join(t.split()) for t in seen.itertext()], text),
        encoding=encoding,
    )


def normal_lines(text: str) -> str:
    """Paragraphs of an extracted text, parted by blank lines."""
    return "\n\n".join(line.strip() for line in text.split("\n") if line.strip())


def left_out(lines: Iterable[str], kept: str) -> tuple[str, ...]:
    """Lines of a page that the article does not hold."""
    body = " ".join(kept.split())
    return tuple(dict.fromkeys(line for line in lines if line and line not in body))


def published_of(date: str | None) -> str | None:
    """Day of publication that the page's own data gives."""
    with contextlib.suppress(ValueError):
        return checked(date) if date else None
    return None


def unique(articles: Iterable[Article]) -> list[Article]:
    """All articles; two of one id are an error that names both files."""
    seen: dict[str, Article] = {}
    for article in articles:
        if article.id in seen:
            raise InputError(
                f"the id “{article.id}” stands in {seen[article.id].where} too", where=article.where, field="id"
            )
        seen[article.id] = article
    return list(seen.values())
