"""`ad.func`: PyTorch's `torch.func`: functions of functions, and `functional_call` for modules."""

from notebook_ad.nn.functional_call import functional_call as functional_call
from notebook_ad.transforms.batching import vmap as vmap
from notebook_ad.transforms.forward import jvp as jvp
from notebook_ad.transforms.forward import linearize as linearize
from notebook_ad.transforms.matrices import hessian as hessian
from notebook_ad.transforms.matrices import jacfwd as jacfwd
from notebook_ad.transforms.matrices import jacrev as jacrev
from notebook_ad.transforms.reverse import grad as grad
from notebook_ad.transforms.reverse import vjp as vjp
