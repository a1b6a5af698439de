"""Scenes: every shape can be seen, boxes fit, captions are true, and the card's figures are found again."""

import colorsys
import hashlib
import io
import itertools
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dlcourse.datasets import scene_captions, scene_drawing, scenes

CARD = " ".join(scenes.load_data.__doc__.split())
CHANCE = scene_drawing.Chance(7)
X, SHAPES, LAYERS = scene_drawing.draw(np.arange(400) % 4 + 1, CHANCE)      # what load_data does not tell: the whole outlines
SEEN = scene_drawing.instances(LAYERS)
BOXES = scene_drawing.boxes(SEEN)
LIES = scene_captions.relations(LAYERS, SEEN, BOXES)
CAPTIONS = scene_captions.references(SHAPES, LIES, SEEN, BOXES, CHANCE)
PRESENT = SHAPES["kind"] > 0
KNOWN = {"classes": SHAPES["kind"], "colours": SHAPES["colour"], "large": scene_drawing.large(SHAPES), "relations": LIES, "boxes": BOXES}


@pytest.fixture(scope="module")
def small():
    return scenes.load_data(samples=200)


def test_shapes_types_and_padding(small):
    for (x, y), count in zip(small, (200, 40)):
        assert x.shape == (count, 64, 64, 3) and x.dtype == "uint8" and tuple(y) == scenes.PARTS
        assert y["boxes"].shape == (count, 4, 4) and y["boxes"].dtype == "float32"
        assert all(y[name].shape == (count, 4) for name in ("classes", "colours", "large"))
        assert all(y[name].shape == (count, 64, 64) and y[name].dtype == "uint8" for name in ("masks", "instances"))
        there = y["classes"] > 0
        assert y["relations"].shape == (count, 4, 4) and y["relations"].dtype == "uint8"
        assert np.array_equal(y["relations"] > 0, there[:, :, None] & there[:, None] & ~np.eye(4, dtype=bool))
        assert (np.diff(there.astype(int), axis=1) <= 0).all() and there[:, 0].all(), "what is missing is missing at the end"
        assert not y["boxes"][~there].any() and not y["colours"][~there].any() and not y["large"][~there].any()
        assert set(np.unique(y["classes"])) == set(np.unique(y["masks"])) == set(range(len(scenes.CLASSES)))
        assert set(there.sum(axis=1)) == {1, 2, 3, 4}


def test_masks_boxes_and_classes_agree(small):
    for x, y in small:
        for mask, instance, classes, boxes in zip(y["masks"], y["instances"], y["classes"], y["boxes"]):
            assert np.array_equal(mask > 0, instance > 0) and instance.max() == (classes > 0).sum()
            for number in range(1, instance.max() + 1):
                rows, columns = np.nonzero(instance == number)
                assert np.unique(mask[rows, columns]).tolist() == [classes[number - 1]]
                assert boxes[number - 1].tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


def test_enough_of_every_shape_is_seen():
    whole = LAYERS.sum(axis=(2, 3))
    seen = np.stack([(SEEN == number).sum(axis=(1, 2)) for number in (1, 2, 3, 4)], axis=1)
    share = seen[PRESENT] / whole[PRESENT]
    assert share.min() >= scene_drawing.SEEN and (share < 1).mean() > 0.15, "nothing is lost, much overlaps"
    assert seen[PRESENT].min() > 15
    assert not LAYERS[:, :, 0].any() and not LAYERS[:, :, :, -1].any(), "no shape is cut by the frame"


def test_colour_and_kind_name_one_shape_of_a_scene():
    looks = np.where(PRESENT, SHAPES["kind"] * 10 + SHAPES["colour"], np.arange(4))
    assert all(len(set(row)) == 4 for row in looks.tolist())
    assert len(np.unique(looks[PRESENT])) == 36, "every pair occurs"


def test_areas_are_those_of_the_kinds_and_sizes():
    radius2, area = SHAPES["radius"]**2, LAYERS.sum(axis=(2, 3))
    expected = {"disc": 3.14, "ring": 2.36, "square": 3.10, "triangle": 1.87, "cross": 2.15, "star": 2.30}      # for a radius of 1
    for kind, name in enumerate(scene_drawing.KINDS, start=1):
        here = SHAPES["kind"] == kind
        large, small = (here & (scene_drawing.large(SHAPES) == size) for size in (True, False))
        assert np.median(area[large] / radius2[large]) == pytest.approx(expected[name], rel=0.03), name
        assert area[large].min() > 1.5 * area[small].max(), f"no {name} lies between small and large"


