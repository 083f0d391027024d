from askv4.language.compounds import with_joined


def test_compounds_of_two_parts_follow_as_one_word() -> None:
    assert with_joined("The start-up's e-mail.") == "The start-up's e-mail. startup email"
    assert (
        with_joined("state-of-the-art, 10-20, 2024-05, --x-- a - b 半-导")
        == "state-of-the-art, 10-20, 2024-05, --x-- a - b 半-导"
    )
    assert with_joined("") == ""
