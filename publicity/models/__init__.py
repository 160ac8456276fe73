from publicity.models.article import Article, ArticlePicture, ArticleTransition, ViewReading
from publicity.models.broadcast import LONGEST, Airing, Broadcast, BroadcastTransition
from publicity.models.channel import Channel

__all__ = [
    "LONGEST",
    "Airing",
    "Article",
    "ArticlePicture",
    "ArticleTransition",
    "Broadcast",
    "BroadcastTransition",
    "Channel",
    "ViewReading",
]
