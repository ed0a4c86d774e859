"""The clinician's page: choose a patient, say what is being assessed, read the history in that order.

Gradio components and their events; what they show is made by `views`, what they ask for is answered by `desk`.
"""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from emr_rerank.errors import EmrRerankError, RequestError
from emr_rerank.store import PatientKey
from ui import history_view, record_view, views
from ui.desk import Desk, Opened, Place, Received
from ui.markup import escape
from ui.own_uploads import only_own_uploads

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
FIND_SCRIPT = (HERE / "find.js").read_text(encoding="utf-8")
HISTORY_SCRIPT = (HERE / "history.js").read_text(encoding="utf-8")
EXAMPLE_SCRIPT = """element.addEventListener("click", (event) => {
  const { text } = event.target.closest("button")?.dataset ?? {};
  if (text) trigger("choose", { text });
});"""

AT_ONCE = 4  # visitors served at a time by each event; the engine's threads are what is scarce

Updates = dict[Any, Any]
Handler = Callable[..., Updates]


@dataclass(frozen=True, slots=True)
class Session:
    """What one visitor has in hand. Lives in Gradio's session state, on the server."""

    place: Place | None = None
    visit: str = ""
    upload: str = ""


class Page:
    """The page's components and what their events do; `blocks` is what is served. Holds nothing of a visitor."""

    def __init__(self, desk: Desk, *, model: str, uploads: Path, delete_cache: tuple[int, int]) -> None:
        """Lay the page out.

        Args:
            desk: what answers.
            model: the engine chosen at first.
            uploads: the folder that uploads are put in; no other file is read.
            delete_cache: Gradio's (every, older than) in seconds.
        """
        self._desk = desk
        self.blocks = gr.Blocks(title="emr-rerank", analytics_enabled=False, delete_cache=delete_cache, fill_width=True)
        with self.blocks:
            self._session = gr.State(Session(), delete_callback=lambda left: desk.leave(left.visit, left.upload))
            _html(views.MASTHEAD)
            self._trouble = _html(elem_id="trouble")
            self._lay_out_find()
            only_own_uploads(self._upload, uploads)
            self._lay_out_chart(model)
            self._history = _html(
                elem_id="history",
                js_on_load=HISTORY_SCRIPT,
                server_functions=[_record_opener(desk), _source_reader(desk)],
            )
            _html(views.foot(desk.sends_to))
            self._bind()
        self.blocks.queue(api_open=False)

    def _lay_out_find(self) -> None:
        with gr.Column(elem_id="find") as self._find:
            _html(views.LEAD)
            with gr.Row(equal_height=True):
                self._search = gr.Textbox(
                    label="Find a patient", placeholder="Name, id or birth date", max_lines=1, scale=4, elem_id="search"
                )
                self._upload = gr.UploadButton(
                    "Upload a FHIR bundle", file_count="single", scale=1, min_width=200, elem_id="upload"
                )
            self._matches = _html(
                elem_id="matches", js_on_load=FIND_SCRIPT, max_upload_bytes=self._desk.max_upload_bytes
            )

    def _lay_out_chart(self, model: str) -> None:
        with gr.Column(elem_id="chart", visible=False) as self._chart:
            with gr.Row(elem_id="who"):
                self._banner = _html(elem_id="banner", scale=1)
                self._change = gr.Button("Change patient", size="sm", scale=0, min_width=140, elem_id="change")
            self._safety = _html(elem_id="safety")
            with gr.Column(elem_id="ask"):
                with gr.Row():
                    self._assessment = gr.Textbox(
                        label="Current assessment",
                        placeholder="For example: three days of productive cough and fever, suspected pneumonia. "
                        "Or a search: any allergies?",
                        lines=3,
                        max_lines=12,
                        scale=4,
                        elem_id="assessment",
                    )
                    with gr.Column(scale=1, min_width=290, elem_id="ask-side"):
                        # Not a Dropdown: Gradio leaves its list open, over the button, for who tabs past it.
                        self._models = gr.Radio(list(self._desk.models), value=model, label="Model", elem_id="model")
                        self._rank = gr.Button("Rank", variant="primary", elem_id="rank")
                self._examples = _html(elem_id="examples", js_on_load=EXAMPLE_SCRIPT)

    def _bind(self) -> None:
        self._on(self.blocks.load, self._look, [self._search, self._session])
        # Not `input`: Gradio gives that for typed characters only, not for deleted or pasted ones.
        self._on(self._search.change, self._look, [self._search, self._session])
        self._on(self._matches.pick, self._pick, [self._session])
        self._on(self._matches.refuse, self._refuse, [])
        self._on(self._upload.upload, self._receive, [self._upload, self._session], wait="minimal")
        self._on(self._rank.click, self._order, [self._assessment, self._models, self._session], wait="minimal")
        self._on(self._examples.choose, self._choose, [self._models, self._session], wait="minimal")
        self._on(self._change.click, self._go_back, [self._session])

    def _on(
        self, event: Callable[..., object], handler: Handler, inputs: Sequence[Any], *, wait: str = "hidden"
    ) -> None:
        event(
            guarded(handler, self._trouble),
            list(inputs),
            [
                self._session,
                self._trouble,
                self._search,
                self._find,
                self._matches,
                self._chart,
                self._banner,
                self._safety,
                self._assessment,
                self._examples,
                self._history,
            ],
            show_progress=wait,
            show_progress_on=self._history,
            api_visibility="private",
            concurrency_limit=AT_ONCE,
        )

    # What each event does: returns the components that change, with their new values.

    def _look(self, words: str, now: Session) -> Updates:
        received = None if words.strip() else self._desk.received(now.upload)
        if received:
            return {self._matches: _choice(received), self._trouble: ""}
        found = self._desk.find(words)
        return {self._matches: views.matches(found.patients, more=found.more), self._trouble: ""}

    def _pick(self, now: Session, event: gr.EventData) -> Updates:
        patient = PatientKey(str(event.source), str(event.id))
        return self._open(Place(patient, str(event.upload)), now)

    def _refuse(self) -> Updates:
        raise self._desk.too_large()

    def _receive(self, path: str, now: Session) -> Updates:
        self._desk.leave("", now.upload)  # a visitor has one upload in hand at a time
        received = self._desk.receive(Path(path))
        held = replace(now, upload=received.upload)
        if len(received.patients) == 1:
            return self._open(Place(PatientKey.of(received.patients[0]), received.upload), held)
        return {self._session: held, self._trouble: "", self._matches: _choice(received)}

    def _open(self, place: Place, now: Session) -> Updates:
        opened = self._desk.chart(place)
        patient = opened.ranking.patient
        return self._show(opened, now) | {
            self._find: gr.update(visible=False),
            self._chart: gr.update(visible=True),
            self._banner: views.banner(patient, opened.ranking.items, uploaded=bool(place.upload)),
            self._examples: views.examples(self._desk.examples(patient)),
            self._assessment: "",
        }

    def _order(self, words: str, model: str, now: Session) -> Updates:
        if now.place is None:
            raise RequestError("no patient is chosen; choose one first")
        return self._show(self._desk.rank(now.place, words, model), now)

    def _choose(self, model: str, now: Session, event: gr.EventData) -> Updates:
        words = str(event.text)
        return {self._assessment: words} | self._order(words, model, now)

    def _go_back(self, now: Session) -> Updates:
        received = self._desk.received(now.upload)
        several = received is not None and len(received.patients) > 1
        kept = Session(upload=now.upload) if several else Session()  # a file's other patients are what one goes back to
        self._desk.leave(now.visit, "" if several else now.upload)
        return self._look("", kept) | {
            self._session: kept,
            self._search: "",
            self._find: gr.update(visible=True),
            self._chart: gr.update(visible=False),
            self._history: "",
        }

    def _show(self, opened: Opened, now: Session) -> Updates:
        self._desk.leave(now.visit, "")
        ranking = opened.ranking
        return {
            self._session: replace(now, place=opened.place, visit=opened.visit),
            self._trouble: "",
            self._safety: views.safety_strip(ranking.items, ranking.safety),
            self._history: history_view.history(
                ranking.items,
                visit=opened.visit,
                heading=history_view.heading(
                    ranking.model, ranking.assessment, len(ranking.items), ranking.requested_model
                ),
                scored=bool(ranking.model),
                remarks=history_view.remarks_on(
                    ranking.quarantined,
                    ranking.other_resources,
                    ranking.notices,
                    uploaded=bool(opened.place.upload),
                    alarm=ranking.fallback,
                ),
            ),
        }


