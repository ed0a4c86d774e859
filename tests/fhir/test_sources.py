"""Reading files of every kind: what comes out, what is refused and in which words, and hostile input."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emr_rerank.errors import SourceError
from emr_rerank.fhir.sources import Entry, Limits, NotFhir, find_files, read_entries

PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "1"}
CONDITION: dict[str, Any] = {"resourceType": "Condition", "id": "2", "subject": {"reference": "Patient/1"}}
SMALL = Limits(members=3, expanded=4 * 2**20, ratio=20, ratio_floor=4096, document=65536, line=16384)


def write(folder: Path, data: bytes | dict[str, Any] | list[Any], name: str = "export.dat") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else orjson.dumps(data))
    return path


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def ndjson(*resources: Any) -> bytes:
    return b"".join(orjson.dumps(resource) + b"\n" for resource in resources)


def bundle(*resources: Any, kind: str = "collection") -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{index}", "resource": each} for index, each in enumerate(resources)]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def read(path: Path, limits: Limits = SMALL) -> list[Entry]:
    return list(read_entries(path, limits=limits))


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "batch", "document"])
def test_a_bundle_of_any_type_gives_its_resources(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path, bundle(PATIENT, CONDITION, kind=kind))
    assert read(path) == [Entry(PATIENT, "urn:uuid:0", "entry 1"), Entry(CONDITION, "urn:uuid:1", "entry 2")]


def test_bundles_inside_bundles_are_flattened_in_order(tmp_path: Path) -> None:
    path = write(tmp_path, bundle(bundle(PATIENT, bundle(CONDITION)), {**PATIENT, "id": "9"}))
    assert [(each.resource["id"], each.position) for each in read(path)] == [
        ("1", "entry 1 entry 1"),
        ("2", "entry 1 entry 2 entry 1"),
        ("9", "entry 2"),
    ]


def test_nothing_that_stands_where_a_resource_belongs_is_lost(tmp_path: Path) -> None:
    entries = [{"request": {"method": "DELETE"}}, {"resource": None}, None, {"resource": "text"}, 5]
    path = write(tmp_path, {"resourceType": "Bundle", "entry": entries})
    assert [(each.resource, each.position) for each in read(path)] == [
        ({"resource": "text"}, "entry 4"),
        ({"resource": 5}, "entry 5"),
    ]
    assert read(write(tmp_path, {"resourceType": "Bundle", "entry": "odd"})) == [
        Entry({"resource": "odd"}, "", "entry 1")
    ]
    assert read(write(tmp_path, {"resourceType": "Bundle"})) == []


def test_one_resource_alone_or_in_an_array(tmp_path: Path) -> None:
    assert read(write(tmp_path, PATIENT)) == [Entry(PATIENT, "", "document")]
    pretty = orjson.dumps(PATIENT, option=orjson.OPT_INDENT_2)
    assert read(write(tmp_path, b"\n\n" + pretty)) == [Entry(PATIENT, "", "document")]
    assert [each.position for each in read(write(tmp_path, [PATIENT, None, CONDITION]))] == ["item 1", "item 3"]


def test_ndjson_with_blank_lines_crlf_and_a_byte_order_mark(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf\r\n" + orjson.dumps(PATIENT) + b"\r\n\r\n" + orjson.dumps(CONDITION)
    assert [(each.resource, each.position) for each in read(write(tmp_path, data))] == [
        (PATIENT, "line 2"),
        (CONDITION, "line 4"),
    ]


def test_a_line_that_is_no_resource_is_kept_for_quarantine(tmp_path: Path) -> None:
    path = write(tmp_path, ndjson(PATIENT, {"a": 1}, 5))
    assert [each.resource for each in read(path)] == [PATIENT, {"a": 1}, {"resource": 5}]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"{broken}", "not JSON"),
        (b'{"resourceType": "Pat', "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": 1e999}', "not JSON"),
        (b'{"a": "\\ud800", "b": 1e999}', "not JSON"),
        (b'{"a": "\xe9"}', "not UTF-8 text; convert it to UTF-8 first"),
        (b"[" * 2000 + b"]" * 2000, "not JSON"),
    ],
)
def test_a_broken_line_is_kept_and_the_lines_around_it_are_read(tmp_path: Path, line: bytes, fault: str) -> None:
    middle = read(write(tmp_path, ndjson(PATIENT) + b"\n" + line + b"\r\n" + ndjson(CONDITION)))
    assert middle == [
        Entry(PATIENT, position="line 1"),
        Entry({}, position="line 3", fault=fault, raw=line),
        Entry(CONDITION, position="line 4"),
    ]
    if line.startswith(b"{"):
        first = read(write(tmp_path, line + b"\n" + ndjson(PATIENT)))
        assert [(each.position, each.fault) for each in first] == [("line 1", fault), ("line 2", "")]


def test_half_a_surrogate_pair_becomes_a_replacement_character(tmp_path: Path) -> None:
    [found] = read(write(tmp_path, b'{"resourceType": "Patient", "a": "x \\ud83d", "b": "\\ud83d\\ude00"}'))
    assert (found.resource["a"], found.resource["b"]) == ("x \ufffd", "\U0001f600")


def test_a_bundles_entries_know_the_base_the_others_agree_on(tmp_path: Path) -> None:
    def based(*urls: str) -> list[tuple[str, bool]]:
        entries = [{"resource": PATIENT} | ({"fullUrl": url} if url else {}) for url in urls]
        return [(each.base, each.mixed) for each in read(write(tmp_path, {"resourceType": "Bundle", "entry": entries}))]

    assert based("https://h/Patient/1", "", "urn:uuid:a") == [("https://h", False)] * 3
    assert based("https://h/Patient/1", "https://g/Patient/1", "") == [("", True)] * 3
    assert based("", "urn:uuid:a") == [("", False)] * 2


def test_a_file_name_that_is_not_text_is_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.json"))
    path.write_bytes(b"text")
    with pytest.raises(NotFhir, match=r"^a\?\.json: not JSON"):
        read(path)


def test_gzip_and_zip_are_opened_by_content(tmp_path: Path) -> None:
    lines = ndjson(PATIENT, CONDITION)
    assert [each.position for each in read(write(tmp_path, gzip.compress(lines), "a.json"))] == ["line 1", "line 2"]
    archive = zipped(("b/z.gz", gzip.compress(lines)), ("b/a.json", orjson.dumps(bundle(PATIENT))))
    assert [each.position for each in read(write(tmp_path, archive, "a.txt"))] == [
        "member b/a.json entry 1",
        "member b/z.gz line 1",
        "member b/z.gz line 2",
    ]


def test_other_files_in_a_zip_are_passed_over_and_named(tmp_path: Path) -> None:
    told: list[str] = []
    path = write(tmp_path, zipped(("readme.txt", b"hello"), ("p.json", orjson.dumps(PATIENT))), "a.zip")
    assert len(list(read_entries(path, on_skip=told.append))) == 1
    assert told == ["a.zip (readme.txt): not JSON; FHIR is read as JSON or NDJSON"]
    with pytest.raises(NotFhir, match="none of its 1 files"):
        read(write(tmp_path, zipped(("readme.txt", b"hello"))))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n \n",
        b" " * 200,
        b"\xef\xbb\xbf",
        b"plain text",
        b"id,name\n1,x\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"%PDF-1.7",
        b"<Patient xmlns='http://hl7.org/fhir'/>",
        b"{\\rtf1 text}",
        b"[section]\nkey=1\n",
        b'{"a": 1}',
        b'[{"a": 1}]',
        b"[]",
        b"[1, 2]",
        b'{"a": 1}\n{"a": 2}\n',
        '{"resourceType": "Patient"}'.encode("utf-16"),
        '{"resourceType": "Patient"}'.encode("utf-16-le"),
        b"[" * 5000,
        gzip.compress(b"text"),
    ],
)
def test_what_is_plainly_something_else_is_not_fhir(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NotFhir, match=r"^export\.dat: [^\n]+$"):
        read(write(tmp_path, data))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"resourceType": broken}\n{broken}\n', "line 1: not JSON"),
        (b'{"resourceType": "Patient",\n"id": "1",\n"name": \n', "not JSON"),
        (b'{"resourceType": "Patient", "a": Infinity}', "line 1: not JSON"),
        (gzip.compress(ndjson(PATIENT, CONDITION) * 50)[:-9], "cut short"),
        (gzip.compress(ndjson(PATIENT)) + b"garbage", "broken or cut short"),
        (zipped(("a.json", orjson.dumps(PATIENT)))[:-30], "broken or cut short"),
        (zipped(("a.zip", zipped(("b.json", b"{}")))), "inside an archive"),
        (gzip.compress(gzip.compress(ndjson(PATIENT))), "inside an archive"),
        (gzip.compress(zipped(("b.json", b"{}"))), "inside an archive"),
        (zipped(*((f"{n}.json", b"{}") for n in range(4))), "more than 3 files"),
        (gzip.compress(ndjson({**PATIENT, "x": "a" * 9000}) * 100), "more than 20 times its size"),
        (zipped(("a.json", b" " * 90000)), "more than 20 times its size"),
        (zipped(("a", os.urandom(3 * 2**20)), ("b", os.urandom(3 * 2**20))), "more than 4 MiB"),
        (orjson.dumps({**PATIENT, "x": "a" * 70000}), "as one JSON document; export it as NDJSON"),
        (b'{"resourceType": "Patient",\n"x": "' + b"a" * 70000 + b'"}', "as one JSON document; export it as NDJSON"),
        (ndjson(PATIENT, {**PATIENT, "x": "a" * 17000}), "line 2: longer than"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(write(tmp_path, data))
    assert not isinstance(raised.value, NotFhir)
    assert words in str(raised.value)
    assert str(raised.value).startswith("export.dat")
    assert "\n" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_errors_hold_nothing_of_the_text(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"resourceType": "Patient", "name": "Zebedee" "Quux"}')
    with pytest.raises(SourceError) as raised:
        read(path)
    assert "Zebedee" not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped(("a.json", orjson.dumps(PATIENT))))
    data[6] |= 1  # the local header's flag
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the central directory's
    with pytest.raises(SourceError, match="encrypted; unpack it first"):
        read(write(tmp_path, bytes(data)))


def test_names_in_a_zip_reach_nothing_outside_it(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    path = write(inner, zipped(("../../evil\x1b[2J.json", orjson.dumps(PATIENT)), ("/abs.json", orjson.dumps(PATIENT))))
    assert [each.position for each in read(path)] == [
        "member ../../evil?[2J.json",
        "member /abs.json",
    ]
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["export.dat", "inner"]


def test_of_a_repeated_key_the_last_counts_and_huge_numbers_become_decimals(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"resourceType": "Patient", "id": "1", "id": "2", "x": 123456789012345678901234567890}')
    assert read(path)[0].resource == {"resourceType": "Patient", "id": "2", "x": 1.2345678901234568e29}


def test_folders_are_walked_by_name_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.json", "a/z.json", "a/.hidden", ".git/x.json", "c.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path, PATIENT, name)
    found = list(find_files([tmp_path, tmp_path / "b.json"]))
    assert [(each.path.relative_to(tmp_path).as_posix(), each.named) for each in found] == [
        ("a/z.json", False),
        ("b.json", False),
        ("c.json", False),
        ("b.json", True),
    ]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write(tmp_path / "a", PATIENT, "p.json")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert [each.path.name for each in find_files([tmp_path])] == ["p.json"]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        list(find_files([tmp_path / "absent"]))
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path)


@pytest.fixture
def ordinary_folder() -> Iterator[Path]:
    """A folder, and only an ordinary user's rights in it: root reads whatever the permissions say."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "shut.json").write_bytes(orjson.dumps(PATIENT))
        (folder / "shut.json").chmod(0)
        (folder / "folder").mkdir()
        (folder / "folder" / "inner").mkdir(mode=0)
        (folder / "blind").mkdir()
        (folder / "blind" / "p.json").write_bytes(b"{}")
        (folder / "blind").chmod(0o444)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            (folder / "folder" / "inner").chmod(0o700)
            (folder / "blind").chmod(0o700)


