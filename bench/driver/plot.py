"""Bar charts as SVG."""

from xml.sax.saxutils import escape

WIDTH = 720
BAR = 18
GAP = 8
LABEL = 170
VALUE = 110
OURS = "#0b6e4f"
LIMIT = "#8a8f98"
PEER = "#5b8def"


def colour(name):
    if name.startswith("parley"):
        return OURS
    return LIMIT if name == "raw" else PEER


def bars(title, entries):
    """`entries`: (name, label, value, text of the value); a longer bar is worse."""
    top = 34
    height = top + len(entries) * (BAR + GAP) + 6
    room = WIDTH - LABEL - VALUE
    most = max(value for _, _, value, _ in entries) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="8" y="20" font-weight="bold" fill="#1c1f24">{escape(title)}</text>',
    ]
    for index, (name, label, value, text) in enumerate(entries):
        y = top + index * (BAR + GAP)
        width = max(1.0, room * value / most)
        weight = ' font-weight="bold"' if name.startswith("parley") else ""
        parts += [
            f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end" fill="#1c1f24"{weight}>'
            f"{escape(label)}</text>",
            f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" '
            f'fill="{colour(name)}"/>',
            f'<text x="{LABEL + width + 6:.1f}" y="{y + 14}" fill="#1c1f24">{escape(text)}</text>',
        ]
    return "\n".join(parts + ["</svg>", ""])
