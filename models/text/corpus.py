"""Reads the text of unpacked Debian packages and of a folder of source code as paragraphs.

Markup is stripped, and a paragraph that was seen before is left out, so that menus and licence headers do not count
a thousand times. See README.md for the packages and how to get them.
"""
import gzip
import hashlib
import html
import os
import re
from collections.abc import Iterator

MARKUP = {".html", ".page", ".docbook", ".xml", ".htm"}
PLAIN = {".txt", ".md", ".rst"}
CODE = {".ts", ".js", ".mjs", ".cjs", ".py", ".c", ".h", ".cc"}
LARGEST = 20_000_000
TAG = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|</?(?:p|div|li|td|th|h\d|title|para|tr|dt|dd|br|section|item|pre)\b[^>]*>|<[^>]*>", re.S | re.I)
BLOCK = re.compile(r"</?(?:p|div|li|td|th|h\d|title|para|tr|dt|dd|br|section|item|pre)\b", re.I)
ROFF = re.compile(r"\\f[BIRP]|\\f\([A-Z]{2}|\\m\[.*?\]|\\[&/,|^cd]|\\s[-+]?\d")


def _strip(text: str) -> str:
    return html.unescape(TAG.sub(lambda m: "\n\n" if BLOCK.match(m.group()) else ("" if not m.group(1) else "\n\n"), text))


def _roff(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if line.startswith((".\\", "'\\", ".TH", ".nr", ".ds", ".de", ".if", ".ie", ".el", ".so")):
            continue
        if line.startswith("."):
            name, _, rest = line.partition(" ")
            line = "\n" + rest if name in (".PP", ".P", ".TP", ".IP", ".SH", ".SS", ".LP", ".HP") else rest
        lines.append(ROFF.sub("", line).replace("\\-", "-").replace("\\(aq", "'").replace('"', ""))
    return "\n".join(lines)


def _wordnet(text: str) -> str:
    """Each synset as a paragraph: its words, then its gloss with examples."""
    out = []
    for line in text.splitlines():
        if line.startswith(" ") or "|" not in line:
            continue
        head, _, gloss = line.partition("|")
        field = head.split()
        words = [w.replace("_", " ").split("(")[0] for w in field[4:4 + 2 * int(field[3], 16):2]]
        out.append(", ".join(words) + ": " + gloss.strip())
    return "\n\n".join(out)


def _read(path: str) -> str | None:
    name = os.path.basename(path)
    base = name[:-3] if name.endswith((".gz", ".dz")) else name
    extension = os.path.splitext(base)[1].lower()
    if "changelog" in base.lower() or base in ("copyright", "control") or "/lintian/" in path or os.path.getsize(path) > LARGEST:
        return None
    known = extension in MARKUP or extension in PLAIN or re.fullmatch(r"\.\d\w*", extension) or extension in (".dict", ".data", ".noun", ".verb", ".adj", ".adv")
    if not known and not ("/fortunes/" in path and extension in ("", ".fortunes")):
        return None
    if "/wordnet/" in path and not base.startswith("data."):
        return None
    opener = gzip.open if name.endswith((".gz", ".dz")) else open
    with opener(path, "rb") as file:
        raw = file.read()
    if b"\0" in raw[:4096]:
        return None
    text = raw.decode("utf-8", "replace")
    if "/wordnet/data." in path:
        return _wordnet(text)
    if extension in MARKUP:
        return _strip(text)
    if re.fullmatch(r"\.\d\w*", extension):
        return _roff(text)
    if "/fortunes/" in path:
        return text.replace("\n%\n", "\n\n")
    if extension == ".dict":
        return re.sub(r"\n(?=\S)", "\n\n", text)
    return text


def _files(folder: str) -> Iterator[str]:
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(base, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def paragraphs(packages: str, code: str | None) -> Iterator[str]:
    """Paragraphs of prose in `packages`, then of the source code and its documentation in `code`."""
    seen: set[bytes] = set()

    def fresh(text: str) -> Iterator[str]:
        for part in re.split(r"\n\s*\n", text):
            part = " ".join(part.split())
            if len(part) < 15:
                continue
            digest = hashlib.blake2b(part.encode(), digest_size=8).digest()
            if digest not in seen:
                seen.add(digest)
                yield part

    for path in _files(packages):
        text = _read(path)
        if text:
            yield from fresh(text)
    for path in _files(code) if code else ():
        extension = os.path.splitext(path)[1]
        if (extension in CODE or extension == ".md") and not path.endswith((".min.js", ".d.ts")) and os.path.getsize(path) < 200_000:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            if len(text) / (text.count("\n") + 1) < 120:
                yield from fresh(text)
