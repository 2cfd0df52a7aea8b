"""Who of a team served when, and which hours were confirmed; seen where the team is stationed."""

import django.db.models.deletion
import muster.kernel.areas.fields
import muster.kernel.ids
from django.db import migrations, models

from muster.kernel.posts.walls import area_wall


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_walls'),
        ('teams', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.UUIDField(default=muster.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('area', muster.kernel.areas.fields.AreaCodeField(blank=True, db_collation='C', default='')),
                ('answer', models.TextField(blank=True, choices=[('coming', 'comes'), ('cannot', 'cannot come')], default='')),
                ('answered_at', models.DateTimeField(null=True)),
                ('came_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('minutes', models.IntegerField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_user', models.UUIDField(null=True)),
                ('confirmed_lead', models.UUIDField(null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='teams.member')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='teams.mission')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['area', 'id'], name='service_area'), models.Index(fields=['came_at', 'id'], name='service_came')],
                'constraints': [models.UniqueConstraint(fields=('mission', 'member'), name='service_once'), models.CheckConstraint(condition=models.Q(('answer__in', ['', 'coming', 'cannot'])), name='service_answer'), models.CheckConstraint(condition=models.Q(('left_at', None), ('left_at__gte', models.F('came_at')), _connector='OR'), name='service_period'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('minutes', None)), models.Q(('came_at__isnull', False), ('confirmed_at__isnull', False), ('minutes__gte', 0)), _connector='OR'), name='service_confirmed'), models.CheckConstraint(condition=models.Q(('confirmed_lead', None), models.Q(('confirmed_lead', models.F('member')), _negated=True), _connector='OR'), name='service_not_by_oneself')],
            },
        ),
        area_wall('teams_service'),
    ]
