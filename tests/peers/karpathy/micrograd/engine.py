"""Value."""

from notebook_ad.compat.micrograd import Value  # noqa: F401
