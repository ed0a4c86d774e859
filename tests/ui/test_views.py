"""What the page says about a history: everything is there, marked in words, and inert."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from emr_rerank.types import Kind, Measurement, Patient, Pin, RankedItem, Reason, Record, Span, Standing
from ui import history_view, record_view, views

MakeRecord = Callable[..., Record]
MakeEntry = Callable[..., RankedItem]
PATIENT = Patient("local", "p1", "Ana Ruiz", "1958-03-02", "female")
HOSTILE = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "'><svg onload=window.ran=1>",
    "${1}{{x}}",
)


class Reader(HTMLParser):
    """Collects elements, their attributes and the text, as a browser would see them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def listed(*entries: RankedItem, scored: bool = True) -> Reader:
    return Reader(history_view.history(entries, visit="v", heading="Ranked", scored=scored))


def test_every_item_has_a_row_in_the_order_given(record: MakeRecord, entry: MakeEntry) -> None:
    entries = [entry(record(f"Condition/{n}", title=f"Problem {n}"), rank=n) for n in range(1, 501)]
    read = listed(*entries)
    assert [row["data-item"] for row in read.named("li") if "data-item" in row] == [str(n) for n in range(1, 501)]
    assert "500 of 500 shown" in read.text
    assert not any("hidden" in row for row in read.named("li"))


@pytest.mark.parametrize("standing", [Standing.REFUTED, Standing.ENTERED_IN_ERROR, Standing.NOT_DONE])
def test_a_denial_is_said_in_words_and_struck_through(record: MakeRecord, entry: MakeEntry, standing: Standing) -> None:
    read = listed(entry(record(standing=standing, status="final")))
    assert standing.value in read.text
    assert len(read.named("s")) == 1


def test_a_resolved_condition_says_so_and_is_not_struck_through(record: MakeRecord, entry: MakeEntry) -> None:
    read = listed(entry(record(text="Condition (resolved): Gout", standing=Standing.PAST, status="resolved")))
    assert "resolved" in read.text
    assert "○" in read.text
    assert not read.named("s")


def test_each_standing_has_its_own_sign() -> None:
    assert set(history_view.SIGNS) == set(Standing)
    assert len(set(history_view.SIGNS.values())) == len(Standing)


def test_a_pinned_item_says_why_in_its_row_and_in_the_strip(record: MakeRecord, entry: MakeEntry) -> None:
    allergy = entry(
        record(kind=Kind.ALLERGY, title="Penicillin"), rank=7, pinned=Pin("allergy", "active, high criticality")
    )
    strip = Reader(views.safety_strip([allergy], [allergy]))
    assert "Penicillin" in strip.text
    assert "active, high criticality" in strip.text
    assert strip.named("button")[0]["data-jump"] == "7"
    assert "allergy" in listed(allergy).text


def test_no_recorded_allergy_is_not_called_none(record: MakeRecord, entry: MakeEntry) -> None:
    warfarin = entry(record(title="Warfarin"), pinned=Pin("anticoagulant", "bleeding risk"))
    for pins in ([], [warfarin]):
        assert "not the same as having none" in Reader(views.safety_strip(pins, pins)).text


def test_no_known_allergies_is_quoted_with_its_date(record: MakeRecord, entry: MakeEntry) -> None:
    none = record(kind=Kind.ALLERGY, title="No known allergies", date="2021-03-04T10:00:00Z")
    past = record(kind=Kind.ALLERGY, title="Eggs", standing=Standing.PAST)
    text = Reader(views.safety_strip([entry(none), entry(past)], [])).text
    assert "the history says “No known allergies” (2021-03-04)" in text
    assert "Eggs" not in text


def test_an_intolerance_is_not_quoted_as_saying_there_is_no_allergy(record: MakeRecord, entry: MakeEntry) -> None:
    codeine = entry(record(kind=Kind.ALLERGY, title="Codeine"), pinned=Pin("intolerance", "vomiting"))
    assert "the history says" not in Reader(views.safety_strip([codeine], [codeine])).text


@pytest.mark.parametrize(
    ("category", "level"),
    [("allergy", "alert"), ("do not give", "alert"), ("intolerance", "caution"), ("implanted device", "caution")],
)
def test_what_must_not_be_given_is_coloured_strongest(category: str, level: str) -> None:
    assert views.level(Pin(category, "")) == level


