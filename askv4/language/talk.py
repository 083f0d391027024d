"""What people say in a conversation, in English."""

from __future__ import annotations

POINTING_AT_PEOPLE = "he|his|him|she|her|hers"
MEANING_THE_OTHER = "the other(?: one)?|the first one|the former|the previous one"
"""What stands for something that was spoken of before the last."""
COURTESIES = frozenset(
    (
        "thanks thank thx ok okay great good nice cool perfect fine wow interesting helpful hello hi hey please sorry cheers right sure "
        "understood clear know see awesome yes no yeah"
    ).split()
)
"""Turns of these and function words ask and tell nothing."""
POINTING_AT_SOURCES = "the|this|that|these|those|my|our|your"
SAYING = "say|state|report|claim|mention|tell(?: us| me)?|write|conclude|recommend|think"
ACCORDING_TO = "according to|as per|in the words of"
"""What asks a source by its name."""
