"""Joint calibration of parameters over the trials of a qualification, by least squares.

    calibrate.py FILE.toml --evaluate                 residuals with the library's own numbers
    calibrate.py FILE.toml --covariance               the same, and what the rows say of the parameters there
    calibrate.py FILE.toml --fit --json FIT.json      search, what the rows say at its end, residuals with another seed
    calibrate.py FILE.toml --evaluate --at FIT.json   residuals with the numbers that a fit has found

FILE.toml has
    qualification = "../qualification/cml.toml"       seen from FILE.toml
    [rows]   RUN = ["id or name", …]                  rows of kind "fitted" that make the loss; an id is all such rows of the run
    [shown]  RUN = […]                                rows of any kind that are only shown
    [[parameter]]                                     a free number above 0
      name, start (has to be the library's number), low, high
      key = "response.kill_max.formula"               as for `vtrial run --set`
      text = "{}*exp(eta.kill)"                       for formulas and numbers with a unit
      runs = ["iris"]                                 where it is set; without it in all runs
      elsewhere = [{ runs = ["late"], times = 2 }]    another key, text or multiple of the number in other runs

Loss: sum of ((simulated - published)/half the accepted interval)², as `distance_to` of studies; without a published value the interval's
middle. Parameters move on a log scale. Every simulation has the scenarios' seeds, so the same patients: differences over a step of 10 %
are smooth enough to search by.

Covariance of the logs: (J'WJ)^-1, J by central differences with two seeds, W = 1/SE², the SE of a published value being half its
interval over 1.96. This takes intervals as 95 % intervals of normal errors, and rows as independent. Many intervals are chosen
tolerances, and rows of one trial share its patients: orders of magnitude. By the rows alone: least SDs, the more patients the larger;
a parameter is not identified where it is above 0.5. "Within bounds", to draw from, adds a prior variance of
(log high - log low)²/12 for each parameter, and is without the bias by the simulation's error.

Needs Python 3.11, numpy, scipy and vtrial (--vtrial, $VTRIAL or in PATH). Exit code 2: wrong input.
"""
import argparse
import functools
import json
import os
import pathlib
import sys
import tempfile
import tomllib

import numpy as np
from scipy.optimize import least_squares

sys.dont_write_bytecode = True      # no folder of Python's beside the scenarios
from calibration_file import Calibration, Problem, toml  # noqa: E402

def laplace(jacobians, width):
    """SDs and correlations of the logs, by the rows alone and within bounds, and how well the rows tell parameters apart.

    `jacobians` (rows × parameters) are of two seeds. Their mean has an error, whose square makes parameters that do nothing seem to be
    known: what the rows alone say are least SDs. The product of one with the other has no such bias, but may be of less than full rank:
    it is taken within bounds.
    """
    mean, product = (jacobians[0] + jacobians[1])/2, jacobians[0].T @ jacobians[1]
    known, directions = np.linalg.eigh(1.96**2*(product + product.T)/2)
    found = {"condition": float(np.linalg.cond(mean)), "unknown_directions": int(sum(known <= 0)), "known_least": directions[:, 0].tolist(),
             "jacobians": [one.tolist() for one in jacobians]}
    for name, information in (("rows", 1.96**2*mean.T @ mean + 1e-9*np.eye(len(width))),
                              ("within_bounds", directions @ np.diag(np.maximum(known, 0)) @ directions.T + np.diag(12/width**2))):
        covariance = np.linalg.inv(information)
        sd = np.sqrt(np.diag(covariance))
        found[name] = {"sd_log": sd.tolist(), "correlation": (covariance/np.outer(sd, sd)).tolist()}
    return found


