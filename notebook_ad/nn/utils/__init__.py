"""Helpers around parameters, under PyTorch's names."""

from notebook_ad.nn.utils import rnn as rnn
from notebook_ad.nn.utils.clip_grad import clip_grad_norm_ as clip_grad_norm_
from notebook_ad.nn.utils.clip_grad import clip_grad_value_ as clip_grad_value_
from notebook_ad.nn.utils.clip_grad import clip_grads_with_norm_ as clip_grads_with_norm_
from notebook_ad.nn.utils.clip_grad import get_total_norm as get_total_norm
from notebook_ad.nn.utils.vectors import parameters_to_vector as parameters_to_vector
from notebook_ad.nn.utils.vectors import vector_to_parameters as vector_to_parameters