def guarded(handler: Handler, trouble: gr.HTML) -> Handler:
    """Return the handler with its failures turned into one line on the page.

    The log gets an unforeseen fault's kind and place, never its words: they may be a record's.
    """

    @functools.wraps(handler)
    def answer(*arguments: object) -> Updates:
        try:
            return handler(*arguments)
        except EmrRerankError as error:
            return {trouble: views.problem(str(error))}
        except Exception as error:
            log.error("%s at %s", type(error).__name__, _where(error))  # noqa: TRY400  (a trace quotes the error)
            return {trouble: views.problem(f"this could not be done ({type(error).__name__}); try again")}

    return answer


def _choice(received: Received) -> str:
    return views.matches(received.patients, upload=received.upload)


def _html(
    value: str = "",
    *,
    elem_id: str | None = None,
    js_on_load: str | None = None,
    server_functions: list[Callable[..., Any]] | None = None,
    scale: int | None = None,
    max_upload_bytes: int = 0,
) -> gr.HTML:
    return gr.HTML(
        value,
        elem_id=elem_id,
        elem_classes="emr",
        apply_default_css=False,
        js_on_load=js_on_load,
        server_functions=server_functions,
        scale=scale,
        max_upload_bytes=max_upload_bytes,  # what a script finds in its `props`
    )


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _record_opener(desk: Desk) -> Callable[[dict[str, Any]], str]:
    def open_record(asked: dict[str, Any]) -> str:
        entry = desk.entry(str(asked["visit"]), int(asked["item"]))
        if entry is None:
            return record_view.stale()
        return record_view.record(entry.ranked, scored=entry.scored, version=entry.facts)

    return answered(open_record)


def _source_reader(desk: Desk) -> Callable[[dict[str, Any]], str]:
    def show_source(asked: dict[str, Any]) -> str:
        text = desk.source(str(asked["visit"]), int(asked["item"]), int(asked["member"]))
        return record_view.stale() if text is None else escape(text)

    return answered(show_source)


def answered(reader: Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    """Return the reader with its failures turned into words; a request that was not made by the page is one."""

    @functools.wraps(reader)
    def answer(asked: dict[str, Any]) -> str:
        try:
            return reader(asked)
        except EmrRerankError as error:
            return escape(str(error))
        except (KeyError, TypeError, ValueError):
            return record_view.stale()

    return answer
