import pytest

from notebook_ad.graph import texts


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("params['w']", "params['w']"),
        ("a\x00b", "a\\u0000b"),
        ("a\u202eb", "a\\u202eb"),
        ("a\nb", "a b"),
        ("\ud800", "\ufffd"),
        ("\uffff", "\ufffd"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_what_xml_cannot_hold_or_reorders_the_line_is_made_visible(text, cleaned):
    assert texts.clean(text) == cleaned


def test_wide_and_combining_characters_are_measured_in_columns():
    assert texts.cells("変数") == 4
    assert texts.cells("e\u0301") == 1


def test_long_names_are_cut_with_an_ellipsis():
    assert texts.cut("a_very_long_name", 8) == "a_very_…"
    assert texts.cells(texts.cut("変数変数変数", 6)) <= 6
    assert texts.cut("short", 8) == "short"


def test_right_to_left_names_do_not_reorder_the_number_beside_them():
    assert texts.isolated("ويب") == "\u2068ويب\u2069"
    assert texts.isolated("abc") == "abc"
