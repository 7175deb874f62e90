"""How this machine runs. What the operator promises is policy, not settings.

The environment is read here and nowhere else. Development needs no variable; production
(`DERBES_PRODUCTION=1`) refuses to start without its secrets.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = os.environ.get("DERBES_PRODUCTION") == "1"
DEVELOPMENT = not PRODUCTION
DEBUG = False


#: What is wrong with the environment, all of it: whoever sets it up is told once.
_faults: list[str] = []


def _required(name: str, why: str) -> str:
    value = os.environ.get(name, "")
    if not value and PRODUCTION:
        _faults.append(f"{name} is not set: {why}")
    return value


def _number(name: str, usual: int) -> int:
    value = os.environ.get(name, str(usual))
    if not value.isdecimal():
        _faults.append(f"{name} must be a number")
    return int(value) if value.isdecimal() else usual


def _state() -> Path:
    """The folder that holds everything that is this installation's own: database, keys, sealed files."""
    folder = Path(os.environ.get("DERBES_STATE", BASE_DIR / "var")).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _kept_secret(path: Path) -> str:
    """A secret of this development machine, made once and kept."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _database(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path,
            "TEST": {"NAME": f"{parts.path}.test-{os.getpid()}"},  # a file, so that tests can search it
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            },
        }
    if parts.scheme not in {"postgresql", "postgres"}:
        _faults.append(f"DERBES_DATABASE must begin with sqlite:// or postgresql://, not {parts.scheme}://")
    query = parse_qs(parts.query)
    return {
        "ENGINE": "derbes.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2},  # a statement is planned once
    }


STATE = _state()
SECRET_KEY = _required("DERBES_SECRET_KEY", "it signs sessions; make one with `openssl rand -base64 50`")
SECRET_KEY = SECRET_KEY or _kept_secret(STATE / "secret.key")

#: Where people reach the site; also the name under which the journal is signed. At a developer's the site may stand
#: on another port than before, and the journal keeps its name.
ORIGIN = _required("DERBES_ORIGIN", "the public address, https://…")
JOURNAL_ORIGIN = f"{urlsplit(ORIGIN).netloc or 'localhost:8000'}/journal"
ORIGIN = ORIGIN or f"http://localhost:{os.environ.get('PORT', '8000')}"
ALLOWED_HOSTS = [urlsplit(ORIGIN).hostname or ""] + (
    ["localhost", "127.0.0.1", "testserver"] if DEVELOPMENT else []
)
CSRF_TRUSTED_ORIGINS = [ORIGIN]
#: How many proxies of ours stand before it and add to X-Forwarded-For.
PROXIES = _number("DERBES_PROXIES", 0)

DATABASES = {"default": _database(os.environ.get("DERBES_DATABASE", f"sqlite://{STATE / 'derbes.sqlite3'}"))}

#: Services that we call; each is one folder in derbes/outside.
KEYS: dict[str, Any] = {"driver": "file", "path": Path(os.environ.get("DERBES_KEYS", STATE / "keys"))}
STORAGE: dict[str, Any] = {"driver": "file", "path": Path(os.environ.get("DERBES_FILES", STATE / "files"))}
#: Whom was destroyed or blocked, for a restore: on another disk than the database (docs/backup.md).
TOMBSTONES: dict[str, Any] = {"path": Path(os.environ.get("DERBES_ERASURES", STATE / "erasures.log"))}
MAIL: dict[str, Any] = {
    "driver": os.environ.get("DERBES_MAIL", "console" if DEVELOPMENT else "smtp"),
    "path": STATE / "mail",
    "from": os.environ.get("DERBES_MAIL_FROM", "no-reply@example.kz"),
}
SMS: dict[str, Any] = {
    "driver": os.environ.get("DERBES_SMS", "console" if DEVELOPMENT else "http_gateway"),
    "path": STATE / "sms",
    "url": os.environ.get("DERBES_SMS_URL", ""),
    "secret": os.environ.get("DERBES_SMS_SECRET", ""),
}
#: The mailbox that questions and claims come to (§6.7); without a host there is none.
_IMAP = {"host": "", "port": "993", "user": "", "password": "", "folder": "INBOX"}
MAILBOX = {key: os.environ.get(f"DERBES_IMAP_{key.upper()}", usual) for key, usual in _IMAP.items()}
#: Outsiders who hold the journal to what it once was (docs/journal.md): "key address …", a number, "address root.pem".
ANCHORS = {key: os.environ.get(f"DERBES_{key.upper()}", "").split() for key in ("witnesses", "quorum", "tsa")}
ANTIVIRUS = {"address": os.environ.get("DERBES_CLAMD", "")}
EMAIL_HOST = os.environ.get("DERBES_SMTP_HOST", "localhost")
EMAIL_PORT = _number("DERBES_SMTP_PORT", 25)
EMAIL_HOST_USER = os.environ.get("DERBES_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DERBES_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("DERBES_SMTP_TLS") == "1"
EMAIL_TIMEOUT = 10
if _faults:
    raise ImproperlyConfigured("\n".join(_faults))
POLICY_FOLDER = Path(os.environ.get("DERBES_POLICY", BASE_DIR / "policy"))
NORMS_FOLDER = BASE_DIR / "norms"

_CORE = "accounts subjects enrolments consents publications documents corrections matters agreements holds acts archive appeals calendar duties incidents tokens vault journal"
INSTALLED_APPS = [
    *(f"django.contrib.{app}" for app in ["auth", "contenttypes", "sessions", "messages", "staticfiles"]),
    "django.forms",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",
    *(f"derbes.core.{app}" for app in _CORE.split()),
    *(f"derbes.faces.{face}" for face in ("public", "cabinet", "office", "api", "jobs")),
]

MIDDLEWARE = [
    "derbes.faces.api.door.apart",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "derbes.faces.public.restoring.closed_while_restoring",
    "derbes.faces.public.wrong_way.led_back",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "derbes.urls"
WSGI_APPLICATION = "derbes.wsgi.application"
APPEND_SLASH = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "derbes" / "faces" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "derbes.faces.public.surroundings.of_every_page",
            ],
        },
    }
]

# Languages: Kazakh first and without a prefix, so that no cookie is needed to know the reader's language.
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["derbes.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Almaty"

# Accounts. Subjects sign in through derbes.flows.accounts; allauth serves the staff and passkeys.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/cabinet/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "code"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "derbes.faces.office.accounts.Adapter"
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_PRESERVE_USERNAME_CASING = ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = False
MFA_ADAPTER = "derbes.faces.office.accounts.FactorAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
MFA_TOTP_ISSUER = "Derbes"
MFA_TOTP_TOLERANCE = 1  # good for half a minute before and after: telephones' clocks differ (RFC 6238 §5.2)
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "derbes_session"
CSRF_COOKIE_NAME = "__Host-derbes_csrf" if PRODUCTION else "derbes_csrf"  # only this host can set it
CSRF_FAILURE_VIEW = "derbes.faces.public.errors.csrf_failure"

#: Keys in the shared cache are hashed: they are made of addresses and account names.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "derbes_cache",
        "KEY_FUNCTION": "derbes.core.accounts.throttle.cache_key",
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "derbes" / "faces" / "static"]
WHITENOISE_USE_FINDERS = DEVELOPMENT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Uploads stay in memory until they are sealed: a temporary file on disk would be personal data in clear.
FILE_UPLOAD_HANDLERS = ["derbes.faces.public.uploads.InMemoryOnly"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 6

_OURS = ("style-src", "font-src", "connect-src", "form-action", "manifest-src", "object-src")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{key: [NONE] for key in ("default-src", "frame-ancestors", "base-uri")},
        **{key: [SELF] for key in _OURS},
        "script-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # subdomains are not ours to decide about
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What the log says is chosen line by line; request lines and SQL, which may carry personal data, are not logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "derbes": {"level": "INFO"},
        **{name: {"level": "ERROR"} for name in ("django.request", "django.server")},
        "django.db.backends": {"level": "WARNING", "propagate": False},
    },
}
