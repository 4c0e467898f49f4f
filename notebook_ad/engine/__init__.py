"""The differentiation engine: primitives, compiled kernels, the tape and its sweeps. Knows numpy and numba only."""
