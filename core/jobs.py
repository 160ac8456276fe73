"""Long work in the background. Each app declares what it can do in `<app>/jobs.py`, which is found by itself:

    @job("campaigns.task.sum", label=_("Sum of the tasks"))
    def sum_tasks(run: Run) -> None:
        for n, part in enumerate(parts):
            run.advance(n, len(parts))
            ...
        run.say(_("%(count)d tasks summed.") % {"count": len(parts)}, url)

and a view asks for it: `job = Job.ask("campaigns.task.sum", by=request.user, year=2026)`, then redirects to `job`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from core.discovery import discover

if TYPE_CHECKING:
    from accounts.models import User


class CanNot(Exception):
    """The work can not be done. Its text is the sentence that the person reads: what to do now."""


class Stopped(Exception):
    """The person has cancelled the job, or another worker has it: the work ends here and nothing of it stays."""


class Run(Protocol):
    """What the work gets. It is one transaction, which ends with the job's own mark: all of it is done, or nothing.

    A worker that was killed leaves nothing behind, and another one begins anew; what the work does outside the database
    must bear that.
    """

    pk: int
    user: "User"  # who asked, in the ward where it was asked; the language is that person's
    ward_id: int
    arguments: dict[str, Any]

    def advance(self, done: int, total: int = 0) -> None:
        """How far it is, of how much; as often as one likes, at least once a minute. Raises Stopped."""

    def keep(self, content: BinaryIO, name: str) -> None:
        """A file for who asked, under this name, until it expires."""

    def say(self, sentence: str, url: str = "") -> None:
        """What came of it, in one sentence of at most 300 signs, and the page that shows it."""


@dataclass(frozen=True)
class JobKind:
    """label: what is done, as the page's heading; or a function of the arguments that says it, in the present language.

    work: does it, or raises CanNot (a ValidationError counts as one). up(arguments): address and words of the page from
    which it is asked for, for the way back.
    """

    code: str
    label: Any
    work: Callable[[Run], None]
    up: Callable[[dict[str, Any]], tuple[str, Any]] | None = None

    def title(self, arguments: dict[str, Any]) -> str:
        return str(self.label(arguments) if callable(self.label) else self.label)


_kinds: dict[str, JobKind] = {}


def job(code: str, *, label: Any, up: Callable[[dict[str, Any]], tuple[str, Any]] | None = None) -> Callable:
    """Decorator of the function that does the work."""

    def register(work: Callable[[Run], None]) -> Callable[[Run], None]:
        if code in _kinds:
            raise ValueError(f"job {code} is declared twice")
        _kinds[code] = JobKind(code, label, work, up)
        return work

    return register


def get_kind(code: str) -> JobKind | None:
    discover("jobs")
    return _kinds.get(code)
