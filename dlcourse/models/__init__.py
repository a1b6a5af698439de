"""Every architecture of the course: one paper, one file, one builder family, in the order of the lectures.

>>> from dlcourse import models
>>> models.MLP().count_params()
407050
"""

import importlib
from pathlib import Path

# The table of contents: family -> file -> the public names in it.
CONTENTS = {
    "neurons": {
        "threshold": ["ThresholdNeuron"],
        "perceptron": ["Perceptron"],
        "hebbian": ["HebbianNeuron"],
        "gmdh": ["GMDH"],
        "mlp": ["MLP"],
        "alvinn": ["ALVINN", "encode_direction", "decode_direction"],
    },
    "vision": {
        "neocognitron": ["Neocognitron"],
        "lenet": ["LeNet5"],
        "alexnet": ["AlexNet"],
        "zfnet": ["ZFNet"],
        "vgg": ["VGG11", "VGG13", "VGG16", "VGG19", "ShallowVGGNet"],
        "googlenet": ["GoogLeNet"],
        "resnet": ["ResNet18", "ResNet34", "ResNet50", "ResNet101", "ResNet152"],
        "cifar_resnet": ["CifarResNet"],
        "senet": ["SEResNet18", "SEResNet34", "SEResNet50", "SEResNet101", "SEResNet152", "SENet154"],
        "nasnet": ["NASNetMobile", "NASNetLarge"],
        "capsnet": ["CapsNet"],
        "deepface": ["DeepFace"],
        "ensemble": ["Ensemble"],
        "fcn": ["FCN8", "FCN16", "FCN32"],
        "unet": ["UNet"],
        "ssd": ["SSD300"],
        "faster_rcnn": ["FasterRCNN"],
        "boxes": [],          # no paper of its own: what detectors do with boxes
    },
    "sequences": {
        "elman": ["ElmanNetwork"],
        "jordan": ["JordanNetwork"],
        "lstm": ["LSTMNetwork"],
        "gru": ["GRUNetwork"],
        "bidirectional": ["Bidirectional"],
        "char_rnn": ["CharRNN"],
        "seq2seq": ["Seq2Seq"],
        "attention": ["AttentionSeq2Seq"],
        "show_and_tell": ["ShowAndTell"],
        "transformer": ["Transformer"],
        "bert": ["Bert", "MaskedLanguageModel"],
    },
    "generative": {
        "autoencoder": ["Autoencoder"],
        "vae": ["VAE"],
        "gan": ["GAN"],
        "dcgan": ["DCGAN"],
        "progressive_gan": ["ProgressiveGAN"],
    },
    "memories": {
        "hopfield": ["Hopfield"],
        "boltzmann": ["BoltzmannMachine"],
        "rbm": ["RBM"],
        "dbn": ["DBN"],
        "dbm": ["DBM"],
        "som": ["SOM"],
    },
    "agents": {
        "games": ["TicTacToe", "ConnectFour"],          # no papers: what there is to play
        "alone": ["Catch", "GridWorld"],
        "arcade": ["Arcade"],
        "matches": ["match", "random_player", "PerfectPlayer"],
        "tree": [],
        "dqn": ["DQN"],
        "alphazero": ["AlphaZero"],
    },
    "search": {
        "nas": ["CellNetwork", "ArchitectureSearch"],
        "reptile": ["Reptile"],
    },
}

_HOME = {name: f"dlcourse.models.{family}.{file}"
         for family, files in CONTENTS.items() for file, names in files.items() for name in names}
__all__ = [*_HOME, *CONTENTS, "catalogue"]


def catalogue():
    """The cards of all published models, in lecture order, read without loading Keras.

    >>> catalogue()["Perceptron"].year
    1958
    """
    from dlcourse.models import _published
    return _published.catalogue(Path(__file__).parent, CONTENTS)


def __getattr__(name):
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    if name in CONTENTS:
        return importlib.import_module(f"dlcourse.models.{name}")
    raise AttributeError(f"dlcourse.models has no '{name}': `dlcourse models` lists what there is")


def __dir__():
    return sorted(__all__)
