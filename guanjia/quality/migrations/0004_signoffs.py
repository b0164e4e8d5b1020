import django.db.models.deletion
import guanjia.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0004_lines_never_lead_back'),
        ('quality', '0003_what_is_done_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Signoff',
            fields=[
                ('id', models.UUIDField(default=guanjia.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(blank=True, default='', max_length=40, verbose_name='编号')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(editable=False, null=True, verbose_name='建立时间')),
                ('register', models.CharField(max_length=40, verbose_name='台账')),
                ('scope', models.CharField(blank=True, default='', max_length=80, verbose_name='范围')),
                ('period', models.CharField(max_length=12, verbose_name='期间')),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('content', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('sha256', models.CharField(max_length=64, verbose_name='文件校验和')),
                ('signer_as', models.CharField(blank=True, default='', max_length=60, verbose_name='签认身份')),
                ('signed_at', models.DateTimeField(verbose_name='签认时间')),
                ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='接收时间')),
                ('words', models.CharField(blank=True, default='', max_length=500, verbose_name='接收意见')),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.company')),
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.project')),
                ('receiver', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='接收人')),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='签认人')),
            ],
            options={
                'verbose_name': '签认',
                'verbose_name_plural': '签认',
                'ordering': ['-signed_at'],
                'abstract': False,
                'indexes': [models.Index(fields=['project', 'signed_at'], name='quality_signoff_of_project')],
                'constraints': [models.UniqueConstraint(fields=('project', 'register', 'scope', 'period'), name='quality_signoff_once', violation_error_message='这一期间已经签认过。'), models.CheckConstraint(condition=models.Q(('receiver', None), models.Q(('receiver', models.F('signer')), _negated=True), _connector='OR'), name='quality_signoff_received_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('received_at__isnull', True), ('receiver__isnull', True)), models.Q(('received_at__isnull', False), ('receiver__isnull', False)), _connector='OR'), name='quality_signoff_received_whole')],
            },
        ),
    ]
