"""A sentence against what it cites: what must be caught, and what must not be accused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askv4.answer.write.grounding import problems

BRIDGE = "The Harbour Bridge opened on May 27, 1937, and is 2,737 metres long."
STUDY = "The study found no link between coffee and cancer."


def verdict(sentence: str, *cited: str, allowed: str = "") -> tuple[str, ...]:
    return problems(sentence, cited, allowed=allowed)


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("It took three months.", "It took 3 months."),
        ("It costs 799 dollars.", "The desktop costs $799."),
        ("It costs 799 US dollars.", "The desktop costs $799."),
        ("Some 1.5 million people came.", "1,500,000 people came."),
        ("Five per cent of them left.", "5 % of them left."),
        ("It opened on 27 May 1937.", BRIDGE),
        ("It opened in May 1937.", BRIDGE),
        ("It was signed on 3 May 2021.", "It was signed 2021-05-03."),
        ("2. Open the lid.", "First open the lid."),
        ("The United States imposed controls.", "The U.S. imposed controls."),
        ("The US imposed controls.", "The United States imposed controls."),
        ("Rowling wrote it.", "Joanne Rowling wrote it."),
        ("Joanne Rowling wrote it.", "Ms Rowling wrote it."),
        ("Beyonce sang.", "Beyoncé sang."),
        ("The Germans won.", "Germany won."),
        ("The museum's director is Maria Lopez.", "Lopez, Maria: director of the museum"),
        ("PlayStation3 was sold.", "The PlayStation 3 was sold."),
    ],
)
def test_the_same_in_other_words_is_supported(sentence: str, cited: str) -> None:
    assert verdict(sentence, cited) == ()


@pytest.mark.parametrize(
    ("sentence", "cited", "said"),
    [
        ("It took five months.", "It took 3 months.", "the number five months is not in the cited source"),
        ("It took 3 weeks.", "It took 3 months.", "“3 weeks”: the cited source says “3 months”"),
        ("It costs 799 euros.", "It costs $799.", "“799 euros”: the cited source says “$799”"),
        ("1.5 billion came.", "1.5 million came.", "the number 1.5 billion is not in the cited source"),
        ("About 67,000 came.", "56,551 people came.", "the number 67,000 is not in the cited source"),
        ("More than 57,000 came.", "56,551 people came.", "the number 57,000 is not in the cited source"),
        ("It opened on May 28, 1937.", BRIDGE, "the date May 28, 1937 is not in the cited source"),
        ("It opened in June 1937.", BRIDGE, "the date June 1937 is not in the cited source"),
        ("It opened in 1947.", BRIDGE, "the number 1947 is not in the cited source"),
        ("It was built by Maria Lopez.", BRIDGE, "the name Maria Lopez is not in the cited source"),
        ("Zhang opened the bridge.", BRIDGE, "the name Zhang is not in the cited source"),
    ],
)  # fmt: skip
def test_what_the_source_does_not_say_is_named(sentence: str, cited: str, said: str) -> None:
    assert said in verdict(sentence, cited)


def test_facts_that_changed_places_are_caught() -> None:
    source = "Revenue rose from 10 million euros in 2019 to 15 million euros in 2021."
    assert verdict(source, source) == ()
    assert verdict("Revenue rose from 15 million euros in 2019 to 10 million euros in 2021.", source)
    source = "The film was directed by Maria Lopez and starred Peter Hansen in the main role."
    assert verdict(source, source) == ()
    assert verdict("The film was directed by Peter Hansen and starred Maria Lopez in the main role.", source)


def test_the_context_may_give_names_and_years_but_no_amounts() -> None:
    source = "It lasted for two weeks and hit the harbour."
    allowed = "Did the Lisbon storm of 1941 cost 5 million? Storms, Season 2"
    assert verdict("The Lisbon storm of 1941 lasted for two weeks.", source, allowed=allowed) == ()
    assert verdict("In Season 2 it lasted for two weeks.", source, allowed=allowed) == ()
    assert verdict("It lasted for two weeks and cost 5 million.", source, allowed=allowed) == (
        "the number 5 million is not in the cited source",
    )


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("Das Unternehmen zahlte drei Monate lang 5 % Zinsen.", "Drei Monate lang zahlte das Unternehmen fünf Prozent Zinsen."),
        ("Die Firma wurde am 3. Mai 2021 gegründet.", "Gegründet wurde die Firma am 3.5.2021."),
        ("L'entreprise a payé 90 euros.", "L'entreprise a payé quatre-vingt-dix euros."),
        ("La empresa tiene 32 empleados.", "La empresa tiene treinta y dos empleados."),
        ("花费了300万美元。", "The company paid $3 million."),
        ("会议于2021年5月3日举行，历时三个月。", "会议历时3个月，于2021年5月3日开始举行。"),
        ("Компания заплатила 90 евро.", "The company paid 90 euros."),
    ],
)  # fmt: skip
def test_other_languages_are_supported(sentence: str, cited: str) -> None:
    assert verdict(sentence, cited) == ()


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("Das Unternehmen zahlte vier Monate lang Zinsen.", "Drei Monate lang zahlte das Unternehmen Zinsen."),
        ("Компания заплатила 80 евро.", "The company paid 90 euros."),
        ("花费了500万美元。", "The company paid $3 million."),
    ],
)  # fmt: skip
def test_other_languages_are_caught(sentence: str, cited: str) -> None:
    assert verdict(sentence, cited)


def test_nothing_cited_supports_nothing() -> None:
    assert verdict("It is so.") == ("it cites nothing",)
    assert verdict("It is so.", "  ") == ("it cites nothing",)


def test_citation_markers_are_no_numbers() -> None:
    assert verdict("The study found no link between coffee and cancer [7] [12].", STUDY) == ()


WORDS = st.sampled_from(
    """the a of in not no never may was did Ada Lovelace Graz V8 12 3,500 1.5 million three $5 % May 1999 rose fell more less win won
    without because but , . ; “ ” ( ) whether reportedly un impossible 二 月 не Straße l'eau U.S. 3/4/2020 2nd XIV half""".split()
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=25).map(" ".join))
def test_a_sentence_supports_itself(sentence: str) -> None:
    assert verdict(sentence, sentence) == ()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3), st.text(max_size=40))
