"""The differentiation engine: primitives, their compiled kernels, the tape and its sweeps. Knows numpy and numba only."""
