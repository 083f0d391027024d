"""Answers that are reckoned from tables, read by the real loaders."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import pytest
from openpyxl import Workbook

from askv4.answer.question.question import Question
from askv4.answer.quote.reckoned import MOST_ROWS, reckoned
from askv4.text.loaders import load
from askv4.types import Answer, Document, Hit, Skipped, Span

STOCK = (
    "# Boat house\n\n| Part | Shelf | Quantity | Price |\n|---|---|---|---|\n| Cleat small | A1 | 12 | € 4.50 |\n"
    "| Cleat large | A2 | 7 | € 9.00 |\n| Rope | B1 | 250 | € 1.10 |\n"
)
LEDGER = "Date;Payee;Amount\n03.02.2025;Mill;-74,10\n17.02.2025;Smith;-0,20\n02.03.2025;Mill;-1.005,00\n28.03.2025;Baker;-12,00\n"


class Read:
    """Documents as the catalogue gives them."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        self._texts = {
            name: load(data.encode() if isinstance(data, str) else data, name).text for name, data in files.items()
        }

    def hits(self) -> list[Hit]:
        documents = [Document(name, name, None, None, None, "indexed", None, 1, None, 1, None) for name in self._texts]
        return [Hit(1, 1.0, 1, document, 0, 1, None, None, None, "", ()) for document in documents]

    def text(self, document: str) -> str:
        return self._texts[document]

    def place(self, _document: str, _offset: int) -> tuple[int | None, int | None]:
        return None, None

    def skipped(self) -> list[Skipped]:
        return []

    def neighbours(self, _document: str, _start: int, _end: int, _before: int, _after: int) -> list[Span]:
        return []


def ask(question: str, **files: bytes | str) -> Answer | None:
    read = Read({name.replace("_", "."): data for name, data in files.items()})
    answer = reckoned(Question(question), read.hits(), read)
    for one in answer.citations if answer else ():
        assert read.text(one.document)[one.start : one.end] == one.quote
    return answer


@pytest.mark.parametrize(
    ("question", "said", "quoted"),
    [
        (
            "How many cleats are there?",
            "19: the sum of “Quantity” in 2 rows with “cleats”",
            "| Cleat large | A2 | 7 | € 9.00 |",
        ),
        (
            "Which part is the dearest?",
            "Cleat large: € 9.00, the highest “Price” of 3 rows",
            "| Cleat large | A2 | 7 | € 9.00 |",
        ),
        ("Which part has the lowest price?", "Rope: € 1.10", "| Rope | B1 | 250 | € 1.10 |"),
        ("What is the average price of the cleats?", "€ 6.75: the average", "| Cleat small | A1 | 12 | € 4.50 |"),
        ("What is the total quantity in the boat house?", "269: the sum", "| Rope | B1 | 250 | € 1.10 |"),
    ],
)
def test_a_clean_column_is_reckoned_and_its_rows_are_quoted(question: str, said: str, quoted: str) -> None:
    answer = ask(question, stock_md=STOCK)
    assert answer is not None
    assert answer.answer.startswith(said)
    assert any(quoted in one.quote for one in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "How many masts are there?",  # no row says so
        "What did the cleats weigh in total?",  # no such column
        "What is the total price of what we sold?",
        "How many cleats are on the largest shelf?",  # two things at once
        "How many shelf metres has the rope?",
        "How many euros is the price of the rope?",  # a value, none of a count
        "What does a cleat cost?",  # nothing to reckon
    ],
)
def test_what_the_cells_do_not_say_is_left_to_others(question: str) -> None:
    assert ask(question, stock_md=STOCK) is None


@pytest.mark.parametrize(
    ("question", "table"),
    [
        ("how many points did he get in 2021?", "| Year | Pay | Points |\n|---|---|---|\n| 2020 | 4 | 1 |\n| 2021 | 5 | 2 |"),
        ("what is the minimum dose of adults?", "| For | Maximum dose |\n|---|---|\n| adults | 10 mg |\n| adults, ill | 5 mg |"),
    ],
)  # fmt: skip
def test_what_a_cell_says_and_the_other_extreme_are_not_reckoned(question: str, table: str) -> None:
    assert ask(question, sheet_md=f"# Points and doses\n\n{table}\n") is None


