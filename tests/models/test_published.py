"""The contract of the table of contents: what each card says is true, and every file is in it."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from dlcourse import models
from dlcourse.models import _published

FOLDER = Path(models.__file__).parent
CARDS = models.catalogue()
FILES = [(family, file) for family, files in models.CONTENTS.items() for file in files]
# The one kind of import between siblings: a paper's own predecessor.
BUILDS_ON = {"dcgan": {"gan"}, "fcn": {"vgg"}, "ssd": {"vgg", "boxes"}, "faster_rcnn": {"vgg", "boxes"}, "bert": {"transformer"},
             "dbn": {"rbm"}, "dbm": {"rbm"}, "senet": {"resnet"}, "bidirectional": {"elman", "lstm", "gru"}, "seq2seq": {"lstm", "gru"},
             "attention": {"gru"}, "dqn": {"arcade"}, "alphazero": {"arcade", "tree"}, "show_and_tell": {"lstm"},
             "char_rnn": {"lstm", "gru"}, "nas": {"nasnet"}}
NO_PAPER = {"boxes", "games", "alone", "arcade", "matches", "tree"}     # what several papers share: listed, yet with nothing @published
LONGEST = 150        # lines of a file
PRESCRIBED = {"build", "call", "compute_output_shape", "get_config"}     # a layer's methods: Keras says what they do


def source_of(family, file):
    return (FOLDER / family / f"{file}.py").read_text(encoding="utf-8")


def public(node):
    """The public functions and classes right inside a module or a class; what a function hides is its own affair."""
    if isinstance(node, ast.FunctionDef):
        return []
    return [inner for inner in node.body
            if isinstance(inner, (ast.FunctionDef, ast.ClassDef)) and not inner.name.startswith("_")]


@pytest.fixture
def build():
    """Build by name, and forget the network afterwards."""
    import keras
    yield lambda builder, **arguments: getattr(models, builder)(**arguments)
    keras.backend.clear_session()


def test_static_catalogue_equals_what_the_decorators_register():
    for family, file in FILES:
        importlib.import_module(f"dlcourse.models.{family}.{file}")
    assert _published.REGISTRY == CARDS


def test_every_file_is_in_the_table_of_contents_and_only_those():
    families = {folder.name for folder in FOLDER.iterdir() if (folder / "__init__.py").is_file()}
    assert families == set(models.CONTENTS)
    for family, files in models.CONTENTS.items():
        there = {path.stem for path in (FOLDER / family).glob("*.py")} - {"__init__"}
        assert there == set(files), f"folder {family} and CONTENTS differ"


@pytest.mark.parametrize(("family", "file"), FILES)
class TestFile:
    """One paper, one file."""

    def test_is_short(self, family, file):
        assert len(source_of(family, file).splitlines()) <= LONGEST

    def test_offers_what_the_table_of_contents_lists(self, family, file):
        listed = models.CONTENTS[family][file]
        tree = ast.parse(source_of(family, file))
        defined = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        assert set(listed) <= defined
        assert file in NO_PAPER or any(name in CARDS for name in listed), "no public name of this file is @published"

    def test_every_published_builder_is_listed(self, family, file):
        published = {node.name for node, _ in _published._decorated(ast.parse(source_of(family, file)))}
        assert published <= set(models.CONTENTS[family][file])

    def test_public_names_have_docstrings_and_examples(self, family, file):
        module = ast.parse(source_of(family, file))
        assert ast.get_docstring(module)
        for node in public(module):
            assert ">>>" in (ast.get_docstring(node) or ""), f"{node.name} shows no example"
            for method in public(node):
                assert ast.get_docstring(method) or method.name in PRESCRIBED, f"{node.name}.{method.name} has no docstring"

    def test_imports_at_the_top_only_keras_and_what_its_paper_builds_on(self, family, file):
        allowed = {"dlcourse.layers", "dlcourse.metrics"}
        allowed |= {f"dlcourse.models.{home}.{other}" for other in BUILDS_ON.get(file, ()) for home, files in models.CONTENTS.items() if other in files}
        for node in ast.parse(source_of(family, file)).body:
            names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in getattr(node, "names", [])]
            for name in names:
                assert name.split(".")[0] not in ("tensorflow", "tf_keras"), f"{file} is tied to one backend"
                shared = name in allowed or name.startswith("dlcourse.models._")
                assert name.split(".")[0] != "dlcourse" or shared, f"{file} imports {name}"


@pytest.mark.parametrize("name", CARDS)
class TestCard:
    """What is said is said properly."""

    def test_names_paper_year_address_and_claim(self, name):
        card = CARDS[name]
        assert 1900 < card.year < 2030
        assert card.paper.split(str(card.year))[0].strip(), "the citation names no author before the year"
        assert card.url.startswith("https://")
        assert card.says

    def test_shrinks_by_arguments_the_builder_has(self, name):
        assert set(CARDS[name].small) <= set(inspect.signature(getattr(models, name)).parameters)

    def test_size_is_a_published_one(self, name, facts_of):
        counts = {row["params_trainable"] for row in facts_of(name)} - {None}
        if counts:
            assert CARDS[name].parameters in counts


def trainable(model):
    """Recounted from the weights themselves; a class without Keras weights counts itself."""
    import math
    weights = getattr(model, "trainable_weights", None)
    return model.count_params() if weights is None else sum(math.prod(weight.shape) for weight in weights)


@pytest.mark.parametrize("name", [name for name in CARDS if CARDS[name].parameters is not None])
def test_recounting_gives_the_cards_parameters(name, blueprint):
    assert trainable(blueprint(getattr(models, name))) == CARDS[name].parameters


@pytest.mark.parametrize("name", CARDS)
def test_small_builds_honour_their_name_and_are_uncompiled(name, build):
    import keras
    builder = getattr(models, name)
    if "name" not in inspect.signature(builder).parameters:
        assert not isinstance(build(name, **CARDS[name].small), keras.Model), "a Keras builder takes a name"
        return
    model = build(name, **CARDS[name].small, name="my_own")
    assert model.name == "my_own"
    assert not model.compiled
    assert build(name, **CARDS[name].small).name == inspect.signature(builder).parameters["name"].default
