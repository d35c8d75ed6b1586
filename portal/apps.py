"""The portal as an application: what other packages report of an account goes into our audit log."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Listens to the packages that keep passwords and second factors."""

    name = "portal"

    def ready(self) -> None:
        from portal.signing_in import listen

        listen()
