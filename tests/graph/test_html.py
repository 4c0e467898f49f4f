import base64
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import notebook_ad as ad
from notebook_ad.graph import html, layout


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def test_the_fragment_holds_the_picture_as_an_image_with_its_meaning_in_words(textbook):
    (box, given), *_, (image, attributes), _ = Reader(html.static_html(textbook, "7")).tags
    assert (box, given) == ("div", {"class": "nad-static", "data-nad": "7"})
    assert image == "img"
    assert "a −6, w −4, b −2, y_true 2" in attributes["alt"]
    kind, data = attributes["src"].split(",")
    assert kind == "data:image/svg+xml;base64"
    assert ET.fromstring(base64.b64decode(data)).tag.endswith("svg")


def test_the_fragment_has_the_header_and_the_notes(textbook):
    found = "".join(Reader(html.static_html(textbook, "1", "output: <L>")).text)
    assert found == "output: <L>not used: n"


def test_the_fragment_is_the_same_each_time(textbook):
    assert html.static_html(textbook, "1") == html.static_html(textbook, "1")


def test_a_wide_picture_scrolls_before_its_numbers_become_too_small(textbook):
    chain = ad.tensor(1.0, name="w")
    for _ in range(8):
        chain = ad.sigmoid(chain)
    wide = [given for tag, given in Reader(html.static_html(ad.graph(chain), "1")).tags if tag == "img"]
    narrow = [given for tag, given in Reader(html.static_html(textbook, "1")).tags if tag == "img"]
    assert re.fullmatch(r"min-width: \d{4}px", wide[0]["style"])
    assert "style" not in narrow[0]


def test_without_a_layout_the_fragment_is_the_table_with_the_reason(textbook, monkeypatch):
    monkeypatch.setattr(layout, "LIMIT", 3)
    layout._place.cache_clear()
    read = Reader(html.static_html(textbook, "1"))
    assert [tag for tag, _ in read.tags] == ["div", "div", "pre", "div"]
    assert "too large to draw" in "".join(read.text)
    assert "y_true  11     2" in "".join(read.text)


def test_the_document_has_code_picture_and_table_and_loads_nothing(textbook):
    text = html.to_html(textbook)
    read = Reader(text)
    tags = [tag for tag, _ in read.tags]
    assert tags.count("svg") == 1
    assert tags.count("tr") == 5
    assert "L = (a * w + b - y_true) ** 2" in "".join(read.text)
    assert not re.search(r'(src|href)="(?!data:)', text)
    assert "url(" not in text


def test_the_document_lists_the_paths_to_leaves_that_have_several(shared):
    text = "".join(Reader(html.to_html(shared)).text)
    assert "path to x[1]" in text
    assert "path to x[0]" not in text
    assert "y ← + ← x² ← x[1]" in text


def test_code_and_names_show_as_text(make):
    read = Reader(html.to_html(make("<img src=x onerror=alert(1)>", code="'</pre><script>alert(1)</script>'")))
    tags = [tag for tag, _ in read.tags]
    assert "img" not in tags
    assert "script" not in tags
