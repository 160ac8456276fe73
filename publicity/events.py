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
