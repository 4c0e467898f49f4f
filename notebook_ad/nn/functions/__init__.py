"""The functions behind the layers, by area; `nn.functional` gathers them."""
