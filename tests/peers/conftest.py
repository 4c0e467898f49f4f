"""Only `make peers` collects here: these tests need PyTorch and JAX. The adapters are packages, not tests."""

from __future__ import annotations

import os

collect_ignore_glob = ["hips/*", "karpathy/*"] if os.environ.get("NOTEBOOK_AD_PEERS") else ["*"]
