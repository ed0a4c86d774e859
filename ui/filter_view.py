"""The controls that narrow the list, as HTML; what they do happens in the browser. Knows no record's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from emr_rerank.types import HistoryItem, Kind, Standing
from ui.markup import Html, tag


def filters(items: Sequence[HistoryItem]) -> Html:
    """Return the controls that narrow the list; they act in the browser, on what is already there."""
    kinds = Counter(item.kind for item in items)
    standings = Counter(item.standing for item in items)
    choices = [tag("option", "Any status", value="")] + [
        tag("option", f"{standing.value.capitalize()} ({standings[standing]})", value=standing)
        for standing in Standing
        if standings[standing]
    ]
    return tag(
        "form",
        tag(
            "fieldset",
            tag("legend", "Kinds"),
            *(
                tag(
                    "label",
                    tag("input", type="checkbox", name="kind", value=kind),
                    tag("span", kind.value.capitalize(), tag("b", str(kinds[kind]))),
                )
                for kind in Kind
                if kinds[kind]
            ),
            class_="kinds",
        ),
        tag(
            "div",
            tag("label", "Status", tag("select", *choices, name="standing")),
            _day_box("From", "from"),
            _day_box("To", "to"),
            tag("button", "Clear filters", type="reset", class_="quiet", hidden=True),
            tag("p", f"{len(items)} of {len(items)} shown", class_="count", role="status", data_count=True),
            class_="narrow",
        ),
        tag("p", id="date-fault", class_="fault", role="status"),
        class_="filters",
        aria_label="Filter the history",
    )


def _day_box(label: str, name: str) -> Html:
    return tag(
        "label",
        label,
        tag(
            "input",
            name=name,
            placeholder="YYYY-MM-DD",
            title="A year, a month (2019-06) or a day (2019-06-02)",
            autocomplete="off",
            maxlength=10,
            aria_describedby="date-fault",
        ),
    )
