"""Going through a module: its parameters, buffers, children and all modules below, by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self, cast

from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.tensor import Tensor

if TYPE_CHECKING:
    from notebook_ad.nn.module import Module


class Walking:
    """The part of Module that goes through it. Each object is named once, by its first path, unless asked otherwise."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]

    def named_modules(
        self, memo: set[Any] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Itself and all modules below, with their paths."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, cast("Module", self)
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """Itself and all modules below."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules of the first level, with their names."""
        seen: set[Module] = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Module]:
        """The modules of the first level."""
        return (module for _, module in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters, with their paths."""
        return self._members(lambda module: module._parameters, prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, each once."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers, with their paths."""
        return self._members(lambda module: module._buffers, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _members(
        self, table: Callable[[Module], dict[str, Any]], prefix: str, recurse: bool, once: bool
    ) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        own = [(prefix, cast("Module", self))]
        for path, module in self.named_modules(None, prefix, once) if recurse else own:
            for name, member in table(module).items():
                if member is not None and not (once and id(member) in seen):
                    seen.add(id(member))
                    yield (f"{path}.{name}" if path else name), member

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn(module)` for every module, from the bottom up (to initialise weights, say)."""
        for module in self.children():
            module.apply(fn)
        fn(cast("Module", self))
        return self

    def get_submodule(self, target: str) -> Module:
        """The module at a path, "encoder.2.linear".

        Raises:
            AttributeError: there is none.
        """
        module = cast("Module", self)
        for name in target.split(".") if target else []:
            found = module._modules.get(name)
            if found is None:
                names = ", ".join(module._modules) or "none"
                raise AttributeError(
                    f"{type(module).__name__} has no module {name!r} (looking for {target!r}); it has: {names}"
                )
            module = found
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path.

        Raises:
            AttributeError: there is none.
        """
        return cast(Parameter, self._member(target, "_parameters", "parameter"))

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path.

        Raises:
            AttributeError: there is none.
        """
        return cast(Tensor, self._member(target, "_buffers", "buffer"))

    def _member(self, target: str, table: str, kind: str) -> Any:
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        found = getattr(owner, table).get(name)
        if found is None:
            raise AttributeError(f"{type(owner).__name__} has no {kind} {name!r} (looking for {target!r})")
        return found
