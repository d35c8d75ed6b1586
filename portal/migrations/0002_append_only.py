"""The audit log is append-only for everybody, the database's owner included until he removes the trigger."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON portal_auditevent
    FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON portal_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
"""
BACKWARD = """
DROP TRIGGER append_only_truncate ON portal_auditevent;
DROP TRIGGER append_only ON portal_auditevent;
DROP FUNCTION portal_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
