from django.urls import path

from publicity import views

app_name = "publicity"
urlpatterns = [
    path("articles/", views.article_list, name="article_list"),
    path("articles/new/", views.article_new, name="article_new"),
    path("articles/readings/", views.reading_list, name="reading_list"),
    path("articles/<slug:slug>/", views.article_detail, name="article_detail"),
    path("articles/<slug:slug>/edit/", views.article_edit, name="article_edit"),
    path("articles/<slug:slug>/submit/", views.article_submit, name="article_submit"),
    path("articles/<slug:slug>/return/", views.article_return, name="article_return"),
    path("articles/<slug:slug>/publish/", views.article_publish, name="article_publish"),
    path("articles/<slug:slug>/retire/", views.article_retire, name="article_retire"),
    path("articles/<slug:slug>/readings/new/", views.reading_new, name="reading_new"),
    path("pictures/<int:pk>/", views.picture_file, name="picture_file"),
    path("pictures/<int:pk>/delete/", views.picture_delete, name="picture_delete"),
    path("broadcasts/", views.broadcast_list, name="broadcast_list"),
    path("broadcasts/new/", views.broadcast_new, name="broadcast_new"),
    path("broadcasts/airings/", views.airing_list, name="airing_list"),
    path("broadcasts/airings/<int:pk>/done/", views.airing_done, name="airing_done"),
    path("broadcasts/airings/<int:pk>/cancel/", views.airing_cancel, name="airing_cancel"),
    path("broadcasts/<int:pk>/", views.broadcast_detail, name="broadcast_detail"),
    path("broadcasts/<int:pk>/edit/", views.broadcast_edit, name="broadcast_edit"),
    path("broadcasts/<int:pk>/ready/", views.broadcast_ready, name="broadcast_ready"),
    path("broadcasts/<int:pk>/retire/", views.broadcast_retire, name="broadcast_retire"),
    path("broadcasts/<int:pk>/airings/new/", views.airing_new, name="airing_new"),
    path("p/<slug:ward>/articles/", views.public_article_list, name="public_article_list"),
    path("p/<slug:ward>/articles/<slug:slug>/", views.public_article, name="public_article"),
    path("p/<slug:ward>/articles/<slug:slug>/pictures/<int:pk>/", views.public_picture, name="public_picture"),
]
