#!/usr/bin/env python3
"""A terminal's screen, as `tmux capture-pane -p -e` prints it, as an SVG picture: standard input to output."""

import re
import sys
from html import escape

CELL, LINE, MARGIN = 7.8, 17, 14
COLORS = ["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"]


def style_after(style, codes):
    """The style (colour, bold, dim) after the numbers of one escape sequence."""
    for code in (int(c or 0) for c in codes.split(";")):
        if code == 0:
            style = {}
        elif code in (1, 2):
            style = style | {"bold" if code == 1 else "dim": True}
        elif code == 22:
            style = {k: v for k, v in style.items() if k == "color"}
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = style | {"color": COLORS[code % 10]}
        elif code == 39:
            style = {k: v for k, v in style.items() if k != "color"}
    return style


def attributes(style):
    text = ""
    if "color" in style:
        text += f' fill="{style["color"]}"'
    if "bold" in style:
        text += ' font-weight="bold"'
    if "dim" in style:
        text += ' opacity="0.65"'
    return text


def pieces(lines):
    """(row, column, style, text) of each run of cells that look alike."""
    style = {}
    for row, line in enumerate(lines):
        column = 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b"):
                style = style_after(style, part[2:-1])
            elif part.strip():
                yield row, column + len(part) - len(part.lstrip()), style, part.strip()
            column += 0 if part.startswith("\x1b") else len(part)


def main():
    lines = re.sub(r"\x1b\(B|\x0f", "", sys.stdin.read()).rstrip("\n").split("\n")
    columns = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    width, height = columns * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
          f'font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="13" fill="#e6edf3">')
    print(f'<rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="#0d1117"/>')
    for row, column, style, text in pieces(lines):
        x, y = MARGIN + column * CELL, MARGIN + (row + 0.75) * LINE
        print(f'<text x="{x:.1f}" y="{y:.1f}" textLength="{len(text) * CELL:.1f}" xml:space="preserve"'
              f'{attributes(style)}>{escape(text)}</text>')
    print("</svg>")


if __name__ == "__main__":
    main()
