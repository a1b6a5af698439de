"""Every figure: its title and labels, nothing left open, and inputs as students pass them."""

import importlib
import pkgutil
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dlcourse import plots
from dlcourse.plots import canvas

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([0, 0, 0, 1])
PICTURES = np.arange(3 * 64, dtype="uint8").reshape(3, 8, 8)
BOXES = np.array([[[1, 2, 6, 7], [0, 0, 0, 0]], [[0, 0, 8, 8], [2, 2, 4, 4]], [[0, 0, 0, 0], [0, 0, 0, 0]]])
UPDATES = [SimpleNamespace(epoch=1, sample=3, error=1, weights=np.array([1.0, 1.0]), bias=1.0),
           SimpleNamespace(epoch=2, sample=1, error=-1, weights=np.array([1.0, 0.0]), bias=-0.5)]

FIGURES = {
    "activations": lambda **k: plots.activations(**k),
    "attention": lambda **k: plots.attention(np.eye(3), "abc", "abc", **k),
    "boards": lambda **k: plots.boards([[[1, 0], [0, -1]]], shares=[[0, 3, 1, 0]], names=["X"], **k),
    "boundary": lambda **k: plots.boundary(lambda x: x[:, 0] > 0.5, X, Y, **k),
    "boxes": lambda **k: plots.boxes(PICTURES, BOXES, [[1, 0], [2, 1], [0, 0]], ["", "cat", "dog"], **k),
    "history": lambda **k: plots.history({"loss": [2, 1], "accuracy": [0, 1]}, **k),
    "images": lambda **k: plots.images(PICTURES, [0, 1, 2], **k),
    "line": lambda **k: plots.line([1, 1], -1.5, **k),
    "lines": lambda **k: plots.lines([0, 1], {"a": [0, 1], "b": [1, 0]}, **k),
    "masks": lambda **k: plots.masks(PICTURES, PICTURES % 3, ["", "cat", "dog"], **k),
    "matrix": lambda **k: plots.matrix([[3, 1], [0, 4]], ["no", "yes"], ["no", "yes"], "said", "is", **k),
    "points": lambda **k: plots.points(X, Y, **k),
    "updates": lambda **k: plots.updates(X, Y, UPDATES, **k),
}


@pytest.fixture(autouse=True)
def nothing_left_open():
    yield
    assert plt.get_fignums() == []


def title_of(ax):
    return ax.figure.get_suptitle() or ax.get_title(loc="left")


def test_every_public_function_is_here():
    assert set(FIGURES) | {"film", "panels"} == set(plots.__all__)


@pytest.mark.parametrize("name", FIGURES)
def test_contract(name, tmp_path):
    axes = np.ravel(FIGURES[name](title="The claim"))
    assert title_of(axes[0]) == "The claim"
    figure = axes[0].figure
    assert to_rgb(figure.get_facecolor()) == (1, 1, 1)
    figure.savefig(tmp_path / "figure.png")
    if name not in ("boards", "boxes", "images", "masks"):
        assert all(ax.get_xlabel() and ax.get_ylabel() for ax in axes[:1])


@pytest.mark.parametrize("name", FIGURES)
def test_dark_style_does_not_reach_the_paper(name):
    with plt.style.context("dark_background"):
        ax = np.ravel(FIGURES[name](title="The claim"))[0]
    assert to_rgb(ax.get_facecolor()) == (1, 1, 1)
    assert ax.xaxis.label.get_color() == ax.xaxis.get_ticklabels()[0].get_color() == canvas.INK


def test_no_submodule_shares_a_public_name():
    assert not {module.name for module in pkgutil.iter_modules(plots.__path__)} & set(plots.__all__)
    assert all(callable(getattr(importlib.import_module("dlcourse.plots"), name)) for name in plots.__all__)


def test_colours_and_markers_differ():
    rgb = np.array([to_rgb(colour) for colour in canvas.PALETTE])
    distances = np.linalg.norm(rgb[:, None] - rgb[None], axis=-1)[~np.eye(len(rgb), dtype=bool)]
    assert distances.min() > 0.25
    assert len(set(canvas.MARKERS)) == len(canvas.PALETTE)


def test_a_given_ax_is_drawn_on():
    ax = canvas.single()
    assert plots.points(X, Y, ax=ax) is ax and plots.line([1, 1], -1.5, ax=ax) is ax and plots.lines([0, 1], [0, 1], ax=ax) is ax
    assert plots.boundary(lambda x: x[:, 0], X, Y, ax=ax) is ax


