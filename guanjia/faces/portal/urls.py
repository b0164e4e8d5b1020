"""Addresses of the portal: a key is the whole identity. Whatever else is asked for meets the same closed door."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("c/<str:key>/", views.follow, name="portal-case"),
    path("c/<str:key>/answer/", views.answer, name="portal-answer"),
    path("c/<str:key>/photos/<uuid:id>/", views.photo, name="portal-photo"),
    re_path(r"", views.door),
]
