"""What holds for every document, whatever stands in it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askv4.errors import DocumentError
from askv4.records import embedded_text
from askv4.text.loaders import load
from askv4.text.passages import split_passages
from askv4.text.sentences import split_sentences
from askv4.types import ParsedText, Span

FRAGMENTS = st.sampled_from(
    ["# ", "## ", "- ", "1. ", "> ", "| a | b |\n|---|---|\n", "```\n", "~~~", "---\n", "===\n", "    ", "\t", "<!-- ", " -->",
     "<p>", "</p>", "[a]: http://b\n", "**", "`", "  \n", "\r\n", "\r", "\n\n", "\f", "\0", "The U.S. has it. ", "It cost $799. ",
     "What?! ", "end.Next ", "“Yes.” ", "«Non. » ", "… ", "e.g. ", "今天很好。我们去", "Dr. X. Y. Z said ", "https://a.b/c.d? ",
     "It goes on and on and on and never comes to an end, they say; and so ", "Title line", "👩‍👩‍👧", "e\u0301", "\ufffd", "x" * 130]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS | st.text(max_size=12), max_size=40).map("".join)
NAMES = st.sampled_from(["a.md", "a.txt"])


def count_words(texts: list[str]) -> list[int]:
    """A counter that is quick and hard on the packer: a token for each word and for each character beyond ASCII."""
    return [len(text.split()) + sum(ord(char) > 127 for char in text) for text in texts]


def parse(text: str, name: str) -> ParsedText | None:
    try:
        return load(text.encode("utf-8", "surrogatepass"), name)
    except DocumentError:
        return None


def visible(text: str, spans: list[Span]) -> str:
    return "".join("".join(text[span.start : span.end].split()) for span in spans)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, NAMES)
def test_blocks_lie_in_order_within_the_text_that_is_the_file(text, name):
    parsed = parse(text, name)
    if parsed is None:
        return
    assert parsed.text.encode() == text.encode("utf-8", "replace") or parsed.encoding != "utf-8" or parsed.notes
    end = 0
    for block in parsed.blocks:
        assert end <= block.start < block.end <= len(parsed.text)
        assert parsed.text[block.start : block.end] == parsed.text[block.start : block.end].strip()
        assert (block.role == "heading") == (block.level > 0)
        end = block.end


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, NAMES)
def test_sentences_cover_the_blocks_exactly(text, name):
    parsed = parse(text, name)
    if parsed is None:
        return
    spans = split_sentences(parsed.text, parsed.blocks)
    assert spans == sorted(spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    bodies = [block for block in parsed.blocks if block.role != "heading"]
    for span in spans:
        quote = span.of(parsed.text)
        assert quote
        assert quote == quote.strip()
        assert any(block.start <= span.start < span.end <= block.end for block in bodies)
    assert visible(parsed.text, spans) == visible(parsed.text, [Span(block.start, block.end) for block in bodies])


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, NAMES, st.integers(8, 40), st.integers(0, 40))
def test_passages_hold_each_sentence_once_and_keep_the_limit(text, name, target, more):
    parsed = parse(text, name)
    if parsed is None:
        return
    limit = target + more
    passages = split_passages(parsed, count_words, target=target, limit=limit)
    assert passages
    end = 0
    for one in passages:
        assert end <= one.start == one.sentences[0].start
        assert one.end == one.sentences[-1].end <= len(parsed.text)
        assert list(one.sentences) == sorted(one.sentences)
        whole = parsed.text[one.start : one.end]
        assert count_words([embedded_text(one.heading, whole)])[0] <= limit
        end = one.end
    held = [span for one in passages for span in one.sentences]
    quotable = split_sentences(parsed.text, parsed.blocks)
    headings = {(block.start, block.end) for block in parsed.blocks if block.role == "heading"}
    bodies = [span for span in held if not any(start <= span.start < stop for start, stop in headings)]
    assert visible(parsed.text, bodies) == visible(parsed.text, quotable)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), NAMES)
def test_any_bytes_are_read_or_refused_by_name(data, name):
    try:
        parsed = load(data, name)
    except DocumentError as error:
        refusal = error
    else:
        refusal = None
    if refusal is not None:
        assert refusal.remedy
        return
    parsed.text.encode("utf-8")
    split_passages(parsed, count_words)


FRAMES = st.sampled_from(
    ["# {}\n", "## {} {}\n", "{} {}\n===\n", "{}\n{}\n---\n", "- {}\n", "- {}\n  {}\n", "  - {} {}\n", "12. {}\n", "> {}\n> {}\n", ">> {}\n",
     "| {} | {} |\n|---|---|\n| {} | {} |\n", "```\n{}\n\n{}\n```\n", "    {}\n", "{} {}.\n", "{}  \n{}\n", "\t{}\n", "<p>{}</p>\n",
     "<b>{}</b> {}\n", "**{}** [{}](http://b)\n", "- [ ] {}\n", "{}: {}\n", "\n", "\n\n", "***\n", "[{}]: {} {}\n", "* * *\n{}\n", "{}\\\n{}\n"]
)  # fmt: skip


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAMES, min_size=1, max_size=15), NAMES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_word_is_lost_or_read_twice(frames, name, newline):
    count = 0
    parts = []
    for frame in frames:
        slots = frame.count("{}")
        parts.append(frame.format(*(f"word{count + slot}x" for slot in range(slots))))
        count += slots
    parsed = parse("".join(parts).replace("\n", newline), name)
    if parsed is None:
        assert count == 0
        return
    inside = " ".join(parsed.text[block.start : block.end] for block in parsed.blocks)
    assert [inside.count(f"word{number}x") for number in range(count)] == [1] * count
