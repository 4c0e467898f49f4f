"""Start JupyterLab on a notebook of the checkout: `python tools/lab.py notebooks/00_slopes.ipynb`."""

from __future__ import annotations

import sys

from notebook_ad.lessons.bundled import lab

if __name__ == "__main__":
    sys.exit(lab.start(sys.argv[1]))
