"""A question becomes ranked passages: BM25 over the words and cosine over the vectors, fused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from askv4.language.short_forms import in_question
from askv4.retrieve.fusion import DENSE_WEIGHT, UNREAD_WEIGHT, in_context, mean_scores, standardised
from askv4.retrieve.query import fts_query
from askv4.retrieve.spelling import Mended, mend
from askv4.types import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from askv4.neural.encoder import Encoder
    from askv4.records import Scope
    from askv4.store.catalog import Catalog
    from askv4.store.vectors import VectorStore

POOL = 100
"""How many passages each route proposes."""


class Retriever:
    """Hybrid retrieval over one index. Reads only; safe to keep for as long as the index is open."""

    def __init__(self, catalog: Catalog, vectors: VectorStore, encoder: Encoder, within: Scope | None = None) -> None:
        """`within` is a part of the corpus: passages of other documents are not found."""
        self.within = within
        self._catalog = catalog
        self._vectors = vectors
        self._encoder = encoder

    @property
    def encoder_identity(self) -> str:
        """Of the encoder that the passages' cosines are by."""
        return self._encoder.identity

    def mend(self, question: str) -> Mended:
        """The question with the words that no document has replaced by those that were probably meant."""
        return mend(question, self._catalog, self._encoder.count_tokens)

    def search(self, question: str, k: int = 10, also: Sequence[str] = ()) -> list[Hit]:
        """The `k` best passages for `question`, best first; fewer when the corpus is smaller, none when it is empty.

        `also` holds other wordings of the same question, such as a follow-up with what came before it: a passage's
        score is its mean over all wordings; `cosine` and `bm25` of a hit are those of `question` itself.
        """
        said = " ".join([question, *also])
        bm25, cosine = self._routes(question)
        ranked = mean_scores([self._fused(question, bm25, cosine), *(self._fused(w, *self._routes(w)) for w in also)])
        ranked = ranked[: max(k, 0)]
        stored = self._catalog.passages([passage for passage, _ in ranked])
        # A sync in another process may have removed some just now.
        ranked = [(passage, score) for passage, score in ranked if passage in stored]
        return [
            Hit(
                rank=rank, score=score, passage_id=passage, document=(row := stored[passage]).document,
                start=row.start, end=row.end, line=row.line, page=row.page, heading=row.heading,
                text=row.text, sentences=row.sentences, cosine=cosine.get(passage), bm25=bm25.get(passage),
                short_forms=in_question(said, row.short_forms),
            )
            for rank, (passage, score) in enumerate(ranked, start=1)
        ]  # fmt: skip

    def _fused(self, wording: str, bm25: dict[int, float], cosine: dict[int, float]) -> list[tuple[int, float]]:
        """Both routes as one; the less of the wording the encoder can read, the less its vector counts."""
        known = self._encoder.known_share(wording)
        beside = {near for passage in cosine for near in (passage - 1, passage, passage + 1)}
        cosine = in_context(cosine, self._catalog.documents_of(beside))
        return standardised(cosine, bm25, known * DENSE_WEIGHT + (1 - known) * UNREAD_WEIGHT)

    def _routes(self, question: str) -> tuple[dict[int, float], dict[int, float]]:
        """(BM25, cosine) by passage id."""
        query = fts_query(question, [short for short, _ in in_question(question)])
        bm25 = dict(self._catalog.match(query, POOL, self.within)) if query else {}
        return bm25, self._dense(question, bm25)

    def _dense(self, question: str, also: Iterable[int]) -> dict[int, float]:
        """Passage id -> cosine, for the nearest passages and for those in `also` (so that fusion compares like with like)."""
        vector = self._encoder.encode_queries([question])[0]
        if self.within is not None:
            return self._dense_within(self.within, vector, also)
        nearest = dict(self._vectors.query(vector, POOL))
        ids = self._catalog.passages_by_key(list(nearest))
        cosine = {passage: nearest[key] for key, passages in ids.items() for passage in passages}
        keys = self._catalog.keys_of([passage for passage in also if passage not in cosine])
        held = self._vectors.get(list(set(keys.values())))
        cosine.update({p: float(np.dot(held[key], vector)) for p, key in keys.items() if key in held})
        return cosine

    def _dense_within(self, within: Scope, vector: NDArray[np.float32], also: Iterable[int]) -> dict[int, float]:
        """The same for a part: all its passages are compared, since the nearest of the corpus may lie elsewhere."""
        keys = self._catalog.ids_within(within)
        held = self._vectors.get(list(set(keys.values())))
        cosine = {passage: float(np.dot(held[key], vector)) for passage, key in keys.items() if key in held}
        wanted = {*sorted(cosine, key=lambda passage: -cosine[passage])[:POOL], *also}
        return {passage: cosine[passage] for passage in wanted if passage in cosine}
