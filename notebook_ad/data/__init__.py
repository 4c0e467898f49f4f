"""Data in batches: `batches(X, y, …)` for arrays, and PyTorch's DataLoader and datasets. All in this process.

>>> import numpy as np
>>> for x, y in batches(np.arange(6.0).reshape(3, 2), np.array([0, 1, 1]), batch_size=2, shuffle=False):
...     print(x.shape, y.tolist())
(2, 2) [0, 1]
(1, 2) [1]
"""

from notebook_ad.data.batches import Batches as Batches
from notebook_ad.data.batches import batches as batches
from notebook_ad.data.bundled import digits as digits
from notebook_ad.data.collate import default_collate as default_collate
from notebook_ad.data.datasets import ConcatDataset as ConcatDataset
from notebook_ad.data.datasets import Dataset as Dataset
from notebook_ad.data.datasets import IterableDataset as IterableDataset
from notebook_ad.data.datasets import Subset as Subset
from notebook_ad.data.datasets import TensorDataset as TensorDataset
from notebook_ad.data.loader import DataLoader as DataLoader
from notebook_ad.data.samplers import BatchSampler as BatchSampler
from notebook_ad.data.samplers import RandomSampler as RandomSampler
from notebook_ad.data.samplers import Sampler as Sampler
from notebook_ad.data.samplers import SequentialSampler as SequentialSampler
from notebook_ad.data.samplers import SubsetRandomSampler as SubsetRandomSampler
from notebook_ad.data.samplers import WeightedRandomSampler as WeightedRandomSampler
from notebook_ad.data.splits import random_split as random_split
from notebook_ad.data.splits import train_test_split as train_test_split
