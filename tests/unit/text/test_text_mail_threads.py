"""Mails that quote earlier ones: who wrote what, and when."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from askv4.text.loaders import load
from askv4.types import ParsedText


def mail(text: str, subtype: str = "plain") -> ParsedText:
    """A mail with a body, as it is read."""
    message = EmailMessage()
    message["From"] = "Ina Berg <ina@quay.example>"
    message["To"] = "Olav Lie <olav@yard.example>"
    message["Date"] = "Thu, 04 May 2023 09:32:49 +0200"
    message["Subject"] = "Re: Paint"
    message.set_content(text, subtype=subtype)
    return load(bytes(message), "paint.eml")


def spoken(parsed: ParsedText) -> list[tuple[str, str]]:
    """(heading, text) of what is no header line of the mail itself."""
    said, heading = [], ""
    for block in parsed.blocks:
        text = parsed.text[block.start : block.end]
        if block.role == "heading":
            heading = text
        elif heading:
            said.append((heading, text))
    return said


NEWEST = "Ina Berg <ina@quay.example>, Thu, 04 May 2023 09:32:49 +0200"
TOP = "Green it is.\n\nIna\n\n"
BODY = "The blue costs 40 crowns.\n"


@pytest.mark.parametrize(
    ("quoted", "told"),
    [
        ("On Tue, 2 May 2023 at 17:10, Olav Lie wrote:\n> ", "Olav Lie, Tue, 2 May 2023 at 17:10"),
        (
            "On Tue, May 2, 2023 at 5:10 PM Olav Lie <olav@yard.example>\nwrote:\n\n> ",
            "Olav Lie <olav@yard.example>, Tue, May 2, 2023 at 5:10 PM",
        ),
        ("Am 02.05.2023 um 17:10 schrieb Olav Lie:\n> ", "Olav Lie, 02.05.2023 um 17:10"),
        ("Le 2 mai 2023 à 17:10, Olav Lie a écrit :\n\n", "Olav Lie, 2 mai 2023 à 17:10"),
        (
            "-----Original Message-----\nFrom: Olav Lie\nSent: Tuesday, May 2, 2023 5:10 PM\nTo: Ina\nSubject: Paint\n\n",
            "Olav Lie, Tuesday, May 2, 2023 5:10 PM",
        ),
        (
            "Von: Olav Lie <o@y.example>\nGesendet: Dienstag, 2. Mai 2023 17:10\nAn: Ina\nBetreff: Farbe\n\n",
            "Olav Lie <o@y.example>, Dienstag, 2. Mai 2023 17:10",
        ),
        (
            "---------- Forwarded message ---------\nFrom: Olav Lie\nDate: 2 May 2023\nSubject: Paint\nTo: Ina\n\n",
            "Olav Lie, 2 May 2023",
        ),
    ],
)
def test_a_quoted_mail_stands_after_the_newest_under_its_sender_and_date(quoted: str, told: str) -> None:
    said = spoken(mail(TOP + quoted + BODY))
    assert said[:2] == [(NEWEST, "Green it is."), (NEWEST, "Ina")]
    earlier = f"Earlier mail: {told}"
    assert (earlier, BODY.strip()) in said
    assert {heading for heading, _ in said} == {NEWEST, earlier}
    sender, _, date = told.partition(", ")
    assert (earlier, f"From: {sender}") in said
    assert (earlier, f"Date: {date}") in said
    assert all("Original" not in text and "wrote" not in text for _, text in said)


def test_each_mail_of_a_thread_has_its_own_sender() -> None:
    thread = (
        f"{TOP}On Tue, 2 May 2023 at 17:10, Olav Lie wrote:\n> {BODY}>\n"
        ">> On Mon, 1 May 2023, Ina Berg wrote:\n>> What does the blue cost?\n"
    )
    headings = list(dict.fromkeys(heading for heading, _ in spoken(mail(thread))))
    assert headings == [
        NEWEST,
        "Earlier mail: Olav Lie, Tue, 2 May 2023 at 17:10",
        "Earlier mail: Ina Berg, Mon, 1 May 2023",
    ]


def test_an_answer_below_what_it_answers_comes_first() -> None:
    said = spoken(mail(f"On 2 May 2023 at 17:10, Olav Lie wrote:\n> {BODY}\nGreen it is.\n"))
    assert said[0] == (NEWEST, "Green it is.")


def test_answers_between_quoted_lines_keep_their_place() -> None:
    text = "Am 02.05.2023 um 17:10 schrieb Olav Lie:\n> Which colour?\nGreen.\n> When?\nOn Friday.\n"
    said = [text for _, text in spoken(mail(text)) if ": " not in text]
    assert said == ["Which colour?", "Green.", "When?", "On Friday."]


def test_quotations_in_html_are_told_by_how_programs_mark_them() -> None:
    said = spoken(
        mail(
            '<div>Green it is.</div><div class="gmail_quote"><div class="gmail_attr">On Tue, May 2, 2023 at 5:10 PM '
            "Olav Lie wrote:<br></div><blockquote><ul><li>The blue costs 40 crowns.</li></ul></blockquote></div>",
            "html",
        )
    )
    assert said[0] == (NEWEST, "Green it is.")
    assert ("Earlier mail: Olav Lie, Tue, May 2, 2023 at 5:10 PM", BODY.strip()) in said


def test_header_lines_in_one_paragraph_of_html_begin_a_quoted_mail() -> None:
    said = spoken(
        mail(
            "<p>Green it is.</p><p><b>Von:</b> Olav Lie<br><b>Gesendet:</b> 2. Mai 2023 17:10<br><b>An:</b> Ina<br>"
            "<b>Betreff:</b> Farbe</p><p>The blue costs 40 crowns.</p>",
            "html",
        )
    )
    assert ("Earlier mail: Olav Lie, 2. Mai 2023 17:10", "Subject: Farbe") in said
    assert said[-1] == ("Earlier mail: Olav Lie, 2. Mai 2023 17:10", BODY.strip())


@pytest.mark.parametrize(
    ("text", "subtype"),
    [
        ("This is what the poet wrote:\n\nThe quay is green.\n", "plain"),
        ("From: the quay\nTo: the yard\n\nwalk north.\n", "plain"),
        ("<p>News</p><blockquote>A saying that is set in.</blockquote><p>More</p>", "html"),
    ],
)
def test_what_only_looks_like_a_quotation_is_the_mail_itself(text: str, subtype: str) -> None:
    assert "Earlier mail" not in mail(text, subtype).text
