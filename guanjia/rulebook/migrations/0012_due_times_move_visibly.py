import django.db.models.deletion
import guanjia.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0005_calendars_remember'),
        ('rulebook', '0011_waivers_of_the_past'),
        ('kernel', '0002_journal_is_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='DueChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pause', '暂停'), ('resume', '恢复'), ('extend', '延期'), ('recompute', '日历调整')], max_length=10, verbose_name='变动')),
                ('at', models.DateTimeField(verbose_name='何时')),
                ('entry_id', models.UUIDField()),
                ('from_due', models.DateTimeField(verbose_name='原时限')),
                ('to_due', models.DateTimeField(verbose_name='新时限')),
                ('known_at', models.DateTimeField()),
                ('held_by', models.UUIDField(null=True)),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '时限变动',
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.UUIDField(default=guanjia.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(blank=True, default='', max_length=40, verbose_name='编号')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(editable=False, null=True, verbose_name='建立时间')),
                ('rule', models.CharField(max_length=12, verbose_name='条款')),
                ('stage', models.CharField(blank=True, default='', max_length=24)),
                ('key', models.CharField(max_length=80, verbose_name='对象')),
                ('period', models.CharField(max_length=12, verbose_name='期间')),
                ('amount', models.DecimalField(decimal_places=4, default=0, max_digits=16, verbose_name='累计')),
                ('reached_at', models.DateTimeField(null=True, verbose_name='到限时间')),
            ],
            options={
                'verbose_name': '累计',
            },
        ),
        migrations.AddField(
            model_name='obligation',
            name='counted_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='obligation',
            name='found_by',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='obligation',
            name='paused_at',
            field=models.DateTimeField(null=True, verbose_name='暂停自'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='runs_on_at',
            field=models.DateTimeField(null=True, verbose_name='最迟恢复'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(condition=models.Q(('met_at__isnull', True), ('voided_at__isnull', True), ('found_by__isnull', False)), fields=['found_by'], name='obligation_found_by'),
        ),
        migrations.AddField(
            model_name='duechange',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='rulebook.obligation'),
        ),
        migrations.AddField(
            model_name='tally',
            name='company',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.company'),
        ),
        migrations.AddField(
            model_name='tally',
            name='project',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.project'),
        ),
        migrations.AddConstraint(
            model_name='duechange',
            constraint=models.UniqueConstraint(fields=('obligation', 'entry_id'), name='due_change_once_a_line'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('rule', 'stage', 'project', 'key', 'period'), name='tally_once'),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER due_change_append_only BEFORE UPDATE OR DELETE ON rulebook_duechange"
            " FOR EACH ROW EXECUTE FUNCTION kernel_append_only()",
            "DROP TRIGGER due_change_append_only ON rulebook_duechange",
        ),
    ]
