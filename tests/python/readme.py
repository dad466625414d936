"""The examples of the package's page, and that of the front page, run as they stand there."""

# needs: numpy scipy xarray h5netcdf h5py pandas
import importlib.util
import os
import pathlib
import re
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "output" / "python" / "README.md"


def main():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    front = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5 and len(front) == 1
    blocks = front + blocks
    assert all(block.count("\n") <= 40 for block in blocks), "an example has more than 40 lines"
    names = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for block in blocks:
            wanted = re.findall(r"^(?:import|from) (\w+)", block, re.MULTILINE)
            missing = [name for name in wanted if importlib.util.find_spec(name) is None]
            if missing:
                print(f"not run: a block needs {', '.join(missing)}")
                continue
            exec(compile(block, str(PAGE), "exec"), names)
        os.chdir("/")
    assert names["r"].seed == 7 and names["grid"].n_points == 9 and len(names["f"].history) > 8
    print(f"{PAGE}: ok")


if __name__ == "__main__":
    main()
