import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rulebook', '0007_backtests'),
    ]

    operations = [
        migrations.CreateModel(
            name='RollupDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.UUIDField()),
                ('project_id', models.UUIDField()),
                ('rule', models.CharField(max_length=12)),
                ('stage', models.CharField(blank=True, default='', max_length=24)),
                ('handbook', models.CharField(blank=True, default='', max_length=48)),
                ('owner_post_id', models.UUIDField(null=True)),
                ('is_outside', models.BooleanField(default=False)),
                ('owed', models.PositiveIntegerField()),
                ('in_time', models.PositiveIntegerField()),
                ('late', models.PositiveIntegerField()),
                ('lapsed', models.PositiveIntegerField()),
                ('waived', models.PositiveIntegerField()),
                ('voided', models.PositiveIntegerField()),
                ('open', models.PositiveIntegerField()),
                ('seconds_sum', models.BigIntegerField()),
                ('bins', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ('bin_counts', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('day', models.DateField()),
                ('assignee_id', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RollupMark',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('closed_until', models.DateField()),
                ('closed_by', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='RollupMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company_id', models.UUIDField()),
                ('project_id', models.UUIDField()),
                ('rule', models.CharField(max_length=12)),
                ('stage', models.CharField(blank=True, default='', max_length=24)),
                ('handbook', models.CharField(blank=True, default='', max_length=48)),
                ('owner_post_id', models.UUIDField(null=True)),
                ('is_outside', models.BooleanField(default=False)),
                ('owed', models.PositiveIntegerField()),
                ('in_time', models.PositiveIntegerField()),
                ('late', models.PositiveIntegerField()),
                ('lapsed', models.PositiveIntegerField()),
                ('waived', models.PositiveIntegerField()),
                ('voided', models.PositiveIntegerField()),
                ('open', models.PositiveIntegerField()),
                ('seconds_sum', models.BigIntegerField()),
                ('bins', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ('bin_counts', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('month', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='StaleDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project_id', models.UUIDField()),
                ('day', models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name='obligation',
            name='waived',
            field=models.BooleanField(db_default=False, default=False, verbose_name='豁免'),
        ),
        migrations.AddIndex(
            model_name='rollupday',
            index=models.Index(fields=['project_id', 'day'], name='rollup_day_of_project'),
        ),
        migrations.AddIndex(
            model_name='rollupday',
            index=models.Index(fields=['project_id', 'rule', 'day'], name='rollup_day_of_rule'),
        ),
        migrations.AddIndex(
            model_name='rollupday',
            index=models.Index(condition=models.Q(('assignee_id__isnull', False)), fields=['assignee_id', 'day'], name='rollup_day_of_person'),
        ),
        migrations.AddConstraint(
            model_name='rollupmark',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='rollup_mark_is_one'),
        ),
        migrations.AddIndex(
            model_name='rollupmonth',
            index=models.Index(fields=['project_id', 'month'], name='rollup_month_of_project'),
        ),
    ]
