from __future__ import annotations

import pytest

from askv4.records import embedded_text
from askv4.text.loaders import load
from askv4.text.passages import split_passages
from askv4.text.places import Headings
from askv4.types import ParsedText, Passage

SENTENCES = [
    "The committee met on Monday and spoke about the budget for a long time.",
    "Nobody had read the papers that were sent out the week before.",
    "The chair asked whether the bridge could wait for another year.",
    "It could not, said the engineer, because the river had risen twice.",
    "After lunch the members walked to the river and looked at the stones.",
]


def prose(count: int) -> str:
    return "\n\n".join(" ".join(SENTENCES[(start + step) % 5] for step in range(4)) for start in range(count))


def read(text: str, name: str = "a.md") -> ParsedText:
    return load(text.encode(), name)


def texts(parsed: ParsedText, passages: tuple[Passage, ...]) -> list[str]:
    return [parsed.text[one.start : one.end] for one in passages]


def test_passages_are_of_one_size_and_no_remnant_is_left(count_tokens):
    for count in range(6, 16):
        passages = split_passages(read(prose(count)), count_tokens)
        assert all(100 <= one.tokens <= 200 for one in passages), [one.tokens for one in passages]


def test_tokens_are_the_encoders_own(count_tokens):
    parsed = read("# T\n\n## Section\n\n" + prose(9))
    passages = split_passages(parsed, count_tokens)
    assert [one.tokens for one in passages] == count_tokens(texts(parsed, passages))


def test_special_tokens_are_taken_off(count_tokens):
    parsed = read(prose(9))
    with_special = split_passages(parsed, lambda some: [count + 2 for count in count_tokens(some)])
    assert with_special == split_passages(parsed, count_tokens)


def test_no_passage_crosses_a_heading(count_tokens):
    parsed = read("# Title\n\nShort intro.\n\n## One\n\nA line.\n\n### Deep\n\nAnother.\n\n## Two\n\n" + prose(5))
    passages = split_passages(parsed, count_tokens)
    assert [one.heading for one in passages][:3] == [None, "One", "One › Deep"]
    assert {one.heading for one in passages[3:]} == {"Two"}
    headings = Headings.of(parsed)
    for one in passages:
        assert {headings.at(span.start) for span in one.sentences} == {one.heading}


def test_the_limit_holds_with_the_heading(count_tokens):
    heading = "A rather long heading that says a good deal about what comes under it " * 2
    parsed = read(f"# {heading}\n\n## {heading}\n\n### {heading}\n\n" + prose(30))
    passages = split_passages(parsed, count_tokens)
    embedded = [embedded_text(one.heading, text) for one, text in zip(passages, texts(parsed, passages), strict=True)]
    assert max(count_tokens(embedded)) <= 240


def test_an_endless_heading_is_shortened(count_tokens):
    parsed = read("## " + "word " * 5000 + "\n\nSome text here.\n")
    (passage,) = split_passages(parsed, count_tokens)
    assert passage.heading is not None
    assert passage.heading.endswith("…")
    assert count_tokens([passage.heading])[0] <= 80


def test_a_sentence_over_the_limit_is_cut_at_clauses(count_tokens):
    clause = "the engineer said that the bridge could not wait for another year or two"
    parsed = read(", ".join([clause] * 40) + ".")
    passages = split_passages(parsed, count_tokens)
    spans = [span for one in passages for span in one.sentences]
    assert len(spans) > 2
    assert all(span.of(parsed.text).endswith((f"{clause},", f"{clause}.")) for span in spans)
    assert max(one.tokens for one in passages) <= 240


def test_a_sentence_without_clauses_is_cut_at_words(count_tokens):
    parsed = read("word " * 2000)
    passages = split_passages(parsed, count_tokens)
    assert {word for text in texts(parsed, passages) for word in text.split()} == {"word"}
    assert max(one.tokens for one in passages) <= 240


@pytest.mark.parametrize("run", ["x" * 30_000, "天" * 5000, "e\u0301" * 4000, "👩‍👩‍👧" * 2000, "a-" * 8000])
def test_a_run_without_spaces_is_cut_anywhere_but_in_a_letter(run, count_tokens):
    parsed = read(run, "a.txt")
    passages = split_passages(parsed, count_tokens)
    assert "".join(texts(parsed, passages)) == run
    assert max(one.tokens for one in passages) <= 240
    assert not any(text.startswith(("\u0301", "\u200d")) for text in texts(parsed, passages))


