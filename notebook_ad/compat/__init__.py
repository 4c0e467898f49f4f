"""Interfaces that people know from elsewhere: PyTorch's autograd, TensorFlow's tape, SciPy's optimisers."""
