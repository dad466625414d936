"""Numbers of the JSON and of the results file: as they are printed (output/text.hpp), and whether they are the same."""
import math

import numpy as np


def short(x, digits=3):
    if math.isnan(x):
        return "–"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    if x == 0:
        return "0"
    if abs(x) < 1e-4 or abs(x) >= 1e9:
        return f"{x:.{digits}g}"
    text = f"{x:.{max(0, digits - 1 - math.floor(math.log10(abs(x))))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def error(x):
    """Two digits, zeros at the end too."""
    if not math.isfinite(x) or x == 0 or abs(x) < 1e-4 or abs(x) >= 1e9:
        return short(x, 2)
    return f"{x:.{max(0, 1 - math.floor(math.log10(abs(x))))}f}"


def percent(x):
    return "–" if math.isnan(x) else f"{100 * x:.1f} %"


def interval(low, high):
    return "–" if math.isnan(low) else f"{100 * low:.1f}–{100 * high:.1f}"


def numbers(value):
    """Lists of numbers, null being NaN."""
    return np.array(value, dtype=object if value and isinstance(value[0], str) else float)


def same(a, b):
    """Bit for bit; null where there is NaN or infinity."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if a.dtype == object or b.dtype.kind not in "iuf":
        return list(a.ravel()) == list(b.ravel())
    a, b = a.astype(float), b.astype(float)
    return bool(((a == b) | (np.isnan(a) & ~np.isfinite(b))).all())
