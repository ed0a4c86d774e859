"""HTML that is safe by construction: text is escaped unless it was built here. Knows no record and no page."""

from __future__ import annotations

import html
from collections.abc import Iterable

Attribute = str | int | bool | None
VOID = frozenset({"br", "hr", "input"})


class Html(str):
    """Text that is already markup. Only this module makes it; any other `str` is escaped where it is used."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Return the text as markup that shows it literally, in an element or in a quoted attribute."""
    return text if isinstance(text, Html) else Html(html.escape(text, quote=True))


def join(parts: Iterable[str]) -> Html:
    """Return the parts one after the other, escaping those that are plain text."""
    return Html("".join(escape(part) for part in parts))


def tag(name: str, /, *children: str, **attributes: Attribute) -> Html:
    """Return one element.

    `class_` is written `class`, `data_kind` `data-kind`. True gives a bare attribute; False and None leave it out.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
