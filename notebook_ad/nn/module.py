"""The Module: parameters, buffers and modules by attribute, and a forward. As `torch.nn.Module`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from notebook_ad.nn import hooks as hooking
from notebook_ad.nn import state as states
from notebook_ad.nn.conversions import Conversions
from notebook_ad.nn.naming import name_in_error, name_parameters
from notebook_ad.nn.parameter import Buffer, Parameter
from notebook_ad.nn.scope import in_scope, traced
from notebook_ad.nn.summary import Summary
from notebook_ad.nn.summary import summary as summarised
from notebook_ad.nn.walking import Walking
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.tensor.watching import Handle


class Module(Walking, Conversions):
    """Base class of all networks and layers: subclass it, call `super().__init__()`, and define `forward`.

    Assigning a Parameter, a Buffer or a Module to an attribute lists it here; `training` tells the two modes apart.

    >>> from notebook_ad import nn
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.linear = nn.Linear(2, 1)
    ...     def forward(self, x):
    ...         return self.linear(x)
    >>> Net()
    Net(
      (linear): Linear(in_features=2, out_features=1, bias=True)
    )
    """

    training: bool
    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]
    _transient: set[str]
    _hooks: hooking.Hooks | None

    forward: Callable[..., Any]

    def __init__(self) -> None:
        put = super().__setattr__
        put("training", True)
        put("_parameters", {})
        put("_buffers", {})
        put("_modules", {})
        put("_transient", set())  # buffers that state_dict leaves out
        put("_hooks", None)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """`forward`, with the hooks around it; in a picture a scope. An error about shapes names the layer."""
        try:
            if self._hooks is None and not traced():  # the path of training: nothing else happens
                return self.forward(*args, **kwargs)
            return in_scope(self, self._hooked, args, kwargs)
        except (ValueError, IndexError) as error:
            name_in_error(error, self)
            raise

    def _hooked(self, *args: Any, **kwargs: Any) -> Any:
        if self._hooks is None:
            return self.forward(*args, **kwargs)
        return self._hooks.call(self, self.forward, args, kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            self._without(name)
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            self._without(name, modules=False)
            self.register_module(name, value)
        elif isinstance(value, Buffer):
            self._without(name)
            self.register_buffer(name, value, value.persistent)
        elif (held := self._table(name)) is None:
            super().__setattr__(name, value)
        elif value is None or (held is self.__dict__["_buffers"] and isinstance(value, Tensor)):
            held[name] = value
        else:
            kinds = {"_parameters": "nn.Parameter", "_modules": "nn.Module", "_buffers": "Tensor"}
            table, kind = next((k, n) for k, n in kinds.items() if held is self.__dict__[k])
            raise TypeError(
                f"cannot assign {type(value).__name__!r} object to {table[1:-1]} {name!r} ({kind} or None expected)"
            )

    def __getattr__(self, name: str) -> Any:
        held = self._table(name)
        if held is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return held[name]

    def __delattr__(self, name: str) -> None:
        if (held := self._table(name)) is None:
            super().__delattr__(name)
        else:
            del held[name]
            self._transient.discard(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def _table(self, name: str) -> dict[str, Any] | None:
        """Where an attribute is listed: among the parameters, buffers or modules; None where it is not."""
        own = self.__dict__
        for table in ("_parameters", "_buffers", "_modules"):
            if table in own and name in own[table]:
                return own[table]  # type: ignore[no-any-return]
        return None

    def _without(self, name: str, modules: bool = True) -> None:
        """Make way for an attribute of another kind.

        Raises:
            AttributeError: `super().__init__()` was not called.
        """
        if "_parameters" not in self.__dict__:
            raise AttributeError(f"cannot assign {name!r} before Module.__init__() call: begin with super().__init__()")
        self.__dict__.pop(name, None)
        held = self._table(name)
        if (
            held is not None
            and (modules or held is not self._modules)
            and (not modules or held is not self._parameters)
        ):
            del held[name]

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """List a parameter (or None, for one that is not used) under a name.

        Raises:
            KeyError: the name is taken, empty or has a dot; TypeError: it is no Parameter.
        """
        self._check_name(name, "parameter", self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign {type(param).__name__!r} object to parameter {name!r} (nn.Parameter or None expected)"
            )
        self._parameters[name] = param
        if param is not None and not param.name:
            param.name = name

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """List a tensor that is state but not trained (a running mean); `state_dict` has it if it is persistent.

        Raises:
            KeyError: the name is taken, empty or has a dot; TypeError: it is no tensor.
        """
        self._check_name(name, "buffer", self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign {type(tensor).__name__!r} object to buffer {name!r} (Tensor or None required)"
            )
        self._buffers[name] = tensor
        self._transient.discard(name) if persistent else self._transient.add(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """List a module under a name; its parameters are named by their paths from here.

        Raises:
            KeyError: the name is taken, empty or has a dot; TypeError: it is no Module.
        """
        if module is not None and not isinstance(module, Module):
            raise TypeError(
                f"{type(module).__name__} is not a Module subclass; a child of {type(self).__name__} must be one"
            )
        self._check_name(name, "module", self._modules)
        self._modules[name] = module
        if module is not None:
            name_parameters(module, name)

    add_module = register_module

    def _check_name(self, name: str, kind: str, table: dict[str, Any]) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string, got {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(f'{kind} name can\'t contain "." or be empty, got {name!r}')
        if hasattr(self, name) and name not in table:
            raise KeyError(f"attribute {name!r} already exists")

    def train(self, mode: bool = True) -> Self:
        """Set training mode here and below: it is what Dropout and BatchNorm ask for.

        Raises:
            ValueError: the mode is no bool.
        """
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Set evaluation mode here and below."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Have every parameter take part in training, or none (a frozen part)."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters: None, or zeros."""
        for parameter in self.parameters():
            if set_to_none:
                if parameter._meta is not None:
                    parameter._meta.grad = None
            elif (gradient := parameter.grad) is not None:
                parameter.grad = gradient.detach() * 0

    def state_dict(self, *, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """All parameters and persistent buffers by path, as an OrderedDict of tensors.

        The tensors hold the values of now: training on does not change them (it does in PyTorch), but changing one in
        place changes the parameter. With keep_vars the parameters themselves.
        """
        return states.collect(self, destination, prefix, keep_vars)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Take values by path, from tensors or arrays, PyTorch's too; nothing is changed where anything does not fit.

        Args:
            state_dict: as `state_dict()` or `ad.load()` gives it.
            strict: whether missing and unexpected keys are an error.
            assign: take the given dtypes too, in new parameters.

        Returns:
            The missing and the unexpected keys.

        Raises:
            RuntimeError: keys are missing or unexpected, or shapes differ; all of them are listed.
        """
        return states.load(self, state_dict, strict, assign)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call `hook(module, args)` before forward; what it returns, if not None, replaces the arguments."""
        return hooking.add(self._own_hooks().before, (hook, with_kwargs, False), prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> Handle:
        """Call `hook(module, args, output)` after forward; what it returns, if not None, replaces the output."""
        return hooking.add(self._own_hooks().after, (hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Call `hook(module, grad_output)` when the gradients of the outputs are known; what it returns replaces them."""
        return hooking.add(self._own_hooks().backward_before, hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Call `hook(module, grad_input, grad_output)` when both are known; what it returns replaces grad_input."""
        return hooking.add(self._own_hooks().backward, hook, prepend)

    def _own_hooks(self) -> hooking.Hooks:
        if self._hooks is None:
            self._hooks = hooking.Hooks()
        return self._hooks

    def extra_repr(self) -> str:
        """What the repr says of this layer between its brackets."""
        return ""

    def summary(self, *inputs: Any) -> Summary:
        """Layers, shapes and parameters as a table: see `nn.summary`."""
        return summarised(self, *inputs)

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr().split("\n") if self.extra_repr() else []
        children = [f"({name}): " + repr(m).replace("\n", "\n  ") for name, m in self._modules.items()]
        if len(extra) == 1 and not children:
            return f"{self._get_name()}({extra[0]})"
        lines = "".join(f"\n  {line}" for line in extra + children)
        return f"{self._get_name()}({lines}\n)" if lines else f"{self._get_name()}()"
