import xml.etree.ElementTree as ET

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph import graphviz, layout, style, svg
from notebook_ad.graph.picture import band_widths, compose

NS = {"s": "http://www.w3.org/2000/svg"}
NASTY = ["<script>alert(1)</script>", '"; } digraph {', "]]>", "&lt;", "a\x00b", "ويب", "変数", "\\N \\G", "'\"`"]


def drawn(graph, **options):
    return ET.fromstring(svg.to_svg(graph, **options))


def part(root, **key):
    ((name, value),) = key.items()
    return root.find(f".//s:g[@data-{name}='{value}']", NS)


def words(group, kind=None):
    found = group.iter("{http://www.w3.org/2000/svg}text")
    return ["".join(t.itertext()) for t in found if kind is None or kind in t.get("class").split()]


def title(group):
    return group.find("s:title", NS).text


def test_every_edge_of_the_textbook_cell_carries_its_value_and_its_contribution(textbook):
    root = drawn(textbook)
    labels = {e.get("data-edge"): words(e) for e in root.findall(".//s:g[@data-edge]", NS)}
    names = {textbook.label(e.operand): labels[str(e.id)] for e in textbook.edges}
    assert names["a"] == ["2", "◂ −6"]
    assert names["w"] == ["3", "◂ −4"]
    assert names["a·w"] == ["6", "◂ −2"]
    assert names["y_true"] == ["11", "◂ 2"]
    assert labels["out"] == ["1", "◂ 1"]
    assert len(labels) == 8


def test_leaves_operations_and_the_output_differ_by_shape(textbook):
    root = drawn(textbook)
    assert len(root.findall(".//s:g[@class='nodes']/s:g/s:circle", NS)) == 4
    assert words(part(root, node=0)) == ["a = 2", "−6"]
    out = part(root, node="out")
    assert "out" in out.get("class").split()
    assert words(out) == ["L = 1", "1"]


def test_a_node_with_several_users_shows_the_terms_of_its_gradient(shared):
    root = drawn(shared)
    leaf = shared.node("x[1]").id
    assert words(part(root, node=leaf), "sum") == ["Σ 1 + 4 = 5"]
    assert words(part(root, node=shared.node("x[0]").id), "sum") == []


def test_an_operation_with_several_users_shows_the_terms_too():
    a = ad.tensor(2.0, requires_grad=True, name="a")
    b = a * 3.0
    graph = ad.graph(b + b * b)
    root = drawn(graph)
    assert words(part(root, node=graph.nodes[2].id), "sum") != []


def test_parallel_edges_are_two_edges(twice):
    root = drawn(twice)
    assert [words(part(root, edge=i)) for i in (0, 1)] == [["3", "◂ 1"]] * 2
    paths = [part(root, edge=i).find("s:path[@class='fwd']", NS).get("d") for i in (0, 1)]
    assert paths[0] != paths[1]


def test_pointing_at_an_edge_shows_the_product_with_every_digit():
    a, w = ad.tensor(0.1, requires_grad=True, name="a"), ad.tensor(0.3, requires_grad=True, name="w")
    graph = ad.graph(a * w * 3.0)
    edge = next(e for e in graph.edges if graph.nodes[e.operand].name == "a")
    expected = f"upstream × local = contribution: 3 × 0.3 = {3.0 * 0.3!r}"
    assert expected in title(part(drawn(graph), edge=edge.id))


def test_pointing_at_a_matrix_edge_shows_the_rule_with_its_shapes(layer):
    root = drawn(layer)
    texts = {layer.label(e.operand): title(part(root, edge=e.id)) for e in layer.edges}
    assert "dW = xᵀ G, (5,4)@(4,5)" in texts["W"]
    assert "dx = G Wᵀ, (4,5)@(5,5)" in texts["x"]
    assert "summed over axis 0" in texts["b"]


def test_pointing_at_a_node_shows_its_value_and_gradient_in_full(make):
    graph = make("a", 1 / 3)
    text = title(part(drawn(graph), node=0))
    assert f"value {1 / 3!r}" in text
    assert "gradient 2" in text


def test_an_array_shows_its_shape_two_maps_and_its_norms(layer):
    group = part(drawn(layer), node=layer.node("W").id)
    norm = f"{np.linalg.norm(layer.node('W').value):.4g}"
    assert words(group, "dims") == ["(5, 5)"]
    assert group.find("s:g[@class='map-v']", NS) is not None
    assert group.find("s:g[@class='map-g']", NS) is not None
    assert f"‖{norm}‖" in words(group)


def test_negative_elements_have_a_dash_and_broken_ones_a_cross(make):
    group = part(drawn(make("x", np.array([1.0, -2.0, np.nan]), seed=np.ones(3))), node=0)
    marks = group.findall("s:g[@class='map-v']/s:path[@class='mark']", NS)
    assert [m.get("d").count("M") for m in marks] == [1, 1]


