"""The published figures of tests/facts.json, and where to find the rows of one builder."""

import json
import re
from pathlib import Path

import pytest

FACTS = json.loads((Path(__file__).parents[1] / "facts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def facts():
    """facts("ALVINN", "1991"): the one row of that name whose variant contains that text."""
    def find(name, variant=""):
        rows = [row for row in FACTS if row["name"] == name and variant in row["variant"]]
        assert len(rows) == 1, f"facts.json has {len(rows)} rows {name!r} with {variant!r} in the variant, not one"
        return rows[0]
    return find


@pytest.fixture(scope="session")
def facts_of():
    """facts_of("ResNet18"): all rows of that builder: "ResNet18" itself, or "ResNet" with a variant "ResNet-18 …"."""
    def find(builder):
        return [row for row in FACTS if _bare(builder) in (_bare(row["name"]), _of_family(row))]
    return find


def _of_family(row):
    """The variant's first word where it spells out the row's name: "VGG", "VGG-16(D)" -> "vgg16"."""
    word = _bare(re.split(r"[ (,:]", row["variant"])[0])
    return word if word.startswith(_bare(row["name"])) else None


def _bare(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())
