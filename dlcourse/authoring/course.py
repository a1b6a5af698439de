"""What all labs of a course share: where they are published, and in which version."""

import dataclasses

COLAB = "https://colab.research.google.com"


@dataclasses.dataclass(frozen=True)
class Course:
    """What all labs share: the address that badges and Colab's installation line point to, and the version.

    >>> Course("https://github.com/someone/dlcourse", "0.1.0").wheel
    'https://github.com/someone/dlcourse/releases/download/v0.1.0/dlcourse-0.1.0-py3-none-any.whl'
    """

    address: str
    version: str

    @property
    def wheel(self):
        """Where Colab finds the wheel of this version."""
        return f"{self.address}/releases/download/v{self.version}/dlcourse-{self.version}-py3-none-any.whl"

    def badge(self, name):
        """The line that opens a lab on Colab.

        >>> Course("https://github.com/someone/dlcourse", "0.1.0").badge("lab01_neuron").split("](")[-1]
        'https://colab.research.google.com/github/someone/dlcourse/blob/main/labs/lab01_neuron.ipynb)'
        """
        place = self.address.removeprefix("https://github.com/")
        link = f"{COLAB}/github/{place}/blob/main/labs/{name}.ipynb"
        return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({link})"
