from askv4.neural.encoder import Encoder
from askv4.neural.scripts import LEAST_HAN_PIECES, LEAST_PIECES, known_scripts, known_share, readable

LATIN = [f"##{a}{b}" for a in "abcdefghijklmnopqrstuvwxyz" for b in "abcdefghijklmnopqrstuvwxyz"]
CYRILLIC = [a + b for a in "абвгдежзиклмнопрст" for b in "абвгдежзиклмнопрст"]


def test_a_script_is_known_by_pieces_of_several_letters() -> None:
    assert known_scripts([*LATIN, *CYRILLIC]) == {"LATIN", "CYRILLIC"}
    assert known_scripts([*LATIN, *CYRILLIC[: LEAST_PIECES - 1], *"абвгд"]) == {"LATIN"}


def test_han_is_known_by_its_characters() -> None:
    han = [chr(0x4E00 + number) for number in range(LEAST_HAN_PIECES)]
    assert known_scripts(han) == {"CJK"}
    assert known_scripts(han[:-1]) == frozenset()


def test_pieces_in_bytes_are_read() -> None:
    assert readable([*["Ġa"] * LEAST_PIECES, "ÐłÐ¸", "Ã©t"])[-2:] == ["Ри", "ét"]
    assert readable(["##ab", "Ġa"]) == ["##ab", "Ġa"]


def test_the_share_counts_letters_alone() -> None:
    known = frozenset({"LATIN"})
    assert known_share("V4 昇腾!", known) == 1 / 3
    assert known_share("950 ?", known) == 1.0
    assert known_share("ＡＢ", known) == 1.0


def test_the_shipped_encoder_reads_latin_alone(encoder: Encoder) -> None:
    assert encoder.known_share("Où est l’Élysée?") == 1.0
    for text in ("昇腾芯片", "東京タワー", "서울", "Где река", "Πού είναι", "أين النهر"):
        assert encoder.known_share(text) == 0.0