def calibrate(options, folder):
    calibration = Calibration(options.file, options.vtrial, options.threads, folder)
    start, low, high = calibration.start, calibration.low, calibration.high

    def numbers(x):
        return dict(zip(calibration.names, np.exp(x).tolist()))

    @functools.cache
    def simulated(x, seed=None):
        rows = calibration.simulate(numbers(x), options.patients, seed)[0]
        print(f"loss {np.sum(calibration.residuals(rows)[0]**2):.3f}", file=sys.stderr, flush=True)
        return rows

    def residuals(x, seed=None):
        return calibration.residuals(simulated(tuple(x), seed))[0]

    def jacobian(x, central=False, seed=None):
        """Of residuals by log parameters, rows × parameters; differences to one side go away from the nearer bound."""
        columns = []
        for j, step in enumerate(np.log1p(options.step)*np.eye(len(x))):
            step *= 1 if x[j] < (low[j] + high[j])/2 else -1
            columns.append((residuals(x + step, seed) - residuals(x - step if central else x, seed))/(step[j]*(2 if central else 1)))
        return np.array(columns).T

    end = start
    if options.at:
        try:
            at = json.loads(pathlib.Path(options.at).read_text(encoding="utf-8"))["end"]
            end = np.log([at[name] for name in calibration.names])
        except (OSError, ValueError, KeyError, TypeError) as flaw:
            raise Problem(f"{options.at}: has no values of all parameters ({type(flaw).__name__}: {flaw}); give a file that --fit --json has "
                          "written for these parameters") from flaw
    if options.fit:
        end = least_squares(residuals, np.clip(end, low + 1e-6, high - 1e-6), jacobian, bounds=(low, high), x_scale="jac",
                            ftol=1e-3, xtol=1e-3, max_nfev=options.iterations).x
    rows = {"start": simulated(tuple(start)), "end": simulated(tuple(end)),
            "start, fresh": simulated(tuple(start), options.fresh_seed), "end, fresh": simulated(tuple(end), options.fresh_seed)}
    loss = {key: (float(np.sum(r**2)), error) for key, (r, error) in ((key, calibration.residuals(one)) for key, one in rows.items())}
    found = {"options": vars(options), "start": numbers(start), "end": numbers(end), "loss": loss, "rows": rows,
             "counts": calibration.counts, "at_bound": (np.minimum(end - low, high - end) < 0.01).tolist()}
    if options.fit or options.covariance:
        found["covariance"] = laplace([jacobian(end, True, seed) for seed in (None, options.fresh_seed)], high - low)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(found, indent=1), encoding="utf-8")
    show(found)


def show(found):
    keys = list(found["rows"]) if found["start"] != found["end"] else ["start", "start, fresh"]
    print(f"{'':18} published          interval" + "".join(f"{key:>14}" for key in keys) + "   (! outside)")
    for i, row in enumerate(found["rows"]["start"]):
        values = [row["published"], row["low"], row["high"], *(found["rows"][key][i]["simulated"] for key in keys)]
        texts = ["-" if value is None else f"{value:.1f}" if row["unit"] else f"{value:.4f}" for value in values]
        marks = [" " if found["rows"][key][i]["verdict"] == "inside" else "!" for key in keys]
        print(f"{row['run']}: {row['name']}\n{row['kind'] + ', shown'*(not found['counts'][i]):18}{texts[0]:>10}{texts[1]:>9}{texts[2]:>9}"
              + "".join(f"{text:>13}{mark}" for text, mark in zip(texts[3:], marks)))
    print()
    for key in keys:
        print("loss, {}: {:.2f}, of which the simulation's error makes about {:.2f}".format(key, *found["loss"][key]))
    if "covariance" not in found:
        return
    of, names = found["covariance"], list(found["end"])
    print(f"\nparameters and SDs of their logs, by the rows alone at least, and within bounds; condition number {of['condition']:.0f}, "
          f"directions of which the rows say nothing above the simulation's error: {of['unknown_directions']}")
    for i, name in enumerate(names):
        sd, within = of["rows"]["sd_log"][i], of["within_bounds"]["sd_log"][i]
        print(f"{name:24} start {found['start'][name]:<9.5g} end {found['end'][name]:<11.5g} SD {sd:8.3f}, within bounds {within:6.3f}"
              + " not identified"*(sd > 0.5) + " at its bound"*found["at_bound"][i])
    least = sorted(zip(of["known_least"], names), key=lambda one: -abs(one[0]))[:5]
    print("known least: " + ", ".join(f"{weight:+.2f} {name}" for weight, name in least))
    for key in ("rows", "within_bounds"):
        print(f"\n# {key}\nnames = {toml(names)}\nsd_log = {np.round(of[key]['sd_log'], 3).tolist()}\nmatrix = [")
        print("".join(f"  {line},\n" for line in np.round(of[key]["correlation"], 2).tolist()) + "]")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", metavar="FILE.toml")
    for mode in ("evaluate", "covariance", "fit"):
        parser.add_argument("--" + mode, action="store_true")
    for name, default, is_what in (
            ("at", None, "begin where a fit ended: its --json"), ("json", None, "file for all that is found"),
            ("patients", 4000, "of every trial"), ("threads", 1, "of the CPU"), ("iterations", 12, "most steps of the search"),
            ("step", 0.1, "of differences, a share of the parameter"), ("fresh-seed", 1, "of trials that are not fitted"),
            ("vtrial", os.environ.get("VTRIAL", "vtrial"), "the program")):
        parser.add_argument("--" + name, default=default, type=type(default or ""), help=f"{is_what} (default: {default})")
    options = parser.parse_args()
    if options.evaluate + options.covariance + options.fit != 1:
        parser.error("one of --evaluate, --covariance and --fit is needed")
    try:
        with tempfile.TemporaryDirectory() as folder:
            calibrate(options, folder)
    except (Problem, OSError, tomllib.TOMLDecodeError) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