def test_the_row_of_the_total_is_named_and_not_added_again() -> None:
    answer = ask("What is the total quantity?", stock_md=f"{STOCK}| Total | | 269 | |\n")
    assert answer is not None
    assert answer.answer.startswith("269: the sum of “Quantity” in 3 rows, as the row of the total says: 269.")
    wrong = ask("What is the total quantity?", stock_md=f"{STOCK}| Total | | 300 | |\n")
    assert wrong is not None
    assert wrong.answer.startswith("269: the sum of “Quantity” in 3 rows; the row of the total says 300.")


def test_a_total_that_the_text_states_is_not_reckoned() -> None:
    assert ask("What is the total quantity?", stock_md=f"{STOCK}\nTotal with what lies outside: 400\n") is None


@pytest.mark.parametrize(
    ("question", "said"), [("What is the total of March?", "-1.017,00"), ("total amount in February", "-74,30")]
)
def test_the_rows_of_a_month_are_those_whose_date_is_in_it(question: str, said: str) -> None:
    answer = ask(question, ledger_csv=LEDGER)
    assert answer is not None
    assert answer.answer.startswith(f"{said}: the sum of “Amount” in 2 rows")


@pytest.mark.parametrize("cell", ["", "n/a", "$ 3.00", "4-5"])
def test_one_cell_that_is_not_clean_leaves_the_column_alone(cell: str) -> None:
    assert ask("What is the highest price?", stock_md=f"{STOCK}| Oar | C1 | 2 | {cell} |\n") is None


def test_two_documents_that_may_be_meant_are_left_to_others() -> None:
    assert ask("What is the highest price?", stock_md=STOCK, shop_md=STOCK.replace("Boat house", "Shop")) is None


def test_a_sheet_of_many_rows_is_counted_whole_and_quoted_in_part() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Member", "Town", "Fee (EUR)"])
    for number in range(90):
        sheet.append([f"Person {number}", "Ostvik" if number % 3 else "Lunde", 10.1])
    out = BytesIO()
    book.save(out)
    answer = ask("How many members are in Lunde?", members_xlsx=out.getvalue())
    assert answer is not None
    assert answer.answer.startswith("30 of 90 rows with “Lunde”")
    assert answer.note == f"reckoned from 30 rows; the first {MOST_ROWS} are quoted"
    total = ask("What is the total fee?", members_xlsx=out.getvalue())
    assert total is not None
    assert total.answer.startswith("909.0 EUR: the sum of “Fee (EUR)” in 90 rows")


def test_of_tables_with_like_labels_the_one_with_the_named_title_or_sheet_is_meant() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Boats"
    for title, amount in (("Repairs in May", 10), ("Repairs in June", 25)):
        for row in ([title], ["Part", "Cost (EUR)"], ["Oar", amount], ["Keel", amount + 1], []):
            sheet.append(row)
    other = book.create_sheet("Garage")
    for row in (["Part", "Cost (EUR)"], ["Door", 400], ["Key", 3]):
        other.append(row)
    out = BytesIO()
    book.save(out)
    june = ask("What did the repairs cost in total in June?", costs_xlsx=out.getvalue())
    assert june is not None
    assert june.answer.startswith("51 EUR: the sum of “Cost (EUR)” in 2 rows")
    garage = ask("What is the total cost of the garage?", costs_xlsx=out.getvalue())
    assert garage is not None
    assert garage.answer.startswith("403 EUR")
    assert ask("What is the total cost?", costs_xlsx=out.getvalue()) is None


def test_a_line_that_states_a_number_says_not_what_the_rows_are() -> None:
    report = "# School report of Freya\n\nAbsent 4 days, all excused.\n\n| Subject | Mark |\n|---|---|\n| Music | B |\n| Art | A |\n"
    read = Read({"report.md": report})
    assert reckoned(Question("how many days was Freya absent?"), read.hits(), read) is None
