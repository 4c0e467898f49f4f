"""Schedules of the learning rate, under PyTorch's names. `scheduler.step()` follows `optimizer.step()`, or ends an epoch."""

from notebook_ad.optim.lr_scheduler.combined import ChainedScheduler as ChainedScheduler
from notebook_ad.optim.lr_scheduler.combined import SequentialLR as SequentialLR
from notebook_ad.optim.lr_scheduler.cosine import CosineAnnealingLR as CosineAnnealingLR
from notebook_ad.optim.lr_scheduler.cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from notebook_ad.optim.lr_scheduler.cyclic import CyclicLR as CyclicLR
from notebook_ad.optim.lr_scheduler.decays import ConstantLR as ConstantLR
from notebook_ad.optim.lr_scheduler.decays import ExponentialLR as ExponentialLR
from notebook_ad.optim.lr_scheduler.decays import LinearLR as LinearLR
from notebook_ad.optim.lr_scheduler.decays import MultiStepLR as MultiStepLR
from notebook_ad.optim.lr_scheduler.decays import PolynomialLR as PolynomialLR
from notebook_ad.optim.lr_scheduler.decays import StepLR as StepLR
from notebook_ad.optim.lr_scheduler.functions import LambdaLR as LambdaLR
from notebook_ad.optim.lr_scheduler.functions import MultiplicativeLR as MultiplicativeLR
from notebook_ad.optim.lr_scheduler.one_cycle import OneCycleLR as OneCycleLR
from notebook_ad.optim.lr_scheduler.plateau import ReduceLROnPlateau as ReduceLROnPlateau
from notebook_ad.optim.lr_scheduler.scheduler import LRScheduler as LRScheduler
