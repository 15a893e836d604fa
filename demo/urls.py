from django.urls import path

from demo import views

urlpatterns = [
    path("mails", views.mails, name="demo-mails"),
    path("mails/<int:mail_id>", views.mail_html, name="demo-mail"),
]
