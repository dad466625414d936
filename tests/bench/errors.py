"""How far outputs are from the truth: the 99th percentile over patients of the largest relative error over the 365
outputs. Needs numpy and h5py.
"""
import h5py
import numpy

DAYS = 365


def of_reference(path):
    """What a reference program wrote: [patient, day]."""
    return numpy.fromfile(path).reshape(-1, DAYS)


def of_results(path, observable):
    """Recorded daily values of a results file, days 1 to 365: [patient, day]."""
    with h5py.File(path) as file:
        return file[f"records/daily/{observable}"][:, 1 : DAYS + 1]


def largest(values, truth):
    """Largest relative error of each patient; where the truth is 0, so must the value be."""
    truth = truth[: len(values)]
    values = values[: len(truth)]
    with numpy.errstate(divide="ignore", invalid="ignore"):
        error = abs(values / truth - 1)
    error[(truth == 0) & (values == 0)] = 0
    assert not numpy.isnan(error).any(), "a value is missing"
    return error.max(axis=1)


def percentile_99(values, truth):
    return float(numpy.quantile(largest(values, truth), 0.99))