def test_a_planned_visit_is_not_the_last_record(record: MakeRecord, entry: MakeEntry) -> None:
    seen, planned = record(date="2020-03-02"), record(date="2031-01-01", standing=Standing.PLANNED)
    text = Reader(views.banner(PATIENT, [entry(planned), entry(seen)])).text
    assert "2020-03-02" in text
    assert "2031" not in text


def test_a_history_without_records_says_so_once() -> None:
    notice = "This patient has no records that can be ranked."
    heading = history_view.heading("", "", 0)
    remarks = history_view.remarks_on(0, {}, [notice], uploaded=False)
    read = Reader(history_view.history([], visit="v", heading=heading, scored=False, remarks=remarks))
    assert read.text.count("no records") == 1
    assert read.text.split() == notice.split()
    assert not read.named("ol")


def test_before_an_assessment_no_score_is_shown(record: MakeRecord, entry: MakeEntry) -> None:
    assert "score" not in listed(entry(record()), scored=False).text
    assert "0.50" in listed(entry(record()), scored=True).text


@pytest.mark.parametrize(
    ("value", "width", "said"), [(0.734, "73%", "0.73"), (1.4, "100%", "1.00"), (-0.2, "0%", "0.00")]
)
def test_the_score_bar_agrees_with_its_number(value: float, width: str, said: str) -> None:
    read = Reader(history_view.score(value))
    assert read.named("i")[0]["style"] == f"width:{width}"
    assert said in read.text


def test_a_value_shows_its_flag_with_an_arrow_and_a_word(record: MakeRecord, entry: MakeEntry) -> None:
    result = record(
        kind=Kind.OBSERVATION, title="A1c", text="Observation: A1c 8.1 % (high)", value="8.1 %", flag="high"
    )
    text = listed(entry(result, trend="earlier 8.5, now lower")).text
    assert all(text.count(words) == 1 for words in ("8.1 %", "▲", "high", "earlier 8.5, now lower"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "Condition (active, unconfirmed): Gout", "status": "active"}, "active, unconfirmed"),
        ({"text": "Family history: Gout", "status": "completed"}, "completed"),
        ({"text": "Gout", "status": ""}, "current"),
        ({"text": "Condition (refuted): Gout", "status": "refuted", "standing": Standing.REFUTED}, "refuted"),
        (
            {"text": "Medication (cancelled): Gout", "status": "cancelled", "standing": Standing.NOT_DONE},
            "not done (cancelled)",
        ),
        ({"text": "Procedure (not done): x", "status": "not-done", "standing": Standing.NOT_DONE}, "not done"),
        ({"text": "Medication (active): x", "status": "do not give", "standing": Standing.NOT_DONE}, "do not give"),
    ],
)
def test_the_status_says_the_doubt_and_the_denial(
    record: MakeRecord, entry: MakeEntry, fields: dict[str, Any], said: str
) -> None:
    shown = Reader(history_view.status(entry(record(**fields)).item)).text.split(maxsplit=1)[1]
    assert shown.strip() == said


def test_an_order_not_to_give_is_not_struck_through(record: MakeRecord, entry: MakeEntry) -> None:
    order = record(kind=Kind.MEDICATION, title="do NOT give NSAIDs", status="do not give", standing=Standing.NOT_DONE)
    read = listed(entry(order))
    assert not read.named("s")
    assert "not done" not in read.text.replace("current", "").partition("NSAIDs")[2]


@pytest.mark.parametrize(
    ("date", "end", "shown"),
    [
        ("2021-11", "2025-01-20", "2021-11 to 2025-01-20"),
        ("2021-11-02T08:00:00Z", "2021-11-02T09:00:00Z", "2021-11-02"),
        ("", "2019", "until 2019"),
        ("", "", "no date"),
    ],
)
def test_a_row_says_when_it_began_and_ended(
    record: MakeRecord, entry: MakeEntry, date: str, end: str, shown: str
) -> None:
    assert shown in " ".join(listed(entry(record(title="X", date=date, end=end))).text.split())


def test_a_row_shows_what_decides(record: MakeRecord, entry: MakeEntry) -> None:
    text = "Device (active): CRT pacemaker; note: System not MR conditional: abandoned lead"
    assert "abandoned lead" in listed(entry(record(kind=Kind.DEVICE, title="CRT pacemaker", text=text))).text


