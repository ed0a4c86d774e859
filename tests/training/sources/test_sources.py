"""Every source on a small invented file of each format it comes in."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from emr_rerank.errors import SourceError
from training.examples import Example
from training.sources import KINDS, Faults, source
from training.sources.reading import PATIENCE

ANSWER = "Wobbly knee is a made-up ailment of the knee."


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def table(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path, row_group_size=2)
    return path


def read(name: str, path: Path) -> tuple[list[Example], Faults]:
    opened = source(name, [path.parent], [path])
    return list(opened.examples()), opened.faults


def only(name: str, path: Path) -> Example:
    examples, faults = read(name, path)
    assert not faults.skipped
    assert len(examples) == 1
    assert examples[0].source == name
    return examples[0]


def test_generated_queries_ask_about_title_and_abstract(tmp_path: Path) -> None:
    row = {"_id": "7", "title": "Wobbly knees", "text": "An abstract.", "query": "why do knees wobble"}
    one = only("bioasq_generated", write(tmp_path / "train.jsonl.gz", lines(row)))
    assert (one.query, one.positives) == ("why do knees wobble", ("Wobbly knees An abstract.",))
    assert one.groups == ("pubmed:7",)


def test_golden_and_repacked_bioasq_say_the_same(tmp_path: Path) -> None:
    golden = {"questions": [{"id": "a1", "body": "Why?", "snippets": [{"text": "So."}, {"text": ""}, {"text": "So."}]}]}
    repacked = {"id": "a1", "question": "Why?", "snippets": ["So."], "ideal_answer": "So it is."}
    first = only("bioasq", write(tmp_path / "training9b.json", json.dumps(golden)))
    assert first == only("bioasq", write(tmp_path / "bioasq_train.jsonl.gz", lines(repacked)))
    assert first.positives == ("So.",)


@pytest.mark.parametrize("content", ["[]", '{"questions": {}}', "{"])
def test_what_is_no_golden_set_is_said_in_one_line(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match=r"^golden\.json is not") as fault:
        read("bioasq", write(tmp_path / "golden.json", content))
    assert "\n" not in str(fault.value)


def test_miriad_is_read_from_parquet_files_folders_and_lines(tmp_path: Path) -> None:
    rows = [{"question": f"Why {n}?", "passage_text": "So.", "paper_id": "p1", "answer": "no use"} for n in range(5)]
    (tmp_path / "miriad").mkdir()
    file = table(tmp_path / "miriad" / "part-0.parquet", rows)
    examples, _ = read("miriad", file)
    assert [one.query for one in examples] == [f"Why {n}?" for n in range(5)]
    assert {one.groups for one in examples} == {("miriad:p1",)}
    assert read("miriad", file.parent)[0] == examples
    assert read("miriad", write(tmp_path / "miriad.jsonl", lines(*rows)))[0] == examples


def test_scidocs_beir_folder_joins_queries_documents_and_judgements(tmp_path: Path) -> None:
    folder = tmp_path / "scidocs"
    corpus = [{"_id": "d1", "title": "One", "text": "first"}, {"_id": "d2", "title": "", "text": "second"}]
    write(folder / "corpus.jsonl.gz", lines(*corpus))
    write(folder / "queries.jsonl", lines({"_id": "q1", "text": "ask"}, {"_id": "q2", "text": "of another part"}))
    write(folder / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n")
    one = only("scidocs", folder)
    assert (one.query, one.positives, one.negatives) == ("ask", ("One first",), ("second",))


def test_scidocs_reranking_rows_keep_their_negatives(tmp_path: Path) -> None:
    row = {"query": "ask", "positive": ["yes"], "negative": ["no", "nor this"]}
    one = only("scidocs", write(tmp_path / "scidocs_reranking.jsonl", lines(row)))
    assert (one.positives, one.negatives) == (("yes",), ("no", "nor this"))
    assert only("scidocs", table(tmp_path / "scidocs_reranking.parquet", [row])) == one


def test_a_beir_folder_without_judgements_is_said(tmp_path: Path) -> None:
    write(tmp_path / "scidocs" / "corpus.jsonl", lines({"_id": "d1", "text": "first"}))
    with pytest.raises(SourceError, match="no judgements"):
        read("scidocs", tmp_path / "scidocs")


XML = f"""<?xml version="1.0"?><Document id="1" source="X"><Focus>Wobbly knee</Focus><QAPairs>
<QAPair pid="1"><Question qid="1-1" qtype="information">What is wobbly knee?</Question>
<Answer>{ANSWER}</Answer></QAPair>
<QAPair pid="2"><Question qid="1-2" qtype="treatment">How is it treated?</Question><Answer></Answer></QAPair>
</QAPairs></Document>"""


def test_medquad_is_the_same_from_xml_csv_parquet_and_lines(tmp_path: Path) -> None:
    tree = write(tmp_path / "MedQuAD" / "1_X_QA" / "1.xml", XML).parents[1]
    (one, *others), faults = read("medquad", tree)
    assert (others, faults.skipped) == ([], {"no answer": 1})
    assert (one.topic, one.facet, one.positives) == ("Wobbly knee", "information", (ANSWER,))
    row = {"question": one.query, "answer": ANSWER, "focus": "Wobbly knee", "qtype": "information"}
    header = "qtype,Question,Answer,focus_area\n"
    assert only("medquad", write(tmp_path / "m.csv", f"{header}information,{one.query},{ANSWER},Wobbly knee\n")) == one
    assert only("medquad", write(tmp_path / "medquad_train.jsonl.gz", lines(row))) == one
    assert only("medquad", table(tmp_path / "medquad.parquet", [row])) == one


def test_medquad_begins_with_folders_whose_answers_were_taken_out(tmp_path: Path) -> None:
    """Two thirds of the rows; in the order of names they come first."""
    pair = '<QAPair><Question qtype="treatment">What of {}?</Question><Answer></Answer></QAPair>'
    pairs = "".join(pair.format(n) for n in range(PATIENCE + 1))
    unanswered = f"<Document><Focus>X</Focus><QAPairs>{pairs}</QAPairs></Document>"
    write(tmp_path / "MedQuAD" / "10_X_QA" / "1.xml", unanswered)
    tree = write(tmp_path / "MedQuAD" / "1_X_QA" / "1.xml", XML).parents[1]
    (one,), faults = read("medquad", tree)
    assert (one.positives, faults.skipped) == ((ANSWER,), {"no answer": PATIENCE + 2})
    hub = [{"question": f"What of {n}?", "answer": None, "question_focus": "X"} for n in range(PATIENCE + 1)]
    answered = {"question": "What?", "answer": ANSWER, "question_focus": "X", "question_type": "treatment"}
    (two,), _ = read("medquad", write(tmp_path / "medquad.jsonl", lines(*hub, answered)))
    assert (two.topic, two.facet, two.positives) == ("X", "treatment", (ANSWER,))


def test_pubmedqa_joins_the_parts_of_an_abstract(tmp_path: Path) -> None:
    original = {"12": {"QUESTION": "Does it?", "CONTEXTS": ["We asked.", "They said."], "LONG_ANSWER": "It does."}}
    one = only("pubmedqa", write(tmp_path / "ori_pqal.json", json.dumps(original)))
    assert one.positives == ("We asked. They said.", "It does.")
    hub = {"pubid": 12, "question": "Does it?", "context": {"contexts": ["We asked.", "They said."]}}
    row = hub | {"long_answer": "It does."}
    assert only("pubmedqa", write(tmp_path / "pubmedqa_train.jsonl", lines(row))) == one


def test_covidqa_takes_the_paragraph_the_answer_begins_in(tmp_path: Path) -> None:
    context = "First paragraph.\n\nThe answer is here.\n\nLast one."
    question = {"question": "Where?", "answers": [{"text": "answer", "answer_start": context.index("answer")}]}
    squad = {"data": [{"paragraphs": [{"context": context, "document_id": 5, "qas": [question]}]}]}
    one = only("covidqa", write(tmp_path / "covidQA.json", json.dumps(squad)))
    assert (one.positives, one.groups) == (("The answer is here.",), ("covidqa:5",))
    row = {"question": "Where?", "paragraph": "The answer is here.", "document": "5"}
    assert only("covidqa", write(tmp_path / "covidqa_train.jsonl", lines(row))) == one


def test_mediqa_grades_become_scores(tmp_path: Path) -> None:
    answers = "".join(
        f'<Answer AID="{n}" ReferenceRank="1" ReferenceScore="{grade}"><AnswerText>Text {n}.</AnswerText></Answer>'
        for n, grade in enumerate("4321")
    )
    body = (
        f'<Questions><Question QID="1"><QuestionText>Why?</QuestionText><AnswerList>{answers}</AnswerList></Question>'
    )
    one = only("mediqa", write(tmp_path / "train.xml", f"{body}</Questions>"))
    assert one.positives == ("Text 0.", "Text 1.")
    assert one.negatives == ("Text 2.", "Text 3.")
    assert one.positive_scores == pytest.approx((1, 2 / 3))
    assert one.negative_scores == pytest.approx((1 / 3, 0))


def test_evidence_inference_asks_what_the_trial_compared(tmp_path: Path) -> None:
    prompt = {"outcome": "wobble", "intervention": "knee drops", "comparator": "placebo"}
    row = {"id": "PMC3", "title": "A trial", "abstract": "We compared.", "prompts": [prompt]}
    one = only("evidence_inference", write(tmp_path / "evidence_inference.jsonl", lines(row)))
    assert all(word in one.query for word in prompt.values())
    assert (one.positives, one.groups) == (("A trial We compared.",), ("pmc:PMC3",))
    folder = tmp_path / "evidence-inference"
    header = "PromptID,PMCID,Outcome,Intervention,Comparator\n"
    write(folder / "annotations" / "prompts_merged.csv", f"{header}1,3,wobble,knee drops,placebo\n")
    write(folder / "txt_files" / "PMC3.txt", "A trial We compared.\nBODY.INTRODUCTION:\nLong.")
    assert only("evidence_inference", folder) == one


def test_mts_dialog_leaves_out_sections_that_fit_every_visit(tmp_path: Path) -> None:
    long = "The patient has had a wobbly left knee for two weeks."
    rows = [
        {
            "id": "0",
            "section_header": "GENHX",
            "section_text": long,
            "dialogue": "Doctor: Hm? \r\nPatient: It wobbles.",
        },
        {"id": "1", "section_header": "ALLERGY", "section_text": "None.", "dialogue": "Doctor: Any? Patient: No."},
    ]
    examples, faults = read("mts_dialog", write(tmp_path / "mtsdialog_train.jsonl", lines(*rows)))
    assert [(one.positives, one.facet) for one in examples] == [(("Doctor: Hm? Patient: It wobbles.",), "GENHX")]
    assert faults.skipped.total() == 1
    csv = f'ID,section_header,section_text,dialogue\n0,GENHX,{long},"Doctor: Hm? \nPatient: It wobbles."\n'
    assert only("mts_dialog", write(tmp_path / "MTS.csv", csv)) == examples[0]


def test_bc5cdr_asks_whether_the_chemical_caused_the_disease(tmp_path: Path) -> None:
    pair = {"chemical": "Kneeolol", "disease": "wobble"}
    row = {"id": "9", "title": "Kneeolol wobble.", "abstract": "A case.", "pairs": [pair]}
    one = only("bc5cdr", write(tmp_path / "bc5cdr_train.jsonl", lines(row)))
    assert all(word in one.query for word in pair.values())
    mentions = "9\t0\t8\tKneeolol\tChemical\tD1\n9\t9\t15\twobble\tDisease\tD2\n"
    pubtator = f"9|t|Kneeolol wobble.\n9|a|A case.\n{mentions}9\tCID\tD1\tD2\n\n"
    assert only("bc5cdr", write(tmp_path / "CDR.PubTator.txt", pubtator)) == one


def test_pharmacotherapydb_tells_medicines_and_diseases_apart(tmp_path: Path) -> None:
    csv = "drug,disease,category\nKneeolol,wobble,DM\nKneeolol,creak,SYM\nKneeolol,itch,NOT\n"
    examples, faults = read("pharmacotherapydb", write(tmp_path / "p.csv", csv))
    assert [one.topic for one in examples] == ["Kneeolol", "wobble", "creak"]
    assert examples[0].positives == ("Kneeolol: treats wobble, relieves symptoms of creak.",)
    assert faults.skipped == {"no indication": 1}
    passages = [passage for one in examples for passage in one.positives]
    assert len(set(passages)) == len(passages)


def test_disease_definitions_are_asked_by_name_and_by_another_name(tmp_path: Path) -> None:
    row = {"id": "DOID:1", "name": "wobbly knee", "synonyms": ["WK"], "definition": ANSWER}
    examples, _ = read("disease_definitions", write(tmp_path / "disease_definitions.jsonl.gz", lines(row)))
    assert ["wobbly knee" in one.query for one in examples] == [True, False]
    assert "WK" in examples[1].query
    assert {one.groups for one in examples} == {("about:wobbly knee", "about:wk")}


def test_unjudged_questions_get_one_contradiction_each_and_every_answer_contradicts_once(tmp_path: Path) -> None:
    csv = "Question,Answer\n" + "".join(f"Why {n}?,Because {n}.\n" for n in range(6))
    examples, _ = read("question_answer", write(tmp_path / "qa.csv", csv))
    assert sorted(one.positives for one in examples) == sorted(one.negatives for one in examples)
    assert all(one.positives != one.negatives for one in examples)


def test_judged_pairs_are_balanced(tmp_path: Path) -> None:
    pairs = [
        ("Why?", "So.", "entailment"),
        ("Why?", "No.", "contradiction"),
        ("Why?", "Nor.", "0"),
        ("How?", "Thus.", "1"),
    ]
    csv = "query,passage,label\n" + "".join(",".join(pair) + "\n" for pair in pairs) + "What?,Hm.,neutral\n"
    examples, faults = read("question_answer", write(tmp_path / "qa.csv", csv))
    assert [(one.query, one.positives, one.negatives) for one in examples] == [
        ("Why?", ("So.",), ("No.",)),
        ("How?", ("Thus.",), ()),
    ]
    assert faults.skipped == {"label is neither entailment nor contradiction": 1}


def test_feedback_gathers_a_query_and_grades_it(tmp_path: Path) -> None:
    rows = [
        {"query": "Wobbly?", "passage": "Knee seen.", "relevant": True, "patient": "p1"},
        {"query": "wobbly", "passage": "Flu jab.", "grade": 0},
        {"query": "Wobbly?", "passage": "Knee film.", "grade": 1.5},
        {"query": "Wobbly?", "passage": "Ear.", "grade": 9},
    ]
    (one,), faults = read("feedback", write(tmp_path / "feedback.jsonl", lines(*rows)))
    assert (one.positives, one.positive_scores) == (("Knee seen.", "Knee film."), (1.0, 0.5))
    assert (one.negatives, one.groups) == (("Flu jab.",), ("patient:p1",))
    assert faults.skipped.total() == 1


def test_the_facts_become_questions_with_their_own_columns_as_facets() -> None:
    examples = list(source("knowledge_facts", [Path()]).examples())
    metformin = {one.facet: one for one in examples if one.topic == "metformin"}
    assert {"indications", "monitoring", "serious", "contraindications"} <= metformin.keys()
    assert "type 2 diabetes" in metformin["indications"].positives[0]
    assert any(one.facet.startswith("with ") for one in examples)
    assert all("{" not in text for one in examples for text in (one.query, *one.positives))


def test_bad_rows_are_counted_by_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    good = json.dumps({"question": "Why?", "snippets": ["So."]})
    bad = '{"question": "Why?"}\nnot json\n[1]\n{"question": " ?! ", "snippets": ["So."]}\n'
    examples, faults = read("bioasq", write(tmp_path / "bioasq_train.jsonl", f"{bad}\n{good}\n"))
    assert len(examples) == 1
    assert faults.skipped == {"no snippets": 1, "not JSON": 1, "not an object": 1, "no body or question": 1}


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.names])
@pytest.mark.parametrize("file", ["x.jsonl", "x.csv", "x.json", "x.xml", "x.parquet", "x.txt", "x.jsonl.gz", "x.docx"])
def test_a_file_of_something_else_is_said_in_one_line(tmp_path: Path, name: str, file: str) -> None:
    path = tmp_path / file
    path.write_bytes(b'\x00\xff{"nothing": "of this"}\n\n')
    with pytest.raises(SourceError, match=r"^x\.") as fault:
        read(name, path)
    assert "\n" not in str(fault.value)


def test_a_cut_archive_is_said_after_what_could_be_read(tmp_path: Path) -> None:
    rows = lines(*({"question": f"Why {n}?", "snippets": ["So."]} for n in range(2000)))
    path = tmp_path / "bioasq_train.jsonl.gz"
    path.write_bytes(gzip.compress(rows.encode())[:-900])
    opened = source("bioasq", [tmp_path])
    read_so_far: list[str] = []
    with pytest.raises(SourceError, match="cannot be read"):
        read_so_far.extend(one.query for one in opened.examples())
    assert read_so_far[:2] == ["Why 0?", "Why 1?"]


def test_a_source_is_looked_for_in_each_folder(tmp_path: Path) -> None:
    write(tmp_path / "b" / "bioasq_train.jsonl", lines({"question": "Why?", "snippets": ["So."]}))
    assert len(list(source("bioasq", [tmp_path / "a", tmp_path / "b"]).examples())) == 1
    with pytest.raises(SourceError, match=r"bioasq: .* has no bioasq_train\.jsonl\*.*paths\.bioasq=PATH.*--download"):
        source("bioasq", [tmp_path / "a"])
    with pytest.raises(SourceError, match=r"mend paths\.bioasq"):
        source("bioasq", [tmp_path], [tmp_path / "absent.json"])


@pytest.mark.data
@pytest.mark.parametrize("name", ["bc5cdr", "bioasq", "covidqa", "disease_definitions", "evidence_inference"])
def test_the_data_folder_is_read_without_a_skipped_row(data_folder: Path, name: str) -> None:
    opened = source(name, [data_folder])
    assert all(one.query and one.positives and one.groups for one in opened.examples())
    assert not opened.faults.skipped
