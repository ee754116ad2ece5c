"""The same fits as bench/fit.c with SciPy: minimise the negative log-likelihood over log-parameters.

Reads lines "x,t_x,T" from standard input; prints for each model the seconds, the log-likelihood and the parameters,
from one start, and then from the same three starts as bench/fit.c and with the standard errors of the log-parameters.
"""
import sys
import time

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln


def both(logs, x, t_x, T, safe):
    """BG/NBD (safe = 1) and MBG/NBD (safe = 0): minus the mean log-likelihood."""
    r, alpha, a, b = np.exp(logs)
    m = x - safe
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive = betaln(a, b + m + 1) - (r + x) * np.log(alpha + T)
    gone = np.where(m >= 0, betaln(a + 1, b + np.maximum(m, 0)) - (r + x) * np.log(alpha + t_x), -np.inf)
    return -np.mean(common + np.logaddexp(alive, gone))


def climb(start, safe):
    return minimize(both, np.log(start), args=(x, t_x, T, safe), method="L-BFGS-B")


def covariance(at, safe, step=1e-3):
    """Inverse of the Hessian by central differences."""
    n = len(at)
    f = lambda *moves: both(at + sum(s * step * np.eye(n)[i] for i, s in moves), x, t_x, T, safe)
    hessian = [[(f((i, 1), (j, 1)) - f((i, 1), (j, -1)) - f((i, -1), (j, 1)) + f((i, -1), (j, -1))) / (4 * step**2)
                for j in range(n)] for i in range(n)]
    return np.linalg.inv(np.array(hessian) * len(x))


x, t_x, T = np.loadtxt(sys.stdin, delimiter=",", unpack=True)
gap = np.median(t_x[x > 0] / x[x > 0])
starts = ([0.7, 0.7 * gap, 0.8, 2.0], [50.0, 50.0 * gap, 0.3, 3.0], [1.0, gap, 0.001, 1.0])
for name, safe in (("bg/nbd", 1), ("mbg/nbd", 0)):
    started = time.process_time()
    fit = climb(starts[0], safe)
    took = time.process_time() - started
    print(name, "%.4f" % took, "%.2f" % (-fit.fun * len(x)), *("%.4f" % p for p in np.exp(fit.x)))
    started = time.process_time()
    fit = min((climb(start, safe) for start in starts), key=lambda found: found.fun)
    errors = np.sqrt(np.diag(covariance(fit.x, safe)))
    took = time.process_time() - started
    print(" three starts and covariance %.4f" % took, "%.2f" % (-fit.fun * len(x)), *("%.3f" % e for e in errors))