def test_filters_offer_what_is_there_with_counts(record: MakeRecord, entry: MakeEntry) -> None:
    read = listed(
        entry(record("Condition/1")),
        entry(record("Condition/2", standing=Standing.PAST)),
        entry(record(kind=Kind.NOTE)),
    )
    assert [box["value"] for box in read.named("input") if box["name"] == "kind"] == ["condition", "note"]
    assert "Past (1)" in read.text
    assert "Refuted" not in read.text


@pytest.mark.parametrize(
    ("dates", "span"),
    [
        (["2020-03-01T10:00:00Z", "2016"], ("2016-01-01", "2020-03-01")),
        (["2016-03"], ("2016-03-01", "2016-03-31")),
        (["2016"], ("2016-01-01", "2016-12-31")),
        (["", "soon"], ("", "")),
    ],
)
def test_a_row_knows_every_day_it_may_be_of(
    record: MakeRecord, entry: MakeEntry, dates: list[str], span: tuple[str, str]
) -> None:
    item = entry(*(record(f"Condition/{n}", date=date) for n, date in enumerate(dates))).item
    assert history_view.span_of_dates(item) == span


def said(quarantined: int, other: dict[str, int], *notices: str, uploaded: bool = False) -> list[str]:
    items = history_view.remarks_on(quarantined, other, notices, uploaded=uploaded)
    return [Reader(item).text.strip() for item in items]


def test_what_is_missing_is_said_with_its_remedy() -> None:
    sentences = said(3, {"Coverage": 2, "Account": 1}, "The assessment is in Spanish.")
    assert sentences[0] == "The assessment is in Spanish."
    assert sentences[1].startswith("3 records of this patient could not be read and are not in this list.")
    assert "import again" in sentences[1]
    assert sentences[2] == "Not in this list, as their types are not supported: 1 Account, 2 Coverage."
    assert said(1, {})[0].startswith("1 record of this patient could not be read and is not")
    assert "upload it again" in said(1, {}, uploaded=True)[0]
    assert said(0, {}) == []


@pytest.mark.parametrize(
    ("born", "on", "said"),
    [
        ("1958-03-02", "2020-03-01", "61 years"),
        ("1958-03-02", "2020-03-02T08:00:00Z", "62 years"),
        ("2019-12-15", "2020-03-14", "2 months"),
        ("2020-02-10", "2020-03-14", "1 month"),
        ("1958", "2020-03-01", ""),
        ("1958-03-02", "", ""),
        ("2020-03-02", "2019-01-01", ""),
    ],
)
def test_age_is_the_one_at_the_last_record(born: str, on: str, said: str) -> None:
    assert views.age(born, on) == said


def test_the_banner_says_who_it_is_and_where_it_is_from(record: MakeRecord, entry: MakeEntry) -> None:
    text = Reader(views.banner(PATIENT, [entry(record(date="2020-03-02"))])).text
    assert all(words in text for words in ("Ana Ruiz", "female", "1958-03-02", "62 years", "p1"))
    assert "Source" not in text
    assert (
        "https://ehr.example/fhir" in Reader(views.banner(replace(PATIENT, source="https://ehr.example/fhir"), [])).text
    )
    assert "not stored" in Reader(views.banner(PATIENT, [], uploaded=True)).text


def test_the_allergies_are_repeated_in_a_line_beside_the_list(record: MakeRecord, entry: MakeEntry) -> None:
    pins = (Pin("allergy", "active"), Pin("allergy", "active"), Pin("opioid", "active"), None, Pin("do not give", "x"))
    entries = [
        entry(record(f"Condition/{n}", title=f"Thing {n}"), rank=n, pinned=pin) for n, pin in enumerate(pins, start=1)
    ]
    assert "Allergies: Thing 1, Thing 2; Do not give: Thing 5; 1 more to mind" in listed(*entries).text
    assert "No active allergy recorded" in listed(entries[3]).text


def test_an_unnamed_patient_can_be_read_and_picked() -> None:
    nobody = Patient("local", "p2")
    assert "Name not recorded" in Reader(views.banner(nobody, [])).text
    assert "Name not recorded" in Reader(views.matches([nobody])).text


