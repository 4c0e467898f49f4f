"""`python -m notebook_ad`: the lessons from a terminal."""

from __future__ import annotations

import sys

from notebook_ad.lessons.bundled.terminal import main

if __name__ == "__main__":
    sys.exit(main())
