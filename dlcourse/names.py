"""Which names a piece of notebook code binds, loads and reaches: read from its syntax, never by running it.

The self-check, the lab builder and the grader all ask these questions, and must get the same answers.
"""

import ast
import re
import symtable

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TIMED = re.compile(r"^%%(time|timeit|capture|prun)\b.*$|^([ \t]*)%(time|timeit|prun)[ \t]+", re.MULTILINE)    # these run Python
_MAGIC = re.compile(r"^([ \t]*+)(?:[%!?].*|.*\?|\w+ = [%!].*)$", re.MULTILINE)


def parse(source):
    """The syntax tree of a cell; IPython's magic lines count as `pass`, what `%time` and `%%time` run counts as Python.

    >>> ast.unparse(parse("%matplotlib inline\\n%time x = 1"))
    'pass\\nx = 1'
    """
    try:
        return ast.parse(source)      # first as it is: a line that goes on with `% 2` looks like a magic, too
    except SyntaxError:
        source = _TIMED.sub(lambda found: found[2] or "", source)
    return ast.parse("" if source.startswith("%%") else _MAGIC.sub(r"\1pass", source))


def _top_level(node):
    """All nodes below `node` that run in the cell's own scope, not inside a function, class or comprehension."""
    for child in ast.iter_child_nodes(node):
        yield child
        if isinstance(child, _COMPREHENSIONS):
            yield from (inner.target for inner in ast.walk(child) if isinstance(inner, ast.NamedExpr))
        elif not isinstance(child, (*_FUNCTIONS, ast.Lambda)):
            yield from _top_level(child)


def bound(tree):
    """The names that a cell or statement binds when it runs.

    >>> sorted(bound(parse("import numpy as np\\nfor i in range(3): x = [j for j in y]\\ndef f(a): b = a")))
    ['f', 'i', 'np', 'x']
    """
    names = set()
    for node in [tree, *_top_level(tree)]:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (*_FUNCTIONS, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping):
            names.add(node.rest)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names - {None, "*"}


def loaded(tree):
    """Every name that a cell reads, inside its functions too.

    >>> sorted(loaded(parse("def f(a):\\n    return a + w\\ny = f(x)")))
    ['a', 'f', 'w', 'x']
    """
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def free(tree):
    """The names that a cell reads from the notebook: what its functions call their own is not among them.

    >>> sorted(free(parse("def f(a):\\n    b = a + w\\n    return b\\ny = f(x)")))
    ['f', 'w', 'x']
    """
    def read(table, top):
        found = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced() and (top or symbol.is_global())}
        return found.union(*(read(inner, False) for inner in table.get_children()))
    try:
        return read(symtable.symtable(ast.unparse(tree), "a cell", "exec"), True)
    except (SyntaxError, ValueError, RecursionError):       # it parses, and is no Python all the same
        return loaded(tree)


def changed(tree):
    """The names whose values a cell may change: those it binds, and those it writes into or calls for effect.

    >>> sorted(changed(parse("a.append(1)\\nb[0] = 2\\nc.size = d\\ne = 3")))
    ['a', 'b', 'c', 'e']
    """
    names = bound(tree)
    for node in _top_level(tree):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            names.add(_root(node))
        elif isinstance(node, ast.Expr):
            names |= {_root(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
            names |= {arg.id for call in ast.walk(node) if isinstance(call, ast.Call)
                      for arg in call.args if isinstance(arg, ast.Name)}
    return names - {None, "print", "check", "display"}


def _root(node):
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def touched(tree):
    """The names whose values a cell may change when it runs, however unlikely: all that it uses in its own scope but to call them.

    >>> sorted(touched(parse("history = model.fit(f(x))\\ndef g(): return y")))
    ['g', 'history', 'model', 'x']
    """
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return bound(tree) | {node.id for node in _top_level(tree) if isinstance(node, ast.Name) and id(node) not in called}


def aliases(tree):
    """What each imported name stands for.

    >>> aliases(parse("import numpy as np, keras.ops\\nfrom dlcourse import check, models as m"))
    {'np': 'numpy', 'keras': 'keras', 'check': 'dlcourse.check', 'm': 'dlcourse.models'}
    """
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return known


def reached(tree, known=None):
    """The dotted names that a cell imports or uses, written out in full.

    >>> sorted(reached(parse("from keras import layers\\nlayers.Dense(2)\\nnp.dot(a)"), {"np": "numpy"}))
    ['a', 'keras.layers', 'keras.layers.Dense', 'numpy', 'numpy.dot']
    """
    own = aliases(tree)
    known = {**(known or {}), **own}
    found = set(own.values())
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Name)) and isinstance(node.ctx, ast.Load):
            root, _, rest = ast.unparse(node).partition(".")
            if root.isidentifier() and re.fullmatch(r"[\w.]*", rest):
                found.add(".".join(filter(None, [known.get(root, root), rest])))
    return found


def misused(tree, without, known=None):
    """The forbidden names (or what lies inside them) that a cell reaches, in the order of `without`.

    >>> misused(parse("np.linalg.lstsq(x, y)"), ["numpy.linalg", "keras"], {"np": "numpy"})
    ['numpy.linalg']
    """
    found = reached(tree, known)
    stars = [name[:-1] for name in found if name.endswith(".*")]      # `from numpy import *` reaches all of numpy
    return [banned for banned in without if any(name == banned or name.startswith(banned + ".") for name in found)
            or any(banned.startswith(star) for star in stars)]