def test_matches_carry_the_identity_and_say_when_there_are_more() -> None:
    read = Reader(views.matches([PATIENT], more=True))
    button = read.named("button")[0]
    assert (button["data-source"], button["data-id"], button["data-upload"]) == ("local", "p1", "")
    assert "More patients match" in read.text
    assert "No patient matches" in Reader(views.matches([])).text


def test_the_heading_says_what_ran_and_for_what() -> None:
    assert history_view.heading("hybrid", "dizzy  on\nstanding", 3) == "Ranked by hybrid for “dizzy on standing”"
    assert history_view.heading("hybrid", "dizzy", 3, "hybrid") == "Ranked by hybrid for “dizzy”"
    assert history_view.heading("knowledge", "dizzy", 3, "remote") == "Ranked by knowledge, not remote, for “dizzy”"
    assert "newest first" in history_view.heading("", "", 3)
    assert history_view.heading("hybrid", "knee pain " * 50, 3).endswith("knee pain …”")


def test_only_the_notice_that_another_model_ran_alarms() -> None:
    items = history_view.remarks_on(0, {}, ["It ran <b>instead</b>.", "Mind this."], uploaded=False, alarm="Mind this.")
    assert items == ["<li>It ran &lt;b&gt;instead&lt;/b&gt;.</li>", '<li class="alarm">Mind this.</li>']
    assert not any("alarm" in item for item in history_view.remarks_on(2, {"x": 1}, ["Mind this."], uploaded=False))


def test_the_foot_says_where_texts_go() -> None:
    assert "Nothing leaves this server; uploads" in views.foot("")
    assert "sends the assessment and the history's lines to gpu:8080; nothing else" in html.unescape(
        views.foot("gpu:8080")
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one two", "one two"),
        ("one\n two", "one two"),
        ("one two three", "one two …"),
        ("onetwothree", "onetwothre …"),
        ("one" + " " * 30 + "two", "one …"),
        ("", ""),
    ],
)
def test_text_is_cut_between_words_and_says_so(text: str, shown: str) -> None:
    assert history_view.cut(text, 10) == shown


def test_a_fault_is_one_sentence_announced_at_once() -> None:
    read = Reader(views.problem("a.json: not JSON; nothing was read"))
    assert read.named("p")[0]["role"] == "alert"
    assert read.text.strip() == "a.json: not JSON; nothing was read."
    assert Reader(views.problem("the file is empty; give another")).text.strip() == "The file is empty; give another."


def test_the_best_window_of_a_note_is_marked_in_full_text(record: MakeRecord, entry: MakeEntry) -> None:
    line, body = "Note: Discharge summary", "Came with chest pain. Went home well."
    start = len(line) + 1 + body.index("Went")
    note = entry(
        record(kind=Kind.NOTE, title="Discharge summary", text=line, body=body),
        window=Span(start, start + 9, len(line) + 1 + len(body)),
    )
    shown = record_view.note(note)
    assert re.findall("<mark>(.*?)</mark>", shown) == ["Went home"]
    assert "Came with chest pain. Went home well." in re.sub("<.*?>", "", shown)
    assert history_view.snippet(note) == "… Went home well."


def test_a_window_that_covers_the_line_marks_only_the_note(record: MakeRecord, entry: MakeEntry) -> None:
    note = entry(record(kind=Kind.NOTE, text="Note: x", body="body words"), window=Span(0, 12, 18))
    assert re.findall("<mark>(.*?)</mark>", record_view.note(note)) == ["body"]


def test_an_opened_record_lists_its_repeats_and_plots_them(record: MakeRecord, entry: MakeEntry) -> None:
    repeats = [
        record(
            f"Observation/{year}",
            kind=Kind.OBSERVATION,
            title="A1c",
            date=str(year),
            value=f"{value} %",
            measurements=(Measurement(value, "%"),),
        )
        for year, value in ((2020, 8.1), (2018, 7.2), (2016, 6.5))
    ]
    read = Reader(record_view.record(entry(*repeats), scored=True, version=""))
    assert len(read.named("circle")) == 3
    assert [button["data-source"] for button in read.named("button")] == ["0", "1", "2"]
    assert "All 3 records" in read.text


