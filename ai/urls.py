from django.urls import path

from ai import views
from jobs.views import JobsView, JobView

urlpatterns = [
    path("ai/generate-from-source", views.GenerateFromSourceView.as_view(), name="generate-from-source"),
    path("ai/evaluate-answer", views.EvaluateAnswerView.as_view(), name="evaluate-answer"),
    path("ai/question-sets", views.QuestionSetsView.as_view(), name="question-sets"),
    path("ai/question-sets/<uuid:pk>", views.QuestionSetView.as_view(), name="question-set"),
    path("ai/questions/<uuid:pk>", views.QuestionView.as_view(), name="question"),
    path("ai/evaluations", views.EvaluationsView.as_view(), name="evaluations"),
    path("ai/jobs", JobsView.as_view(), name="jobs"),
    path("ai/jobs/<uuid:pk>", JobView.as_view(), name="job"),
]
