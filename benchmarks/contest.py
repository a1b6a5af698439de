"""Train several networks on several seeds: each result as it comes, then the table. What lies within the spread of seeds is no claim."""

import argparse
import statistics


def contest(description, nets, learn, prepare, arguments=None):
    """`learn(name, seed, *data)` gives a figure from 0 to 1, a number of parameters and seconds; `prepare()` gives the data.

    >>> contest("Nobody learns.", ["a net"], lambda name, seed: (seed / 10, 5, 0.1), tuple, ["--seeds", "2"])
    seed 0  a net   0.000     0.1 s
    seed 1  a net   0.100     0.1 s
    <BLANKLINE>
    net    parameters   mean         range  seconds
    a net           5  0.050  0.000 – 0.100      0.1
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", default="", help="only nets whose name contains this")
    chosen = parser.parse_args(arguments)
    names = [name for name in nets if chosen.only in name]
    if not names or chosen.seeds < 1:
        parser.error(f"--seeds must be 1 or more, and --only part of one of: {', '.join(nets)}")
    data, wide = prepare(), max(map(len, names))
    results = {name: [] for name in names}
    for seed in range(chosen.seeds):
        for name in names:
            results[name].append(learn(name, seed, *data))
            figure, _, seconds = results[name][-1]
            print(f"seed {seed}  {name:<{wide}}{figure:8.3f}  {seconds:6.1f} s", flush=True)
    print(f"\n{'net':<{wide}}  parameters   mean         range  seconds")
    for name, runs in results.items():
        figures, sizes, seconds = zip(*runs)
        print(f"{name:<{wide}}{sizes[0]:>12,}  {statistics.mean(figures):.3f}  {min(figures):.3f} – {max(figures):.3f}  {statistics.mean(seconds):7.1f}")
