"""Optimisers, learning-rate schedules and averages of weights, under PyTorch's names.

>>> import notebook_ad as ad
>>> w = ad.tensor([1.0, 2.0])
>>> optimizer = SGD([w], lr=0.1)
>>> (w * w).sum().backward()
>>> optimizer.step()
>>> w.detach()
tensor([0.8, 1.6])
"""

from notebook_ad.optim import lr_scheduler as lr_scheduler
from notebook_ad.optim import swa_utils as swa_utils
from notebook_ad.optim.adadelta import Adadelta as Adadelta
from notebook_ad.optim.adagrad import Adagrad as Adagrad
from notebook_ad.optim.adam import Adam as Adam
from notebook_ad.optim.adam import AdamW as AdamW
from notebook_ad.optim.adamax import Adamax as Adamax
from notebook_ad.optim.lbfgs import LBFGS as LBFGS
from notebook_ad.optim.lion import Lion as Lion
from notebook_ad.optim.nadam import NAdam as NAdam
from notebook_ad.optim.optimizer import Optimizer as Optimizer
from notebook_ad.optim.radam import RAdam as RAdam
from notebook_ad.optim.rmsprop import RMSprop as RMSprop
from notebook_ad.optim.sgd import SGD as SGD
from notebook_ad.optim.sparse_adam import SparseAdam as SparseAdam
