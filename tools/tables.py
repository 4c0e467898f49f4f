"""Write the tables that are generated: what differs from NumPy and PyTorch, which functions are supported, the lessons.

    python tools/tables.py [--check]

Between `<!-- differences -->` and `<!-- end differences -->` (and `supported`, `lessons`) of README.md and docs/*.md it
writes what tools/differences.py and tools/supported.py evaluate, with the newest NumPy, and the bundled lessons. `--check`
changes nothing, names the files that would change, and fails if there are any.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import differences  # noqa: E402
import supported  # noqa: E402


def lessons_table() -> str:
    """The lessons, with links to the notebooks, as Markdown."""
    from notebook_ad.lessons import lessons

    rows = [
        f"| {one.number} | [{one.title}](notebooks/{one.file.name}) | {one.summary} | {one.minutes} min |"
        for one in lessons()
    ]
    return "\n".join(["| no. | lesson | what it is about | time |", "|---|---|---|---|", *rows]) + "\n"


TABLES: dict[str, Callable[[], str]] = {
    "differences": differences.table,
    "supported": supported.table,
    "lessons": lessons_table,
}


def filled(text: str, tables: dict[str, str]) -> str:
    """The text with each table between its markers.

    Raises:
        ValueError: a marker has no end.
    """
    for name, table in tables.items():
        if f"<!-- {name} -->" in text and f"<!-- end {name} -->" not in text:
            raise ValueError(f"<!-- {name} --> has no <!-- end {name} -->")
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        text = pattern.sub(lambda m, table=table: m[1] + table + m[2], text)
    return text


def main() -> int:
    """Write or check; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where something would change")
    check = parser.parse_args().check
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    needed = {name for name in TABLES for text in texts.values() if f"<!-- {name} -->" in text}
    tables = {name: TABLES[name]() for name in needed}
    changed = [path for path, text in texts.items() if filled(text, tables) != text]
    for path in changed:
        if check:
            print(f"{path.relative_to(ROOT)}: run python tools/tables.py")
        else:
            path.write_text(filled(texts[path], tables), encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
