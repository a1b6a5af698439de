"""Ensembles: many networks asked, one answer. Their mistakes differ, so the average makes fewer."""

import keras
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled


@published(
    paper="CUImage 2016, entry to the ImageNet large scale visual recognition challenge",
    url="https://image-net.org/challenges/LSVRC/2016/results",
    says="the lecture: CUImage (2016), 3.57% to 2.99%, an ensemble of 6 models",
    parameters=120_252,
    note="by the challenge's own page CUImage's six models won detection; 2.99% in classification were Trimps-Soushen's, an ensemble too. "
         "Six small nets stand for the members; give your own",
    small={"members": 2, "input_shape": (6, 6, 1), "classes": 3, "width": 0.25},
)
def Ensemble(members=6, input_shape=(32, 32, 3), classes=10, width=1, name="ensemble"):
    """The average of its members' probabilities: any Keras models with one input, one output and the same shapes.

    A number of `members` builds so many small networks instead, alike but for their first weights; only they read the other arguments.
    The members keep their weights and can be trained before, apart from each other; training the ensemble trains them together.

    >>> from dlcourse import models
    >>> model = Ensemble([models.LeNet5(), models.LeNet5(simplified=True), models.MLP(input_shape=(32, 32, 1))])
    >>> model.output_shape, model.count_params() == 60_840 + 61_706 + 529_930
    ((None, 10), True)
    """
    if isinstance(members, int):
        check_task(input_shape, classes, smallest=2)
        members = [_member(input_shape, classes, width) for _ in range(members)]
    _check(members)
    inputs = keras.Input(members[0].input_shape[1:], name="input")
    # Each gets a name of its own: two members may have come with the same one.
    answers = [keras.Model(member.inputs[0], member.outputs[0], name=f"member{number}")(inputs)
               for number, member in enumerate(members, start=1)]
    outputs = layers.Average(name="average")(answers) if len(answers) > 1 else answers[0]
    return keras.Model(inputs, outputs, name=name)


def _member(input_shape, classes, width):
    inputs = x = keras.Input(input_shape, name="input")
    x = layers.Conv2D(scaled(32, width), 3, padding="same", activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Conv2D(scaled(64, width), 3, padding="same", activation="relu", name="conv2")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    outputs = layers.Dense(classes, "softmax", name="output")(x)
    return keras.Model(inputs, outputs)


def _check(members):
    if not members:
        raise ValueError("an ensemble needs a member: give a list of models, or how many to build")
    if len({id(member) for member in members}) < len(members):
        raise ValueError("a model is a member twice, which adds nothing but weight: build and train another one")
    for member in members:
        if not isinstance(member, keras.Model) or len(getattr(member, "inputs", None) or []) != 1 or len(member.outputs) != 1:
            raise ValueError(f"{member!r} cannot be a member: give built Keras models with one input and one output")
        if (member.input_shape, member.output_shape) != (members[0].input_shape, members[0].output_shape):
            raise ValueError(f"{member.name} maps {member.input_shape} to {member.output_shape}, {members[0].name} maps "
                             f"{members[0].input_shape} to {members[0].output_shape}: give members of the same shapes")
