"""Documents in German, French, Spanish, Italian and Portuguese, asked in their own language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DOCUMENTS = {
    "satzung.txt": "Satzung des Ruderclubs\n\nDer Jahresbeitrag beträgt für Jugendliche 90 Euro.\n\nDen Schlüssel zum Bootshaus verwaltet Frau "
    "Petersen. Bei Verlust sind 25 Euro zu ersetzen.\n",
    "camping.txt": "Règlement du camping\n\nUne nuit sous tente coûte 14 euros par personne.\n\nEn cas d'incendie, prévenez l'accueil et "
    "rejoignez le point de rassemblement près du lac.\n",
    "biblioteca.txt": "Normas de la biblioteca\n\nEl préstamo de libros dura tres semanas.\n\nPor cada día de retraso se cobran veinte céntimos.\n",
    "palestra.txt": "Regolamento della palestra\n\nL'abbonamento annuale costa 420 euro.\n\nChi perde la chiave paga 10 euro.\n",
    "condominio.txt": "Regulamento do condomínio\n\nA quota mensal é de 60 euros.\n\nO lixo recolhe-se às terças-feiras à noite.\n",
}
ANSWERED = {
    "Wer hat den Schlüssel zum Bootshaus?": "Petersen",
    "Wie hoch ist der Jahresbeitrag für Jugendliche?": "90 Euro",
    "Combien coûte une nuit sous tente ?": "14 euros",
    "Que faut-il faire en cas d'incendie ?": "prévenez l'accueil",
    "¿Cuánto se paga por cada día de retraso?": "veinte céntimos",
    "Quanto paga chi perde la chiave?": "10 euro",
    "Quando se recolhe o lixo?": "terças-feiras",
}
REFUSED = (
    "Was kostet ein neues Ruderboot?", "Quel est le mot de passe du wifi ?", "¿Cuánto cuesta una fotocopia?", "Quanto costa il parcheggio?",
    "Quanto custa um lugar de garagem?",
)  # fmt: skip


@pytest.fixture
def program(tmp_path: Path, make_program: Any, data_dir: Path) -> Any:
    """A user with these documents in ./corpus."""
    (tmp_path / "corpus").mkdir()
    for name, text in DOCUMENTS.items():
        (tmp_path / "corpus" / name).write_text(text, "utf-8")
    return make_program(tmp_path, tmp_path, ASKV4_DATA_DIR=str(data_dir))


def test_what_they_say_is_quoted_and_what_they_do_not_say_is_not_answered(program: Any) -> None:
    batch = "\n".join([*ANSWERED, *REFUSED]).encode()
    asked = program("ask", "--mode", "extractive", "--batch", "-", stdin=batch)
    answers = {answer["question"]: answer for answer in map(json.loads, asked.out.splitlines())}
    for question, words in ANSWERED.items():
        assert answers[question]["status"] == "answered", question
        assert words in answers[question]["citations"][0]["quote"]
    assert all(answers[question]["status"] != "answered" for question in REFUSED)
    assert "instead of" not in asked.out  # no word of theirs is taken for a mistake


def test_a_long_word_with_a_mistake_is_mended(program: Any) -> None:
    run = program("ask", "--json", "--mode", "extractive", "Wie hoch ist der Jahresbeitrg für Jugendliche?")
    answer = json.loads(run.out)
    assert "90 Euro" in answer["citations"][0]["quote"]
    assert "searched for “Jahresbeitrag” instead of “Jahresbeitrg”" in answer["note"]
