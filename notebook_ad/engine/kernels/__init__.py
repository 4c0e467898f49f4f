"""Kernels of the array primitives: plain functions of a block's address, read as source and compiled for each dtype."""
