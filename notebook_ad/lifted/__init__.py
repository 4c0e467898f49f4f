"""Plain Python and NumPy values that record what is done with them while one cell runs. Knows nothing of IPython."""
