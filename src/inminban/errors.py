"""The errors that users meet: each says where, what was expected and what to do.

InminbanError
├── InputError      the input's fault: exit code 2
└── OutputError     the target can't be written: exit code 2
"""

from __future__ import annotations


class InminbanError(Exception):
    """Anything this package raises on purpose."""


class InputError(InminbanError):
    """Something the user gave can't be used.

    Args:
        what: the situation and what was expected, one sentence without a full stop.
        where: the file, folder or option it was found in.
        line: the line in that file, counted from 1.
        field: the field or column, in the words of the file.
        hint: what to do about it.

    """

    def __init__(self, what: str, *, where: str = "", line: int | None = None, field: str = "", hint: str = "") -> None:
        self.what, self.where, self.line, self.field, self.hint = what, where, line, field, hint
        spot = ", ".join(
            part for part in (where, f"line {line}" if line else "", f"field {field}" if field else "") if part
        )
        super().__init__((f"{spot}: " if spot else "") + what + (f". {hint}" if hint else ""))


class OutputError(InputError):
    """A target file or folder can't be written; nothing half-written is left behind."""
