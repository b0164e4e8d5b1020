import django.db.models.deletion
import guanjia.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0004_lines_never_lead_back'),
        ('quality', '0004_signoffs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.UUIDField(default=guanjia.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(blank=True, default='', max_length=40, verbose_name='编号')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(editable=False, null=True, verbose_name='建立时间')),
                ('report', models.CharField(max_length=24, verbose_name='报告')),
                ('period', models.CharField(max_length=12, verbose_name='期间')),
                ('content', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('made_by', models.CharField(max_length=60, verbose_name='生成人')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.company')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.project')),
                ('signoff', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quality.signoff', verbose_name='签认')),
            ],
            options={
                'verbose_name': '报告',
                'verbose_name_plural': '报告',
                'ordering': ['-period', 'project'],
                'abstract': False,
                'indexes': [models.Index(fields=['report', 'period'], name='insight_snapshot_of_period')],
                'constraints': [models.UniqueConstraint(fields=('project', 'report', 'period'), name='insight_snapshot_once', violation_error_message='这一期间已有报告。')],
            },
        ),
    ]
