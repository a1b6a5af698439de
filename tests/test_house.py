"""The laws of the house, as far as a program can see them."""

import ast
import re
import subprocess
import sys

import pytest

from dlcourse import places

ROOT = places.checkout()
PACKAGE = sorted((ROOT / "dlcourse").rglob("*.py"))
TRACKED = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True,
                         text=True).stdout.splitlines()

# Who may import whom inside the package. `errors` may be imported by all.
ARROWS = {
    "__init__": set(), "__main__": {"cli"}, "errors": set(), "places": set(), "names": set(),
    "explaining": set(), "screen": set(), "endings": set(),
    "checking": {"names", "explaining"},
    "training": {"", "screen", "endings"},
    "datasets": {"places", "screen", "endings", "training"},     # whose wake() keeps TensorFlow quiet, inside a function
    "plots": set(),
    "layers": set(), "metrics": set(),
    "models": {"layers", "metrics"},
    "authoring": {"names", "checking"},     # what the build says of an answer, the check in the notebook says too
    "grading": {"authoring", "checking", "explaining", "names", "places"},     # places: jobs may read the data
    "starting": set(),
    "health": {"", "datasets", "training"},
    "showing": {"", "models", "datasets", "places", "training", "authoring", "grading"},
    "picturing": {"", "datasets", "plots"},
    "choosing": set(),
    "marking_command": {"choosing", "places", "showing", "authoring", "grading"},
    "cli": {"choosing", "marking_command", "", "models", "datasets", "places", "showing", "picturing", "health", "starting", "authoring", "grading"},
}
# Which third-party packages a room may use. What is not listed here uses none but click, tqdm and IPython.
OUTSIDE = {
    "datasets": {"numpy", "tqdm", "tensorflow", "tensorflow_datasets", "keras", "PIL"},     # the last four inside functions
    "plots": {"numpy", "matplotlib", "IPython", "PIL"},     # Pillow comes with matplotlib
    "layers": {"keras"},
    "metrics": {"numpy"},
    "models": {"numpy", "keras", "gymnasium", "tensorflow"},     # the last two inside functions
    "training": {"numpy", "keras", "tqdm"},
    "endings": {"keras", "tensorflow"},     # inside functions
    "authoring": {"jupytext", "nbformat", "nbclient"},
    "grading": {"nbformat", "numpy", "keras", "IPython", "pygments", "distributed"},      # the last four inside functions
    "showing": {"tqdm"},
    "picturing": {"numpy", "matplotlib", "PIL"},
    "health": {"keras"},
    "cli": {"click"},
    "choosing": {"click"},
    "marking_command": {"click"},
}
PRESCRIBED = {"build", "call", "compute_output_shape", "get_config"}     # a layer's methods: Keras says what they do
HEAVY = {"tensorflow", "keras", "numpy", "matplotlib", "sklearn", "jupytext", "nbformat", "nbclient"}


def part(path):
    """The room of the house that a file belongs to."""
    return path.relative_to(ROOT / "dlcourse").parts[0].removesuffix(".py")


def imports(path):
    """The modules that a file imports, wherever in it: ('dlcourse.models', 'Perceptron') …"""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole way: from dlcourse.…"
            yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_plan(path):
    mine = part(path)
    for module, name in imports(path):
        if module == "dlcourse":
            room = name if name and (ROOT / "dlcourse" / name).is_dir() or (ROOT / "dlcourse" / f"{name}.py").exists() else ""
            module = f"dlcourse.{room}"
        if module.startswith("dlcourse."):
            other = module.split(".")[1]
            assert other in ARROWS[mine] | {mine, "errors"}, f"{mine} may not import {module}"
        else:
            package = module.split(".")[0]
            assert package in sys.stdlib_module_names | OUTSIDE.get(mine, set()), f"{mine} may not use {package}"


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            doc = ast.get_docstring(node, clean=False)
            lines = node.end_lineno - node.lineno - (doc.count("\n") + 1 if doc else 0)
            assert lines <= 40, f"{node.name} has {lines} lines"


