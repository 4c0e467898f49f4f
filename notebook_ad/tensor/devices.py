"""Devices: there is one, the CPU. PyTorch's ways to name and ask for it work, so that a program need not be changed."""

from __future__ import annotations

from typing import Any


class device(str):  # noqa: N801 - PyTorch's name
    """The CPU, as `torch.device("cpu")`.

    Raises:
        RuntimeError: another device.
    """

    __slots__ = ()
    type = "cpu"
    index = None  # type: ignore[assignment]  # a number in PyTorch's device, a method of str

    def __new__(cls, name: Any = "cpu", index: Any = None) -> device:
        """A device by its name."""
        if str(name).partition(":")[0] != "cpu":
            raise RuntimeError(f"device {str(name)!r}: tensors live on the CPU here; use 'cpu'")
        return super().__new__(cls, "cpu")

    def __repr__(self) -> str:
        return "device(type='cpu')"


class cuda:  # noqa: N801 - PyTorch's name
    """What `torch.cuda` says where there is none: `"cuda" if ad.cuda.is_available() else "cpu"`."""

    @staticmethod
    def is_available() -> bool:
        """False."""
        return False

    @staticmethod
    def device_count() -> int:
        """0."""
        return 0


CPU = device()
