"""The ASGI application: pages and API in threads, the live stream in the event loop, behind the door of `admission`."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.site.settings")
django.setup()
from muster.site.admission import Admission  # noqa: E402  (these read the settings)
from muster.site.serving import follow_parent  # noqa: E402
from muster.site.threads import Threads  # noqa: E402

application = Admission(Threads())
follow_parent()
gc.collect()
gc.freeze()  # what is loaded by now stays; the collector need not walk over it again and again