# history

def test_history_takes_keras_own_object_and_counts_epochs_from_one():
    left, right = plots.history(SimpleNamespace(history={"loss": [3, 2], "val_loss": [3, 3], "mae": [1, 1], "learning_rate": [1, 1]}))
    assert [line.get_linestyle() for line in left.lines] == ["-", "--"]
    assert left.lines[0].get_xdata().tolist() == [1, 2]
    assert [line.get_label() for line in right.lines] == ["mae"]


def test_history_without_metrics_is_one_panel_and_two_losses_share_it():
    assert len(plots.history({"loss": [1.0]})) == 1
    ax, = plots.history({"d_loss": [1, 2], "g_loss": [2, 1]})
    assert len(ax.lines) == 2 and ax.get_ylabel() == "loss"


def test_empty_history():
    with pytest.raises(ValueError, match="pass what model.fit"):
        plots.history({})


# images

@pytest.mark.parametrize("x, panels", [
    (PICTURES[0], 1), (PICTURES[..., None], 3), (np.zeros((2, 4, 4, 3), "uint8"), 2), (np.random.randn(2, 4, 4, 3), 2),
    (np.zeros((4, 4, 3)), 1), (PICTURES / 255, 3),
])
def test_images_of_any_form(x, panels):
    assert plots.images(x).size == panels


def test_images_in_rows_with_names():
    grid = plots.images(PICTURES, [[0], [1], [0]], names=["cat", "dog"], columns=2)
    assert grid.shape == (2, 2) and [ax.get_title() for ax in grid.flat] == ["cat", "dog", "cat", ""]


@pytest.mark.parametrize("arguments, says", [
    ((np.zeros((401, 2, 2)),), "x\\[:16\\]"), ((np.zeros((0, 2, 2)),), "0 pictures"), ((np.zeros(5),), "shape is \\(5,\\)"),
    ((PICTURES, [1]), "3 pictures need"),
])
def test_images_say_what_is_wrong(arguments, says):
    with pytest.raises(ValueError, match=says):
        plots.images(*arguments)


# boxes, masks

def test_boxes_lie_on_the_pixels_edges_and_are_named():
    ax, _, none = FIGURES["boxes"]().flat
    assert [text.get_text() for text in ax.texts] == ["cat"] and not none.patches, "a row without area is no box"
    inner = ax.patches[-1]
    assert (*inner.get_xy(), inner.get_width(), inner.get_height()) == (0.5, 1.5, 5, 5)
    assert to_rgb(inner.get_edgecolor()) == to_rgb(canvas.colour(0))


def test_boxes_may_be_as_many_as_were_found():
    found = [[[0, 0, 2, 2], [3, 3, 5, 5]], [], [[1, 1, 2, 2]]]
    assert [len(ax.patches) for ax in plots.boxes(PICTURES, found).flat] == [4, 0, 2], "two strokes for each"


def test_masks_colour_each_class_and_name_those_that_are_there():
    masks = np.zeros((3, 8, 8), int)
    masks[0, 0, 0] = 2
    grid = plots.masks(PICTURES, masks, ["", "cat", "dog"])
    overlay = grid[0, 0].images[-1].get_array()
    assert tuple(overlay[0, 0, :3]) == to_rgb(canvas.colour(1)) and tuple(overlay[1, 1, :3]) == (1, 1, 1)
    assert [text.get_text() for text in grid[0, 0].figure.legends[0].get_texts()] == ["dog"]


