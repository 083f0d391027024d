from __future__ import annotations

import textwrap

import pytest

from askv4.text.loaders import load
from askv4.text.sentences import split_sentences
from askv4.types import Block, ParsedText

LONG = (
    "The committee met on Monday and spoke about the budget for a long time, because nobody had read the papers that were "
    "sent out the week before. In the end it agreed to meet again."
)


def shown(parsed: ParsedText) -> list[tuple[str, str]]:
    return [(block.role, parsed.text[block.start : block.end]) for block in parsed.blocks]


def plain(text: str) -> ParsedText:
    parsed = load(text.encode(), "a.txt")
    assert parsed.text == text
    return parsed


def test_a_paragraph_on_each_line_with_headings_between():
    parsed = plain(f"The minutes of March\n{LONG}\nWhat was decided\n{LONG}\n{LONG}\nWho pays for it?\n{LONG}")
    roles = [role for role, _ in shown(parsed)]
    assert roles == ["heading", "paragraph", "heading", "paragraph", "paragraph", "heading", "paragraph"]
    assert parsed.title == "The minutes of March"
    assert [block.level for block in parsed.blocks if block.role == "heading"] == [1, 2, 2]


def test_wrapped_text_is_one_paragraph_across_lines():
    wrapped = textwrap.fill(LONG, 72)
    parsed = plain(f"{wrapped}\n\n{wrapped}\n")
    assert shown(parsed) == [("paragraph", wrapped), ("paragraph", wrapped)]


def test_short_lines_that_do_not_go_on_stay_apart():
    parsed = plain("Milk\nBread\nEggs")
    assert shown(parsed) == [("paragraph", "Milk"), ("paragraph", "Bread"), ("paragraph", "Eggs")]


def test_an_item_of_a_list_keeps_its_number_and_loses_its_bullet():
    parsed = plain("What we need:\n- flour\n- a long item that goes on\n  in the next line\n1. first\n2/ second")
    assert shown(parsed)[1:] == [
        ("list", "flour"),
        ("list", "a long item that goes on\n  in the next line"),
        ("list", "1. first"),
        ("list", "2/ second"),
    ]
    assert shown(parsed)[0] == ("paragraph", "What we need:")


def test_rows_made_with_spaces_or_tabs_are_rows():
    parsed = plain("name     age     city\nbob      12      Paris\nann\t13\tRome")
    assert [role for role, _ in shown(parsed)] == ["table"] * 3


def test_underlined_and_numbered_headings_have_depth():
    parsed = plain(f"Report\n======\n\nPart\n----\n{LONG}\n\n2.1 Results\n\n{LONG}\n\n# Marked\n\nShort.")
    assert [(parsed.text[b.start : b.end], b.level) for b in parsed.blocks if b.role == "heading"] == [
        ("Report", 1), ("Part", 2), ("2.1 Results", 3), ("Marked", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Policy 7\n\nSECTION B - NOT COVERED\nB.1  Flood and ground water.\nB.2  Wear, vermin, mould.\n", ["SECTION B - NOT COVERED"]),
        ("Dear Ann,\n\n5. CARE\nWash it.\nDry it.\n", ["5. CARE"]),
        # an address, a single word, what stands alone
        ("Dear Ann,\n\nTHE MILL\n4 Ford Lane\nGorsley\n", []),
        ("Dear Ann,\n\nNOTE\nIt is closed.\nCome later.\n", []),
        ("Dear Ann,\n\nALL IS WELL\n\nYours\n", []),
    ],
)  # fmt: skip
def test_a_line_of_capitals_right_above_sentences_is_a_heading(text, headings):
    parsed = load(text.encode(), "a.txt")
    assert [parsed.text[one.start : one.end] for one in parsed.blocks if one.role == "heading"] == headings


def test_a_sentence_is_never_taken_for_a_heading():
    parsed = plain(f"It rained.\n{LONG}\nand nobody came\n{LONG}\nWe asked: who pays,\n{LONG}\nFrom: someone\n{LONG}")
    assert [role for role, _ in shown(parsed)] == ["paragraph"] * 8


def test_short_lines_before_a_paragraph_are_not_all_headings():
    parsed = plain(f"{LONG}\n\nAlice\nBob\nCarol\nDave\n\n{LONG}")
    assert "heading" not in [role for role, _ in shown(parsed)]


