"""Architecture search: what is drawn can be built, what is changed is one term, and evolution finds more than chance."""

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.search.nas import OPERATIONS, draw, mutate, operations, sources, unread
from dlcourse.models.vision.nasnet import NORMAL, REDUCTION


def by_chance(rng, sums=5):
    return draw(lambda name, options: str(rng.choice(options)), sums)


def check_cells(cells):
    for kind, sums in zip(("normal", "reduction"), cells, strict=True):
        for number, terms in enumerate(sums, start=1):
            for term in terms:
                does, reads = term.split()
                assert reads in sources(number) and does in operations(kind, reads), term


def terms(cells):
    return [term for sums in cells for both in sums for term in both]


def test_cells_of_nasnet_are_in_the_space():
    check_cells((NORMAL["sums"], REDUCTION["sums"]))


def test_chance_draws_all_there_is():
    rng, drawn = np.random.default_rng(0), []
    for _ in range(200):
        cells = by_chance(rng)
        check_cells(cells)
        drawn += terms(cells)
    assert {term.split()[0] for term in drawn} == set(OPERATIONS) and {term.split()[1] for term in drawn} == set("hp1234")


def test_a_child_differs_in_one_term_and_any_term_may():
    rng = np.random.default_rng(0)
    parent, places, parts = by_chance(rng), set(), set()
    for _ in range(400):
        child = mutate(parent, rng)
        check_cells(child)
        changed = [(place, old, new) for place, (old, new) in enumerate(zip(terms(parent), terms(child))) if old != new]
        assert len(changed) == 1
        places.add(changed[0][0])
        parts.add(tuple(a == b for a, b in zip(changed[0][1].split(), changed[0][2].split())))
    assert len(places) == 20 and parts >= {(True, False), (False, True)}


def test_what_is_drawn_can_be_built_and_learns():
    keras.utils.set_random_seed(0)
    cells = by_chance(np.random.default_rng(0), sums=2)
    model = models.CellNetwork(input_shape=(8, 8, 1), classes=2, cells=cells, width=4, depth=1, stages=2)
    joined = model.get_layer("normal_1_1").output.shape[-1]
    assert joined == 4 * len(unread(cells[0])) and model.get_layer("reduction_1").output.shape[1:3] == (4, 4)
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    assert np.isfinite(model.fit(np.random.default_rng(0).random((8, 8, 8, 1)), np.arange(8) % 2, verbose=0).history["loss"]).all()


def test_size_by_hand():
    """One normal cell of one sum: a separable convolution of h, and h itself."""
    model = models.CellNetwork(input_shape=(8, 8, 3), classes=5, cells=((("sep3 h", "same h"),),) * 2, width=6, depth=1, stages=1)
    squeeze, separable = 6 * 6 + 2 * 6, 2 * (9 * 6 + 6 * 6 + 2 * 6)
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == 9 * 3 * 6 + 2 * 6 + squeeze + separable + (6 + 1) * 5


def resemblance(cells):
    """A score that takes no time: how many terms are NASNet-A's."""
    return sum(one == other for one, other in zip(terms(cells), terms((NORMAL["sums"], REDUCTION["sums"]))))


def test_evolution_finds_more_than_chance_in_as_many_trials():
    """Terms that are NASNet-A's, of 20, after 1,000 trials, seeds 0-4: by chance 5, 6, 5, 5, 5; evolved 14, 14, 13, 14, 15."""
    chance, evolved = ([getattr(models.ArchitectureSearch(resemblance, seed=seed), how)(1000).best[0] for seed in range(3)]
                       for how in ("random", "evolve"))
    assert min(evolved) >= max(chance) + 3


def test_the_oldest_die_and_the_best_of_a_sample_has_the_child():
    search = models.ArchitectureSearch(resemblance, seed=1)
    search.evolve(trials=40, population=4, sample=4)
    assert len(search.history) == 40
    for number in range(4, 40):
        living = search.history[number - 4:number]
        best = [terms(cells) for score, cells in living if score == max(living)[0]]          # several may be as good
        assert any(sum(a != b for a, b in zip(parent, terms(search.history[number][1]))) == 1 for parent in best)
    assert len(search.random(5).history) == 45
    with pytest.raises(ValueError, match="at least one parent"):
        search.evolve(population=3, sample=4)


def test_keras_tuner_draws_cells_too():
    tuner = pytest.importorskip("keras_tuner")
    hp = tuner.HyperParameters()
    cells = draw(hp.Choice, sums=2)
    check_cells(cells)
    assert cells == draw(hp.Choice, sums=2) and "normal 1a reads" in hp.values
    hp.values["normal 1a reads"] = "p"
    assert draw(hp.Choice, sums=2)[0][0][0].endswith(" p")


def test_what_cannot_be_is_refused():
    for wrong in ({"width": 3}, {"depth": 0}):
        with pytest.raises(ValueError, match="even width"):
            models.CellNetwork(**wrong)
    with pytest.raises(ValueError, match="at least 8 pixels"):
        models.CellNetwork(input_shape=(4, 4, 1))