@pytest.mark.parametrize("call, says", [
    (lambda: plots.boxes(PICTURES, BOXES[:2]), "3 pictures need as many rows in boxes, but there are 2"),
    (lambda: plots.boxes(PICTURES, BOXES, [[1, 0]]), "as many rows in y"),
    (lambda: plots.masks(PICTURES, np.zeros((3, 4, 4))), r"masks of the shape \(3, 8, 8\), but it is \(3, 4, 4\)"),
])
def test_boxes_and_masks_say_what_is_wrong(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# points, boundary, line

def test_points_of_each_class_have_their_own_marker():
    ax = plots.points(X, ["a", "b", "c", "c"])
    shapes = {marks.get_paths()[0].vertices.tobytes() for marks in ax.collections}
    assert len(shapes) == 3 and ax.get_aspect() == 1


@pytest.mark.parametrize("x, y, says", [([[1, 2, 3]], [0], "2 numbers each"), ([1, 2], [0, 1], "2 dimensions"), (X, [0], "4 points")])
def test_points_say_what_is_wrong(x, y, says):
    with pytest.raises(ValueError, match=says):
        plots.points(x, y)


@pytest.mark.parametrize("predict", [
    lambda x: (x[:, 0] > 0.5).astype(int), lambda x: x[:, :1], lambda x: np.column_stack([1 - x[:, 0], x[:, 0]]),
    lambda x: x[:, 0] > 0.5, lambda x: [int(a > 0.5) for a in x[:, 0]],
])
def test_boundary_reads_every_form_of_answer_alike(predict):
    ax = plots.boundary(predict, X, Y)
    edge = next(marks for marks in ax.collections if len(marks.get_paths()) == 1 and not marks.get_offsets().any())
    assert edge.get_paths()[0].vertices[:, 0] == pytest.approx(0.5, abs=0.02)


def test_boundary_with_one_answer_everywhere_or_labels_of_its_own():
    plots.boundary(lambda x: np.zeros(len(x)), X, Y)
    plots.boundary(lambda x: np.where(x[:, 0] > 0.5, 1, -1), X, [-1, -1, 1, 1])
    plots.boundary(lambda x: np.full(len(x), 7), X, Y)


def test_boundary_refuses_one_answer_for_all():
    with pytest.raises(ValueError, match="answer each"):
        plots.boundary(lambda x: 1, X, Y)


@pytest.mark.parametrize("weights, bias", [([1, 1], -1.5), ([1, 0], -0.5), ([0, 2], -1), ([[1], [-1]], [0.2]), ([-3, 1], 0)])
def test_line_lies_where_the_sum_is_zero_and_stays_in_view(weights, bias):
    ax = plots.points(X, Y)
    before = ax.get_xlim(), ax.get_ylim()
    plots.line(weights, bias, ax=ax)
    ends = np.column_stack(ax.lines[0].get_data())
    w, b = np.ravel(weights), np.ravel(bias)[0]
    assert ends @ w + b == pytest.approx([0, 0], abs=1e-9)
    assert (ax.get_xlim(), ax.get_ylim()) == before
    view = np.array(before)
    assert (ends >= view[:, 0] - 1e-9).all() and (ends <= view[:, 1] + 1e-9).all()
    arrow = ax.texts[-1]
    assert np.dot(np.subtract(arrow.get_position(), arrow.xy), w) < 0 < np.dot(arrow.xy, w) + b  # its tip is where the neuron fires


@pytest.mark.parametrize("weights, bias", [([0, 0], 1), ([1, 0], 50), ([0, 1], 50), ([1, 1], 50), ([np.nan, 1], 0)])
def test_line_that_is_nowhere_draws_nothing(weights, bias):
    assert len(plots.line(weights, bias).lines) == 0


def test_line_of_three_weights():
    with pytest.raises(ValueError, match="2 weights, but there are 3"):
        plots.line([1, 2, 3], 0)


# updates

def test_updates_show_before_and_after_and_what_caused_them():
    first, second = plots.updates(X, Y, UPDATES).flat
    assert first.get_title(loc="left") == "update 1: epoch 1, point 3\nshould fire"
    assert second.get_title(loc="left").endswith("should be silent")
    assert len(first.lines) == 0 and first.texts[0].get_text() == "fires everywhere"
    assert len(second.lines) == 1  # the first line lies outside the view


def test_many_updates_say_that_some_are_left_out():
    grid = plots.updates(X, Y, UPDATES * 11)
    assert grid.shape == (4, 5) and "first 20 of 22" in title_of(grid[0, 0])


def test_no_updates():
    with pytest.raises(ValueError, match="fit the perceptron first"):
        plots.updates(X, Y, [])


# curves

def test_lines_differ_by_dashes_too():
    ax = plots.lines([0, 1], {"a": [0, 1], "b": [1, 0]}, xlabel="w", ylabel="E")
    assert len({line.get_linestyle() for line in ax.lines}) == 2 and ax.get_ylabel() == "E"


def test_lines_of_unequal_length():
    with pytest.raises(ValueError, match="x has 2 values, but a has 3"):
        plots.lines([0, 1], {"a": [0, 1, 2]})


def test_activations_of_any_kind():
    value, slope = plots.activations({"mine": lambda z: z if z > 0 else 0, "jump": lambda z: int(z > 0)})
    assert value.lines[0].get_ydata()[[0, -1]] == pytest.approx([0, 5])
    assert slope.lines[0].get_ydata()[[0, -1]] == pytest.approx([0, 1])
    assert np.nanmax(slope.lines[1].get_ydata()) == 0
    plots.activations("step")


def test_unknown_activation():
    with pytest.raises(ValueError, match="choose from step, sigmoid"):
        plots.activations(["sigmiod"])


def test_a_class_keeps_its_name_and_colour_when_others_are_missing():
    both, one = plots.points(SQUARE, [0, 1, 1, 0], names=["no", "yes"]), plots.points(SQUARE, [1, 1, 1, 1], names=["no", "yes"])
    assert [text.get_text() for text in one.get_legend().get_texts()] == ["yes"]
    assert (both.collections[1].get_facecolor()[0] == one.collections[0].get_facecolor()[0]).all()
    region = plots.boundary(lambda x: np.ones(len(x)), SQUARE, [1, 1, 1, 1])
    assert (region.collections[0].get_facecolor()[0][:3] == region.collections[1].get_facecolor()[0][:3]).all()


SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize("call, said", [
    (lambda: plots.points([[np.nan, 0]]), "NaN"),
    (lambda: plots.points(np.zeros((0, 2))), "at least one"),
    (lambda: plots.points(SQUARE, [0, 1, 2, 3], names=["a", "b"]), "one word for each class"),
    (lambda: plots.boundary(lambda x: np.full(len(x), np.nan), SQUARE, [0, 1, 1, 0]), "predict answers NaN"),
    (lambda: plots.history({"val_loss": [1]}), "no metric of the training"),
    (lambda: plots.images(np.zeros((2, 8, 8)), columns=0), "at least one column"),
    (lambda: plots.panels(0), "at least one row"),
])
def test_bad_input_is_one_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# tables

def test_a_small_table_says_its_numbers_and_a_large_one_what_its_shades_mean():
    ax = plots.matrix([[0.25, 0.5], [1, 0]])
    assert [text.get_text() for text in ax.texts] == ["0.25", "0.5", "1", "0"] and len(ax.figure.axes) == 1
    large = plots.matrix(np.arange(400).reshape(20, 20))
    assert not large.texts and len(large.figure.axes) == 2


def test_attention_has_a_panel_for_each_head_with_a_row_for_each_written_token():
    weights = np.random.default_rng(0).random((2, 3, 5))
    grid = plots.attention(weights, read=["to", "be", "or", "not", "."], written="abc")
    assert grid.shape == (1, 2) and grid[0, 1].get_title(loc="left") == "head 2"
    assert np.array_equal(grid[0, 1].images[0].get_array(), weights[1])
    assert [tick.get_text() for tick in grid[0, 0].get_xticklabels()] == ["to", "be", "or", "not", "."]


def test_boards_show_stones_letters_and_shares():
    grid = plots.boards([[[1, 0], [0, -1]], [[0, 0], [0, 0]]], shares=[[0, 1, 0, 0], [0, 0, 4, 0]])
    first, second = (ax.images[0].get_array() for ax in grid.flat)
    assert second[1, 0] == first.max() * 4 > 0 and not second[0].any()
    assert [(text.get_text(), text.get_position()) for text in grid[0, 0].texts] == [("X", (0, 0)), ("O", (1, 1))]
    world = plots.boards([["S.", "#G"]])[0, 0]
    assert [text.get_text() for text in world.texts] == ["S", "G"] and world.images[0].get_array()[1, 0] == 1


@pytest.mark.parametrize("call, said", [
    (lambda: plots.matrix(np.eye(2), rows=["a"]), "2 names of rows, but there are 1"),
    (lambda: plots.attention(np.eye(2), "abc", "ab"), r"shape \(2, 3\), or that for each head, but the shape is \(2, 2\)"),
    (lambda: plots.boards([[0, 1], [1, 0]]), r"put a single board in a list"),
    (lambda: plots.boards([np.eye(2)], columns=0), r"columns=0 leaves no room for a board: choose 1 or more"),
    (lambda: plots.boards([np.eye(2)], names=["a", "b"]), "1 boards need as many names, but there are 2"),
])
def test_tables_say_what_is_wrong(call, said):
    with pytest.raises(ValueError, match=said):
        call()
