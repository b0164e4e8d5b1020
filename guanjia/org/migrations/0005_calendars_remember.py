import django.db.models.deletion
import guanjia.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0004_lines_never_lead_back'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarPast',
            fields=[
                ('id', models.UUIDField(default=guanjia.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(blank=True, default='', max_length=40, verbose_name='编号')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(editable=False, null=True, verbose_name='建立时间')),
                ('known_until', models.DateTimeField(verbose_name='知悉至')),
                ('date', models.DateField(null=True, verbose_name='日期')),
                ('kind', models.CharField(blank=True, default='', max_length=8, verbose_name='性质')),
                ('hours', models.JSONField(null=True, verbose_name='服务时间')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pasts', to='org.calendar')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.company')),
            ],
            options={
                'verbose_name': '日历的从前',
                'indexes': [models.Index(fields=['calendar', 'known_until'], name='calendar_past')],
                'constraints': [models.CheckConstraint(condition=models.Q(('date__isnull', False), ('hours__isnull', False), _connector='XOR'), name='calendar_past_of_a_day_or_of_hours')],
            },
        ),
    ]
