"""One page with all pictures, so that looking at them is easy."""

from collections import defaultdict
from html import escape
from pathlib import Path

STYLE = """
body { font: 15px system-ui; margin: 2rem; background: #f4f4f2; color: #222; }
section div { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem; margin-bottom: 2rem; }
figure { margin: 0; } figcaption { font-size: 13px; color: #555; }
img { border: 1px solid #bbb; background: #fff; max-height: 30rem; object-fit: cover; object-position: top; }
img.wide { width: 26rem; } img.narrow { width: 9rem; }
"""


def write(folder: Path, pictures: list[Path]) -> Path:
    """`index.html` beside the pictures: one row a page and visitor, one picture a width, theme and language."""
    by_page = defaultdict(list)
    for picture in pictures:
        page, width, theme, language = picture.stem.rsplit("-", 3)
        by_page[picture.parent.name, page].append((language, theme, width, picture.relative_to(folder)))
    rows = "".join(_row(visitor, page, shown) for (visitor, page), shown in by_page.items())
    text = f"<!doctype html><html lang=en><meta charset=utf-8><title>Pages</title><style>{STYLE}</style>"
    index = folder / "index.html"
    index.write_text(
        f"{text}<h1>{len(pictures)} pictures of {len(by_page)} pages</h1>{rows}", encoding="utf-8"
    )
    return index


def _row(visitor: str, page: str, shown: list[tuple[str, str, str, Path]]) -> str:
    figures = "".join(
        f'<figure><a href="{escape(str(path))}"><img loading=lazy alt="" src="{escape(str(path))}"'
        f" class={'narrow' if int(width) < 800 else 'wide'}></a>"
        f"<figcaption>{language} {theme} {width}</figcaption></figure>"
        for language, theme, width, path in sorted(shown, key=lambda each: each[:3])
    )
    return f"<section><h2>{escape(page)} <small>as {escape(visitor)}</small></h2><div>{figures}</div></section>\n"
