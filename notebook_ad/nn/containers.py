"""Modules and parameters in sequences and dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, overload

from notebook_ad.nn.module import Module


def position(index: Any, length: int) -> int:
    """An index counted from the front.

    Raises:
        IndexError: it is out of range.
    """
    at = int(index.__index__())
    if not -length <= at < length:
        raise IndexError(f"index {at} is out of range")
    return at % length


class _Listed(Module):
    """Modules named 0, 1, 2 and so on."""

    def _at(self, index: Any) -> str:
        return list(self._modules)[position(index, len(self))]

    def _set(self, modules: Iterable[Module]) -> None:
        self._modules.clear()
        for i, module in enumerate(modules):
            self.add_module(str(i), module)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())  # type: ignore[arg-type]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._at(index), module)

    def __delitem__(self, index: int | slice) -> None:
        kept = list(self)
        del kept[index if isinstance(index, slice) else position(index, len(self))]
        self._set(kept)

    def insert(self, index: int, module: Module) -> Any:
        """Put a module before the one at an index."""
        modules = list(self)
        modules.insert(index, module)
        self._set(modules)
        return self

    def append(self, module: Module) -> Self:
        """Add a module."""
        self.add_module(str(len(self)), module)
        return self

    def pop(self, key: int | slice) -> Module:
        """Take a module out and give it."""
        module: Any = self[key]
        del self[key]
        return module  # type: ignore[no-any-return]

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError


class Sequential(_Listed):
    """Modules called one after another. As `torch.nn.Sequential`.

    >>> from notebook_ad import nn
    >>> nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    Sequential(
      (0): Linear(in_features=2, out_features=4, bias=True)
      (1): ReLU()
      (2): Linear(in_features=4, out_features=1, bias=True)
    )
    """

    @overload
    def __init__(self, *args: Module) -> None: ...
    @overload
    def __init__(self, arg: Mapping[str, Module], /) -> None: ...
    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            self._set(args)

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(dict(list(self._modules.items())[index]))  # type: ignore[arg-type]
        return self._modules[self._at(index)]

    def __delitem__(self, index: int | slice) -> None:
        names = list(self._modules)
        for name in names[index] if isinstance(index, slice) else [self._at(index)]:
            del self._modules[name]
        self._renumber()

    def _renumber(self) -> None:
        if all(name.isdigit() for name in self._modules):
            self._set(list(self))

    def extend(self, sequential: Iterable[Module]) -> Self:
        """Add modules."""
        for module in sequential:
            self.append(module)
        return self

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            raise ValueError(
                f"add operator supports only objects of Sequential class, but {type(other).__name__} is given"
            )
        return Sequential(*self, *other)

    def __iadd__(self, other: Sequential) -> Self:
        return self.extend(list(other))

    def __mul__(self, count: int) -> Sequential:
        if not isinstance(count, int) or count < 1:
            raise ValueError(f"a Sequential is repeated a whole number of times, at least once, not {count!r}")
        return Sequential(*(list(self) * count))

    __rmul__ = __mul__

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Call each module with what the one before gave."""
        for module in self._modules.values():
            input = module(input)  # type: ignore[misc]  # noqa: A001 - PyTorch's name
        return input


class ModuleList(_Listed):
    """A list of modules that are listed as parts; it cannot be called. As `torch.nn.ModuleList`."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        self._set(modules or ())

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._modules[self._at(index)]

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules.

        Raises:
            TypeError: they are not an iterable.
        """
        if not isinstance(modules, Iterable):
            raise TypeError(f"ModuleList.extend should be called with an iterable, but got {type(modules).__name__}")
        for module in list(modules):
            self.append(module)
        return self

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __repr__(self) -> str:
        """As PyTorch's: equal neighbours are shown once, "(0-5): 6 x Linear(...)"."""
        if not len(self):
            return f"{self._get_name()}()"
        runs: list[tuple[int, int, str]] = []
        for i, module in enumerate(self):
            if runs and runs[-1][2] == repr(module):
                runs[-1] = (runs[-1][0], i, runs[-1][2])
            else:
                runs.append((i, i, repr(module)))
        lines = [
            f"({first}): {text}" if first == last else f"({first}-{last}): {last - first + 1} x {text}"
            for first, last, text in runs
        ]
        return f"{self._get_name()}(\n" + "".join("  " + line.replace("\n", "\n  ") + "\n" for line in lines) + ")"


class ModuleDict(Module):
    """A dict of modules that are listed as parts; it cannot be called. As `torch.nn.ModuleDict`."""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Module:
        return self._modules[key]  # type: ignore[return-value]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def clear(self) -> None:
        """Take all modules out."""
        self._modules.clear()

    def pop(self, key: str) -> Module:
        """Take a module out and give it."""
        return self._modules.pop(key)  # type: ignore[return-value]

    def keys(self) -> Any:
        """Names."""
        return self._modules.keys()

    def items(self) -> Any:
        """Names and modules."""
        return self._modules.items()

    def values(self) -> Any:
        """Modules."""
        return self._modules.values()

    def update(self, modules: Any) -> None:
        """Add modules, from a mapping or from pairs.

        Raises:
            TypeError: they are neither.
        """
        if not isinstance(modules, Iterable):
            raise TypeError(f"ModuleDict.update takes a mapping or pairs (name, module), not {type(modules).__name__}")
        pairs = modules.items() if isinstance(modules, Mapping | ModuleDict) else modules
        for name, module in pairs:
            self[name] = module
