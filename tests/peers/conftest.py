"""Only `make peers` collects here: these tests need PyTorch and JAX. The adapters are packages, not tests."""

from __future__ import annotations

import os
import pathlib
import sys

if os.environ.get("NOTEBOOK_AD_PEERS"):
    collect_ignore_glob = ["hips/*", "karpathy/*"]
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
else:
    collect_ignore_glob = ["*"]
