"""Only `make peers` collects here: these tests need PyTorch and JAX. The adapters are packages, not tests."""

from __future__ import annotations

import os
import pathlib
import sys

if os.environ.get("NOTEBOOK_AD_PEERS"):
    collect_ignore_glob = ["hips/*", "karpathy/*"]
    here = pathlib.Path(__file__).parent
    sys.path[:0] = [str(here), str(here.parent / "properties")]
else:
    collect_ignore_glob = ["*"]
