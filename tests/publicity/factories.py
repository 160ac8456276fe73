import datetime
import io
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from campaigns.models import Campaign
from core.files import Accepted, accept
from publicity.models import Airing, Article, Broadcast

_number = count(1)


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


def photo(name: str = "anh.png") -> SimpleUploadedFile:
    """A picture whose file says where it was taken."""
    image, out = Image.new("RGB", (40, 30), "white"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "nha so 5"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def accepted() -> Accepted:
    return accept(photo())
