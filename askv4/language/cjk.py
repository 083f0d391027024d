"""Chinese, Japanese and Korean text, whose words no space or sign sets apart: searched by pairs of characters.

A run of such characters counts as its overlapping pairs: 半导体 is 半导 and 导体. Against BM25 over trigrams, single
characters, and mixtures of them, pairs won on both Chinese development sets (docs/ablations-retrieval.md); a trigram index
also knows no word of two characters, and those are the most frequent.

The full-text index gets each run's last character as well (`for_index`). So every character begins a term: one alone is
found by prefix, and a run of any length is found as a phrase of its pairs.
"""

from __future__ import annotations

import re
import unicodedata

from askv4.language.patterns import Pattern

CHARACTERS = (
    "\u1100-\u11ff\u3005\u3007\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe\u3105-\u312f\u3131-\u318e\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
"""For use in a class of a regular expression: Han, kana, bopomofo, Hangul."""
_RUN = Pattern(f"[{CHARACTERS}]+")
_KANA = Pattern("[\u3041-\u3096\u30a1-\u30fa]")
_HANGUL = Pattern("[\uac00-\ud7a3]")

# How a question is asked, not about what; as the English stop words in `words`.
_CHINESE_ASKING = Pattern(
    "是?(?:什[么麼]时候|什麼時候|[为為][什甚][么麼]|[什甚][么麼]样?|[为為]何|[怎][么麼][样樣]?|怎[样樣]|如何|何[时時]|何地|何人|何[处處]|"
    "哪[一]?[个個些里裡裏儿兒种種位年家国國座部次]|哪(?!吒)|[谁誰]|多少|多久|多[长長]|多大|多[远遠]|多高|[几幾](?=[个個年次种種位月号號岁歲])|"
    "[吗嗎呢](?=[?？。\\s]|$))|[请請][问問]|是否|是不是|有[没沒]有"
)
_JAPANESE_ASKING = Pattern(
    "何(?=[年月日時人個回歳番度をがはにでとも]|です|か)|どのように|どのような|どのくらい|どれくらい|どうして|どうやって|どんな|どの|どれ|どこ|"
    "どう(?=[しすやでか])|いつ(?!も)|いくつ|いくら|なぜ|誰|だれ(?=[がはのをにか])|(?:でしょう|です|ます|ました)か(?=[?？。\\s]|$)|ください"
)
_KOREAN_ASKING = Pattern(
    r"\b(?:무엇|무슨|누구|누가|언제|어디|어느|어떤|어떻게|얼마나|얼마|왜\b|몇)(?:인가요?|입니까|이?었?나요|을|를|이|은|는|에서|에)?|"
    r"(?:인가요?|입니까|습니까|나요|까요)(?=[?？.\s]|$)"
)


def is_cjk(text: str) -> bool:
    """Whether `text` holds a character that is searched by pairs."""
    return not text.isascii() and _RUN.search(text) is not None


def pairs(run: str) -> list[str]:
    """The overlapping pairs of a run of characters; a single one by itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def for_index(text: str) -> str:
    """`text` as the full-text index takes it: one form of each character (NFKC), runs as pairs and a last character."""
    return text if text.isascii() else _RUN.sub(_paired_with_last, unicodedata.normalize("NFKC", text))


def for_terms(text: str) -> str:
    """`text` with each run as the terms that a question searches for."""
    return text if text.isascii() else _RUN.sub(_paired, unicodedata.normalize("NFKC", text))


def split_runs(word: str) -> list[str]:
    """A word as its runs of such characters, each as pairs, and what stands between them."""
    parts: list[str] = []
    end = 0
    for match in _RUN.finditer(word):
        parts += [*filter(None, [word[end : match.start()]]), *pairs(match[0])]
        end = match.end()
    return [*parts, *filter(None, [word[end:]])]


def without_asking(text: str) -> str:
    """`text` with spaces for the words that only ask: 什么, いつ, 누구."""
    if not is_cjk(text):
        return text
    if _KANA.search(text):
        return _JAPANESE_ASKING.sub(" ", text)
    return (_KOREAN_ASKING if _HANGUL.search(text) else _CHINESE_ASKING).sub(" ", text)


def _paired(match: re.Match[str]) -> str:
    return f" {' '.join(pairs(match[0]))} "


def _paired_with_last(match: re.Match[str]) -> str:
    run = match[0]
    return f" {' '.join(pairs(run))} {run[-1]} " if len(run) > 1 else f" {run} "