def test_each_repeat_says_what_it_says_itself(record: MakeRecord, entry: MakeEntry) -> None:
    first = record("Condition/1", title="Gout", text="Condition (active): Gout, left foot, since 2020", date="2020")
    other = record("Condition/2", title="Gouty arthritis", text="Condition (active): Gouty arthritis, since 2018")
    text = Reader(record_view.record(entry(first, other), scored=False, version="")).text
    assert "2020 · Gout, left foot · active" in text
    assert "no date · Gouty arthritis, since 2018 · active" in text


def test_a_single_record_says_its_content_once(record: MakeRecord, entry: MakeEntry) -> None:
    line = "Observation: Perineal sensation: Reduced on the left (abnormal), 2020"
    one = record(
        kind=Kind.OBSERVATION,
        title="Perineal sensation",
        text=line,
        value="Reduced on the left",
        flag="abnormal",
        date="2020",
        status="final",
    )
    text = Reader(record_view.record(entry(one), scored=False, version="")).text
    assert all(text.count(words) == 1 for words in ("Reduced on the left", "abnormal", "2020", "final"))


def test_a_fact_the_line_does_not_say_is_told_below_it(record: MakeRecord, entry: MakeEntry) -> None:
    one = record(text="Condition (inactive): Gout, 2020-02-01", status="active", date="2020-02-01T08:30:00Z")
    assert record_view.facts(entry(one), scored=False) == [("Status", "active"), ("Date", "2020-02-01 08:30")]


def test_a_row_says_what_ties_it_to_the_assessment_and_says_nothing_where_nothing_does(
    record: MakeRecord, entry: MakeEntry
) -> None:
    reason = Reason(0.7, "allopurinol is used for gout", ("medicines.csv line 80", "house/conditions.csv line 2"))
    tied, other = entry(record(), reason=reason), entry(record("Condition/two"), rank=2)
    read = listed(tied, other)
    assert read.text.count("Why: allopurinol is used for gout") == read.text.count("Why") == 1
    assert [span.get("class") for span in read.named("span")].count("why") == 1
    assert "medicines.csv" not in read.text


def test_an_opened_record_says_what_its_reason_rests_on_and_what_that_is_worth(
    record: MakeRecord, entry: MakeEntry
) -> None:
    reason = Reason(0.7, "allopurinol is used for gout", ("medicines.csv line 80", "house/conditions.csv line 2"))
    text = Reader(record_view.record(entry(record(), reason=reason), scored=True, version="1a2b3c")).text
    assert "Why: allopurinol is used for gout" in text
    hint = "Hint from the built-in facts 1a2b3c, medicines.csv line 80, house/conditions.csv line 2; not a reference"
    assert hint in text
    same = Reason(1.0, "named in the assessment: gout", ())
    assert "built-in facts 1a2b3c; not a reference" in Reader(record_view.why(same, "1a2b3c")).text
    assert "Hint" not in Reader(record_view.record(entry(record()), scored=True, version="1a2b3c")).text


def test_hostile_text_is_inert_everywhere(record: MakeRecord, entry: MakeEntry) -> None:
    for words in HOSTILE:
        nasty = record(
            f"Observation/{words}",
            kind=Kind.OBSERVATION,
            title=words,
            text=words,
            code=words,
            codes=(words,),
            date=words,
            end=words,
            status=words,
            value=words,
            measurements=(Measurement(1.0, words, words), Measurement(2.0, words)),
            flag=words,
            dose=words,
            body_site=words,
            reason=words,
            body=words,
        )
        shown = entry(
            nasty,
            nasty,
            pinned=Pin(words, words),
            trend=words,
            window=Span(0, 5, 9),
            reason=Reason(1.0, words, (words,)),
        )
        pages = [
            history_view.history(
                [shown],
                visit="v",
                heading=words,
                scored=True,
                remarks=history_view.remarks_on(1, {words: 1}, [words], uploaded=False),
            ),
            record_view.record(shown, scored=True, version=words),
            record_view.why(Reason(1.0, words, (words,)), words),
            views.safety_strip([shown], [shown]),
            views.banner(Patient(words, words, words, words, words, words), [shown]),
            views.matches([Patient(words, words, words, words, words)], upload=words),
            views.examples([words]),
            views.problem(words),
        ]
        for page in pages:
            read = Reader(page)
            assert not {"script", "img"} & {name for name, _ in read.elements}
            assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)
            assert not any("onload" in name for name, _ in read.elements)
            assert words.strip() in read.text.replace("\n", " ") or words in str(read.elements)