def test_what_is_called_red_looks_red():
    hues = {name: colorsys.rgb_to_hsv(*rgb)[0] for name, rgb in scene_drawing.COLOURS.items()}
    right = []
    for scene, number in np.argwhere(PRESENT):
        hue = colorsys.rgb_to_hsv(*X[scene][SEEN[scene] == number + 1].mean(axis=0))[0]
        nearest = min(hues, key=lambda name: abs((hue - hues[name] + 0.5) % 1 - 0.5))
        right.append(nearest == scenes.COLOURS[SHAPES["colour"][scene, number]])
    assert np.mean(right) > 0.99


# The captions' grammar, written down once more: a test that asked the library what is true would learn nothing.
NAME = rf"(large|small) ({'|'.join(scene_drawing.COLOURS)}) ({'|'.join(scene_drawing.KINDS)})"
RELATION = "(?:to the )?left of|(?:to the )?right of|above|below|in front of|partly covering|behind|partly hidden by"
PAIR = re.compile(rf"a {NAME} ({RELATION}) a {NAME}")
PLACE = re.compile(rf"one {NAME} (in the middle|on the left|on the right|at the (?:top|bottom)(?: left| right)?)")
COUNT = re.compile(rf"(a single|two|three|four) shapes?, (?:among them )?(a {NAME}.*)")
SAYS = {"a single": 1, "two": 2, "three": 3, "four": 4}


def find(scene, words):
    """The only shape of the scene that the words fit."""
    size, colour, kind = words
    fits = [number for number in range(4) if PRESENT[scene, number]
            and scene_drawing.KINDS[SHAPES["kind"][scene, number] - 1] == kind
            and list(scene_drawing.COLOURS)[SHAPES["colour"][scene, number]] == colour
            and ("large" if SHAPES["radius"][scene, number] > 7.5 else "small") == size]
    assert len(fits) == 1, (scene, words)
    return fits[0]


def middle(scene, number):
    left, top, right, bottom = BOXES[scene, number]
    return (left + right) / 2, (top + bottom) / 2


def covered(scene, front, back):
    """The part of `back` that is hidden by `front`."""
    return (LAYERS[scene, back] & (SEEN[scene] == front + 1)).sum() / LAYERS[scene, back].sum()


def is_true(scene, caption):
    if found := COUNT.fullmatch(caption):
        count, rest = SAYS[found[1]], found[2]
        names = re.findall(NAME, rest)
        return count == PRESENT[scene].sum() and ("shapes" in caption) == (count > 1) and (
            len({find(scene, name) for name in names}) == count if count < 3 else is_true(scene, rest))
    if found := PLACE.fullmatch(caption):
        right, down = middle(scene, find(scene, found.groups()[:3]))
        across = "left" if right < 64 / 3 else "right" if right >= 128 / 3 else ""
        along = "top" if down < 64 / 3 else "bottom" if down >= 128 / 3 else ""
        return {word for word in found[4].split() if word in ("left", "right", "top", "bottom")} == {across, along} - {""}
    if found := PAIR.fullmatch(caption):
        one, other = find(scene, found.groups()[:3]), find(scene, found.groups()[4:])
        across, down = np.subtract(middle(scene, one), middle(scene, other))
        aside = max(covered(scene, one, other), covered(scene, other, one)) < 0.05
        return {"left": aside and across < -abs(down), "right": aside and across > abs(down), "above": aside and down <= -abs(across),
                "below": aside and down >= abs(across), "in front": covered(scene, one, other) >= 0.05,
                "partly covering": covered(scene, one, other) >= 0.05, "behind": covered(scene, other, one) >= 0.05,
                "partly hidden": covered(scene, other, one) >= 0.05}[re.sub("^to the | of$| by$", "", found[4])
                                                                    .removesuffix(" of")]
    return bool(found := re.fullmatch(f"a {NAME}", caption)) and PRESENT[scene].sum() == 1 and find(scene, found.groups()) == 0


def test_every_caption_is_true():
    wrong = [(scene, caption) for scene, row in enumerate(CAPTIONS) for caption in row if not is_true(scene, caption)]
    assert not wrong


