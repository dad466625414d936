"""The worked notebook runs from its first cell to its last, without a warning, and is stored without outputs.

Its code cells are executed in their order in one namespace: that needs no Jupyter. The last expression of a cell is
shown as Jupyter does, as HTML where it has any.
"""

# needs: numpy scipy xarray h5netcdf h5py pandas matplotlib
import ast
import json
import pathlib
import warnings

import matplotlib

matplotlib.use("Agg")

NOTEBOOK = pathlib.Path(__file__).resolve().parents[2] / "output" / "python" / "examples" / "tops.ipynb"


def show(value):
    text = value._repr_html_() if hasattr(value, "_repr_html_") else repr(value)
    assert text


def execute(source, number, names):
    tree = ast.parse(source, f"cell {number}")
    shown = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        shown = ast.Expression(tree.body.pop().value)
    exec(compile(tree, f"cell {number}", "exec"), names)
    if shown is not None:
        show(eval(compile(shown, f"cell {number}", "eval"), names))


def main():
    warnings.simplefilter("error")
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    names = {"__name__": "__main__"}
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] == "code":
            assert not cell["outputs"] and cell["execution_count"] is None, f"cell {number} is stored with its outputs"
            execute("".join(cell["source"]), number, names)
    # A root: a response of 30 %, up to xtol = 0.01 times the slope (0.6 per unit of adherence) and one of 333 patients.
    assert abs(names["f"]([names["answer"]]) - 0.30) < 0.01, names["f"].history
    assert names["r"].n_patients == names["PATIENTS"] and len(names["grid"].to_frame()) == 15
    print(f"{len(cells)} cells: ok")


if __name__ == "__main__":
    main()
