import numpy as np

import notebook_ad as ad
from notebook_ad.graph import table


def test_plain_text_has_one_line_per_leaf(textbook):
    assert table.text(textbook).split("\n") == [
        "L = 1",
        "leaf    value  ∂L/∂leaf",
        "a       2      −6",
        "w       3      −4",
        "b       4      −2",
        "y_true  11     2",
        "not used: n",
    ]


def test_rows_say_how_each_gradient_came_about(textbook, shared):
    assert [row.how for row in table.leaf_rows(textbook)] == ["−2 × 3", "−2 × 2", "−2 × 1", "−2 × (−1)"]
    assert table.leaf_rows(shared)[1] == ("x[1]", "2", "5", "Σ 1 + 4 = 5")


def test_an_array_is_given_by_its_norm_and_shape(make):
    row = table.leaf_rows(make("x", np.array([3.0, 4.0]), seed=np.ones(2)))[0]
    assert row[:2] == ("x", "‖5‖ (2,)")
    assert "upstream" in row.how


def test_paths_are_listed_with_products_and_shares_that_add_up(shared):
    rows = table.path_rows(shared, "x[1]")
    assert [row.path for row in rows] == ["y ← + ← × ← x[1]", "y ← + ← x² ← x[1]", "Σ"]
    assert [row.contribution for row in rows] == ["1", "4", "5"]
    assert [row.share for row in rows] == ["20 %", "80 %", "2 of 2 paths"]


def test_paths_that_are_left_out_are_counted():
    x = ad.tensor(1.0, requires_grad=True, name="x")
    y = x
    for _ in range(40):
        y = y + y
    rows = table.path_rows(ad.graph(y), "x", limit=2)
    assert len(rows) == 4
    assert rows[-1].share == f"2 of {2**40:,} paths"
    assert rows[-2][::2] == (f"… {2**40 - 2:,} more", "1.1e12 ↑")
    assert rows[0].share == "9.09e−11 %"


def test_a_long_path_is_cut_in_the_middle():
    x = ad.tensor(1.0, name="x")
    y = x * 2.0
    for _ in range(99):
        y = y * 1.0
    y.name = "y"
    path, product, *_ = table.path_rows(ad.graph(y), "x")[0]
    assert path == "y ← × ← × ← × ← × ← × ← × ← × ← × ← … 85 ops … ← × ← × ← × ← × ← × ← × ← × ← x"
    assert product == "1 · 1 · 1 · 1 · 1 · 1 · 1 · 1 · … 84 factors … · 1 · 1 · 1 · 1 · 1 · 1 · 1 · 2"


def test_a_loops_tables_fit_on_pages_and_their_number_is_capped():
    w = ad.tensor(1.0, name="w")
    total = 0.0
    for i in range(30):
        x = ad.tensor(1.0, name=f"x{i}")
        total = total + x * w * x
    text = table.full_text(ad.graph(total))
    assert text.count("path to") == table.TABLES
    assert text.endswith("… and the paths to 11 more leaves")
    assert max(map(len, text.split("\n"))) < 250


def test_more_paths_than_python_writes_are_counted_by_their_magnitude():
    y = ad.tensor(1.0, name="x")
    for _ in range(15_000):
        y = y + y
    assert table.path_rows(ad.graph(y), "x", limit=1)[-1].share == "1 of about 10^4515 paths"


def test_the_full_text_adds_the_paths_of_leaves_with_several(shared):
    text = table.full_text(shared)
    assert text.startswith(table.text(shared))
    assert text.count("path to") == 1


def test_columns_are_aligned_by_width_on_screen():
    lines = table.aligned(("n", "v"), [("変数", "1"), ("a", "2")])
    assert lines == ["n     v", "変数  1", "a     2"]
