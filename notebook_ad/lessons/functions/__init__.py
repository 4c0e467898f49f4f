"""Functions that a reader writes, each tried on cases and compared with the right one and the usual wrong ones."""