def test_no_file_has_a_name_that_says_nothing():
    assert not [path.name for path in PACKAGE if path.stem in ("utils", "helpers", "common", "base", "misc")]


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_everything_public_is_documented_with_an_example(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a file says first what its one idea is"
    if path.name in ("cli.py", "marking_command.py"):
        commands = [node for node in tree.body if getattr(node, "decorator_list", None)]
        assert all("Example: dlcourse" in ast.get_docstring(node) for node in commands if node.name != "main")
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            doc = ast.get_docstring(node)
            assert doc, f"{node.name} has no docstring"
            methods = [one for one in getattr(node, "body", []) if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
            if isinstance(node, ast.ClassDef):
                assert all(ast.get_docstring(one) for one in methods if one.name not in PRESCRIBED), f"a method of {node.name} has no docstring"
            shown = doc + "".join(ast.get_docstring(one) or "" for one in methods)
            assert ">>>" in shown or path.name == "cli.py" or node.decorator_list and ".command" in ast.unparse(node.decorator_list[0]), \
                f"{node.name} has no example"


def test_no_submodule_shares_the_name_of_a_public_object():
    for init in (ROOT / "dlcourse").rglob("__init__.py"):
        modules = {path.stem for path in init.parent.glob("*.py")} | {path.name for path in init.parent.iterdir() if path.is_dir()}
        public = {name for module, name in imports(init) if module and module.startswith("dlcourse") and name and not name.startswith("_")}
        assert not {name for name in modules & public if (init.parent / f"{name}.py").exists()}, init


def test_no_two_layers_are_registered_under_one_name():
    """Keras would load a saved model with the one that was imported last, and say nothing."""
    found = []
    for path in PACKAGE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("register_keras_serializable"):
                    words = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
                    found.append((words["package"], words.get("name", node.name)))
    assert len(found) > 5 and len(set(found)) == len(found), sorted(found)


def test_plots_and_models_list_all_they_have():
    from dlcourse import models, plots

    assert all(callable(getattr(plots, name)) for name in plots.__all__)
    for family, contents in models.CONTENTS.items():
        assert {path.stem for path in (ROOT / "dlcourse" / "models" / family).glob("[!_]*.py")} == set(contents)


@pytest.mark.parametrize("command", ["import dlcourse", "import dlcourse.cli; dlcourse.cli.main(['--help'], standalone_mode=False)",
                                     "import dlcourse.cli; dlcourse.cli.main(['models'], standalone_mode=False)",
                                     "import dlcourse.cli; dlcourse.cli.main(['data'], standalone_mode=False)"])
def test_nothing_heavy_is_loaded(command):
    allowed = {"numpy"} if "'data'" in command else set()       # data sets are arrays
    code = f"import sys; {command}; print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = set(ast.literal_eval(done.stderr.splitlines()[-1]))
    assert not loaded & HEAVY - allowed, loaded & HEAVY


def tracked_text():
    assert TRACKED, "git lists no file here: these tests need a checkout"
    for name in TRACKED:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".ipynb", ".yml", ""} and path.is_file():
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_no_machine_and_no_package_registry_is_named():
    path_of_a_machine = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w")
    registry = re.compile(r"(index-url|find-links|registry\.npm|/simple\b|pypi\.|pythonhosted)", re.IGNORECASE)
    for name, text in tracked_text():
        if name == "tests/test_house.py" or name == "tests/test_labs.py":
            continue
        assert not path_of_a_machine.search(text), name
        assert not registry.search(text), name


def test_constraints_hold_names_and_exact_versions_only():
    for name in ("constraints.txt", "constraints-colab.txt"):
        lines = (ROOT / name).read_text().splitlines()
        assert lines and all(re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.+!-]+", line) for line in lines), name
    colab = (ROOT / "constraints-colab.txt").read_text()
    assert all(f"{pin}\n" in colab for pin in ("tensorflow==2.20.0", "keras==3.13.2", "numpy==2.1.3"))


def test_generated_things_are_not_kept():
    assert not [name for name in TRACKED if re.search(r"(uv\.lock|package-lock\.json|\.egg-info|__pycache__|\.ipynb_checkpoints)", name)]
