"""YAML 1.2 as people write it, without its traps: no doubled keys, anchors, aliases or tags; `12:30` is text."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from inminban.errors import InputError

DEEPEST = 40


class Words(SafeConstructor):
    """Builds plain values, and leaves a date the text that somebody wrote."""


Words.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def load(text: str, where: str = "") -> Any:
    """Read one YAML document into plain dicts, lists, strings and numbers."""
    safe = YAML(typ="safe", pure=True)
    depth = 0
    try:
        for event in safe.parse(io.StringIO(text)):
            line = event.start_mark.line + 1
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > DEEPEST:
                raise InputError(f"is nested more than {DEEPEST} deep", where=where, line=line)
            if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
                raise InputError(
                    "anchors and aliases (& and *) are not read", where=where, line=line, hint="Write the value out"
                )
            if getattr(event, "tag", None):
                raise InputError(f"tags ({event.tag}) are not read", where=where, line=line, hint="Leave the tag out")
        safe = YAML(typ="safe", pure=True)
        safe.Constructor = Words
        return safe.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = (error.problem or "is no YAML").splitlines()[0]
        raise InputError(
            f"is no YAML that can be read: {problem}", where=where, line=mark.line + 1 if mark else None
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"is no YAML that can be read: {str(error).splitlines()[0]}", where=where) from None


def dump(data: Any) -> str:
    """Write plain data as YAML 1.2, long texts as blocks, without anchors."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.width = 4096
    writer.representer.ignore_aliases = lambda *_: True
    out = io.StringIO()
    writer.dump(data, out)
    return out.getvalue()


def line_of(text: str, path: list[str | int]) -> int | None:
    """Line, counted from 1, where the field stands in YAML or JSON text, else that of the nearest field around it."""
    try:
        node: Node | None = YAML(typ="rt", pure=True).compose(io.StringIO(text))
    except (YAMLError, ValueError, RecursionError):
        return None
    line = None
    for part in path:
        if isinstance(node, MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
