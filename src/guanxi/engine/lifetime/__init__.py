"""What a customer will buy: purchases to come, who has gone silent, what a relation is worth. Usable alone.

    from guanxi.engine import lifetime
    model = lifetime.fit_bgnbd(x, t_x, T)          # arrays of n customers
    model.expected(x, t_x, T, 39)                  # purchases of each in the next 39 units

`x` counts the purchase days after the first one, `t_x` is the age at the newest of them (0 where x is 0), `T` the age today;
ages in one unit, days or weeks, and the horizon in the same. `summary` makes the three from transactions. Impossible input is
a ValueError, nothing to learn from is `NoData`, parameters the data do not determine are `NotConverged`.

Fader, Hardie & Lee 2005, "Counting your customers the easy way", Marketing Science 24(2) (BG/NBD); the same, "RFM and CLV:
using iso-value curves", JMR 42(4) (Pareto/NBD with Gamma-Gamma); Schmittlein, Morrison & Colombo 1987, "Counting your
customers", Management Science 33(1) (Pareto/NBD).
"""

from guanxi.engine.lifetime.bgnbd import BGNBD, fit_bgnbd
from guanxi.engine.lifetime.fitting import NoData, NotConverged
from guanxi.engine.lifetime.forecasting import Forecast
from guanxi.engine.lifetime.gammagamma import GammaGamma, fit_gammagamma
from guanxi.engine.lifetime.paretonbd import ParetoNBD, fit_paretonbd
from guanxi.engine.lifetime.transactions import Summary, summary
from guanxi.engine.lifetime.worth import lifetime_value

__all__ = [
    "BGNBD",
    "Forecast",
    "GammaGamma",
    "NoData",
    "NotConverged",
    "ParetoNBD",
    "Summary",
    "fit_bgnbd",
    "fit_gammagamma",
    "fit_paretonbd",
    "lifetime_value",
    "summary",
]
