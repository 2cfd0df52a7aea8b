"""The ASGI application: pages and API in threads, the live stream in the event loop."""

import os

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.site.settings")
django.setup()
application = get_asgi_application()
