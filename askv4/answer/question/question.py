"""One question, analysed once: every later step reads it, and none looks at its letters again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from askv4.answer.question.follow_up import (
    in_last_form,
    is_courtesy,
    lacking,
    points_back,
    says_enough,
    says_something,
    second_wording,
)
from askv4.answer.question.in_documents import without_documents
from askv4.answer.question.parts import Piece, split
from askv4.language.en import AUXILIARIES, FILLERS, POLITE_OPENINGS, STOP_WORDS
from askv4.language.guess import foreign_language, stop_words
from askv4.language.moments import moments
from askv4.language.patterns import Pattern
from askv4.language.tokens import Token, fold, plain, stem, tokenize
from askv4.language.words import content_words, is_plural, words
from askv4.types import Turn

_YES_NO = Pattern(rf"^\W*(?:(?:{FILLERS})\W+)*(?:{AUXILIARIES}|am|shall)(?:n['’]t)?\b(?! {POLITE_OPENINGS}\b)", re.I)
_OF_A_SORT = Pattern(
    rf"^\W*(?:(?:{FILLERS})\W+)*(?:which|what)\s+(?P<first>[\w-]+)"
    rf"(?P<last>(?:\s+(?!(?:{AUXILIARIES})\b)[\w-]+){{1,3}}(?=\s+(?:{AUXILIARIES})\b))?",
    re.I,
)
_MEANING = Pattern(
    r"^\W*(?:\w+\W+){0,2}?what(?:['’]s|\s+(?:do|does|did|is|are))\b.+?\b(?P<said>means?|stands? for|meant by|meaning of)\b"
    r"(?=\W*$|\s+(?:when|if|on|in|by|here|the|an?)\b)|\b(?P<noun>meaning)\W*$",
    re.I,
)
_CHOICE = Pattern(r"\bor\b", re.I)
_WORD = Pattern(r"[^\W_]+")
_IDENTIFIER = Pattern(r"(?<![\w.-])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9]{2,}(?![\w])")
"""A capital and a digit in one word."""


@dataclass(frozen=True)
class Question:
    """A question in its conversation. What is not asked of it is never computed."""

    text: str
    """As it came in, line breaks included."""
    history: tuple[Turn, ...] = ()
    """The turns before it, oldest first."""
    understood: str | None = None
    """What it is taken to mean, where another reading of the conversation than the usual one is tried."""

    @cached_property
    def asked(self) -> str:
        """The user's words on one line."""
        return " ".join(self.text.split())

    @cached_property
    def standalone(self) -> str:
        """The question as it is meant after its history; what it lacks follows in brackets."""
        if self.understood is not None:
            return self.understood
        carried = lacking(self.asked, self.history)
        return f"{self.asked} ({carried})" if carried else self.asked

    @property
    def resolved(self) -> str | None:
        """`standalone` where something of the conversation went into it."""
        return self.standalone if self.standalone != self.asked else None

    @property
    def is_courtesy(self) -> bool:
        """Whether it asks nothing: "Thanks!"."""
        return is_courtesy(self.asked)

    @property
    def other_readings(self) -> tuple[Question, ...]:
        """What a follow-up may mean, too: just what it says, where that is enough, or the last question, asked of something else."""
        if not self.resolved:
            return ()
        form = in_last_form(self.asked, self.history)
        texts = (form, self.asked if says_enough(self.asked) else None)
        return tuple(replace(self, understood=text) for text in texts if text)

    @property
    def on_subject(self) -> str | None:
        """The words about the subject alone, where others speak of the documents: "which firms are named in the sources?"."""
        plain = without_documents(self.asked)
        return plain if plain and any(word not in STOP_WORDS for word in words(plain)) else None

    @property
    def last_reading(self) -> Question | None:
        """Just what a follow-up says, where that is little: for when it means nothing else."""
        little = self.resolved and says_something(self.asked) and not says_enough(self.asked)
        return replace(self, understood=self.asked) if little else None

    @cached_property
    def own_stems(self) -> frozenset[str]:
        """Stems of what a follow-up asks in the form of the last question: an answer speaks of it."""
        new = self.understood is not None and self.understood == in_last_form(self.asked, self.history)
        own = (word for word in words(self.asked) if word not in STOP_WORDS and not points_back(word))
        return frozenset(stem(fold(word)) for word in own) if new else frozenset()

    @cached_property
    def wordings(self) -> tuple[str, ...]:
        """Further wordings to search with beside `asked`; empty without history."""
        if not self.history:
            return ()
        wordings = (second_wording(self.asked, self.history), self.standalone)
        return wordings if self.resolved else wordings[:1]

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The questions that `text` asks, in order."""
        return split(self.text)

    @cached_property
    def language(self) -> str | None:
        """The language that it is asked in, where that is told and not English."""
        return foreign_language(self.asked)

    @cached_property
    def is_yes_no(self) -> bool:
        """Whether it asks for yes or no."""
        return _YES_NO.match(self.standalone) is not None

    @cached_property
    def is_choice(self) -> bool:
        """Whether it offers alternatives: "red or blue"."""
        return _CHOICE.search(self.standalone) is not None

    @cached_property
    def wants_several(self) -> bool:
        """Whether it asks which things of a sort there are, "which chips does it sell": other things are no other answer."""
        match = _OF_A_SORT.match(self.standalone)
        return match is not None and any(is_plural(words(of)[-1]) for of in match.groups("") if words(of))

    def part(self, text: str) -> Question:
        """A question out of this longer text: what stands before it there is its conversation."""
        setting = self.asked.partition(text)[0].strip() or self.asked
        return Question(text, (*self.history, Turn(setting, "")))

    def answered_by(self, answer: str) -> str:
        """Question and answer as one statement for the verifier: "Is it open? Yes."."""
        return f"{self.standalone.rstrip(' ?.!')}? {answer}."

    @cached_property
    def content_words(self) -> tuple[str, ...]:
        """The distinct words that say what it is about, in order."""
        return tuple(content_words(self.standalone, stop_words(self.asked) | self.framing))

    @cached_property
    def framing(self) -> frozenset[str]:
        """Words, in small letters, by which it only asks what something means: no text needs to have them."""
        match = _MEANING.search(self.standalone)
        return frozenset(words(match["said"] or match["noun"])) if match else frozenset()

    @cached_property
    def word_places(self) -> tuple[tuple[int, int, str], ...]:
        """(start, end, word in small letters) for each word of `standalone`."""
        return tuple((*match.span(), match.group().lower()) for match in _WORD.finditer(self.standalone))

    @cached_property
    def names(self) -> frozenset[str]:
        """Its words, in small letters, that name something: with a digit, or a capital that their place does not explain.

        None in a question that is all capitals; in German a word's first one says nothing.
        """
        if self.standalone.isupper():
            return frozenset()
        nouns = self.language == "de"
        return frozenset(
            word
            for place, (start, end, word) in enumerate(self.word_places)
            if any(c.isdigit() for c in word)
            or any(c.isupper() for c in self.standalone[start + (place == 0 or nouns) : end])
        )

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Names of letters and digits ("X-9000"), squeezed."""
        return frozenset(squeezed(match.group()) for match in _IDENTIFIER.finditer(self.standalone))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of all its words."""
        return frozenset(stem(fold(word)) for word in words(self.standalone))

    @cached_property
    def content_stems(self) -> frozenset[str]:
        """Stems of its words without the function words."""
        return frozenset(stem(fold(word)) for word in words(self.standalone) if word not in STOP_WORDS)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its tokens, as sentences of documents are compared by."""
        return tokenize(plain(self.standalone))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years that it names."""
        return frozenset(year for moment in moments(plain(self.standalone)) for year in moment.years or ())


def squeezed(text: str) -> str:
    """Letters and digits only, in small letters: "X-9000", "X 9000" and "x9000" are one name."""
    return re.sub(r"[\W_]+", "", text.lower())
