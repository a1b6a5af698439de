# %% [markdown]
# # Lab 98 · A first network on handwritten digits
#
# *Lecture: none · 20 minutes*
#
# No student sees this lab. It is an assignment as others give it, one network trained for one epoch, and serves where graders are attacked and compared.

# %% tags=["setup"]
from dlcourse import check, datasets, training
import keras
import numpy as np

training.seed(0)
(x_train, y_train), (x_test, y_test) = datasets.digits.load_data()

# %% [markdown]
# ## 1 From pictures to a network

# %% [markdown]
# ### 1.1 Pictures as rows of numbers · 2 points · 2 min

# %% tags=["answer"]
def flat(pictures):
    """Return the pictures as rows of numbers from 0 to 1; the brightest pixel there can be is 16."""
    # BEGIN SOLUTION
    return pictures.reshape(len(pictures), -1) / 16
    # END SOLUTION

# %% tags=["check"]
with check("1.1", points=2):
    said = np.asarray(flat(x_test[:5]))
    assert said.shape == (5, 64), "five pictures of 8 × 8 pixels are five rows of 64 numbers"
    assert said.max() <= 1, "the brightest pixel is 1: divide by 16"

# %% tags=["hidden"]
with check("1.1"):
    said = np.asarray(flat(np.full((3, 2, 2), 8)))
    assert said.shape == (3, 4) and np.all(said == 0.5), "pictures of other sizes have rows, too"

# %% [markdown]
# ### 1.2 Ones and zeros · 2 points · 2 min

# %% tags=["answer"]
def one_hot(labels, classes=10):
    """Return a row for each label, with a 1 in its place and 0 elsewhere."""
    # BEGIN SOLUTION
    return np.eye(classes)[labels]
    # END SOLUTION

# %% tags=["check"]
with check("1.2", points=2):
    said = np.asarray(one_hot(np.array([2, 0]), classes=3))
    assert said.tolist() == [[0, 0, 1], [1, 0, 0]], "the label is the place of the 1"

# %% tags=["hidden"]
with check("1.2"):
    said = np.asarray(one_hot(y_test))
    assert said.shape == (len(y_test), 10) and np.all(said.argmax(axis=1) == y_test) and said.sum() == len(y_test), "each row has its 1"

# %% [markdown]
# ### 1.3 A network · 2 points · 3 min

# %% tags=["answer"]
def network():
    """Return a compiled network: 64 inputs, 32 hidden neurons with ReLU, 10 outputs with softmax."""
    # BEGIN SOLUTION
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    return model
    # END SOLUTION

# %% tags=["check"]
with check("1.3", points=2):
    net = network()
    assert net.count_params() == 2410, "64·32 + 32 weights into the hidden layer, 32·10 + 10 out of it"
    assert np.allclose(np.sum(net(x_test[:4].reshape(4, 64) / 16), axis=1), 1, atol=1e-5), "softmax: each row sums to 1"

# %% [markdown]
# ### 1.4 One epoch · 2 points · 3 min

# %% tags=["answer"]
# BEGIN SOLUTION
model = network()
history = model.fit(flat(x_train), one_hot(y_train), epochs=1, batch_size=32, verbose=0)
# END SOLUTION

# %% tags=["check"]
with check("1.4", points=2) as passed:
    assert len(history.history["loss"]) == 1, "one epoch is one loss"
    right = np.mean(model.predict(x_test.reshape(len(x_test), 64) / 16, verbose=0).argmax(axis=1) == y_test)
    assert right > 0.6, f"{right:.0%} of the unseen digits are right: more than 60 % should be"

# %% [markdown]
# ### 1.5 How many are right? · 2 points · 2 min

# %% tags=["answer"]
def accuracy(outputs, labels):
    """Return the share of rows whose highest output stands in the label's place."""
    # BEGIN SOLUTION
    return np.mean(np.argmax(outputs, axis=1) == labels)
    # END SOLUTION

# %% tags=["check"]
with check("1.5", points=2):
    outputs = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.4, 0.3, 0.3]])
    said = accuracy(outputs, np.array([1, 0, 2, 1]))
    assert 0 <= said <= 1, "a share lies between 0 and 1"
    assert abs(said - 0.75) < 1e-6, "three of the four have their highest output in the label's place"

# %% tags=["hidden"]
with check("1.5"):
    assert abs(accuracy(np.eye(64)[:20], np.arange(20) % 10) - 0.5) < 1e-6, "other labels give other shares"

# %% tags=["show"]
check.score()
