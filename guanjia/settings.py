"""Django's settings, read from the environment; `.env.example` tells what each variable means.

What a project may tune is a rule parameter with a date, never a setting.
"""

import contextlib
import os
import secrets

from guanjia.kernel import environment

environment.read_file()

BASE_DIR = environment.CHECKOUT
HOME = environment.home()


def _secret_key() -> str:
    """From the environment, or from a file that the first start writes; two first starts at once agree on one."""
    if key := environment.text("GUANJIA_SECRET_KEY", ""):
        return key
    path = HOME / "secret-key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        draft = HOME / f"secret-key.{os.getpid()}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


# Who we are

SECRET_KEY = _secret_key()
GUANJIA_MASTER_KEY = environment.text("GUANJIA_MASTER_KEY", "")  # empty: a file in HOME, see kernel/vault/master.py
DEBUG = environment.switch("GUANJIA_DEBUG", False)
ALLOWED_HOSTS = environment.listed("GUANJIA_HOSTS", "localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "guanjia.urls"
WSGI_APPLICATION = "guanjia.wsgi.application"
GUANJIA_PORTAL_URL = environment.text("GUANJIA_PORTAL_URL", f"http://localhost:{environment.number('PORT', 8000)}")

GUANJIA_SMS = environment.text("GUANJIA_SMS", "")

# What we are made of: the floors of docs/map.md from the ground up.

INSTALLED_APPS = [
    "guanjia.kernel",
    "guanjia.org",
    "guanjia.rulebook",
    "guanjia.quality",
    "guanjia.estate",
    "guanjia.customers",
    "guanjia.workforce",
    "guanjia.work",
    "guanjia.desk",
    "guanjia.followup",
    "guanjia.insight",
    "guanjia.web",
    "guanjia.registers",
    "guanjia.faces.console",
    "guanjia.faces.field",
    "guanjia.faces.portal",
    "guanjia.faces.api",
    "guanjia.faces.channels",
    "guanjia.faces.demo",
    "procrastinate.contrib.django",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "guanjia.web.middleware.Wall",
    "guanjia.web.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guanjia.web.middleware.SecurityHeaders",
    "guanjia.web.signing.sessions.FaceCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guanjia.web.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guanjia.web.middleware.Acts",
    "guanjia.web.middleware.SignInFirst",
    "guanjia.web.signing.sessions.Devices",
    "guanjia.web.middleware.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guanjia.web.context.page",
            ],
        },
    },
]

# Where things lie

DATABASES = {"default": environment.database(environment.text("DATABASE_URL"))}
GUANJIA_WALL = environment.number("GUANJIA_WALL", 0) == 1  # whether row-level security stands (kernel/wall.py)
GUANJIA_OWNER_URL = environment.text("GUANJIA_OWNER_URL", "")  # who owns the tables; "" where one role does everything
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = HOME / "files"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "guanjia.web.static_storage.StaticStorage"},
}

# People and their sessions

AUTH_USER_MODEL = "org.Person"
AUTHENTICATION_BACKENDS = ["guanjia.web.auth.Backend"]
LOGIN_URL = "/login/"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # what is said to somebody lies in no cookie
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.switch("GUANJIA_HTTPS", False)
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
CSRF_TRUSTED_ORIGINS = environment.listed("GUANJIA_ORIGINS", "")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name", "pinyin", "phone")},
    },
]

# Words and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "guanjia" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
GUANJIA_MOVABLE_CLOCK = environment.switch("GUANJIA_MOVABLE_CLOCK", False)
GUANJIA_MEMO_SECONDS = 5  # how long rarely changing values (calendars, posts, parameters) are kept in a process

# What is written down while running

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "guanjia": {"level": environment.text("GUANJIA_LOG_LEVEL", "INFO")},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "procrastinate": {"level": "WARNING"},
    },
}
