"""Draws docs/privacy.md: every column that holds words, and what it may hold of people. Called by scripts/map.py."""

import os
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

HEAD = """\
# 每一列存了谁的什么

由 `make map` 按模型里的 `privacy` 声明画出，过期时 `make tidy` 不通过；没有分类的列，启动检查不放行（`guanjia/kernel/privacy.py`）。

| 级别 | 含义 | 怎样保护 |
|---|---|---|
| P0 | 公开 | – |
| P1 | 内部 | 按岗位与项目可见 |
| P2 | 个人信息 | 按岗位与项目可见；保存期满或本人要求删除时清空。「联系方式」另在清单、导出和接口里遮盖；「员工」随其经办的事保存 |
| P3 | 敏感个人信息 | 以本人的密钥加密存放，处处遮盖，只经批准揭示；密钥销毁后任何副本都读不出 |

键、状态、时刻、数量、是否和选项按规则为 P1，不逐列写出。

"""
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "guanjia.settings",
    "DATABASE_URL": "postgres://nobody@localhost:1/none",
    "GUANJIA_SECRET_KEY": "none",
}


def draw() -> str:
    """The page, from the models themselves; no database is asked."""
    os.environ |= SETTINGS | {"GUANJIA_HOME": tempfile.mkdtemp()}
    import django

    django.setup()
    from django.apps import apps

    from guanjia.kernel import privacy

    lines = []
    for app in apps.get_app_configs():
        models = [model for model in app.get_models() if model.__module__.startswith("guanjia.")]
        said = [line for model in models for line in table(model, privacy)]
        if said:
            lines += [f"## {app.label} {app.verbose_name}", "", "| 表 | 列 | 级别 | 存放 |", "|---|---|---|---|", *said, ""]
    return HEAD + "\n".join(lines)


def table(model, privacy) -> list[str]:
    name = str(model._meta.verbose_name)
    title = model.__name__ if name.isascii() else f"{model.__name__} {name}"
    found = [(field, privacy.of(field)) for field in model._meta.concrete_fields if not privacy.structural(field)]
    return [
        f"| {title} | {field.name} {'' if str(field.verbose_name).isascii() else field.verbose_name} "
        f"| {klass.value[:2]} {privacy.LABELS[klass]} | {'密文' if hasattr(field, 'seal') else '明文'} |"
        for field, klass in found
        if klass not in (privacy.Privacy.PUBLIC, privacy.Privacy.INTERNAL) or field.name != "number"
    ]
