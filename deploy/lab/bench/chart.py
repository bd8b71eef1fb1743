"""Bar charts as SVG: one bar a row, its number behind it. Readable on a light page and on a dark one."""

import math
from xml.sax.saxutils import escape

WIDTH, LABEL, BAR, ROW, TOP = 760, 230, 420, 26, 58
OURS, OTHERS, LIGHTER = "#0b7285", "#868e96", 0.45

STYLE = """<style>
text { font: 13px 'DejaVu Sans', Verdana, sans-serif; fill: #1c2024 }
.title { font-size: 15px; font-weight: bold } .note { fill: #5c636a }
</style>"""


def bars(title, note, rows, number, is_log=False, ours=()):
    """`rows`: name, value, and a second value (drawn lighter behind it) or None. `number` writes a value."""
    values = [value for _, *pair in rows for value in pair if value]
    most, least = max(values), min(values)
    if is_log:
        floor = 10 ** math.floor(math.log10(least))
        span = math.log10(most / floor)

    def length(value):
        return BAR * (math.log10(value / floor) / span if is_log else value / most)

    height = TOP + ROW * len(rows) + 14
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
             f"<title>{escape(title)}</title>", STYLE, f'<rect width="{WIDTH}" height="{height}" rx="6" fill="#ffffff"/>',
             f'<text class="title" x="16" y="24">{escape(title)}</text>', f'<text class="note" x="16" y="44">{escape(note)}</text>']
    for place, (name, value, second) in enumerate(rows):
        y = TOP + ROW * place
        colour = OURS if name in ours else OTHERS
        parts.append(f'<text x="{LABEL - 8}" y="{y + 17}" text-anchor="end">{escape(name)}</text>')
        if second:
            parts.append(f'<rect x="{LABEL}" y="{y + 4}" width="{length(second):.1f}" height="18" fill="{colour}" '
                         f'opacity="{LIGHTER}"/>')
        parts.append(f'<rect x="{LABEL}" y="{y + 4}" width="{max(length(value), 1):.1f}" height="18" fill="{colour}"/>')
        words = number(value) + (f" ({number(second)})" if second else "")
        end = LABEL + max(length(value), length(second) if second else 0)
        parts.append(f'<text class="note" x="{end + 6:.1f}" y="{y + 17}">{words}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
