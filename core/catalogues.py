"""Translation catalogues without gettext tools: what the sources say, what the catalogues hold, compiled files.

One catalogue per app, `<app>/locale/vi/LC_MESSAGES/django.po`: it holds the strings of `<app>/**.py` and of
`templates/<app>/**`. Strings of the other templates belong to wardportal.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from core.layout import flatten

LANGUAGE = "vi"
APPS = (
    "wardportal",
    "reports",
    "clearance",
    "beautification",
    "models_registry",
    "publicity",
    "campaigns",
    "intake",
    "notifications",
    "deadlines",
    "accounts",
    "core",
)
# Templates named after a library belong to the app that adapts them.
TEMPLATE_OWNERS = {
    "account": "accounts",
    "admin": "accounts",
    "mfa": "accounts",
    "usersessions": "accounts",
    "emails": "notifications",
}
PLAIN = {"_", "_t", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
_CALL = re.compile(r"\b(n?p?gettext|_)\(")


@dataclass(frozen=True)
class Text:
    """One string to translate."""

    msgid: str
    plural: str = ""
    context: str = ""


def path_of(root: Path, app: str) -> Path:
    return root / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def wanted(root: Path) -> dict[str, dict[Text, str]]:
    """App -> every string of its sources, with the first file that has it."""
    found: dict[str, dict[Text, str]] = {app: {} for app in APPS}
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                _note(found[app], _python(path.read_text(encoding="utf-8")), path.relative_to(root))
    for path in sorted([*(root / "templates").rglob("*.html"), *(root / "templates").rglob("*.txt")]):
        _note(found[_owner(root, path)], _template(path.read_text(encoding="utf-8")), path.relative_to(root))
    return found


def _note(found: dict[Text, str], texts: Iterator[Text], path: Path) -> None:
    for text in texts:
        found.setdefault(text, path.as_posix())


def _owner(root: Path, path: Path) -> str:
    folder = path.relative_to(root / "templates").parts[0]
    folder = TEMPLATE_OWNERS.get(folder, folder)
    return folder if folder in APPS else "wardportal"


def _python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _call(node.func.id, node.args)
        if isinstance(node, ast.FunctionDef) and any(_is_figure(d) for d in node.decorator_list):
            yield Text(" ".join((ast.get_docstring(node) or "").split()))


def _is_figure(decorator: ast.expr) -> bool:
    """A figure's docstring is its definition, which people read (core.figures)."""
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "figure"


def _template(source: str) -> Iterator[Text]:
    """Django turns a template into gettext calls among rubbish; each call is parsed by itself."""
    calls = templatize(flatten(source))
    for match in _CALL.finditer(calls):
        for end in (m.end() for m in re.finditer(r"\)", calls[match.start() :])):
            try:
                node = ast.parse(calls[match.start() : match.start() + end].strip(), mode="eval").body
            except SyntaxError:
                continue
            if isinstance(node, ast.Call):
                yield from _call(match.group(1), node.args)
            break


def _call(name: str, args: list[ast.expr]) -> Iterator[Text]:
    words = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in PLAIN and words:
        yield Text(words[0])
    elif name in PLURAL and len(words) >= 2:
        yield Text(words[0], plural=words[1])
    elif name in CONTEXT and len(words) >= 2:
        yield Text(words[1], context=words[0])
    elif name in CONTEXT_PLURAL and len(words) >= 3:
        yield Text(words[1], plural=words[2], context=words[0])


def load(path: Path) -> polib.POFile:
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def key(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def is_translated(entry: polib.POEntry) -> bool:
    words = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return not entry.fuzzy and bool(words) and all(words)


def complete(root: Path, apps: list[str]) -> dict[str, list[str]]:
    """Bring the catalogues of `apps` (none: all) to what the sources say; new strings empty, gone ones out.

    Returns app -> what is untranslated.
    """
    missing: dict[str, list[str]] = {}
    for app, texts in wanted(root).items():
        if apps and app not in apps:
            continue
        path = path_of(root, app)
        catalogue = load(path)
        known = {key(entry): entry for entry in catalogue if not entry.obsolete}
        fresh = load(Path("/nowhere"))
        fresh.metadata = catalogue.metadata
        for text, source in sorted(texts.items(), key=lambda item: (item[1], item[0].msgid)):
            entry = known.get(text) or _empty(text)
            entry.occurrences = [(source, "")]
            fresh.append(entry)
        if texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.save(str(path))
        missing[app] = [entry.msgid for entry in fresh if not is_translated(entry)]
    return missing


def _empty(text: Text) -> polib.POEntry:
    plural = {"msgid_plural": text.plural, "msgstr_plural": {0: ""}} if text.plural else {}
    return polib.POEntry(msgid=text.msgid, msgctxt=text.context or None, **plural)


def gaps(root: Path) -> list[str]:
    """What keeps the catalogues from being complete, one line each; empty when all is well."""
    lines = []
    for app, texts in wanted(root).items():
        known = {key(entry): entry for entry in load(path_of(root, app)) if not entry.obsolete}
        lines += [f"{app}: not in the catalogue: {text.msgid!r}" for text in texts if text not in known]
        lines += [
            f"{app}: not translated: {e.msgid!r}" for t, e in known.items() if t in texts and not is_translated(e)
        ]
        lines += [f"{app}: no longer used: {text.msgid!r}" for text in known if text not in texts]
    return lines


def compile_stale(root: Path) -> int:
    """Compile each catalogue that is newer than its compiled file. Returns how many were compiled."""
    done = 0
    for app in APPS:
        source = path_of(root, app)
        target = source.with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns):
            made = target.with_suffix(".tmp")
            polib.pofile(str(source)).save_as_mofile(str(made))
            made.replace(target)
            done += 1
    return done
