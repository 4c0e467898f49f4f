"""`ad.utils`: PyTorch's `torch.utils`, of which there is `data`."""

from notebook_ad import data as data
