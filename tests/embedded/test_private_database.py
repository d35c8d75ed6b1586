"""The test database itself: a server of our own, the run-time group known to the migrations."""

import pytest
from django.db import connection

from embedded.database import RUNTIME_GROUP


@pytest.mark.django_db
def test_tests_run_on_a_database_of_their_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), to_regrole(%s) IS NOT NULL", [RUNTIME_GROUP])
        name, group_known = cursor.fetchone()
    assert name.startswith("test_tallystick")
    assert group_known
