from django.utils.translation import gettext_lazy as _

from core.events import declare

declare("publicity.article.written", _("Draft begun"))
declare("publicity.article.edited", _("Article changed"))
declare("publicity.article.submitted", _("Article sent for approval"), "publicity.tasks.on_article_submitted")
declare("publicity.article.returned", _("Article returned for changes"), "publicity.tasks.on_article_returned")
declare("publicity.article.published", _("Article published"), "publicity.tasks.on_article_published")
declare("publicity.article.retired", _("Article taken off the public page"))
declare("publicity.article.counted", _("Counter read: {views} views"))

declare("publicity.broadcast.written", _("Broadcast drafted"))
declare("publicity.broadcast.edited", _("Broadcast changed"))
declare("publicity.broadcast.approved", _("Script is final"))
declare("publicity.broadcast.retired", _("Broadcast is not aired any more"))
declare("publicity.broadcast.planned", _("Airing planned for {time} {day}"))
declare("publicity.broadcast.aired", _("Aired at {time} {day}"))
declare("publicity.broadcast.cancelled", _("Airing of {time} {day} cancelled"))

declare("publicity.broadcasting.changed", _("Loudspeakers: hours or abbreviations changed"))
declare("publicity.list.changed", _("Channels or categories changed"))
declare("publicity.list.taken", _("Usual channels and categories entered: {count}"))

declare("publicity.posting.written", _("Posting drafted"))
declare("publicity.posting.edited", _("Posting changed"))
declare("publicity.posting.submitted", _("Handed to those who put it up"), "publicity.tasks.on_posting_submitted")
declare("publicity.posting.returned", _("Posting returned for changes"), "publicity.tasks.on_posting_returned")
declare("publicity.posting.posted", _("Put up"))
declare("publicity.posting.proved", _("Proof added"))
declare("publicity.posting.closed", _("Taken down and closed"))
declare("publicity.posting.taken_down", _("Taken down early"))
declare("publicity.place.added", _("Place of postings added"))
declare("publicity.place.edited", _("Place of postings changed"))

declare("publicity.output.noted", _("Noted: {quantity} brought out"))
declare("publicity.output.corrected", _("Entry corrected"))
declare("publicity.output.proved", _("Photos added"))
declare("publicity.output.voided", _("Taken out of the count"))
