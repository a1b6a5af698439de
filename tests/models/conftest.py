"""The published figures of tests/facts.json, and where to find the rows of one builder."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import dlcourse.training  # noqa: F401  so that no test waits for a tuner after its last batch

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


@pytest.fixture(scope="session")
def blueprint():
    """blueprint(VGG16, classes=10): the network with its shapes and counts, but without numbers: 500 MB less, in no time."""
    import keras

    def build(builder, **arguments):
        with keras.StatelessScope(initialize_variables=False):
            network = builder(**arguments)
        keras.backend.clear_session()      # or the next network's scope would fill in the numbers after all
        return network
    return build


@pytest.fixture(scope="session")
def stages():
    """stages(network, row): what the network's own layers say under the names of the row's stages, to compare with the row's."""
    return lambda network, row: [[name, list(network.get_layer(name).output.shape[1:])] for name, _ in row["stages"]]


@pytest.fixture(scope="session")
def lively():
    """lively(model): with batch norms as after training, not all 0 and 1, behind which many a difference would hide."""
    def give_statistics(model, seed=0):
        rng = np.random.default_rng(seed)
        for weight in model.weights:
            if weight.path.endswith(("/gamma", "/moving_variance")):
                weight.assign(rng.uniform(0.5, 1.5, weight.shape))
            elif weight.path.endswith(("/beta", "/moving_mean")):
                weight.assign(rng.normal(0, 0.2, weight.shape))
        return model
    return give_statistics


def bright_squares(pictures, rng):
    """A light or a dark square on grey, and its box."""
    x, boxes, kinds = np.full((pictures, 32, 32, 3), 0.5, "float32"), [], rng.integers(1, 3, pictures)
    for picture, kind in zip(x, kinds):
        side, (left, top) = rng.integers(8, 14), rng.integers(0, 18, 2)
        picture[top:top + side, left:left + side] = kind - 1
        boxes.append([[left, top, left + side, top + side]])
    return x, {"boxes": np.array(boxes, "float32"), "classes": kinds[:, None]}


@pytest.fixture
def finds_squares(tmp_path):
    """finds_squares(detector): it learns where light and dark squares are, finds new ones, and does so again once saved and loaded."""
    import keras

    from dlcourse.metrics import mean_average_precision

    def learn(model):
        rng = np.random.default_rng(0)
        x, y = bright_squares(400, rng)
        model.compile(keras.optimizers.Adam(5e-3), jit_compile=False)
        model.fit(x, y, epochs=8, batch_size=20, verbose=0)
        x, y = bright_squares(60, rng)
        found = model.detect(x)
        assert found["boxes"].shape == (60, 20, 4) and mean_average_precision(y, found) > 0.8
        model.save(tmp_path / "model.keras")
        again = keras.models.load_model(tmp_path / "model.keras").detect(x)
        np.testing.assert_allclose(again["scores"], found["scores"], atol=1e-5)
    keras.utils.set_random_seed(0)
    return learn
