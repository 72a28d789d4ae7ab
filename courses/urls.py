from django.urls import path
from django.utils.translation import gettext_lazy as _

from courses.views import attendance, badges, catalogue, compliance, experience, home, register, runs, trainers

app_name = "courses"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    # Before the courses, whose short names it would otherwise be taken for.
    path(_("mine/"), home.home, name="home"),
    path(_("mine/data.zip"), home.my_data, name="my_data"),
    path(_("trained/"), compliance.board, name="compliance"),
    path(_("trained.xlsx"), compliance.board_file, name="compliance_file"),
    path(_("trainers/"), trainers.trainers, name="trainers"),
    path(_("trainers.xlsx"), trainers.trainers_file, name="trainers_file"),
    path(_("trainers/<int:pk>/"), trainers.trainer, name="trainer"),
    path(_("experience/"), experience.experiences, name="experiences"),
    path(_("experience/new/"), experience.new, name="new_experience"),
    path(_("experience/questions/"), experience.questions, name="questions"),
    path(_("experience/<uuid:pk>/"), experience.one, name="experience"),
    path(_("study-visits/"), experience.visits, name="visits"),
    path(_("study-visits/<int:pk>/"), experience.visit, name="visit"),
    path(_("classes/"), runs.runs, name="runs"),
    path(_("classes/new/"), runs.edit, name="new_run"),
    path(_("classes/<int:pk>/"), runs.run, name="run"),
    path(_("classes/<int:pk>/edit/"), runs.edit, name="edit_run"),
    path(_("classes/<int:pk>.ics"), runs.run_calendar, name="run_calendar"),
    path(_("classes/<int:pk>/attendance/"), attendance.attendance, name="attendance"),
    path(_("classes/<int:pk>/sessions/<int:session>/"), attendance.roll, name="roll"),
    path(_("classes/<int:pk>/sessions/<int:session>/code/"), attendance.screen, name="screen"),
    path(_("classes/<int:pk>/sessions/<int:session>.pdf"), attendance.sheet, name="sheet"),
    path(_("my-card/"), attendance.card, name="card"),
    path(_("my-certificates/"), register.mine, name="mine"),
    path(_("my-certificates/<slug:code>.<slug:form>"), badges.badge, name="badge"),
    path(_("certificates/"), register.register, name="register"),
    path(_("certificates/issue/"), register.issue, name="issue"),
    path(_("certificates/batches/<int:pk>/"), register.batch, name="batch"),
    path(_("certificates/batches/<int:pk>.pdf"), register.batch_file, name="batch_file"),
    path(_("certificates/<slug:code>/"), register.certificate, name="certificate"),
    path(_("certificates/<slug:code>.pdf"), register.paper, name="paper"),
    path("<slug:code>/", catalogue.course, name="course"),
    path("<slug:code>/<int:number>/", catalogue.lesson, name="lesson"),
]