def test_rules_are_in_no_block_and_form_feeds_divide_pages():
    parsed = plain(f"{LONG}\n\n-----\n\n* * *\n\f{LONG}\n\f{LONG}")
    assert [role for role, _ in shown(parsed)] == ["paragraph"] * 3
    assert len(parsed.pages) == 3
    assert parsed.text[parsed.pages[1] :].startswith(LONG)


def test_front_matter_is_metadata_and_no_block():
    parsed = plain(f"---\ntitle: T\nkind: minutes\ncontext: from before the vote\ndate: 2024-05-06\n---\n{LONG}")
    assert (parsed.title, parsed.kind, parsed.context, parsed.date) == (
        "T",
        "minutes",
        "from before the vote",
        "2024-05-06",
    )
    assert shown(parsed) == [("paragraph", LONG)]
    assert parsed.metadata["kind"] == "minutes"


def test_carriage_returns_are_line_ends_and_stay():
    for newline in ("\r\n", "\r"):
        parsed = plain(f"{LONG}{newline}{newline}{LONG}{newline}")
        assert shown(parsed) == [("paragraph", LONG)] * 2


def test_text_without_any_structure():
    assert shown(plain("word")) == [("paragraph", "word")]
    assert shown(plain("🙂")) == [("paragraph", "🙂")]
    assert len(plain("x" * 300_000).blocks) == 1


def test_lines_of_notes_and_chats_without_full_stops_are_text():
    notes = plain(
        "The roof is tiled in slate\nPlumber rings on 9 October\n"
        "The van goes to the workshop in November, the mechanic wants to look at the clutch and the belt"
    )
    assert [role for role, _ in shown(notes)] == ["paragraph"] * 3
    chat = plain(
        "09:05 Ana: The permit is valid until 2 May\n\n09:06 Bo: ok, I tell them, and who waters the plants while I am on "
        "the train to the coast for a week?"
    )
    assert [role for role, _ in shown(chat)] == ["paragraph"] * 2


def test_a_short_message_is_one_sentence_with_its_speaker_and_time():
    text = f"[12.01.25, 18:04:11] Ana: It is booked! 7 to 9 March\n[12.01.25, 18:05:40] Bo: {LONG * 3}"
    parsed = plain(text)
    sentences = [span.of(text) for span in split_sentences(text, parsed.blocks)]
    assert sentences[0] == "[12.01.25, 18:04:11] Ana: It is booked! 7 to 9 March"
    assert len(sentences) > 3


@pytest.mark.parametrize(
    "text",
    [
        "It closed in 2008.[67] On 3 May it opened.", "It cost 40 euros.[note 3] They paid.",
        "It stood in Graz.[citation needed] It closed.", "It closed in 2008.¹² On 3 May it opened.",
    ],
)  # fmt: skip
def test_marks_of_notes_do_not_hide_the_end_of_a_sentence(text):
    first, second = (span.of(text) for span in split_sentences(text, (Block(0, len(text)),)))
    assert first[-1] in "]²"
    assert second.startswith(("On", "They", "It"))


def test_wide_lines_of_a_letter_among_short_ones_are_wrapped() -> None:
    letter = (
        "Harbour Mutual\nCastle Quay 3\nBrinmouth\n\nRef: HM/22\nDate: 2 May\nPolicy: 7\nPlan: B\n\n"
        + "The cover of bicycles rises to 750 pounds for each of them; damage that is caused by moths or by vermin is no\n"
        + "longer covered. Your premium for the coming year will be about three hundred and twelve pounds, compared with\n"
        + "284 pounds last year. We take it from your account on the first of June, as we did in the years before, so that\n"
        + "you need do nothing.\n\nRooms: four\nGarage: none\nCellar: dry\n"
    )
    parsed = load(letter.encode(), "letter.txt")
    sentences = [" ".join(span.of(parsed.text).split()) for span in split_sentences(parsed.text, parsed.blocks)]
    assert (
        "Your premium for the coming year will be about three hundred and twelve pounds, compared with 284 pounds last year."
        in sentences
    )
    assert any(one.endswith("by moths or by vermin is no longer covered.") for one in sentences)
    assert {"Harbour Mutual", "Castle Quay 3", "Ref: HM/22", "Rooms: four", "Cellar: dry"} <= {*sentences}
