"""A failing event is one line on the page, and no record's words in the log."""

from __future__ import annotations

import logging

import gradio as gr
import pytest

from emr_rerank.errors import RequestError
from ui.clinician import Updates, guarded

TROUBLE = gr.HTML()


def refuse() -> Updates:
    raise RequestError("the assessment is empty; say what it is")


def fail() -> Updates:
    raise ValueError("Quillfeather has gout")


def test_a_foreseen_fault_is_shown_as_it_is_said() -> None:
    assert "The assessment is empty; say what it is." in guarded(refuse, TROUBLE)()[TROUBLE]


def test_an_unforeseen_fault_is_named_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        shown = guarded(fail, TROUBLE)()[TROUBLE]
    assert "ValueError" in shown
    assert "ValueError at test_clinician.py" in caplog.text
    assert "Quillfeather" not in shown + caplog.text
