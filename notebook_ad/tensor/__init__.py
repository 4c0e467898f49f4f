"""Tensors: values that record how they were computed."""

from notebook_ad.tensor import methods, protocols

methods.bind()
protocols.bind()