def test_a_wrong_caption_is_noticed():
    swap = {"left": "right", "right": "left", "above": "below", "below": "above", "in front of": "behind", "behind": "in front of",
            "two": "three", "three": "four", "four": "two", "a single": "two", "partly covering": "partly hidden by",
            "partly hidden by": "partly covering", "top": "bottom", "bottom": "top"}
    swapped = [(scene, re.sub("|".join(swap), lambda found: swap[found[0]], caption)) for scene, row in enumerate(CAPTIONS)
               for caption in row if re.search("|".join(swap), caption)]
    assert len(swapped) > 900 and not any(is_true(scene, caption) for scene, caption in swapped)


def known(scene):
    return {name: part[scene:scene + 1] for name, part in KNOWN.items()}


def wrong_words(scene, caption):
    return scenes.errors([caption], known(scene))[0]


def called(scene, number):
    shape = SHAPES[scene, number]
    size = "large" if shape["radius"] > 7.5 else "small"
    return f"a {size} {list(scene_drawing.COLOURS)[shape['colour']]} {scene_drawing.KINDS[shape['kind'] - 1]}"


def test_no_reference_has_an_error():
    for number in range(3):
        assert not scenes.errors(CAPTIONS[:, number], KNOWN).any()


def test_the_judge_calls_true_what_the_grammar_calls_true():
    """Any two shapes of a scene in any relation: as many true as false captions, each judged like `is_true`."""
    rng, verdicts = np.random.default_rng(0), []
    told = list(itertools.chain(*scene_captions.RELATIONS.values()))
    for scene in np.flatnonzero(PRESENT.sum(axis=1) > 1):
        for _ in range(8):
            one, other = rng.permutation(PRESENT[scene].sum())[:2]
            caption = f"{called(scene, one)} {rng.choice(told)} {called(scene, other)}"
            if rng.random() < 0.5:
                caption = f"{('two', 'three', 'four')[rng.integers(3)]} shapes, among them {caption}"
            counts = caption.startswith("two")      # of two shapes the grammar says "a … and a …"
            verdicts.append((not counts and is_true(scene, caption), wrong_words(scene, caption) == 0))
    assert all(one == other for one, other in verdicts) and 100 < sum(one for one, _ in verdicts) < len(verdicts) - 100


def test_all_that_is_true_is_known():
    told = scenes.truths(KNOWN)
    assert [is_true(scene, caption) for scene, captions in enumerate(told) for caption in captions].count(False) == 0
    for scene, captions in enumerate(told):
        count, lies = PRESENT[scene].sum(), LIES[scene][LIES[scene] > 0]
        pairs = len(lies) + sum(lies != 3) - sum(lies == 4)      # above and below have one wording, all others two
        assert len(captions) == (3 if count == 1 else pairs + 2 if count == 2 else 2 * pairs)


def test_relations_are_those_that_pixels_show():
    for scene, one, other in np.argwhere(LIES):
        across, down = np.subtract(middle(scene, one), middle(scene, other))
        hides, hidden = covered(scene, one, other), covered(scene, other, one)
        expected = ((5 if hides > hidden else 6) if max(hides, hidden) >= 0.05 else
                    (2 if across > 0 else 1) if abs(across) > abs(down) else 4 if down > 0 else 3)
        assert LIES[scene, one, other] == expected
    assert set(np.unique(LIES)) == set(range(7))


def test_the_judge_counts_wrong_words():
    scene = next(scene for scene in np.flatnonzero(PRESENT.sum(axis=1) == 2) if LIES[scene, 0, 1] == 1)
    one, other = called(scene, 0), called(scene, 1)
    swap = {"large": "small", "small": "large"}
    other_size = re.sub("large|small", lambda found: swap[found[0]], one)
    for caption, wrong in [
            (f"{one} left of {other}", 0), (f"{other} right of {one}", 0), (f"{one} to the left of {other}", 0),
            (f"{one} right of {other}", 1), (f"{other} left of {one}", 1), (f"{one} above {other}", 2), (f"{one} next to {other}", 2),
            (f"{other_size} left of {other}", 1), (f"{one} left of {one}", sum(map(str.__ne__, one.split(), other.split()))),
            (f"{one} left of", 4), (one, 6), (one.replace("a ", "a big ", 1) + f" left of {other}", 1),
            (f"{one.upper()} left of {other}", 4), ("", 10), ("colourless ideas sleep", 10)]:
        assert wrong_words(scene, caption) == wrong, caption


