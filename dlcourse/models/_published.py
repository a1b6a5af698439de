"""`@published`: what a paper says of its model stands beside the code that builds it, and tests recount it."""

import ast
import dataclasses
import inspect
from pathlib import Path

REGISTRY = {}


@dataclasses.dataclass(frozen=True)
class Publication:
    """The card of one builder: who published it, how large it is, how to shrink it.

    >>> Publication("MLP", "neurons", "Rumelhart et al. 1986", "https://…", "learns by descent").year
    1986
    """

    name: str
    family: str
    paper: str
    url: str
    says: str                     # the paper's or the lecture's own figure or claim
    parameters: int | None = None  # trainable, at defaults; None where the size depends on the data
    note: str = ""                # why `says` and `parameters` differ, where they do
    small: dict = dataclasses.field(default_factory=dict)  # arguments that shrink it to a test's size

    @property
    def year(self):
        """The year of the paper: the first four digits in a row of its citation.

        >>> Publication("Perceptron", "neurons", "Rosenblatt 1958", "https://…", "…").year
        1958
        """
        return next(int(word) for word in self.paper.replace(",", " ").split() if word.isdigit() and len(word) == 4)


def published(*, paper, url, says, parameters=None, note="", small=None):
    """Register a builder under its own name. Arguments are literals, so that the catalogue can be read without Keras.

    >>> @published(paper="Nobody 1900, A test", url="https://example.org", says="nothing")
    ... def Nothing():
    ...     pass
    >>> REGISTRY.pop("Nothing").year
    1900
    """
    def register(builder):
        card = Publication(builder.__name__, family_of(inspect.getmodule(builder)), paper, url, says, parameters, note, small or {})
        REGISTRY[card.name] = builder.published = card
        return builder
    return register


def family_of(module):
    """The family a builder's module belongs to: the folder it lies in.

    >>> import types
    >>> family_of(types.ModuleType("dlcourse.models.neurons.mlp"))
    'neurons'
    """
    return (["", ""] + module.__name__.split("."))[-2]


def catalogue(folder, contents):
    """Read the cards of all builders in `contents` ({family: {file: [names]}}) from source, importing none of them.

    >>> from dlcourse import models
    >>> catalogue(Path(models.__file__).parent, models.CONTENTS)["MLP"].parameters
    407050
    """
    cards = {}
    for family, files in contents.items():
        for file in files:
            tree = ast.parse((Path(folder) / family / f"{file}.py").read_text(encoding="utf-8"))
            cards |= {node.name: Publication(node.name, family, **facts) for node, facts in _decorated(tree)}
    return cards


def _decorated(tree):
    for node in tree.body:
        for call in getattr(node, "decorator_list", []):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "published":
                yield node, {word.arg: ast.literal_eval(word.value) for word in call.keywords}
