"""The form of an answer: what the grammar lets a model write, and what is read from what models write."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askv4.answer.grammar import (
    AnswerStream,
    ParsedAnswer,
    ParsedSentence,
    Written,
    WrittenRefusal,
    WrittenSentence,
    WrittenText,
    answer_grammar,
    answer_schema,
    parse_answer,
)
from askv4.llm.chat import Message
from tests.tiny_model import tiny_gguf

if TYPE_CHECKING:
    from askv4.llm.engine import Engine

ASKED = [Message("user", "Was it?")]


def sentences(*pairs: tuple[str, tuple[int, ...]]) -> tuple[ParsedSentence, ...]:
    return tuple(ParsedSentence(text, numbers) for text, numbers in pairs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It ran at 3.5 TB/s in the U.S., e.g. there. [3][5] Nobody knows. [9]",
            sentences(("It ran at 3.5 TB/s in the U.S., e.g. there.", (3, 5)), ("Nobody knows.", (9,))),
        ),
        ("It was so [3]. And more [1, 2]!", sentences(("It was so.", (3,)), ("And more!", (1, 2)))),
        ("- First. [1]\n- Second. [2]\n", sentences(("First.", (1,)), ("Second.", (2,)))),
        ('"Quoted." [1].', sentences(('"Quoted."', (1,)))),
        ("Twice. [4][4] [4]", sentences(("Twice.", (4,)))),
        ("昇腾芯片用于推理。[1]下一句。[2]", sentences(("昇腾芯片用于推理。", (1,)), ("下一句。", (2,)))),
        ("It said [sic] so. [2]", sentences(("It said [sic] so.", (2,)))),
        ("[1] After. [2]", sentences(("After.", (2,)))),
        ("-5 degrees. [1]", sentences(("-5 degrees.", (1,)))),
        ("Too high. [7][200]", sentences(("Too high.", (7,)))),
        ("Not there. [200]", sentences(("Not there.", ()))),
        ("NO one did. [1]", sentences(("NO one did.", (1,)))),
    ],
)
def test_sentences_end_at_their_markers(text: str, expected: tuple[ParsedSentence, ...]) -> None:
    assert parse_answer(text, 120) == ParsedAnswer(refused=False, sentences=expected, complete=True)


@pytest.mark.parametrize("text", ["NOT_IN_SOURCES", " NOT_IN_SOURCES.", "**NOT_IN_SOURCES**", '{"refused": true}'])
def test_a_refusal(text: str) -> None:
    assert parse_answer(text, 5) == ParsedAnswer(refused=True, sentences=(), complete=True)


@pytest.mark.parametrize(
    ("text", "count", "tail"),
    [
        ("Sold. [1] And then", 1, "And then"),
        ("Sold. [1] And then [", 1, "And then"),
        ("Sold. [1] And then [1", 1, "And then"),
        ("No marker at all.", 0, "No marker at all."),
        ("NOT_IN", 0, "NOT_IN"),
        ("", 0, ""),
        (" \n", 0, ""),
    ],
)
def test_what_is_cut_off_is_no_sentence(text: str, count: int, tail: str) -> None:
    answer = parse_answer(text, 5)
    assert (len(answer.sentences), answer.complete, answer.tail, answer.refused) == (count, False, tail, False)


def test_json_of_the_schema() -> None:
    text = '```json\n{"refused": false, "sentences": [{"text": "A b. [3]", "cites": [1, 1, 99]}, {"text": "C", "cites": [2]}]}'
    expected = sentences(("A b.", (1,)), ("C", (2,)))
    assert parse_answer(text, 5) == ParsedAnswer(refused=False, sentences=expected, complete=True)
    assert parse_answer(text[:-20], 5) == ParsedAnswer(refused=False, sentences=expected[:1], complete=False)
    assert not parse_answer('{"refused": false, "sentences": []}', 5).complete


def test_json_that_is_not_of_the_schema_means_nothing() -> None:
    for text in ("{", '{"sentences": [5, null, {"text": 1}, {"text": "A", "cites": "1"}]}', '{"sentences": {}}', "{}"):
        assert parse_answer(text, 5).sentences == ()


def gathered(events: list[Written]) -> tuple[list[ParsedSentence], str]:
    """The sentences, each held against the text that was shown of it, and the text after the last."""
    shown, done = "", []
    for event in events:
        if isinstance(event, WrittenText):
            shown += event.text
        elif isinstance(event, WrittenSentence):
            assert shown == event.sentence.text
            done.append(event.sentence)
            shown = ""
    return done, shown


def streamed(text: str, cuts: list[int]) -> tuple[AnswerStream, list[Written]]:
    stream, events = AnswerStream(20), []
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    for start, end in itertools.pairwise(edges):
        events += stream.feed(text[start:end])
    return stream, events + stream.finish()


pieces = st.sampled_from(
    [
        "Nobody knows",
        " ",
        ".",
        "[1]",
        "[2]",
        "[30]",
        "[1, 2]",
        "[",
        "]",
        "NOT_IN",
        "_SOURCES",
        "\n",
        "- ",
        "3.5",
        "。",
        '"',
        "{",
    ]
)
words = st.lists(pieces, max_size=25).map("".join)
answers = st.lists(st.tuples(st.text(max_size=20), st.lists(st.integers(-1, 30), max_size=3)), max_size=4).map(
    lambda items: json.dumps({"refused": False, "sentences": [{"text": t, "cites": c} for t, c in items]})
)


@given(text=words | answers | st.text(max_size=40), cuts=st.lists(st.integers(0, 150), max_size=20))
def test_the_cuts_of_the_stream_make_no_difference(text: str, cuts: list[int]) -> None:
    stream, events = streamed(text, cuts)
    assert stream.answer == parse_answer(text, 20)
    done, rest = gathered(events)
    answer = stream.answer
    if answer.refused:
        assert any(isinstance(event, WrittenRefusal) for event in events)
    else:
        assert tuple(done) == answer.sentences
        assert answer.tail.endswith(rest)


@given(text=words | st.text(max_size=40))
def test_no_number_is_invented(text: str) -> None:
    for sentence in parse_answer(text, 20).sentences:
        assert all(1 <= number <= 20 for number in sentence.numbers)
        assert len(set(sentence.numbers)) == len(sentence.numbers)
        assert "\n" not in sentence.text


def test_text_is_shown_while_it_is_written() -> None:
    stream = AnswerStream(5)
    shown = [stream.feed(piece) for piece in ("It w", "as ", "so", ". ", "[1", "]", " And")]
    assert shown == [
        [WrittenText("I"), WrittenText("t"), WrittenText(" w")],
        [WrittenText("a"), WrittenText("s")],
        [WrittenText(" s"), WrittenText("o")],
        [WrittenText(".")],
        [],
        [],
        [WrittenSentence(ParsedSentence("It was so.", (1,))), *map(WrittenText, "And")],
    ]


def test_a_refusal_is_never_shown_as_text() -> None:
    stream = AnswerStream(5)
    assert [stream.feed(piece) for piece in ("NOT", "_IN_", "SOURCES", " at all. [1]")] == [
        [],
        [],
        [WrittenRefusal()],
        [],
    ]


@pytest.mark.parametrize("n", [1, 9, 10, 11, 99, 100, 101, 119, 120, 999, 1000, 1234])
def test_numbers_are_those_that_exist(n: int) -> None:
    (rule,) = (line for line in answer_grammar(n).splitlines() if line.startswith("number ::="))
    pattern = re.compile(rule.removeprefix("number ::= ").replace('"', "").replace(" | ", "|").replace(" ", ""))
    assert [i for i in range(2 * n + 12) if pattern.fullmatch(str(i))] == list(range(1, n + 1))


def test_nothing_to_cite_is_no_grammar() -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        answer_grammar(0)
    with pytest.raises(ValueError, match="cannot be written"):
        answer_schema(0)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python runs the model")
    from askv4.llm.engine import Engine

    with Engine(tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf"), threads=1) as engine:
        yield engine


def check(text: str, n: int, most: int) -> ParsedAnswer:
    answer = parse_answer(text)
    assert answer.complete, text
    assert answer.tail == ""
    assert answer.refused or 1 <= len(answer.sentences) <= most
    for sentence in answer.sentences:
        assert sentence.numbers
        assert all(1 <= number <= n for number in sentence.numbers)
        assert not set(sentence.text) & set("[]\n\ufffd")
    return answer


@pytest.mark.parametrize(("n", "characters"), [(1, 4), (7, 10), (113, 6)])
def test_whatever_the_model_says_is_an_answer(engine: Engine, n: int, characters: int) -> None:
    grammar = answer_grammar(n, max_characters=characters)
    shapes = set()
    for seed in range(25):
        text = "".join(engine.stream(ASKED, grammar=grammar, temperature=1.5, seed=seed, max_tokens=2000))
        # How often the random weights end early differs between processors; that they vary at all does not.
        shapes.add(tuple(len(sentence.text) for sentence in check(text, n, 6).sentences))
    assert len(shapes) > 1


def test_one_sentence_and_no_more(engine: Engine) -> None:
    grammar = answer_grammar(3, max_sentences=1, max_characters=5, refusal="NONE")
    for seed in range(20):
        text = "".join(engine.stream(ASKED, grammar=grammar, temperature=1.5, seed=seed))
        assert len(check(text, 3, 1).sentences) == 1


def test_the_longest_sentence_has_a_bound(engine: Engine) -> None:
    # Each of the 400 may have a space before it; then come the end, and what closes a quotation.
    text = "".join(engine.stream(ASKED, grammar=answer_grammar(5, max_sentences=1), temperature=1.0, max_tokens=3000))
    assert all(len(sentence.text) <= 1 + 2 * 400 + 2 for sentence in check(text, 5, 1).sentences)


SAYINGS = [
    "NOT_IN_SOURCES",
    "It ran at 3.5 TB/s in the U.S. (see there), he said. [3][5] Nobody knows! [9]",
    "It was so [3]. \u201cYes.\u201d [1] [2]",
    "昇腾芯片用于推理。[1]下一句！[2]",
    "هل تم ذلك؟ [4] यह सच है। [5]",
    " Ça coûte 3\u202f000\u00a0€. [12]",
]


@pytest.mark.parametrize("saying", SAYINGS)
def test_the_grammar_allows_what_people_write(engine: Engine, saying: str) -> None:
    assert allowed(engine, saying)


@pytest.mark.parametrize(
    "saying",
    [
        "No marker.",
        "Too high. [13]",
        "Zero. [0]",
        "Four. [1][2][3][4]",
        "A line.\nAnother. [1]",
        "A bracket ［1］. [1]",
        "A bracket 【1】. [1]",
        ". [1]",
        "{}. [1]",
        "<think>. [1]",
        "Seven. [1]" * 7,
        "NOT_IN_SOURCES and more",
    ],
)
def test_the_grammar_forbids_what_cannot_be_read(engine: Engine, saying: str) -> None:
    assert not allowed(engine, saying)


def allowed(engine: Engine, text: str) -> bool:
    """Whether the grammar lets exactly this be said, byte by byte, and end there."""
    from askv4.llm.sampling import Sampler

    lib, vocabulary = engine._lib, engine._vocabulary
    sampler = Sampler(lib, vocabulary, grammar=answer_grammar(12), temperature=0.0, seed=0)
    try:
        for token in [*vocabulary.tokens(text, special=False), lib.llama_vocab_eos(vocabulary.handle)]:
            if not sampler._after_grammar(sampler._grammar, [token])[0]:
                return False
            lib.llama_sampler_accept(sampler._grammar, token)
        return True
    finally:
        sampler.close()


def test_what_terminals_obey_is_left_out() -> None:
    assert parse_answer("A \x1b]0;x\x07red\u202e. [1]").sentences == sentences(("A ]0;xred.", (1,)))
    assert parse_answer('{"sentences": [{"text": "A\\u001b[31m.", "cites": [1]}]}').sentences == sentences(
        ("A[31m.", (1,))
    )


def test_the_schema_gives_answers_too(engine: Engine) -> None:
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    schema = answer_schema(7, max_sentences=2)
    # The random model would take hundreds of letters for one text; the length is not what is tested here.
    schema["properties"]["sentences"]["items"]["properties"]["text"]["maxLength"] = 6
    grammar = json_schema_to_gbnf(json.dumps(schema))
    for seed in range(15):
        text = "".join(engine.stream(ASKED, grammar=grammar, temperature=1.0, seed=seed, max_tokens=3000))
        written = json.loads(text, strict=False)
        answer = parse_answer(text, 7)
        assert answer.refused == written["refused"]
        if not answer.refused:
            assert len(answer.sentences) <= len(written["sentences"]) <= 2
            assert all(sentence.numbers for sentence in answer.sentences)