def test_a_list_stays_with_the_line_that_introduces_it(count_tokens):
    items = "\n".join(f"- {SENTENCES[number % 5]}" for number in range(6))
    parsed = read(prose(3) + "\n\nThese are the points:\n\n" + items + "\n\n" + prose(3))
    (with_intro,) = [text for text in texts(parsed, split_passages(parsed, count_tokens)) if "the points:" in text]
    assert "points:\n\n- " in with_intro


def test_lines_that_no_blank_line_parts_stay_together(count_tokens):
    trades = "Plumber Glazier Roofer Painter Tailor Baker Florist Cobbler Notary Dentist Taxi Garage".split()
    parsed = read(
        "\n\n".join(f"{one}\nOffice of the {one}\n0170 555 01{n}" for n, one in enumerate(trades * 9)), "a.txt"
    )
    passages = split_passages(parsed, count_tokens)
    assert len(passages) > 3
    for text in texts(parsed, passages):
        assert text.splitlines()[0] in trades
        assert text.splitlines()[-1].startswith("0170")


@pytest.mark.parametrize("between", [" ", "\n\n"])
def test_a_question_stays_with_what_follows_it(between, count_tokens):
    asked = [f"Who keeps the key of room {number}?{between}{SENTENCES[number % 5]}" for number in range(40)]
    parsed = read("\n\n".join(asked))
    passages = texts(parsed, split_passages(parsed, count_tokens))
    assert len(passages) > 5
    assert not [text for text in passages if text.endswith("?")]


def test_a_table_keeps_its_header_with_a_row(count_tokens):
    rows = "\n".join(f"| {SENTENCES[number % 5]} | {number} |" for number in range(25))
    parsed = read(prose(2) + "\n\n| what | number |\n|---|---|\n" + rows + "\n")
    (with_header,) = [text for text in texts(parsed, split_passages(parsed, count_tokens)) if "| what |" in text]
    assert "| 0 |" in with_header


def test_a_document_of_headings_is_searchable(count_tokens):
    parsed = read("# Plan\n\n## Milk\n\n## Bread\n\n## Eggs\n\n### Brown\n")
    passages = split_passages(parsed, count_tokens)
    assert [[span.of(parsed.text) for span in one.sentences] for one in passages] == [["Milk", "Bread"], ["Brown"]]
    assert [one.heading for one in passages] == [None, "Eggs"]


def test_a_lone_heading_stands_apart_from_other_text(count_tokens):
    parsed = read("Text above.\n\n## Nothing here\n\n## Something here\n\nText below.\n")
    passages = split_passages(parsed, count_tokens)
    assert texts(parsed, passages) == ["Text above.", "Nothing here", "Text below."]


@pytest.mark.parametrize(
    ("heading", "below", "sentences"),
    [
        ("Two (2023-10-03)", "Mended.", ["Two (2023-10-03)", "Mended."]),
        ("Ann (b. 14/03/2011)", "None known.", ["Ann (b. 14/03/2011)", "None known."]),
        ("Step 2", "Mended.", ["Mended."]),
        ("Plans for 2023", "Mended.", ["Mended."]),
        ("Ben, 16 Jan 2024", "Date: 16 Jan 2024", ["Date: 16 Jan 2024"]),
    ],
)
def test_a_heading_with_a_date_is_a_sentence_where_nothing_else_has_it(heading, below, sentences, count_tokens):
    parsed = read(f"# Title\n\n## {heading}\n\n{below}\n")
    (passage,) = split_passages(parsed, count_tokens)
    assert [span.of(parsed.text) for span in passage.sentences] == sentences
    assert passage.heading is not None
    assert passage.heading.endswith(heading)


def test_comments_never_lie_within_a_passage(count_tokens):
    parsed = read("One sentence.\n\n<!-- secret -->\n\nAnother <!-- secret --> sentence.\n")
    assert not any("secret" in text for text in texts(parsed, split_passages(parsed, count_tokens)))


def test_distant_sentences_do_not_share_a_passage(count_tokens):
    parsed = read("a." + " " * 50_000 + "B.", "a.txt")
    assert texts(parsed, split_passages(parsed, count_tokens)) == ["a.", "B."]


def test_a_tokenizer_that_counts_more_for_the_whole_than_for_the_parts():
    parsed = read(prose(10))
    passages = split_passages(parsed, lambda some: [len(one) // 4 + (len(one) // 100) ** 2 for one in some])
    counts = [len(text) // 4 + (len(text) // 100) ** 2 for text in texts(parsed, passages)]
    assert max(counts) <= 240


@pytest.mark.parametrize(("target", "limit"), [(300, 240), (2, 240)])
def test_impossible_sizes_are_refused(target, limit, count_tokens):
    with pytest.raises(ValueError, match="target"):
        split_passages(read("Words."), count_tokens, target=target, limit=limit)
