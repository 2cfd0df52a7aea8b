"""The ASGI application: pages and API in threads, the live stream in the event loop, behind the door of `admission`."""

import gc
import os

import django
from django.core.asgi import get_asgi_application

from muster.site.admission import Admission

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.site.settings")
django.setup()
application = Admission(get_asgi_application())
gc.collect()
gc.freeze()  # what is loaded by now stays; the collector need not walk over it again and again
