"""The charts of the class's page, as SVG in the page's own colours: how the totals are spread, and how much one share is."""

from dlcourse.grading.reports.page import number

WIDE, HIGH, FLOOR, EDGE = 480, 220, 180, 14      # the histogram's size, where its bars stand, and the margin beside them


def histogram(totals):
    """How many students have how many points; `totals` are (points, of) pairs. In tenths where points are too fine or too many.

    >>> "0 points: 0, 1 point: 1, 2 points: 2</desc>" in histogram([(1, 2), (2, 2), (2, 2)])
    True
    """
    most = max(of for _, of in totals)
    if most <= 20 and all(of == most and float(points).is_integer() for points, of in totals):
        places, names, shift = [int(points) for points, _ in totals], [str(step) for step in range(int(most) + 1)], 0.5
        said, unit = [f"{name} point{'s' * (name != '1')}" for name in names], "points"
    else:
        places, names, shift = [min(int(10 * points / of + 1e-9), 9) for points, of in totals if of], [*range(0, 101, 10)], 0
        said, unit = [f"{low} to {low + 10} %" for low in names[:-1]], "% of the points"
    counts, step = [places.count(place) for place in range(len(said))], (WIDE - 2 * EDGE) / len(said)
    bars = "\n".join(_bar(EDGE + place * step, step, count, max(counts), what) for place, (count, what) in enumerate(zip(counts, said)))
    ticks = "".join(f'<text x="{EDGE + (place + shift) * step:.1f}" y="{FLOOR + 17}">{name}</text>' for place, name in enumerate(names))
    desc = ", ".join(f"{what}: {count}" for what, count in zip(said, counts))
    return f"""<svg class="histogram" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-labelledby="spread-title spread-desc">
<title id="spread-title">How the totals are spread</title><desc id="spread-desc">Students with {desc}</desc>
{bars}
<path class="floor" d="M{EDGE} {FLOOR}H{WIDE - EDGE}"/>{ticks}<text x="{WIDE / 2}" y="{HIGH - 4}">{unit}</text>
</svg>"""


def _bar(left, step, count, most, what):
    """One bar, and its count above it."""
    high = count / most * (FLOOR - 30)
    return (f'<g><title>{what}: {count}</title><rect x="{left + 2:.1f}" y="{FLOOR - high:.1f}" width="{step - 4:.1f}" height="{high:.1f}"/>'
            + (f'<text class="count" x="{left + step / 2:.1f}" y="{FLOOR - high - 6:.1f}">{count}</text>' if count else "") + "</g>")


def share(part, said):
    """A bar for a share between 0 and 1.

    >>> share(0.5, "half").count("width='50'")
    1
    """
    return (f"<svg class='share' viewBox='0 0 100 8' preserveAspectRatio='none' role='img'><title>{said}</title>"
            f"<rect class='all' width='100' height='8'/><rect width='{number(100 * part)}' height='8'/></svg>")