def test_one_shape_is_not_enough_where_there_are_two_and_two_are_too_many_where_there_is_one():
    for scene in np.flatnonzero(PRESENT.sum(axis=1) > 1)[:50]:
        assert min(wrong_words(scene, called(scene, number)) for number in range(PRESENT[scene].sum())) >= 5      # words that are missing
    for scene in np.flatnonzero(PRESENT.sum(axis=1) == 1)[:50]:
        assert wrong_words(scene, called(scene, 0)) == 0 and wrong_words(scene, f"{called(scene, 0)} above a small red disc") == 5


def test_captions_of_other_scenes_are_hardly_ever_true():
    judged = scenes.errors(np.roll(CAPTIONS[:, 0], 1), KNOWN)
    assert (judged == 0).mean() < 0.02 and judged.mean() > 3


def test_the_judge_wants_one_caption_for_each_scene():
    with pytest.raises(ValueError, match="2 captions for 400 scenes: give one of each scene"):
        scenes.errors(["", ""], KNOWN)


def test_captions_differ_and_say_all_that_the_grammar_can():
    assert all(len(set(row)) == 3 for row in CAPTIONS)
    said = set(" ".join(CAPTIONS.ravel()).replace(",", "").split())
    words = " ".join(word for relation in scene_captions.RELATIONS.values() for word in relation).split()
    assert said >= {*words, *scene_drawing.COLOURS, *scene_drawing.KINDS, "large", "small", "two", "three", "four", "single"}
    assert len(said) < 60


def test_the_first_caption_tells_of_the_two_shapes_that_are_seen_most():
    for scene in np.flatnonzero(PRESENT.sum(axis=1) > 1):
        found = PAIR.fullmatch(CAPTIONS[scene, 0]).groups()
        visible = np.bincount(SEEN[scene].ravel(), minlength=5)[1:]
        one, other = find(scene, found[:3]), find(scene, found[4:])
        assert visible[one] >= visible[other] == np.sort(visible)[-2]


def test_the_same_bytes_everywhere():
    """Whoever changes a single byte of the drawing raises `VERSION` and writes the new digest here."""
    drawn = scenes._draw(60, seed=1)
    digest = hashlib.sha256()
    for name in ("x", "pixels", "boxes", "classes", "colours", "large"):
        digest.update(np.ascontiguousarray(drawn[name]).tobytes())
    digest.update("\n".join(drawn["captions"].ravel()).encode())
    assert (scene_drawing.VERSION, digest.hexdigest()) == (2, "b1c939168a5f77d82ebc4df32ba196a8dd55786cf56713d72c63e5e5decca56c")


def test_drawn_once_then_read(small, monkeypatch):
    monkeypatch.setattr(scenes, "_draw", lambda count, seed: pytest.fail("it is kept already"))
    again = scenes.load_data(samples=200)
    assert all(np.array_equal(x, other) and all(np.array_equal(y[name], label[name]) for name in y)
               for (x, y), (other, label) in zip(small, again))


def test_the_cards_cheap_figures_are_found_again():
    from sklearn.linear_model import LogisticRegression

    (x_train, y_train), (x_test, y_test) = scenes.load_data()
    known, asked = ((y["classes"] > 0).sum(axis=1) for y in (y_train, y_test))
    guessed = (asked == np.bincount(known).argmax()).mean()
    mean = LogisticRegression(max_iter=1000).fit(x_train.mean(axis=(1, 2)) / 255, known).score(x_test.mean(axis=(1, 2)) / 255, asked)
    assert f"guessing gets {guessed:.2f} of" in CARD and float(re.search(r"mean colour ([\d.]+\d)", CARD)[1]) == pytest.approx(mean, abs=0.011)
    everywhere = (y_test["masks"] == 0).mean() / len(scenes.CLASSES)      # the other six classes have no overlap at all
    assert f"background everywhere {everywhere:.3f};" in CARD


def test_a_pixels_colour_does_not_tell_its_class():
    (x_train, y_train), (x_test, y_test) = scenes.load_data()
    train, test = ((x // 32).astype("int64") @ (64, 8, 1) for x in (x_train, x_test))
    shapes = np.bincount(train.ravel(), y_train["masks"].ravel() > 0, 512) > np.bincount(train.ravel(), minlength=512) / 2
    found, right = shapes[test], y_test["masks"] > 0
    assert (found & right).sum() / (found | right).sum() < 0.8, "not even where there is any shape"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_CACHE", str(tmp_path / "deep" / "cache"))
    return tmp_path / "deep" / "cache"


def test_one_file_is_kept_under_a_name_that_says_all(cache):
    scenes.load_data(samples=10, seed=3)
    assert [path.name for path in cache.iterdir()] == [f"scenes-{scene_drawing.VERSION}-10-3.npz"]


def test_many_may_draw_at_once(cache):
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: scenes.load_data(samples=50)[0][0], range(8)))
    assert all(np.array_equal(x, drawn[0]) for x in drawn) and len(list(cache.iterdir())) == 1, "nothing half-written is left"


