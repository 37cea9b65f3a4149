# What Django needs to know to make the tables; written by makemigrations.

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import healthlint.contrib.wagtail.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HealthlintSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('profile', models.CharField(blank=True, choices=[('us', 'United States'), ('uk', 'United Kingdom'), ('eu', 'European Union'), ('au', 'Australia'), ('ca', 'Canada')], help_text='Whose law speaks. Empty: as in the configuration file, else United States.', max_length=2, verbose_name='profile')),
                ('fail_on', models.CharField(choices=[('error', 'Error'), ('warning', 'Warning'), ('info', 'Information')], default='error', help_text='Findings of this severity or graver keep a page from being published.', max_length=10, verbose_name='hold pages from')),
                ('on_failure', models.CharField(choices=[('closed', 'Publish nothing'), ('open', 'Publish, with a notice')], default='closed', help_text='Such as with a wrong configuration file. Either way it is logged.', max_length=6, verbose_name='when the check itself fails')),
                ('exempt_types', models.ManyToManyField(blank=True, help_text='Pages of these types are not checked.', limit_choices_to=healthlint.contrib.wagtail.models._page_types, related_name='+', to='contenttypes.contenttype', verbose_name='exempt page types')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'health check',
            },
        ),
        migrations.CreateModel(
            name='LiveFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40, verbose_name='rule')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('category', models.CharField(max_length=40, verbose_name='category')),
                ('severity', models.CharField(choices=[('error', 'Error'), ('warning', 'Warning'), ('info', 'Information')], max_length=10, verbose_name='severity')),
                ('where', models.CharField(max_length=500, verbose_name='place')),
                ('anchor', models.CharField(blank=True, max_length=255)),
                ('text', models.TextField(verbose_name='words')),
                ('message', models.TextField(verbose_name='message')),
                ('suggestion', models.TextField(blank=True, verbose_name='suggestion')),
                ('fingerprint', models.CharField(max_length=16)),
                ('waived', models.BooleanField(default=False, verbose_name='waived')),
                ('checked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='checked at')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='health_findings', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'ordering': ['page_id', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PageCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='checked at')),
                ('failure', models.TextField(blank=True)),
                ('language', models.CharField(blank=True, max_length=20)),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='health_check', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40, verbose_name='rule')),
                ('severity', models.CharField(choices=[('error', 'Error'), ('warning', 'Warning'), ('info', 'Information')], max_length=10, verbose_name='severity')),
                ('fingerprint', models.CharField(db_index=True, max_length=16)),
                ('text', models.TextField(verbose_name='words')),
                ('reason', models.TextField(validators=[django.core.validators.MinLengthValidator(10)], verbose_name='reason')),
                ('by_name', models.CharField(blank=True, max_length=255)),
                ('created', models.DateTimeField(default=django.utils.timezone.now, verbose_name='waived at')),
                ('until', models.DateField(default=healthlint.contrib.wagtail.models.default_until, verbose_name='until')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='waived by')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='health_waivers', to=settings.WAGTAIL_PAGE_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
            ],
            options={
                'verbose_name': 'waiver',
                'verbose_name_plural': 'waivers',
                'ordering': ['-created'],
                'permissions': [('waive_warning', 'May waive health check warnings'), ('waive_error', 'May waive health check errors')],
                'default_permissions': (),
            },
        ),
    ]
