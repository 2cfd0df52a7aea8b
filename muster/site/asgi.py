"""The ASGI application: pages and API in threads, the live stream in the event loop, behind the door of `admission`."""

import gc
import os

import django
from django.core.asgi import get_asgi_application

from muster.site.admission import Admission

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.site.settings")
django.setup()
from muster.site.serving import follow_parent  # noqa: E402  (it reads the settings)

application = Admission(get_asgi_application())
follow_parent()
gc.collect()
gc.freeze()  # what is loaded by now stays; the collector need not walk over it again and again