def test_what_may_not_be_read_is_named(ordinary_folder: Path) -> None:
    with pytest.raises(SourceError, match=r"shut\.json: cannot be read \(permission denied\)"):
        read(ordinary_folder / "shut.json")
    with pytest.raises(SourceError, match="inner: cannot be listed"):
        list(find_files([ordinary_folder / "folder"]))
    for path in ("blind", "blind/p.json"):
        with pytest.raises(SourceError, match=r"p\.json: cannot be read"):
            list(find_files([ordinary_folder / path]))


def test_a_pipe_can_be_read(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, ndjson(PATIENT, CONDITION))
    os.close(writer)
    assert len(read(Path(f"/dev/fd/{reader}"))) == 2
    os.close(reader)
    assert tmp_path.exists()


def test_ndjson_streams_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.ndjson.gz"
    line = orjson.dumps({**PATIENT, "x": os.urandom(4000).hex()}) + b"\n"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(12_000):  # about 100 MB unpacked
            file.write(line)
    script = (
        "import resource, sys; from pathlib import Path; from emr_rerank.fhir.sources import Limits, read_entries\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(sum(1 for _ in read_entries(Path(sys.argv[1]), limits=Limits(ratio=10_000))))\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True, cwd=root, timeout=60
    )
    count, grown = map(int, done.stdout.split())
    assert count == 12_000
    assert grown < 40  # MiB


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([bytes, gzip.compress, lambda data: zipped(("a", data)), lambda data: gzip.compress(data)[:-3]]),
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=60).map(lambda text: b'{"resourceType": "' + text.encode("utf-8", "replace")),
        st.lists(st.sampled_from([ndjson(PATIENT), b"\n", b"{}", b"[", b"]", b"{\n", b"\xff", b"null\n"])).map(
            b"".join
        ),
    ),
)
def test_any_bytes_give_entries_or_a_source_error(tmp_path: Path, pack: Any, data: bytes) -> None:
    path = write(tmp_path, pack(data))
    try:
        entries = read(path)
    except SourceError as error:
        assert "\n" not in str(error)
    else:
        assert all(isinstance(entry.resource, dict) and entry.position for entry in entries)
