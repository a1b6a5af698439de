"""Real sets load from either cache alike; what is absent, half there or damaged is told apart in one sentence, and left as it is."""

import pickle
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from dlcourse import datasets, places
from dlcourse.cli import main
from dlcourse.datasets import fetching, online
from dlcourse.errors import CourseError

REAL = places.checkout().parent / "shared" / "datasets"
real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/datasets, copies of real sets, is not here")


def flat(loaded):
    """The arrays or texts in what load_data returned."""
    return [part for pair in loaded for part in (pair if isinstance(pair, tuple) else (pair,))]


def rows(loaded):
    """Its rows with their labels, sorted: caches keep them in different orders."""
    if isinstance(loaded[0], str):
        return loaded
    return [sorted((x.tobytes() if isinstance(x, np.ndarray) else x, int(np.squeeze(y))) for x, y in zip(*pair)) for pair in loaded]


def state_of(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", datasets.ONLINE)
def test_every_card_tells_shape_origin_and_licence(name):
    module = getattr(datasets, name)
    assert all(f"    {part} " in module.load_data.__doc__ for part in ("Shape:  ", "Origin: ", "Licence:"))
    assert module.SOURCE.name == name and module.SOURCE.instead in datasets.CONTENTS
    assert all(len(file.digest) in (32, 64) and file.url.startswith("http") for file in module.SOURCE.files)


@pytest.mark.parametrize("name", datasets.ONLINE)
def test_both_caches_give_the_same(name, in_keras, in_tfds, homes):
    load = getattr(datasets, name).load_data
    in_keras(name)
    assert online.state(getattr(datasets, name).SOURCE) == "keras.datasets"
    from_keras, before = load(), state_of(homes)
    shutil.rmtree(homes / "keras")
    in_tfds(name)
    assert online.state(getattr(datasets, name).SOURCE) == "tensorflow-datasets"
    from_tfds = load()
    assert rows(from_keras) == rows(from_tfds) and before
    for one, other in zip(flat(from_keras), flat(from_tfds)):
        assert isinstance(one, str) or (one.dtype == other.dtype and one.shape == other.shape)
        assert name not in ("imdb", "flowers") or np.array_equal(one, other), "these are put in an order of their own"


def test_shapes_and_types_are_those_of_keras(in_keras):
    paths = [path for name in ("mnist", "cifar10", "flowers", "imdb") for path in in_keras(name)]
    assert [(part.shape, str(part.dtype)) for part in flat(datasets.mnist.load_data())] == [
        ((6, 28, 28), "uint8"), ((6,), "uint8"), ((4, 28, 28), "uint8"), ((4,), "uint8")]
    assert np.array_equal(flat(datasets.mnist.load_data())[0], np.load(paths[0])["x_train"]), "in the published order"
    assert [part.shape for part in flat(datasets.cifar10.load_data())] == [(20, 32, 32, 3), (20, 1), (4, 32, 32, 3), (4, 1)]
    assert [part.shape for part in flat(datasets.flowers.load_data(size=48))] == [(9, 48, 48, 3), (9,), (2, 48, 48, 3), (2,)]
    (x, y), (x_test, _) = datasets.imdb.load_data()
    assert ("a good film br it's good", 1) in list(zip(x, y.tolist())) and "a bad film" in x_test


def test_keras_finds_the_same_files(in_keras, homes):
    """Told not to check sums: by itself Keras would delete these small files and download. It wants CIFAR-10 whole, so unpacks it only."""
    in_keras("mnist"), in_keras("fashion_mnist"), in_keras("cifar10")
    code = """
import sys, keras, numpy as np
from keras.src.utils import file_utils
file_utils.validate_file = lambda *arguments, **more: True
loaded = [keras.datasets.mnist.load_data(), keras.datasets.fashion_mnist.load_data()]
np.savez(sys.argv[1], *[part for split in loaded for pair in split for part in pair])
try:
    keras.datasets.cifar10.load_data()
except ValueError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code, str(homes / "theirs.npz")], capture_output=True, text=True)
    assert done.returncode == 0 and "could not broadcast" in done.stdout, done.stderr
    theirs, ours = np.load(homes / "theirs.npz"), flat(datasets.mnist.load_data()) + flat(datasets.fashion_mnist.load_data())
    assert len(theirs.files) == len(ours) == 8
    assert all(np.array_equal(theirs[name], mine) for name, mine in zip(theirs.files, ours))
    (homes / "keras" / "datasets" / "cifar-10-batches-py-target_archive").unlink()
    assert len(datasets.cifar10.load_data()[0][0]) == 20, "read where Keras has unpacked it"


def test_the_seed_splits_the_flowers(in_keras):
    in_keras("flowers")
    load = datasets.flowers.load_data
    assert np.array_equal(load(8)[1][0], load(8)[1][0]) and not np.array_equal(load(8)[1][0], load(8, seed=1)[1][0])
    with pytest.raises(ValueError, match="choose 1 or more"):
        load(size=0)


def test_cifar_is_read_where_it_was_unpacked_too(in_keras):
    [archive] = in_keras("cifar10")
    wanted = datasets.cifar10.load_data()
    folder = archive.with_name("cifar-10-batches-py-target")
    shutil.unpack_archive(archive, folder, "gztar")
    archive.unlink()
    assert rows(datasets.cifar10.load_data()) == rows(wanted), "as Keras 3 does"
    (folder / "cifar-10-batches-py").rename(archive.with_name("cifar-10-batches-py"))      # as Keras 2 did
    assert rows(datasets.cifar10.load_data()) == rows(wanted)


def test_a_pickle_that_is_more_than_arrays_is_refused(in_keras, tmp_path):
    [archive] = in_keras("cifar10")
    archive.unlink()
    folder = archive.with_name("cifar-10-batches-py")
    folder.mkdir()
    for name in datasets.cifar10.BATCHES:
        (folder / name).write_bytes(pickle.dumps(subprocess.run))
    with pytest.raises(CourseError, match="subprocess.run, which is no array"):
        datasets.cifar10.load_data()


@pytest.mark.parametrize("name", datasets.ONLINE)
def test_the_command_shows_what_is_here_and_draws_it(name, in_keras, tmp_path):
    in_keras(name)
    result = CliRunner().invoke(main, ["data", name, "--picture", str(tmp_path / "a.png")])
    assert result.exit_code == 0 and f" = datasets.{name}.load_data()" in result.output, result.output
    assert (tmp_path / "a.png").stat().st_size > 1000


@pytest.mark.parametrize("name", datasets.ONLINE)
def test_absent_is_one_sentence_with_the_stand_in(name, homes):
    began = time.perf_counter()
    with pytest.raises(CourseError) as error:
        getattr(datasets, name).load_data()
    assert time.perf_counter() - began < 2
    said = str(error.value)
    assert said.startswith(f"{name} is not on this machine") and "\n" not in said
    assert all(word in said for word in ("TFDS_DATA_DIR", "KERAS_HOME", str(homes / "tfds"), str(homes / "keras" / "datasets"),
                                         f"datasets.{getattr(datasets, name).SOURCE.instead}"))
    assert not state_of(homes) and online.state(getattr(datasets, name).SOURCE) == "no"


def test_absence_is_told_at_once_and_without_tensorflow(homes):
    """The real probe, towards a machine that does not exist; the variables are set after the import."""
    code = f"""
import os, sys, time
from dlcourse import datasets
os.environ |= {{"KERAS_HOME": {str(homes)!r}, "TFDS_DATA_DIR": {str(homes)!r}, "https_proxy": "http://no-such-machine.invalid:9"}}
began = time.perf_counter()
try:
    datasets.mnist.load_data()
except Exception as error:
    print(type(error).__name__, {str(homes)!r} in str(error), time.perf_counter() - began < 2, "tensorflow" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "CourseError True True False\n", done.stdout + done.stderr


@pytest.mark.parametrize("damage, said", [
    (lambda content: content[:-9], "is only half downloaded"),
    (lambda content: content[:-9] + b"\0" * 9, "is damaged (its checksum"),
    (lambda content: content + b"\0", "is damaged (its checksum"),
])
def test_a_bad_file_of_keras_is_named_and_kept(damage, said, in_keras, homes):
    [path] = in_keras("mnist")
    path.write_bytes(damage(path.read_bytes()))
    before = state_of(homes)
    with pytest.raises(CourseError) as error:
        datasets.mnist.load_data()
    assert said in str(error.value) and str(path) in str(error.value) and "move it away" in str(error.value)
    assert state_of(homes) == before
    assert online.state(datasets.mnist.SOURCE) == ("damaged" if "half" in said else "keras.datasets")   # no sum is taken for that


def test_some_files_of_several_are_in_part(in_keras, homes):
    paths = in_keras("fashion_mnist")
    paths[1].rename(fetching.part(paths[1]))
    paths[2].unlink()
    with pytest.raises(CourseError, match=r"fashion_mnist is only here in part \(\d+ kB of \d+ kB\)"):
        datasets.fashion_mnist.load_data()
    assert online.state(datasets.fashion_mnist.SOURCE) == "in part"


@pytest.mark.parametrize("damage, said", [
    (lambda folder: (folder / "dataset_info.json").unlink(), "mnist is only half prepared in {set}"),
    (lambda folder: folder.rename(folder.with_name("incomplete.7QK3ZV_1.0.0")), "mnist is only half prepared in {set}"),
    (lambda folder: cut(next(folder.glob("*train.tfrecord*"))), "mnist is damaged in {set}"),
    (lambda folder: next(folder.glob("*test.tfrecord*")).unlink(), "mnist is damaged in {set}"),
    (lambda folder: (folder / "dataset_info.json").write_text("{"), "mnist is damaged in {set}"),
    (lambda folder: flip(next(folder.glob("*train.tfrecord*"))), "mnist is damaged in {set}"),
])
def test_a_bad_cache_of_tensorflow_datasets_is_named_and_kept(damage, said, in_tfds, in_keras, homes):
    damage(in_tfds("mnist"))
    before = state_of(homes)
    with pytest.raises(CourseError) as error:
        datasets.mnist.load_data()
    assert said.format(set=homes / "tfds" / "mnist") in str(error.value) and "move that folder away" in str(error.value)
    assert state_of(homes) == before
    in_keras("mnist")
    assert len(datasets.mnist.load_data()[0][0]) == 6, "the other cache has it"


def cut(path):
    path.write_bytes(path.read_bytes()[:-40])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def test_an_unfinished_version_beside_a_finished_one_does_no_harm(in_tfds):
    folder = in_tfds("kmnist")
    shutil.copytree(folder, folder.with_name("incomplete.7QK3ZV_2.0.0"))
    folder.rename(folder.with_name("10.0.0"))
    shutil.copytree(folder.with_name("10.0.0"), folder.with_name("9.0.0"))
    assert online.tfds_folder(datasets.kmnist.SOURCE).name == "10.0.0"


def test_reading_a_cache_says_nothing(in_tfds, capfd):
    in_tfds("shakespeare")
    capfd.readouterr()
    code = "from dlcourse import datasets; print(len(datasets.shakespeare.load_data()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("2\n", "")


@real
def test_the_real_sets_load_from_prepared_caches(homes):
    """tensorflow-datasets prepares them from the copies, once: that is most of the time."""
    done = subprocess.run([sys.executable, REAL / "prepare.py", homes / "tfds"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in ("mnist", "fashion_mnist"):
        loaded = getattr(datasets, name).load_data()
        assert [part.shape for part in flat(loaded)] == [(60000, 28, 28), (60000,), (10000, 28, 28), (10000,)]
        parts = ("train-labels-idx1", "train-images-idx3", "t10k-labels-idx1", "t10k-images-idx3")
        assert rows(loaded) == rows(online.from_idx([REAL / name / f"{part}-ubyte.gz" for part in parts]))
    assert (online.tfds_home() / "mnist").is_dir() and not online.keras_home().exists()
    assert "".join(datasets.shakespeare.load_data()) == (REAL / "tiny_shakespeare" / "input.txt").read_text()


@real
def test_the_real_files_are_those_that_are_published(homes):
    folder = homes / "keras" / "datasets"
    shutil.copytree(REAL / "fashion_mnist", folder / "fashion-mnist")
    shutil.copy(REAL / "tiny_shakespeare" / "input.txt", folder / "shakespeare.txt")
    (x, y), (x_test, y_test) = datasets.fashion_mnist.load_data()
    assert (np.bincount(y) == 6000).all() and (np.bincount(y_test) == 1000).all()
    assert x.mean() == pytest.approx(72.94, abs=0.01), "the mean that the literature normalises by, 0.2860 of 255"
    assert datasets.fashion_mnist.CLASSES[y[0]] == "ankle boot", "the picture with which Keras' tutorial begins"
    train, test = datasets.shakespeare.load_data()
    assert (len(train), len(test), len(set(train + test))) == (1_003_854, 111_540, 65) and train.startswith("First Citizen:")