def test_large_arrays_show_norms_without_maps(make):
    group = part(drawn(make("x", np.ones((40, 40)), seed=np.ones((40, 40)))), node=0)
    assert group.find("s:g[@class='map-v']", NS) is None
    assert "‖40‖" in words(group)


def test_constants_are_boxes_without_a_gradient(make):
    graph = make("a")
    constant = next(n for n in graph.nodes if n.kind == "constant")
    root = drawn(graph)
    assert words(part(root, node=constant.id)) == ["2"]
    edge = next(e for e in graph.edges if e.operand == constant.id)
    assert words(part(root, edge=edge.id)) == ["2"]
    assert part(root, edge=edge.id).find("s:path[@class='band']", NS) is None


def test_zero_and_non_finite_gradients_have_marks_and_classes():
    a, b = ad.tensor(-1.0, requires_grad=True, name="a"), ad.tensor(2.0, requires_grad=True, name="b")
    graph = ad.graph(ad.relu(a) + b * float("nan"))
    root = drawn(graph)
    zero, nan = part(root, node=graph.node("a").id), part(root, node=graph.node("b").id)
    assert words(zero, "g") == ["0 ⊘"]
    assert "s-zero" in zero.get("class")
    assert words(nan, "g") == ["NaN ⚠"]
    assert "s-nan" in nan.get("class")


@pytest.mark.parametrize("name", NASTY)
def test_names_show_as_text_and_never_as_markup(make, name):
    root = drawn(make(name))
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "style", "rect", "g", "title", "path", "text", "tspan", "circle"}
    shown = words(part(root, node=0), "label")[0].strip("\u2068")
    assert shown[0] == name[0]


def test_long_names_are_cut_in_the_box_and_whole_in_the_title(make):
    name = "a_leaf_with_an_extraordinarily_long_name"
    group = part(drawn(make(name)), node=0)
    assert words(group, "label")[0].startswith("a_leaf_with_an_extrao…")
    assert name in title(group)


def test_the_same_graph_gives_the_same_bytes(textbook):
    first = svg.to_svg(textbook)
    layout._place.cache_clear()
    assert svg.to_svg(textbook) == first


def test_bands_grow_with_magnitude_and_are_logarithmic_for_wide_ranges():
    linear = band_widths([1.0, 2.0, 4.0, 0.0])
    assert linear[0] < linear[1] < linear[2]
    assert linear[3] == 0
    wide = band_widths([1e-6, 1e-3, 1.0])
    assert wide[1] - wide[0] == pytest.approx(wide[2] - wide[1], abs=0.11)
    assert band_widths([float("nan"), 0.0]) == [8.0, 0.0]


def test_themes_differ_in_colours_and_an_unknown_one_is_refused(textbook):
    light, dark = svg.to_svg(textbook, "light"), svg.to_svg(textbook, "dark")
    assert style.LIGHT["fwd"] in light
    assert style.DARK["fwd"] not in light
    assert style.DARK["fwd"] in dark
    assert style.LIGHT["fwd"] not in dark
    assert "prefers-color-scheme: dark" in svg.to_svg(textbook)
    assert "var(" not in svg.to_svg(textbook)
    with pytest.raises(ValueError, match="'blue'; there are auto, light, dark"):
        svg.to_svg(textbook, "blue")


def test_a_graph_that_is_too_large_becomes_its_table_with_the_reason(textbook, monkeypatch):
    monkeypatch.setattr(layout, "LIMIT", 3)
    layout._place.cache_clear()
    lines = words(drawn(textbook))
    assert "too large to draw" in lines[0]
    assert any(line.split() == ["a", "2", "−6"] for line in lines)


def test_the_picture_says_in_a_sentence_what_it_shows(textbook):
    expected = "Computation graph of L = 1 with 4 operations. Gradients: a −6, w −4, b −2, y_true 2."
    assert drawn(textbook).get("aria-label") == expected


def test_the_live_form_can_be_focused_and_brings_no_style(textbook):
    root = svg.draw(textbook, live=True)
    groups = [g for g in root.iter("g") if "data-edge" in g.attrib or "data-node" in g.attrib]
    assert len(groups) == 17
    assert all(g.get("tabindex") == "-1" and g.get("aria-label") for g in groups)
    assert root.find("style") is None


def test_a_lone_leaf_is_drawn():
    a = ad.tensor(2.0, requires_grad=True, name="a")
    picture = compose(ad.graph(a))
    assert [(n.key, n.kind) for n in picture.nodes] == [("0", "leaf")]


def test_a_graph_that_is_too_large_to_draw_is_refused_before_its_texts_are_written(monkeypatch):
    monkeypatch.setattr(svg, "compose", None)
    monkeypatch.setattr(layout, "LIMIT", 2)
    with pytest.raises(graphviz.LayoutUnavailable, match=r"4 nodes is too large"):
        svg.draw(ad.graph(ad.tensor(1.0, name="x") * 2.0))
