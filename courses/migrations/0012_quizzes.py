
import core.text
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0011_packages'),
        ('people', '0004_locked_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', core.text.NfcCharField(max_length=160, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=160, verbose_name='title in English')),
                ('task', core.text.NfcTextField(max_length=2000, verbose_name='task')),
                ('task_en', models.TextField(blank=True, max_length=2000, verbose_name='task in English')),
                ('pass_percent', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='percent to pass')),
                ('is_required', models.BooleanField(default=False, verbose_name='a certificate asks for it')),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='courses.course', verbose_name='course')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['course', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('seed', models.PositiveIntegerField()),
                ('drawn', models.JSONField()),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deadline', models.DateTimeField(blank=True, null=True)),
                ('grace_until', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='courses.enrolment')),
            ],
            options={
                'ordering': ['opened_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', core.text.NfcCharField(max_length=200, verbose_name='criterion')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='criterion in English')),
                ('points', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='points')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='courses.assignment')),
            ],
            options={
                'ordering': ['assignment', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='short name')),
                ('kind', models.CharField(choices=[('single', 'one right option'), ('multiple', 'several right options'), ('truth', 'true or false'), ('matching', 'matching'), ('ordering', 'ordering'), ('short', 'short answer'), ('scenario', 'scenario with steps')], max_length=10, verbose_name='kind')),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('search_key', models.CharField(editable=False, max_length=600)),
                ('competency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='courses.competency', verbose_name='competency')),
                ('organiser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='people.organisation')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['competency', 'code'],
            },
        ),
        migrations.CreateModel(
            name='QuestionVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('prompt', core.text.NfcTextField(max_length=500, verbose_name='question')),
                ('prompt_en', models.TextField(blank=True, max_length=500, verbose_name='question in English')),
                ('content', models.JSONField()),
                ('points', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='points')),
                ('feedback', core.text.NfcTextField(blank=True, max_length=500, verbose_name='explanation')),
                ('feedback_en', models.TextField(blank=True, max_length=500, verbose_name='explanation in English')),
                ('reason', core.text.NfcCharField(blank=True, max_length=200, verbose_name='what was corrected')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='courses.question')),
            ],
            options={
                'ordering': ['question', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Grading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(decimal_places=2, max_digits=7)),
                ('out_of', models.DecimalField(decimal_places=2, max_digits=7)),
                ('is_current', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gradings', to='courses.attempt')),
                ('because', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='regradings', to='courses.questionversion')),
            ],
            options={
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='GradedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6)),
                ('out_of', models.DecimalField(decimal_places=2, max_digits=6)),
                ('is_answered', models.BooleanField()),
                ('grading', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='graded', to='courses.grading')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='graded', to='courses.question')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.questionversion')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('value', models.JSONField(null=True)),
                ('sequence', models.PositiveIntegerField()),
                ('elapsed', models.PositiveBigIntegerField()),
                ('client_time', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('standing', models.CharField(choices=[('in-time', 'in time'), ('late', 'given in time, received late'), ('too-late', 'too late, does not count')], default='in-time', max_length=8)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='courses.attempt')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='courses.questionversion')),
            ],
            options={
                'ordering': ['sequence', 'received_at'],
            },
        ),
        migrations.CreateModel(
            name='Quiz',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('lesson', 'after a lesson'), ('final', 'at the end of the course'), ('pre', 'before the course, to compare'), ('post', 'after the course, to compare')], default='final', max_length=6, verbose_name='purpose')),
                ('title', core.text.NfcCharField(max_length=160, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=160, verbose_name='title in English')),
                ('draw', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='questions drawn for each attempt')),
                ('is_shuffled', models.BooleanField(default=True, verbose_name='another order for each attempt')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='minutes')),
                ('grace_minutes', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(2880)], verbose_name='minutes in which answers given in time may still arrive')),
                ('attempts_allowed', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='attempts')),
                ('pass_percent', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='percent to pass')),
                ('is_required', models.BooleanField(default=False, verbose_name='a certificate asks for it')),
                ('feedback', models.CharField(choices=[('once', 'after each answer, which then stands'), ('end', 'when the test is handed in'), ('closed', 'when the test is closed for the class'), ('never', 'never, only the points')], default='end', max_length=6, verbose_name='right answers are shown')),
                ('is_paged', models.BooleanField(default=False, verbose_name='one question a page')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quizzes', to='courses.course', verbose_name='course')),
                ('lesson', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quizzes', to='courses.lesson', verbose_name='lesson')),
                ('made_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('questions', models.ManyToManyField(blank=True, related_name='quizzes', to='courses.question', verbose_name='questions')),
            ],
            options={
                'verbose_name': 'test',
                'verbose_name_plural': 'tests',
                'ordering': ['course', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='attempt',
            name='quiz',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='courses.quiz'),
        ),
        migrations.CreateModel(
            name='QuizWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opens_at', models.DateTimeField(blank=True, null=True, verbose_name='opens')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='closes')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='windows', to='courses.quiz')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='courses.courserun')),
            ],
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', core.text.NfcTextField(max_length=8000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='courses.assignment')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='courses.enrolment')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_returned', models.BooleanField(default=False)),
                ('points', models.JSONField(default=dict)),
                ('given', models.PositiveSmallIntegerField(default=0)),
                ('out_of', models.PositiveSmallIntegerField(default=0)),
                ('remarks', core.text.NfcTextField(blank=True, max_length=2000, verbose_name='remarks')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='courses.submission')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('after', 'after the class'), ('later', 'two months later, the officer'), ('manager', 'two months later, who sent the officers')], max_length=8)),
                ('said', models.JSONField()),
                ('text', core.text.NfcTextField(blank=True, max_length=1000)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_answers', to='courses.courserun')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SurveyTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('after', 'after the class'), ('later', 'two months later, the officer'), ('manager', 'two months later, who sent the officers')], max_length=8)),
                ('asked_on', models.DateField(default=django.utils.timezone.localdate)),
                ('is_answered', models.BooleanField(default=False)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_tickets', to='courses.courserun')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_tickets', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_on', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('pass_percent__lte', 100)), name='courses_assignment_percent'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('assignment', 'position'), name='courses_criterion_position_once'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 1)), name='courses_criterion_has_points'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(fields=('organiser', 'code'), name='courses_question_code_once'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.UniqueConstraint(fields=('question', 'number'), name='courses_questionversion_number_once'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 1)), name='courses_questionversion_has_points'),
        ),
        migrations.AddConstraint(
            model_name='questionversion',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='courses_questionversion_corrected_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='grading',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('attempt',), name='courses_grading_one_current'),
        ),
        migrations.AddConstraint(
            model_name='grading',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', models.F('out_of'))), name='courses_grading_within_its_points'),
        ),
        migrations.AddConstraint(
            model_name='gradedanswer',
            constraint=models.UniqueConstraint(fields=('grading', 'question'), name='courses_gradedanswer_once'),
        ),
        migrations.AddConstraint(
            model_name='gradedanswer',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', models.F('out_of'))), name='courses_gradedanswer_within_its_points'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('pass_percent__lte', 100)), name='courses_quiz_pass_percent'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(('draw', None), ('draw__gte', 1), _connector='OR'), name='courses_quiz_draws_something'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lesson__isnull', False), ('purpose', 'lesson')), models.Q(models.Q(('purpose', 'lesson'), _negated=True), ('lesson', None)), _connector='OR'), name='courses_quiz_of_a_lesson_names_it'),
        ),
        migrations.AddConstraint(
            model_name='quiz',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'pre'), _negated=True), ('is_required', False), _connector='OR'), name='courses_quiz_before_is_no_condition'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['grace_until'], name='courses_attempt_due'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(fields=('enrolment', 'quiz', 'number'), name='courses_attempt_number_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('enrolment', 'quiz'), name='courses_attempt_one_open'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deadline', None), ('grace_until', None)), models.Q(('deadline__gt', models.F('opened_at')), ('grace_until__gte', models.F('deadline'))), _connector='OR'), name='courses_attempt_times_in_order'),
        ),
        migrations.AddConstraint(
            model_name='quizwindow',
            constraint=models.UniqueConstraint(fields=('run', 'quiz'), name='courses_window_once'),
        ),
        migrations.AddConstraint(
            model_name='quizwindow',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at', None), ('closes_at', None), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='courses_window_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='courses_submission_says_something'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('is_returned', False), models.Q(('remarks', ''), _negated=True), _connector='OR'), name='courses_review_returned_why'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('given__lte', models.F('out_of'))), name='courses_review_within_its_points'),
        ),
        migrations.AddConstraint(
            model_name='surveyticket',
            constraint=models.UniqueConstraint(fields=('run', 'user', 'kind'), name='courses_surveyticket_once'),
        ),
    ]
