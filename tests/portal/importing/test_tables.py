"""Files as rows: what is read, and the one line that says why a whole file is not."""

import pytest

from portal.errors import Fault
from portal.importing.tables import MAX_CELL, open_table
from tests.portal.importing.sent_files import workbook


@pytest.fixture
def file(tmp_path):
    def write(content, name="ideas.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(file, mark):
    table = open_table(file(f"title{mark}text\nMột{mark}Hai, ba; bốn\n".replace(", ", " ").replace("; ", " ")))
    assert table.columns == ("title", "text")
    assert next(iter(table.rows())).cells == {"title": "Một", "text": "Hai ba bốn"}


def test_quoted_names_do_not_hide_the_separator(file):
    table = open_table(file('"title";"text, whole"\n"a";"b"\n'))
    assert table.columns == ("title", "text, whole")


@pytest.mark.parametrize(
    "content",
    [
        "DANH SÁCH Ý TƯỞNG, NĂM 2026;;\nTỉnh đoàn Nghệ An;;\n;;\nSTT;Tên ý tưởng;Nội dung\n1;Một;Hai\n",
        "sep=;\n\n\nSTT;Tên ý tưởng;Nội dung\n1;Một;Hai\n",
        workbook(
            [["Tỉnh đoàn Nghệ An"], [], ["STT", "Tên ý tưởng", "Nội dung"], [1, "Một", "Hai"]], ["DANH SÁCH Ý TƯỞNG"]
        ),
    ],
)
def test_a_heading_above_the_names_of_the_columns_is_passed_over(file, content):
    table = open_table(file(content, "ideas.csv" if isinstance(content, str) else "ideas.xlsx"))
    assert ([name for name in table.columns if name], table.size) == (["STT", "Tên ý tưởng", "Nội dung"], 1)
    (row,) = table.rows()
    assert (row.number, row.line, row.cells["Nội dung"]) == (1, 5, "Hai")


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (
            "STT;Người gửi;;Nội dung;\n;Họ tên;Lớp;Vấn đề;Giải pháp\n1;Lan;10A1;Một;Hai\n",
            ["STT", "Họ tên", "Lớp", "Vấn đề", "Giải pháp"],
        ),
        (
            workbook([["", "", "Vấn đề", "Giải pháp"], [1, "Lan", "Một", "Hai"]], ["STT", "Họ tên", "Nội dung", ""]),
            ["STT", "Họ tên", "Vấn đề", "Giải pháp"],
        ),
        ("Tên ý tưởng;Nội dung\nnăng lượng;Hai\n", ["Tên ý tưởng", "Nội dung"]),
    ],
)
def test_names_that_stand_in_two_lines_are_read_from_both(file, content, names):
    table = open_table(file(content, "ideas.csv" if isinstance(content, str) else "ideas.xlsx"))
    assert ([name for name in table.columns if name], table.size) == (names, 1)
    (row,) = table.rows()
    assert row.cells[names[-1]] == "Hai"


def test_where_no_line_names_a_text_the_first_names_the_columns(file):
    table = open_table(file("A,B\n1,2\n3,4\n"))
    assert (table.columns, [row.cells["B"] for row in table.rows()]) == (("A", "B"), ["2", "4"])


def test_a_signature_and_line_breaks_inside_a_cell_are_read(file):
    table = open_table(file('\ufefftext,author\n"dòng một\ndòng hai",7\n\n"ba",8\n'))
    rows = list(table.rows())
    assert rows[0].cells == {"text": "dòng một\ndòng hai", "author": "7"}
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 5)]


def test_jsonl_is_read_and_a_broken_line_is_a_row_that_is_refused(file):
    table = open_table(file('{"text": "Một", "n": 3, "none": null}\nnot json\n[1]\n', "ideas.jsonl"))
    one, two, three = table.rows()
    assert one.cells == {"text": "Một", "n": "3", "none": ""}
    assert (two.fault, three.fault) == ("not JSON", "not a JSON object")


def test_a_row_with_too_many_cells_is_refused_not_shifted(file):
    table = open_table(file("title,text\na,b,c\nd,e\n"))
    first, second = table.rows()
    assert "3 cells where the header has 2" in first.fault
    assert not second.fault


def test_a_row_that_ends_early_has_empty_cells(file):
    table = open_table(file("text,author,date\nabc,7\n"))
    assert next(iter(table.rows())).cells == {"text": "abc", "author": "7"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"text\n", "a header and no rows"),
        (b"\n\n", "is empty"),
        (b",,\na,b,c\n", "no header"),
        (b"text\nab\0cd\n", "line 2 holds a NUL byte"),
        ("text\nTiếng Việt\n".encode("utf-16"), "is UTF-16"),
        ("text\nok\nh\u00e9\n".encode("latin-1"), "is not UTF-8: line 3, byte 2"),
        (b"PK\x03\x04rest", "is no workbook that can be read"),
        (b"text,Text\na,b\n", "two columns called 'text'"),
        (
            b'text,author\n"never closed,7\nnext,8\n',
            "a quotation mark that is never closed in the row that begins in line 2",
        ),
        (b'text,author\n"a" b,7\n', "text after a closing quotation mark"),
        (b"text\n" + b"x" * (MAX_CELL + 1) + b"\n", "a cell of more than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(file, content, words):
    with pytest.raises(Fault, match=r"^[^\n]+$") as caught:
        open_table(file(content))
    assert words in str(caught.value)


def test_jsonl_that_is_none_says_so(file):
    with pytest.raises(Fault, match="is not JSONL: line 1 is not JSON"):
        open_table(file("title,text\n", "ideas.jsonl"))


def test_a_huge_cell_of_jsonl_is_refused(file):
    with pytest.raises(Fault, match="line 1: the cell 'text' is larger than 1 MB"):
        open_table(file('{"text": "' + "x" * (MAX_CELL + 1) + '"}', "ideas.jsonl"))


def test_a_missing_file_and_a_directory_say_so(tmp_path):
    with pytest.raises(Fault, match="There is no file"):
        open_table(tmp_path / "nothing.csv")
    with pytest.raises(Fault, match="is a directory"):
        open_table(tmp_path)