def halved(content):
    return content[:len(content) // 2]


def one_byte_off(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]


@pytest.mark.parametrize("damage", [halved, one_byte_off, lambda content: b"", lambda content: b"<html>" * 99])
def test_a_damaged_file_is_drawn_again(cache, damage):
    (x, _), _ = scenes.load_data(samples=10)
    file, = cache.iterdir()
    content = file.read_bytes()
    file.write_bytes(damage(content))
    with pytest.warns(UserWarning, match=r"scenes-\S+ cannot be read \(\w+\), so it is drawn again") as told:
        assert np.array_equal(scenes.load_data(samples=10)[0][0], x)
    assert len(told) == 1 and told[0].filename == __file__ and file.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DLCOURSE_CACHE", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="cannot be kept in .* set DLCOURSE_CACHE to a folder that can be written") as told:
        (x, _), _ = scenes.load_data(samples=10)
    assert len(told) == 1 and len(x) == 10


def test_an_interrupted_writing_leaves_nothing(cache, monkeypatch):
    def interrupted(file, **arrays):
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        scenes.load_data(samples=10)
    assert list(cache.iterdir()) == []


def test_a_terminal_sees_a_bar_and_a_file_nothing(cache, monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    scenes.load_data(samples=10)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys, "stdout", Terminal())
    scenes.load_data(samples=10, seed=1)
    assert "drawing the scenes, once" in sys.stdout.getvalue()


@pytest.mark.parametrize("arguments, says", [
    ({"samples": 4}, "samples=4 .* from 5 up"), ({"samples": 10.0}, "samples=10.0"), ({"seed": -1}, "seed=-1 .* from 0 up"),
    ({"seed": None}, "seed=None"),
])
def test_bad_arguments_are_refused_in_one_sentence(arguments, says):
    with pytest.raises(ValueError, match=says):
        scenes.load_data(**arguments)


# ---- variations ----------------------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def variation():
    """A hundred scenes as they are, and varied."""
    (x, y), _ = scenes.load_data(samples=100)
    return x, y, *scenes.varied(x, y, np.random.default_rng(0))


def test_varied_scenes_have_their_boxes_where_their_pixels_are(variation):
    _, before, x, y = variation
    assert x.shape == (100, 64, 64, 3) and x.dtype == np.uint8
    around = scene_drawing.boxes(y["instances"])
    whole = (y["classes"] > 0) & (y["boxes"].min(axis=-1) > 0) & (y["boxes"].max(axis=-1) < 64)
    assert whole.sum() > 150
    np.testing.assert_array_equal(y["boxes"][whole], around[whole])
    for scene, place in zip(*np.nonzero(y["classes"])):
        assert set(np.unique(y["masks"][scene][y["instances"][scene] == place + 1])) == {before["classes"][scene, place]}


def test_varied_scenes_are_mirrored_moved_and_recoloured(variation):
    before, known, x, y = variation
    stayed = (y["boxes"] == known["boxes"]).all(axis=-1) & (known["classes"] > 0)
    assert stayed.mean() < 0.05, "hardly a box stays where it was"
    sums = [np.sort(picture.sum(axis=(0, 1), dtype="int64")) for picture in (x[0], before[0])]
    np.testing.assert_allclose(*sums, rtol=0.1)         # the same three channels, but for what moved over the edge
    again = scenes.varied(before, known, np.random.default_rng(0))[0]
    np.testing.assert_array_equal(again, x)


def test_a_shape_that_leaves_the_picture_has_no_box():
    x = np.zeros((400, 64, 64, 3), "uint8")
    y = {"boxes": np.tile(np.array([[0, 20, 6, 30]], "float32"), (400, 1, 1)), "classes": np.ones((400, 1), "uint8")}
    truth = scenes.varied(x, y, np.random.default_rng(0))[1]
    gone = truth["classes"] == 0
    assert 0.2 < gone.mean() < 0.4 and not truth["boxes"][gone].any()       # moved by 4 to 8 of -8 … 8 pixels, out or in
    assert ((truth["boxes"][~gone][:, 2] - truth["boxes"][~gone][:, 0]) >= 3).all()
    assert set(truth) == {"boxes", "classes"}
