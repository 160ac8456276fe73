from publicity.models.article import Article, ArticlePicture, ArticleTransition, ViewReading
from publicity.models.broadcast import LONGEST, Airing, AiringCluster, Broadcast, BroadcastTransition
from publicity.models.lists import ArticleCategory, Channel, can_keep_lists, take_over_usual
from publicity.models.output import Output, OutputProof
from publicity.models.posting import (
    HANGS,
    Posting,
    PostingFile,
    PostingPlace,
    PostingProof,
    PostingSpot,
    PostingTransition,
)
from publicity.models.spoken_words import Abbreviation, LoudspeakerCluster, LoudspeakerSlot

__all__ = [
    "HANGS",
    "LONGEST",
    "Abbreviation",
    "Airing",
    "AiringCluster",
    "Article",
    "ArticleCategory",
    "ArticlePicture",
    "ArticleTransition",
    "Broadcast",
    "BroadcastTransition",
    "Channel",
    "LoudspeakerCluster",
    "LoudspeakerSlot",
    "Output",
    "OutputProof",
    "Posting",
    "PostingFile",
    "PostingPlace",
    "PostingProof",
    "PostingSpot",
    "PostingTransition",
    "ViewReading",
    "can_keep_lists",
    "take_over_usual",
]
