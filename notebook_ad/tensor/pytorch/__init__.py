"""PyTorch's methods of a tensor, by area: the meanings of `torch.Tensor`'s names, written in NumPy's functions."""
