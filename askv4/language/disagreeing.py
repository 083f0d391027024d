"""How a question asks where documents disagree, in English."""

from __future__ import annotations

DISAGREEING = (
    r"disagree(?:ing)?|contradict(?:s|ing|ory)?|differ(?:s|ing)?|conflict(?:s|ing)?|diverge|clash|at odds|in conflict|inconsistent|"
    r"in disagreement|in contradiction|not agree|say different things|tell different stories"
)
"""What documents do that say different things."""
CONTRADICTIONS = (
    "contradictions?|discrepanc(?:y|ies)|inconsistenc(?:y|ies)|"
    "(?:contradicting|contradictory|conflicting) (?:claims|statements|facts|passages|information)"
)
"""What documents have where they say different things,"""
DISAGREEMENTS = "disagreements?|conflicts?"
"""and what people and countries have, too."""
