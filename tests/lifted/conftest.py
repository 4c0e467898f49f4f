"""Helpers of these tests (`plain_cells.py`) are found beside this file."""

from __future__ import annotations

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
