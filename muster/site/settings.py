"""Django's settings. Everything that differs between places comes from MUSTER_HOME, DATABASE_URL or MUSTER_HOSTS."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from muster.site import embedded

HOME = Path(os.environ.get("MUSTER_HOME", "~/.muster")).expanduser()
PACKAGE = Path(__file__).resolve().parent.parent
SECRETS = embedded.secrets(HOME)

SECRET_KEY = SECRETS["secret_key"]
MUSTER_KEYS = SECRETS["keys"]
DEBUG = False
ALLOWED_HOSTS = os.environ.get("MUSTER_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in ("localhost", "127.0.0.1", "[::1]")]

DOMAINS = [
    "muster.domains.screening",
    "muster.domains.tracing",
    "muster.domains.isolation",
    "muster.domains.arrivals",
    "muster.domains.residents",
    "muster.domains.premises",
    "muster.domains.intake",
    "muster.domains.teams",
    "muster.domains.goods",
    "muster.domains.antigen",
]
KERNEL = [
    "muster.kernel.areas",
    "muster.kernel.operations",
    "muster.kernel.posts",
    "muster.kernel.facts",
    "muster.kernel.people",
    "muster.kernel.duties",
    "muster.kernel.controls",
    "muster.kernel.presence",
    "muster.kernel.messages",
]
INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *KERNEL,
    "muster.web",
    "muster.offline",
    "muster.ledger",
    "muster.ledger.forms",
    "muster.ledger.imports",
    *DOMAINS,
    "muster.reports",
    "muster.site",
]

MUSTER_URLS = embedded.database_urls(HOME)
POOL = {"min_size": 0, "max_size": int(os.environ.get("MUSTER_POOL", "12")), "timeout": 20}


def _database(url: str, pool: bool) -> dict[str, object]:
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    options: dict[str, object] = {"pool": POOL, "prepare_threshold": 0} if pool else {}
    return {
        "ENGINE": "muster.site.postgres",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", parts.port or ""),
        "OPTIONS": options | query,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {alias: _database(url, pool=alias != "owner") for alias, url in MUSTER_URLS.items()}
DATABASE_ROUTERS = ["muster.kernel.posts.logins.LoginRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_DATABASE_ALIAS = "act"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["muster.site.periodic", "muster.kernel.procedures"]

CACHES = {"default": {"BACKEND": "muster.site.counting.SharedCounts"}}

AUTH_USER_MODEL = "posts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "muster.web.session.PostMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "muster.site.urls"
ASGI_APPLICATION = "muster.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "muster.web.shell.shell",
            ],
        },
    }
]

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "muster.web.page.forged"
SESSION_ENGINE = "muster.site.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = os.environ.get("MUSTER_HTTPS", "") == "1"
PUBLIC_URL = os.environ.get("MUSTER_URL", f"http{'s' * SECURE_COOKIES}://{ALLOWED_HOSTS[0]}").rstrip("/")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"codes": {"()": "muster.site.unsaid.Codes"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["codes"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"muster": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
