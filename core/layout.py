"""How templates are laid out: one element a line, at most 160 signs, and no blank more or less on the page.

In the portal's own templates a line break between two tags means nothing, so indentation never reaches the page
(`flatten`, by which `Loader` reads them), and a tag may go over several lines. Next to words a break is a blank, as in
HTML, and inside a trimmed `{% blocktranslate %}` Django's rule holds. A blank that is wanted where a line ends between
two tags is written `&#32;`. `lay_out` writes a template anew by these rules (`./run layout`); what it wrote it leaves.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.loaders import filesystem

WIDTH = 160
STEP = 2
BLANK = "&#32;"

# Each sign of a template belongs to one alternative alone, so that nothing is tried twice.
_DJANGO = r"\{%(?:(?!%\}).)*%\}|\{\{(?:(?!\}\}).)*\}\}|\{#(?:(?!#\}).)*#\}"
_BRACE = r"\{(?![{%#])"
_ATTRIBUTE = rf"\"(?:{_DJANGO}|{_BRACE}|[^\"{{])*\"|'(?:{_DJANGO}|{_BRACE}|[^'{{])*'"
_HTML = rf"</?(?=[a-zA-Z!]|\{{%)(?:{_DJANGO}|{_BRACE}|{_ATTRIBUTE}|[^<>{{\"'])*>"
_OPTIONAL = rf"\{{%\s*if\b(?:(?!%\}}).)*%\}}\s*{_HTML}\s*\{{%\s*endif\s*%\}}"  # a tag that is there or not
_TOKEN = re.compile(
    r"(?P<raw>\{%\s*comment\b(?:(?!endcomment).)*endcomment\s*%\}|<!--(?:(?!-->).)*-->"
    r"|<(?P<kept>pre|textarea|script|style)\b(?:(?!</(?P=kept)).)*</(?P=kept)>)"
    r"|(?P<trans>\{%\s*blocktranslate\b(?:(?!endblocktranslate).)*endblocktranslate\s*%\})"
    rf"|(?P<optional>{_OPTIONAL})"
    rf"|(?P<html>{_HTML})"
    r"|(?P<var>\{\{(?:(?!\}\}).)*\}\})|(?P<tag>\{%(?:(?!%\}).)*%\}|\{#(?:(?!#\}).)*#\})"
    rf"|(?P<space>(?:\s|{BLANK})+)"
    rf"|(?P<text>(?:(?!{BLANK}|\{{[{{%#])[^\s<])+|.)",
    re.DOTALL,
)
_WORDS = ("text", "var")


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_VOID = _names("area base br circle col hr img input line link meta path rect source stop track use wbr")
# Around these a blank is never seen.
_BLOCK = _names("""
    !doctype address article aside blockquote body br caption col colgroup dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li link main meta nav ol optgroup option
    p pre script section style summary table tbody td tfoot th thead title tr ul
""")
_BLOCK_TAGS = _names("""
    agenda_list bars block columns crispy crumbs empty_state endblock extends figure filter_bar household_grid load
    log_list note pager timeline week_strip
""")
_TIGHT = _names("block capture note")  # what these hold stands in a block, or is stripped
_BRANCH = frozenset(["else", "elif", "empty"])
_SILENT = re.compile(r"\{#|\{%\s*(url\b.* as \w+|translate\b.* as \w+|csrf_token)\s*%\}")


def flatten(source: str) -> str:
    """The template as Django reads it: without the line breaks and indentation that are there for its reader."""
    found = list(_TOKEN.finditer(source))
    out = []
    for place, token in enumerate(found):
        kind, text = token.lastgroup, token.group()
        if kind == "space" and BLANK in text:
            text = " "
        elif kind == "space" and "\n" in text:
            around = [found[n].lastgroup if 0 <= n < len(found) else "end" for n in (place - 1, place + 1)]
            text = " " if any(side in _WORDS for side in around) else ""
        out.append(re.sub(r"\s*\n\s*", " ", text) if kind in ("html", "tag", "optional") else text)
    return "".join(out)


class Loader(filesystem.Loader):
    """The portal's own pages, flattened; what is no page (mails) as it is."""

    def get_contents(self, origin: Any) -> str:
        contents = super().get_contents(origin)
        return flatten(contents) if str(origin.name).endswith(".html") else contents


