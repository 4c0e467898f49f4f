"""Not offered."""


def odeint(*args, **kwargs):
    raise NotImplementedError("notebook_ad has no odeint")
