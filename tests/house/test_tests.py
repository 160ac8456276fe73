"""What only looks like a check: a test that can not fail, an event of a kind that nobody declared."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from clearance.tracks import Step
from core import events
from models_registry.choices import EntryStep
from tests.house.sources import python_files, shown, tree

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def called(node: ast.AST) -> set[str]:
    """The last names of what is called there."""
    calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    plain = {call.id for call in calls if isinstance(call, ast.Name)}
    return plain | {call.attr for call in calls if isinstance(call, ast.Attribute)}


def demands(function: Function) -> bool:
    """It asserts something itself, or expects to be refused."""
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(function))
    return asserts or bool(called(function) & {"raises", "warns", "fail", "run_state_machine_as_test"})


def test_every_test_can_fail() -> None:
    """It demands something, or calls a helper of the tests that does."""
    files = sorted((settings.ROOT / "tests").rglob("*.py"))
    everything = [(path, function, called(function)) for path in files for function in functions(path)]
    demanding = {function.name for _path, function, _calls in everything if demands(function)}
    while more := {f.name for _path, f, calls in everything if calls & demanding} - demanding:
        demanding |= more
    idle = [
        f"{shown(path)}:{function.lineno} {function.name}"
        for path, function, calls in everything
        if function.name.startswith("test_") and not demands(function) and not calls & demanding
    ]
    assert not idle, "\n".join(idle)


# ---- events ------------------------------------------------------------------------------------------
PASS_ON = {
    "record",
    "_record",
    "_step",
    "_change",
    "_tell",
    "record_airing",
}  # they compose the kind of the word they are given
WORD = re.compile(r"[a-z][a-z_]*")
FROM_CHOICES = {"EntryStep(step).value": set(EntryStep.values), "Step(step).value": set(Step.values)}


def texts(node: ast.AST) -> set[str]:
    return {found.value for found in ast.walk(node) if isinstance(found, ast.Constant) and isinstance(found.value, str)}


def assigned(name: str, module: ast.AST) -> list[ast.expr]:
    plain = [(node.targets[0], node.value) for node in ast.walk(module) if isinstance(node, ast.Assign)]
    typed = [(node.target, node.value) for node in ast.walk(module) if isinstance(node, ast.AnnAssign) and node.value]
    return [value for target, value in plain + typed if ast.unparse(target) == name]


def said(node: ast.expr, scope: ast.AST, module: ast.Module) -> set[str] | None:
    """The words that the expression may be; none for a name that is passed on, None for what can not be told."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return (said(node.body, scope, module) or set()) | (said(node.orelse, scope, module) or set())
    if isinstance(node, ast.Name):  # of the class or, in capitals, of the module
        values = assigned(node.id, module if node.id.isupper() else scope)
        plain = [value for value in values if isinstance(value, ast.Constant | ast.IfExp)]
        return set().union(*(said(value, scope, module) or set() for value in plain))
    if isinstance(node, ast.Subscript):  # of a dict that stands in the module
        tables = [value for value in assigned(ast.unparse(node.value), module) if isinstance(value, ast.Dict)]
        return set().union(*(texts(value) for table in tables for value in table.values)) or None
    return FROM_CHOICES.get(ast.unparse(node))


def composed_in(scope: ast.AST) -> list[ast.JoinedStr]:
    return [node for node in ast.walk(scope) if isinstance(node, ast.JoinedStr) and ".{" in ast.unparse(node)]


def kinds_of(path: Path) -> Iterator[tuple[int, set[str]]]:
    """Line and possible kinds of everything that the module records; none where the kind can not be told."""
    module = tree(path)
    for scope in module.body:
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func)
            if name == "outbox.record" and call.args and not isinstance(call.args[0], ast.JoinedStr):
                yield from ((call.lineno, {kind}) for kind in said(call.args[0], scope, module) or {"?"})
                continue
            if name == "outbox.record" and call.args:
                patterns = [call.args[0]]
                given = [part.value for part in call.args[0].values if isinstance(part, ast.FormattedValue)]
            elif isinstance(call.func, ast.Attribute) and call.func.attr in PASS_ON:
                patterns = composed_in(scope) or composed_in(module)
                given = [word.value for word in call.keywords if word.arg in {"what", "verb"}] or call.args
            else:
                continue
            for word in set().union(*(said(argument, scope, module) or set() for argument in given)):
                if WORD.fullmatch(word):
                    yield call.lineno, {re.sub(r"\{\w+\}", word, ast.unparse(pattern)[2:-1]) for pattern in patterns}


def test_every_recorded_event_is_declared() -> None:
    known, wrong, recorded = set(events.all_kinds()), [], set()
    for path in python_files("*.py"):
        for line, kinds in kinds_of(path):
            recorded |= kinds & known
            if not kinds & known:
                wrong.append(f"{shown(path)}:{line} {kinds}")
    assert not wrong, "\n".join(wrong)
    assert recorded == known, known - recorded