# ---- reading ----------------------------------------------------------------------------------------
@dataclass
class _Node:
    """kind: text, var, tag, trans, raw, html (no pair), space, element or control (both with branches)."""

    kind: str
    text: str
    name: str = ""
    branches: list[tuple[str, list["_Node"]]] = field(default_factory=list)
    close: str = ""
    is_seen: bool = True  # of a space: whether a page shows it

    @property
    def is_block(self) -> bool:
        if self.kind == "control":
            return self.name in _BLOCK_TAGS or any(
                child.is_block for _tag, children in self.branches for child in children
            )
        return self.name in (_BLOCK_TAGS if self.kind == "tag" else _BLOCK)


def _name(kind: str, text: str) -> str:
    found = re.match(r"\{%\s*(\w+)" if kind == "tag" else r"</?(!?[a-zA-Z][\w-]*)", text)
    return found.group(1).lower() if found else ""


def _parse(source: str) -> list[_Node]:
    tokens = [(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(source)]
    pairs = {_name(kind, text)[3:] for kind, text in tokens if kind == "tag" and _name(kind, text).startswith("end")}
    root = _Node("control", "", branches=[("", [])])
    stack = [root]
    for kind, text in tokens:
        name, here = _name(kind, text), stack[-1]
        if kind == "space":
            here.branches[-1][1].append(_Node("space", " "))
        elif (
            kind == "html"
            and name
            and not text.startswith("</")
            and name not in _VOID
            and name != "!doctype"
            and not text.endswith("/>")
        ):
            stack.append(_Node("element", text, name, [(text, [])]))
        elif kind == "html" and text.startswith("</") and name == here.name and here.kind == "element":
            here.close = text
            stack.pop()
            stack[-1].branches[-1][1].append(here)
        elif kind == "html" and text.startswith("</") and name:
            raise ValueError(f"{text} closes nothing; open is {here.text or 'nothing'}")
        elif kind == "tag" and name in pairs:
            stack.append(_Node("control", text, name, [(text, [])]))
        elif kind == "tag" and name in _BRANCH:
            if here is root or here.kind != "control":
                raise ValueError(f"{text} belongs to nothing; open is {here.text or 'nothing'}")
            here.branches.append((text, []))
        elif kind == "tag" and name.startswith("end"):
            if here is root or here.name != name[3:] or here.kind != "control":
                raise ValueError(f"{text} closes nothing; open is {here.text or 'nothing'}")
            here.close = text
            stack.pop()
            stack[-1].branches[-1][1].append(here)
        else:
            here.branches[-1][1].append(_Node(kind, text, name))
    if len(stack) > 1:
        raise ValueError(f"{stack[-1].text} is not closed")
    return root.branches[0][1]


# ---- which blanks are seen --------------------------------------------------------------------------
_Asks = Callable[[], bool]


def _meets_block(nodes: Sequence[_Node], beyond: _Asks, step: int) -> bool:
    """Whether all that may come first is a block: from the left (step 1) or, read backwards, from the right (-1)."""
    for place, node in enumerate(nodes[::step]):
        if node.kind == "space" or (node.kind in ("tag", "raw") and _SILENT.match(node.text)):
            continue
        rest = nodes[::step][place + 1 :][::step]

        def after(rest: Sequence[_Node] = rest) -> bool:
            return _meets_block(rest, beyond, step)

        if node.name == "capture":
            return after()
        if node.kind != "control" or node.name in _BLOCK_TAGS:
            return node.is_block
        has_all = any(_name("tag", tag) in ("else", "empty") for tag, _children in node.branches) or node.name == "with"
        ways = [_meets_block(children, after, step) for _tag, children in node.branches]
        return all(ways) and (has_all or after())
    return beyond()


def _look(nodes: list[_Node], before: _Asks, after: _Asks) -> None:
    """Say of each space whether a page shows it."""
    for place, node in enumerate(nodes):
        left, right = nodes[:place], nodes[place + 1 :]

        def back(left: list[_Node] = left) -> bool:
            return _meets_block(left, before, -1)

        def on(right: list[_Node] = right) -> bool:
            return _meets_block(right, after, 1)

        if node.kind == "space":
            node.is_seen = not (back() or on())
        elif node.kind == "element":
            inner = (lambda: True) if node.is_block else (lambda: False)
            _look(node.branches[0][1], inner, inner)
        elif node.kind == "control" and node.name in _TIGHT:
            _look(node.branches[0][1], lambda: True, lambda: True)
        elif node.kind == "control":
            for _tag, children in node.branches:
                if node.name == "for":

                    def again_back(children: list[_Node] = children, back: _Asks = back) -> bool:
                        return back() and _meets_block(children, lambda: True, -1)

                    def again_on(children: list[_Node] = children, on: _Asks = on) -> bool:
                        return on() and _meets_block(children, lambda: True, 1)

                    _look(children, again_back, again_on)
                else:
                    _look(children, back, on)


# ---- writing ----------------------------------------------------------------------------------------
@dataclass
class _Line:
    """A place where a line may end: what stands there if it does not, and what is left before the end if it does."""

    flat: str = ""
    end: str = ""
    must: bool = False


@dataclass
class _Group:
    """Parts on one line if they fit; else every place in it ends its line.

    fill: only the places that have to. linked: on one line when the group around it is.
    """

    parts: list[Any]
    fill: bool = False
    deeper: bool = False
    linked: bool = False


@dataclass
class _Place:
    """A line that may end in a filled group, and what has to fit behind it if it does not."""

    line: _Line
    following: list[Any]


def _places(parts: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for number, part in enumerate(parts):
        if isinstance(part, _Line):
            following = [*parts[number + 1 :]]
            ends = next((n for n, one in enumerate(following) if isinstance(one, _Line)), len(following))
            part = _Place(part, following[:ends])
        found.append(part)
    return found


def _line(left: _Node | None, space: _Node | None, right: _Node | None, *, must: bool = False) -> list[_Line]:
    """The place between two nodes, or between a node and the tag around it (None); none where a word would be torn."""
    sides = (left, right)
    if space is None and any(side is not None and side.kind in _WORDS for side in sides):
        return []
    is_seen = space is not None and space.is_seen
    meets_words = any(side is not None and side.kind in _WORDS for side in sides)
    return [_Line(" " if is_seen else "", BLANK if is_seen and not meets_words else "", must)]


def _stands_alone(node: _Node) -> bool:
    return node.is_block or (node.kind == "tag" and bool(_SILENT.match(node.text)))


def _sequence(nodes: Sequence[_Node]) -> _Group:
    parts: list[Any] = []
    left = space = None
    for node in nodes:
        if node.kind == "space":
            space = node
            continue
        if left is not None:
            parts += _line(left, space, node, must=_stands_alone(left) or _stands_alone(node))
        parts.append(_document(node))
        left, space = node, None
    return _Group(parts, fill=True)


def _document(node: _Node) -> Any:
    if node.kind in ("element", "control"):
        return _pair(node)
    if node.kind == "html":
        return _open_tag(node.text)
    if node.kind == "tag":
        return _tag(node.text)
    if node.kind == "raw" and node.text.startswith("{%"):
        words = re.findall(r"\{%[^%]*%\}|(?:(?!\{%)\S)+", node.text)
        return _Group([part for word in words for part in (_Line(" "), word)][1:], fill=True)
    return _translation(node.text) if node.kind == "trans" else node.text


def _pair(node: _Node) -> _Group:
    """A tag, what it holds, and its end; with blocks inside on lines of their own."""
    must = any(child.is_block and child.name != "br" for _tag, children in node.branches for child in children)
    parts: list[Any] = []
    for tag, children in node.branches:
        parts.append(_open_tag(tag) if node.kind == "element" else _tag(tag))
        seen = [child for child in children if child.kind != "space"]
        if not seen:
            continue
        edges = (children[0], children[-1])
        first, last = (edge if edge.kind == "space" else None for edge in edges)
        before, after = _line(None, first, seen[0], must=must), _line(seen[-1], last, None, must=must)
        if node.name in _TIGHT or (node.kind == "element" and node.is_block):
            before = after = [_Line(must=must)]
        parts += [_Group([*before, _sequence(children)], deeper=True, linked=True), *after]
    return _Group([*parts, node.close])


def _open_tag(text: str) -> _Group:
    """A tag of HTML; where it is long, an attribute a line."""
    name, *attributes = _attributes(text)
    parts: list[Any] = []
    for attribute in attributes:
        parts += [_Line("" if attribute.startswith("{%") or attribute == ">" else " "), attribute]
    return _Group([name, _Group(parts, deeper=True)])


def _tag(text: str) -> Any:
    """A tag of Django; where it is long, an argument a line."""
    pieces = re.findall(r"(?:\"[^\"]*\"|'[^']*'|\([^)]*\)|\S)+", text)
    if len(pieces) < 4 or not text.startswith("{%"):
        return text
    arguments: list[Any] = []
    for piece in pieces[2:-1]:
        arguments += [_Line(" "), piece]
    return _Group([f"{pieces[0]} {pieces[1]}", _Group([*arguments, f" {pieces[-1]}"], deeper=True, linked=True)])


def _attributes(text: str) -> list[str]:
    """The name and the attributes of a tag; what stands between an if and its end is one."""
    units, depth = [""], 0
    for match in re.finditer(rf"(?P<django>{_DJANGO})|(?P<quoted>{_ATTRIBUTE})|(?P<space>\s+)|.", text, re.DOTALL):
        piece = match.group()
        name = _name("tag", piece) if match.lastgroup == "django" else ""
        if name == "if" and depth == 0 and len(units) > 1:
            units.append("")  # an attribute that is there or not
        depth += (name in ("if", "for", "with")) - (name in ("endif", "endfor", "endwith"))
        if match.lastgroup == "space" and depth == 0:
            units.append("")
        else:
            units[-1] += " " if match.lastgroup == "space" else piece
    return [unit for unit in units if unit not in ("", ">")] + ([">"] if units[-1] == ">" else [])


def _translation(text: str) -> Any:
    """A translated sentence; trimmed ones may be written over several lines."""
    found = re.fullmatch(r"(\{%.*?%\})(.*)(\{%\s*endblocktranslate\s*%\})", text, re.DOTALL)
    if found is None or " trimmed" not in found.group(1):
        return text
    opened, inner, closed = found.groups()
    parts: list[Any] = [opened]
    for piece in re.split(r"(\{%\s*plural\s*%\})", inner):
        words = re.findall(r"(?:\{\{.*?\}\}|\S)+", piece)
        if piece.startswith("{%"):
            parts += [_Line(), piece]
        else:
            filled = [part for word in words for part in (_Line(" "), word)][1:]
            parts.append(_Group([_Line(), _Group(filled, fill=True)], deeper=True, linked=True))
    return _Group([*parts, _Line(), closed])


def _written(document: _Group) -> str:
    out, column = [], 0
    waiting: list[tuple[int, bool, Any]] = [(0, False, document)]
    while waiting:
        depth, is_flat, part = waiting.pop()
        if isinstance(part, str):
            out.append(part)
            column = len(part) - part.rfind("\n") - 1 if "\n" in part else column + len(part)
        elif isinstance(part, _Line):
            if is_flat and not part.must:
                out.append(part.flat)
                column += len(part.flat)
            else:
                out.append(f"{part.end}\n{' ' * depth}")
                column = depth
        elif isinstance(part, _Place):
            stays = not part.line.must and _fits([part.line, *part.following], WIDTH - column, waiting)
            waiting.append((depth, stays, part.line))
        elif part.fill and not is_flat:
            waiting += [(depth, False, piece) for piece in reversed(_places(part.parts))]
        else:
            inner = depth + STEP if part.deeper else depth
            flat = is_flat or (not part.linked and _fits(part.parts, WIDTH - column, waiting))
            waiting += [(inner, flat, piece) for piece in reversed(part.parts)]
    return "".join(out)


def _fits(parts: Sequence[Any], room: int, after: Sequence[tuple[int, bool, Any]]) -> bool:
    """Whether the parts fit flat into the room, with what is glued to them."""
    todo: list[tuple[bool, Any]] = [(True, part) for part in reversed(parts)]
    rest = len(after)
    while room >= 0:
        if not todo:
            if rest == 0:
                return True
            rest -= 1
            _depth, is_flat, part = after[rest]
            if isinstance(part, _Place):
                return True
            todo.append((is_flat, part))
            continue
        is_flat, part = todo.pop()
        if isinstance(part, str):
            if "\n" in part:
                return room >= part.index("\n")
            room -= len(part)
        elif isinstance(part, _Line):
            if not is_flat:
                return room >= len(part.end)
            if part.must:
                return False
            room -= len(part.flat)
        else:
            todo += [(is_flat, piece) for piece in reversed(part.parts)]
    return False


def lay_out(source: str) -> str:
    """The template written anew; ValueError where tags do not pair."""
    nodes = _parse(flatten(source))
    _look(nodes, lambda: True, lambda: True)
    text = _written(_Group([_sequence(nodes)]))
    return re.sub(r"[ \t]+\n", "\n", text).strip() + "\n"
