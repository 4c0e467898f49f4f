"""Containers are Python's own here: structures of tensors need no boxes."""

dict, list, tuple, type = dict, list, tuple, type
isinstance = isinstance
