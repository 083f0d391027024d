from collections.abc import Iterable

import pytest

from askv4.neural.encoder import Encoder
from askv4.records import FileRecord, FileState, NewDocument, NewPassage, content_key
from askv4.retrieve.spelling import Mended, mend
from askv4.store.catalog import Catalog
from askv4.store.writer import CatalogWriter
from askv4.types import Span

TEXTS = (
    "Septicaemia was treated by the Huguenots of Canterbury with manufacturing methods. Parrots eat seeds with Achard.",
    "An open source database of the thermodynamic properties, and the ferry to Gozo. Parrots again.",
    "The startup keeps a start-up's e-mail on a website; to set up a login takes a day. It is land of the well-to-do.",
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    catalogue = Catalog(tmp_path_factory.mktemp("words") / "catalog.sqlite3")
    writer = CatalogWriter(catalogue)
    for number, text in enumerate(TEXTS):
        passage = NewPassage(0, len(text), None, text, (Span(0, len(text)),), 1, None, content_key(text), "")
        writer.store(
            NewDocument(
                record=FileRecord(f"{number}.txt", FileState(len(text), 1, 1), b"hash", "recipe", settled=True),
                title="t", kind=None, context=None, date=None, text=text, encoding="utf-8", notes=(), has_lines=True,
                pages=(), passages=(passage,),
            )
        )  # fmt: skip
    return catalogue


@pytest.mark.parametrize(
    ("wrote", "meant"),
    [
        ("What is septicemia?", "What is septicaemia?"),
        ("who were the Hugeunots", "who were the Huguenots"),
        ("WHO WERE THE HUGENOTS", "WHO WERE THE HUGUENOTS"),
        ("themodynamik properties", "thermodynamic properties"),
        ("an opensource databse", "an open source database"),
        ("manufactruing", "manufacturing"),
        ("what parrots aet", "what parrots aet"),
        ("an oepn source", "an open source"),
        ("the web site of DeepSeek", "the website of DeepSeek"),
        ("where is the web-site", "where is the website"),
        ("how long does the setup take", "how long does the set up take"),
    ],
)
def test_a_word_that_nobody_knows_becomes_the_nearest_of_the_documents(
    catalog: Catalog, encoder: Encoder, wrote: str, meant: str
) -> None:
    assert mend(wrote, catalog, encoder.count_tokens).question == meant


@pytest.mark.parametrize(
    "question",
    [
        "what do carrots cost",  # a word, though no document has it
        "is it about Zyx or Goza?",  # too short to tell
        "the X9000 and 950PR",
        "parrot and parrots",  # another form of a word that is there
        "Kubernetes",
        "what is Achard eating",
        "昇腾芯片的价格",
        "startups, start-ups and start ups",  # written both ways
        "email and e-mail",  # a hyphen is also read as one word
        "islands",  # "is land" is no way to write it
        "what is a log in a fire",
        "",
    ],
)
def test_everything_else_stays(catalog: Catalog, encoder: Encoder, question: str) -> None:
    assert mend(question, catalog, encoder.count_tokens) == Mended(question)


def test_the_reader_is_told(catalog: Catalog, encoder: Encoder) -> None:
    note = mend("septicemia?", catalog, encoder.count_tokens).note
    assert note == "searched for “septicaemia” instead of “septicemia”, which no document has"
    assert mend("parrots?", catalog, encoder.count_tokens).note is None


def test_a_run_of_letters_that_no_word_has_is_not_looked_up() -> None:
    """Each way to part it would be a search: a hundred thousand letters took minutes."""

    class Unasked:
        def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
            raise AssertionError(f"{len(list(terms))} terms were looked up")

        terms_beginning = texts_with = document_frequency

    assert mend("x" * 100_000, Unasked(), lambda texts: [9] * len(texts)).changes == ()
