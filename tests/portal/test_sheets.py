"""A list opened in a spreadsheet runs nothing, whichever mark that program takes for the end of a cell."""

import csv
import io

import pytest

from portal.sheets import Sheet

STARTS = tuple("=+-@＝＋－＠\t\r")
TEXTS = (
    "=1+1",
    "Tủ sách;=cmd|' /C calc'!A0",
    'Tủ sách; "=cmd',
    "Tủ sách|@SUM(1)",
    "Tủ sách\t+1",
    "Tủ sách;x\n=1+1",
    'a";"=1',
    "Tủ sách\r-1",
    "＝1+1",
    "Tủ sách;＠SUM(1)",
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("text", TEXTS)
def test_no_cell_is_a_formula_however_a_line_is_cut(text, delimiter):
    file = io.StringIO()
    Sheet(file, ("id", "title", "votes")).write((7, text, -3))
    lines = list(csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=delimiter))[1:]
    cells = [cell.strip() for line in lines for cell in line if cell != "-3"]
    assert not [cell for cell in cells if cell.startswith(STARTS)]


def test_words_stay_as_they_are():
    file = io.StringIO()
    Sheet(file, ("title",)).write(("Đi bộ - đi xe; hay bơi = vui, 5+5",))
    assert file.getvalue() == '"title"\n"Đi bộ - đi xe; hay bơi = vui, 5+5"\n'
