"""Records in and out: JSON for programs, YAML 1.2 for people, and clear words for what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inminban.errors import InputError
from inminban.model.files import read_text
from inminban.model.orders import Report
from inminban.model.yaml import dump, line_of, load

OPTIONAL = frozenset(
    (
        *("id", "place", "mentions", "readings", "chosen", "basis", "approx", "alternative", "attribution", "hedge"),
        *(
            "doubt",
            "prefix",
            "suffix",
            "evidence",
            "reader",
            "leftover",
            "refused",
            "about",
            "why",
            "channel",
            "voluntary",
        ),
    )
)


def plain(report: Report) -> dict[str, Any]:
    """Return the record as plain data: fields that were never set are left out, the codebook's own always stand."""

    def tidy(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                k: tidy(v) for k, v in value.items() if k not in OPTIONAL or not (v is None or v is False or v == [])
            }
        return [tidy(v) for v in value] if isinstance(value, list) else value

    found: dict[str, Any] = tidy(report.model_dump(mode="json"))
    return found


def to_json(report: Report) -> str:
    """Write a record as JSON, the same bytes for the same record."""
    return json.dumps(plain(report), ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, where: str = "") -> Report:
    """Read a record from JSON; an error names line and field."""
    try:
        data = json.loads(text, object_pairs_hook=no_doubles)
    except json.JSONDecodeError as error:
        raise InputError(f"is no JSON: {error.msg}", where=where, line=error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON record: {error}", where=where) from None
    return validated(data, text, where)


def no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a JSON object that has a key twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [k for k, _ in pairs]
        raise ValueError(f"the key “{next(n for n in names if names.count(n) > 1)}” stands twice")
    return found


def validated(data: Any, text: str, where: str) -> Report:
    """Turn plain data into a report, naming the first thing that is wrong."""
    if not isinstance(data, dict):
        raise InputError("expected a record with id, text and orders", where=where)
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise InputError("holds half a character (a lone surrogate)", where=where, hint="Save the text again") from None
    except (ValueError, RecursionError):
        raise InputError("is nested too deeply to be a record", where=where) from None
    try:
        return Report.model_validate(data)
    except ValidationError as error:
        raise explained(error, text, where) from None


def explained(error: ValidationError, text: str, where: str) -> InputError:
    """Make an InputError of pydantic's first complaint: file, line, field, what was expected."""
    first = error.errors()[0]
    path: list[str | int] = [p for p in first["loc"] if not (isinstance(p, str) and p in ("int", "float"))]
    message = first["msg"].removeprefix("Value error, ")
    head, colon, rest = message.partition(": ")
    if colon and " " not in head:
        path += [int(p) if p.isdigit() else p for p in head.split(".")]
        message = rest
    if first["type"] == "extra_forbidden":
        message = "is no field of the codebook"
    elif first["type"] not in ("value_error", "missing"):
        shown = json.dumps(first["input"], ensure_ascii=False, default=str)
        message = f"{message[0].lower()}{message[1:]}, found {shown[:80]}"
    elif first["type"] == "missing":
        message = "is missing"
    return InputError(message, where=where, line=line_of(text, path), field=".".join(str(p) for p in path))


def to_yaml(report: Report) -> str:
    """Write a record as YAML 1.2 for people."""
    return dump(plain(report))


def from_yaml(text: str, where: str = "") -> Report:
    """Read a record from YAML 1.2; duplicate keys, anchors, aliases and tags are refused."""
    return validated(load(text, where), text, where)


def load_report(path: Path) -> Report:
    """Read a record file: JSON or YAML by its ending. A YAML file may leave out `id`: then the file's name is taken."""
    text = read_text(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        data = load(text, str(path))
        if isinstance(data, dict):
            data.setdefault("id", path.stem)
        return validated(data, text, str(path)).identified()
    return from_json(text, str(path)).identified()
