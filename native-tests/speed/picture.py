"""Draws the medians of sessions as an SVG: a bar for each command, with a whisker from the median to p95."""
import statistics
from html import escape
from math import log10

import figures

WIDTH, LEFT, RIGHT = 860, 330, 90  # RIGHT is for the number behind the longest bar
TOP, ROW, GAP, BAR = 62, 22, 34, 13
LEAST, MOST = 1, 1000              # milliseconds, the ends of the scale
TICKS = (1, 3, 10, 30, 100, 300, 1000)

# Readable on white and on black paper; a viewer that knows nothing of colour schemes takes the first.
STYLE = """
  .paper { fill: #ffffff } .line { stroke: #d0d7de } .bar { fill: #9aa4af } .own { fill: #2f6fd0 }
  .whisker { stroke: #57606a } text { fill: #1f2328; font: 13px sans-serif } .small { fill: #57606a; font-size: 12px }
  .title { font-size: 16px; font-weight: bold } .group { font-weight: bold }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } .line { stroke: #30363d } .bar { fill: #6e7681 } .own { fill: #4c8dff }
    .whisker { stroke: #c9d1d9 } text { fill: #e6edf3 } .small { fill: #9da7b3 }
  }
"""


def across(ms):
    """Returns where a time is on the logarithmic scale."""
    share = log10(min(max(ms, LEAST), MOST) / LEAST) / log10(MOST / LEAST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def text(x, y, words, style="", anchor="start"):
    return '<text x="%.1f" y="%.1f" class="%s" text-anchor="%s">%s</text>' % (x, y, style, anchor, escape(words))


def line(x1, y1, x2, y2, style):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>' % (x1, y1, x2, y2, style)


def bar(name, ordered, y):
    """A command: its name, its bar, its whisker and its median. The bars of dbg have a colour of their own."""
    middle = y + BAR / 2
    median, tail = statistics.median(ordered), figures.p95(ordered)
    own = " own" if name.startswith("dbg") else ""
    return [
        text(LEFT - 10, y + BAR - 2, name, anchor="end"),
        '<rect x="%d" y="%.1f" width="%.1f" height="%d" class="bar%s"/>' % (LEFT, y, across(median) - LEFT, BAR, own),
        line(across(median), middle, across(tail), middle, "whisker"),
        line(across(tail), middle - 4, across(tail), middle + 4, "whisker"),
        text(across(tail) + 7, y + BAR - 2, ("%.0f ms" if median >= 100 else "%.1f ms") % median),
    ]


def draw(path, about, groups):
    """Writes the picture. `groups` maps a title to the sorted times of each of its commands, by name."""
    shapes, y = [], TOP
    for title, commands in groups.items():
        y += GAP
        shapes.append(text(20, y - 10, title, "group"))
        for name, ordered in commands.items():
            shapes += bar(name, ordered, y)
            y += ROW
    bottom = y + 6
    scale = []
    for tick in TICKS:
        scale.append(line(across(tick), TOP + 6, across(tick), bottom, "line"))
        scale.append(text(across(tick), bottom + 16, "%d" % tick, "small", "middle"))
    title = "How long a command in a container takes"
    path.write_text("\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img">' % (WIDTH, bottom + 44),
        "<title>%s</title>" % title, "<style>%s</style>" % STYLE,
        '<rect width="100%" height="100%" class="paper"/>',
        text(20, 28, title, "title"),
        text(20, 48, "The bar ends at the median, the line at p95, the number is the median. " + about, "small"),
        *scale, *shapes,
        text(WIDTH - RIGHT, bottom + 34, "milliseconds, on a logarithmic scale", "small", "end"),
        "</svg>", ""]))
