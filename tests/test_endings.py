"""Importing `dlcourse.training` has Keras read arrays without the tuner whose thread may sleep on after the last batch."""

import sys

import numpy as np
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

from dlcourse import training  # noqa: F401  this import is what is tested
from dlcourse.endings import end_promptly


def test_arrays_are_read_without_the_tuner_that_ends_late():
    read = ArrayDataAdapter(np.ones((5, 2)), np.ones(5), batch_size=2, shuffle=False).get_tf_dataset()
    assert read.options().autotune.enabled is False
    assert [len(x) for x, _ in read] == [2, 2, 1]


def test_a_keras_that_reads_arrays_otherwise_or_was_told_before_stays_as_it_is(monkeypatch):
    before = ArrayDataAdapter.get_tf_dataset
    end_promptly()
    monkeypatch.setitem(sys.modules, "keras.src.trainers.data_adapters.array_data_adapter", None)
    end_promptly()
    assert ArrayDataAdapter.get_tf_dataset is before
