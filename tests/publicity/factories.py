import datetime
import io
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Unit, Ward
from campaigns.models import Campaign
from core.files import Accepted, accept
from core.models import today
from deadlines.models import DeadlineRule
from publicity.models import Airing, Article, Broadcast, Channel, Output, Posting, PostingPlace

_number = count(7001)  # far from the numbers that tests type


def article(campaign: Campaign, **fields: Any) -> Article:
    """A draft."""
    defaults = {"title": f"Bài viết thử {next(_number)}", "body": "Đoạn một.\n\nĐoạn hai."}
    row = Article(ward=campaign.ward, campaign=campaign, **defaults | fields)
    row.write(by=fields.get("author"), on=campaign.opens_on)
    return row


def published(campaign: Campaign, at: datetime.datetime | None = None, **fields: Any) -> Article:
    row = article(campaign, **fields)
    row.submit(by=row.author, on=campaign.opens_on)
    row.publish(by=None, at=at or timezone.now() - datetime.timedelta(days=10))
    return row


def broadcast(campaign: Campaign, **fields: Any) -> Broadcast:
    """A script that is ready to air."""
    defaults = {"title": f"Tin phát thanh thử {next(_number)}", "script": "Thưa bà con.", "seconds": 90}
    row = Broadcast(ward=campaign.ward, campaign=campaign, **defaults | fields)
    row.write(by=None)
    row.make_ready(by=None)
    return row


def airing(broadcast: Broadcast, at: datetime.datetime, aired: bool = False) -> Airing:
    row = broadcast.plan_airing(by=None, at=at, clusters=3, minutes=5)
    if aired:
        row.air(by=None, clusters=3, minutes=5)
    return row


def place(ward: Ward, **fields: Any) -> PostingPlace:
    defaults = {"kind": "office", "name": f"Bảng tin thử {next(_number)}", "valid_from": "2020-01-01"}
    return PostingPlace.objects.create(**{"ward": ward} | defaults | fields)


def hanging_rule(ward: Ward, **fields: Any) -> DeadlineRule:
    """Ten days on display, by an invented law."""
    defaults = {"code": "posting", "name": "Niêm yết", "rule_set": "Luật thử", "anchor": "ngày niêm yết"}
    defaults |= {"kind": "must_last", "value": 10, "unit": "day", "legal_ref": "Luật thử, điều 1"}
    return DeadlineRule.objects.create(**{"ward": ward, "valid_from": datetime.date(2020, 1, 1)} | defaults | fields)


def posting(ward: Ward, places: list[PostingPlace] | None = None, **fields: Any) -> Posting:
    """A draft with a text and a last day, on one board and on the public page."""
    first = fields.get("starts_on", today())
    defaults = {"title": f"Niêm yết thử {next(_number)}", "text": "Phương án.", "starts_on": first}
    row = Posting(ward=ward, **defaults | {"ends_on": first + datetime.timedelta(days=9)} | fields)
    row.write(by=None, places=[place(ward)] if places is None else places)
    return row


def waiting(ward: Ward, **fields: Any) -> Posting:
    row = posting(ward, **fields)
    row.submit(by=None)
    return row


def up(ward: Ward, **fields: Any) -> Posting:
    """On display. One that began before today has been on the boards alone, unless a test moves its days."""
    row = waiting(ward, **{"on_portal": fields.get("starts_on", today()) >= today()} | fields)
    row.put_up(by=None, starts_on=row.starts_on)
    return row


def over(ward: Ward, **fields: Any) -> Posting:
    """Was on display for ten days, until yesterday, on the public page too."""
    row = up(ward, starts_on=today() - datetime.timedelta(days=10))
    Posting.objects.filter(pk=row.pk).update(on_portal=True, **fields)
    row.refresh_from_db()
    return row


def photo(name: str = "anh.png") -> SimpleUploadedFile:
    """A picture whose file says where it was taken."""
    image, out = Image.new("RGB", (40, 30), "white"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "nha so 5"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def accepted() -> Accepted:
    return accept(photo())


def channel(ward: Ward, code: str = "bang-tin") -> Channel:
    fields = {"label": f"Kênh {code}", "valid_from": datetime.date(2020, 1, 1)}
    return Channel.objects.get_or_create(ward=ward, code=code, defaults=fields)[0]


def output(campaign: Campaign, unit: Unit, **fields: Any) -> Output:
    """Three banners of today."""
    defaults = {"kind": "banner", "quantity": 3, "place": f"Phố thử {next(_number)}", "on": today()}
    row = Output(ward=campaign.ward, campaign=campaign, unit=unit, **defaults | fields)
    row.channel = fields.get("channel") or channel(campaign.ward)
    row.add(by=None)
    return row
