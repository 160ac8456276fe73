"""A list that cannot be exported says why here."""

import ast
from collections.abc import Iterator

from django.urls import get_resolver

from core.listing import all_tables
from tests.house.sources import none_of, python_files, shown, tree
from tests.house.test_access_table import url_names

# By address: texts and settings that are no rows of the ward, or one person's own.
NO_TABLE = {
    "accounts:change_list": "an auditor's reading of the whole ward, which stays in the portal",
    "accounts:role_list": "what the portal says of its roles",
    "campaigns:cascade_list": "trees, whose documents, resolutions and tasks go out as their own lists",
    "campaigns:number_list": "sums over the register of documents, which goes out",
    "clearance:agreement_list": "who signed is seen on the page and leaves it on no list",
    "clearance:callback_list": "whom the Front asks stays with the Front; the sums stand on the page",
    "clearance:land_kind_list": "the signs of the law, kept on one page with its forms",
    "clearance:round_list": "each round goes out as the lists of its teams, printed",
    "help_list": "the guides",
    "models_registry:upward_list": "names of tables, each of which goes out",
    "notifications:message_list": "a person's own letters, of which each says where its row is",
    "notifications:job_list": "what a person has asked for, among it the exports",
    "publicity:place_list": "the few places of the ward, kept on one page with its forms",
    "publicity:public_article_list": "for readers without an account",
    "publicity:public_posting_list": "for readers without an account",
    "reports:annex_list": "names of tables, each of which goes out",
    "usersessions_list": "a person's own devices",
}
# By view: pages that show a part of something whose list goes out, or what shall not leave the portal.
NO_TABLE_OF = {
    "reports.views.figure_rows": "rows of any kind behind one number; each kind's own list is exported",
    "accounts.views.mergers.merger_rows": "what goes over in an act, of one kind at a time",
    "beautification.views.running.cleanup_scans": "phones without names; the sums stand on the clean-up",
    "clearance.views.privacy._kept": "what is to go shall not go out first",
    "campaigns.views.turnover.turnover_rows": "what goes along into the next year, of one kind at a time",
    "accounts.views.people.history_detail": "an auditor's reading of one row, with values of people in full",
    "campaigns.views.cascade.cascade_list": "as its address",
    "clearance.views.conference.dialogue_attendance": "a roll to write on; the conference's households go out",
    "clearance.views.conference.dialogue_opinions": "what households said leaves the portal in the minutes alone",
    "intake.views.batch_detail": "what is to be mended goes out in the person's own workbook",
    "notifications.views.jobs.job_list": "as its address",
    "notifications.views.messages.message_list": "as its address",
    "publicity.views.public.public_article_list": "as its address",
    "publicity.views.public.public_posting_list": "as its address",
    "wardportal.views.styleguide": "samples",
}


def test_every_list_is_exported_or_says_why() -> None:
    named = {name for name in url_names(get_resolver().url_patterns) if name.endswith("_list")}
    none_of(sorted(named - set(all_tables()) - set(NO_TABLE)), "declare its core.listing.table, or say why in NO_TABLE")
    none_of(sorted(set(NO_TABLE) - named | set(NO_TABLE) & set(all_tables())), "take it out of NO_TABLE")


def paged_without_table() -> Iterator[str]:
    for path in python_files("views.py", "views/**/*.py"):
        for function in (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            pages = [call for call in calls if getattr(call.func, "id", "") == "page_of"]
            if any("table" not in {word.arg for word in call.keywords} for call in pages):
                yield f"{shown(path).removesuffix('.py').replace('/', '.')}.{function.name}"


def test_every_page_of_rows_is_exported_or_says_why() -> None:
    found = set(paged_without_table())
    none_of(sorted(found - set(NO_TABLE_OF)), "page_of(…, table=…), or say why in NO_TABLE_OF")
    none_of(sorted(set(NO_TABLE_OF) - found), "take it out of NO_TABLE_OF")
