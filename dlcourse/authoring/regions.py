"""Solution regions: what lies between BEGIN SOLUTION and END SOLUTION becomes a stub that is valid Python."""

import ast
import re

from dlcourse import names

BEGIN = re.compile(r"^(\s*)# BEGIN SOLUTION\s*$")
END = re.compile(r"^\s*# END SOLUTION\s*$")
ALMOST = re.compile(r"(BEGIN|END)\s*SOLUTION", re.IGNORECASE)
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


class RegionError(ValueError):
    """A region that cannot be cut out; `line` counts within the cell, from 1.

    >>> RegionError(3, "nested").line
    3
    """

    def __init__(self, line, message):
        super().__init__(message)
        self.line = line


def find(source):
    """The regions of a cell as (first line, last line, indentation), markers included, lines counted from 1.

    >>> find("def f():\\n    # BEGIN SOLUTION\\n    return 1\\n    # END SOLUTION")
    [(2, 4, '    ')]
    """
    regions, opened = [], None
    for number, line in enumerate(source.splitlines(), 1):
        begin = BEGIN.match(line)
        if ALMOST.search(line) and not begin and not END.match(line):
            raise RegionError(number, "write exactly '# BEGIN SOLUTION' or '# END SOLUTION', alone on its line")
        if begin and opened:
            raise RegionError(number, "a solution region begins inside another: end the first one above this line")
        if begin:
            opened = (number, begin[1])
        elif END.match(line):
            if not opened:
                raise RegionError(number, "END SOLUTION stands without a BEGIN SOLUTION above it")
            regions.append((opened[0], number, opened[1]))
            opened = None
    if opened:
        raise RegionError(opened[0], "this solution region never ends: add a line # END SOLUTION")
    return regions


def stub(source):
    """What the student gets instead: `raise NotImplementedError` in a function, `name = ...` at the top level.

    >>> print(stub("# BEGIN SOLUTION\\nw = [5, -5]\\n# END SOLUTION"))
    w = ...   # your answer
    >>> print(stub("def f(x):\\n    # BEGIN SOLUTION\\n    return x\\n    # END SOLUTION"))
    def f(x):
        raise NotImplementedError   # your answer
    """
    lines, tree = source.splitlines(), names.parse(source)
    for first, last, indent in reversed(find(source)):
        lines[first - 1:last] = [indent + line for line in _replacement(tree, first, last)]
    return "\n".join(lines)


def _replacement(tree, first, last):
    # A node ends with its last statement, so the comment END SOLUTION may stand one line below it.
    around = [node for node in ast.walk(tree) if isinstance(node, (*_FUNCTION, ast.ClassDef))
              and node.lineno <= first and last <= node.end_lineno + 1 and node.col_offset < _indent_of(tree, first, last)]
    if any(isinstance(node, _FUNCTION) for node in around):
        return ["raise NotImplementedError   # your answer"]
    inside = [node for node in tree.body if first < node.lineno <= last]
    if around or not inside or any(isinstance(node, (*_FUNCTION, ast.ClassDef)) for node in inside):
        raise RegionError(first, "a solution region stands inside a function, or around assignments at the top level")
    bound = [name for node in inside for name in sorted(names.bound(node), key=lambda name: _first_use(node, name))]
    if not bound:
        raise RegionError(first, "this solution region assigns no name, so there is nothing to leave to the student")
    return [f"{name} = ...   # your answer" for name in dict.fromkeys(bound)]


def _indent_of(tree, first, last):
    """The column of the code in a region: what encloses it stands further left."""
    return min((node.col_offset for node in ast.walk(tree)
                if isinstance(node, ast.stmt) and first < node.lineno < last), default=0)


def _first_use(node, name):
    return min(((n.lineno, n.col_offset) for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == name), default=(0, 0))