def test_any_text_gets_a_verdict(sentence: str, cited: list[str], allowed: str) -> None:
    assert all(message.strip() for message in verdict(sentence, *cited, allowed=allowed))


CLAUSES = "The buyer may cancel the order within ten days after the call; the seller must pay the postage of the parcel at once."
SIBLINGS = (
    "The plant also used its mills for part of K7-Lite milling, and did not say whether K7 itself was milled there."
)


@pytest.mark.parametrize(
    ("sentence", "cited", "said"),
    [
        ("The buyer must pay the postage of the parcel at once.", CLAUSES, "“buyer” stands where the cited source has “seller”"),
        ("Plan B saved the city more money than plan A.", "Plan A saved the city more money than plan B.", "“B” stands where the cited source has “A”"),
        ("The plant used its mills for part of K7 milling.", SIBLINGS, "“K7” stands where the cited source has “K7-Lite”"),
    ],
)  # fmt: skip
def test_what_is_said_of_another_is_told(sentence: str, cited: str, said: str) -> None:
    assert said in verdict(sentence, cited)


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("The seller must pay the postage of the parcel at once.", CLAUSES),
        ("The buyer may cancel the order within ten days after the call.", CLAUSES),
        ("The plant used its mills for part of K7-Lite milling.", SIBLINGS),
        ("The K7 took off at once from the field.", "The Kestrel K7 took off at once from the field."),
        ("The buyer must pay at once.", "The buyer must sign at once, and the seller must pay at once; the buyer must pay at once, too."),
    ],
)  # fmt: skip
def test_what_is_said_of_the_same_is_not_accused(sentence: str, cited: str) -> None:
    assert verdict(sentence, cited) == ()
