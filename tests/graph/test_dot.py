import pytest

from notebook_ad.graph import graphviz
from notebook_ad.graph.dot import quoted, to_dot


def test_the_text_has_every_node_and_edge_with_its_numbers(textbook):
    text = to_dot(textbook)
    assert 'n0 [shape=box, label="a = 2\\n−6"];' in text
    assert 'n0 -> n2 [label="2\\n◂ −6"];' in text
    assert text.count("->") == 8


@pytest.mark.parametrize("name", ['"]; evil [label="', "a\\", "\\N", "<b>x</b>", "&lt;", "}", "a\nb", "ويب 変数"])
def test_graphviz_reads_any_name_as_a_plain_label(make, name):
    text = to_dot(make(name))
    assert graphviz.run(text)
    assert text.count("\n") == to_dot(make("a")).count("\n")


def test_quotes_backslashes_and_entities_are_escaped():
    assert quoted('a"b', "c\\n", "&lt;") == '"a\\"b\\nc\\\\n\\n&amp;lt;"'
