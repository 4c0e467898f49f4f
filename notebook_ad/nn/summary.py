"""A model as a table: layers, shapes of what they give, numbers of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np

from notebook_ad.tensor.ambient import no_grad
from notebook_ad.tensor.creation import zeros
from notebook_ad.tensor.tensor import Tensor

if TYPE_CHECKING:
    from notebook_ad.nn.module import Module

HEAD = ("layer", "type", "output", "parameters")


@dataclass(frozen=True, slots=True)
class Row:
    """A module: depth below the model, name, class, what it gave ("" where it was not called), its own parameters.

    `again`: it stood in the table before, so its parameters are not counted once more.
    """

    depth: int
    name: str
    kind: str
    output: str
    parameters: int
    again: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The table; a text, and in a notebook HTML. The numbers are of parameters, all and those that are trained."""

    rows: tuple[Row, ...]
    total: int
    trainable: int
    bytes: int

    def cells(self) -> list[tuple[str, ...]]:
        """The texts of each row."""
        return [
            (row.name, row.kind, row.output, "shared" if row.again else f"{row.parameters:,}" if row.parameters else "")
            for row in self.rows
        ]

    def feet(self) -> list[str]:
        """The lines below the table."""
        frozen = self.total - self.trainable
        more = f" ({self.trainable:,} trainable, {frozen:,} frozen)" if frozen else ""
        return [f"{self.total:,} parameters{more}, {size(self.bytes)}"]

    def __repr__(self) -> str:
        lines = [("  " * row.depth + cells[0], *cells[1:]) for row, cells in zip(self.rows, self.cells(), strict=True)]
        widths = [max(len(line[i]) for line in [HEAD, *lines]) for i in range(len(HEAD))]

        def text(line: tuple[str, ...]) -> str:
            *left, number = line
            parts = [part.ljust(width) for part, width in zip(left, widths, strict=False)]
            return "  ".join([*parts, number.rjust(widths[-1])]).rstrip()

        ruler = "─" * (sum(widths) + 2 * (len(widths) - 1))
        return "\n".join([text(HEAD), ruler, *map(text, lines), ruler, *self.feet()])

    def _repr_html_(self) -> str:
        table = ElementTree.Element("table")
        _line(ElementTree.SubElement(table, "thead"), "th", HEAD, 0)
        body = ElementTree.SubElement(table, "tbody")
        for row, cells in zip(self.rows, self.cells(), strict=True):
            _line(body, "td", cells, row.depth)
        for foot in self.feet():
            line = ElementTree.SubElement(ElementTree.SubElement(table, "tfoot"), "tr")
            ElementTree.SubElement(line, "td", {"colspan": str(len(HEAD)), "style": "text-align:left"}).text = foot
        return ElementTree.tostring(table, encoding="unicode", method="html")  # which escapes what users named


def summary(model: Module, *inputs: Any) -> Summary:
    """The table of a model; the shapes are known where inputs are given, with which it is called once.

    The call is in evaluation mode, records nothing and changes nothing.

    Args:
        inputs: tensors, arrays, or tuples of lengths, for zeros of that shape.

    >>> from notebook_ad import nn
    >>> nn.summary(nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1)), (5, 2))
    layer       type        output  parameters
    ──────────────────────────────────────────
    Sequential  Sequential  (5, 1)
      0         Linear      (5, 4)          12
      1         ReLU        (5, 4)
      2         Linear      (5, 1)           5
    ──────────────────────────────────────────
    17 parameters, 136 bytes
    """
    given = {id(m): _shapes(m, found) for m, found in called(model, inputs).items()} if inputs else {}
    rows: list[Row] = []
    seen: set[int] = set()
    counted: set[int] = set()
    for path, module in model.named_modules(remove_duplicate=False):
        own = [p for p in module.parameters(recurse=False) if id(p) not in counted]
        counted.update(map(id, own))
        depth = path.count(".") + 1 if path else 0
        name = path.rpartition(".")[2] or type(module).__name__
        count = sum(int(p.size) for p in own)
        rows.append(Row(depth, name, type(module).__name__, given.get(id(module), ""), count, id(module) in seen))
        seen.add(id(module))
    parameters = list(model.parameters())
    return Summary(
        tuple(rows),
        sum(int(p.size) for p in parameters),
        sum(int(p.size) for p in parameters if p.requires_grad),
        sum(int(p.size) * p.dtype.itemsize for p in parameters),
    )


def called(model: Module, inputs: tuple[Any, ...]) -> dict[Module, list[Any]]:
    """Call the model once; what each of its modules gave, call by call."""
    found: dict[Module, list[Any]] = {}
    modes = [(module, module.training) for module in model.modules()]
    handles = [
        module.register_forward_hook(lambda m, args, output: found.setdefault(m, []).append(output))
        for module, _ in modes
    ]
    try:
        model.eval()
        with no_grad():
            model(*(zeros(x) if _is_shape(x) else x for x in inputs))
    finally:
        for handle in handles:
            handle.remove()
        for module, mode in modes:
            module.training = mode
    return found


def _is_shape(x: Any) -> bool:
    return isinstance(x, tuple) and all(isinstance(n, int | np.integer) for n in x)


def _shapes(module: Module, outputs: list[Any]) -> str:
    return _form(outputs[0]) + (f" ×{len(outputs)}" if len(outputs) > 1 else "")


def _form(output: Any) -> str:
    if isinstance(output, Tensor):
        return str(output.shape)
    if isinstance(output, tuple | list):
        return ", ".join(map(_form, output))
    return type(output).__name__


def size(count: int) -> str:
    """So many bytes, in the unit that suits: "136 bytes", "1.5 MB"."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{count} bytes"


def _line(parent: ElementTree.Element, tag: str, cells: tuple[str, ...], depth: int) -> None:
    line = ElementTree.SubElement(parent, "tr")
    for i, cell in enumerate(cells):
        align = "right" if i == len(cells) - 1 else "left"
        indent = f";padding-left:{0.5 + 1.2 * depth:.1f}em" if i == 0 else ""
        ElementTree.SubElement(line, tag, {"style": f"text-align:{align}{indent}"}).text = cell
