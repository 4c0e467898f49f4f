from notebook_ad.compat.odeint import odeint
