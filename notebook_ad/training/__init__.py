"""Training in one call, in the manner of Keras: `fit`, callbacks, checkpoints. The arithmetic is the explicit loop's."""

from notebook_ad.training.callbacks import Callback as Callback
from notebook_ad.training.callbacks import History as History
from notebook_ad.training.callbacks import TerminateOnNaN as TerminateOnNaN
from notebook_ad.training.checkpoint import ModelCheckpoint as ModelCheckpoint
from notebook_ad.training.checkpoint import load_checkpoint as load_checkpoint
from notebook_ad.training.evaluation import evaluate as evaluate
from notebook_ad.training.fit import fit as fit
from notebook_ad.training.stopping import EarlyStopping as EarlyStopping

__all__ = [
    "Callback", "EarlyStopping", "History", "ModelCheckpoint", "TerminateOnNaN", "evaluate", "fit", "load_checkpoint",
]  # fmt: skip
