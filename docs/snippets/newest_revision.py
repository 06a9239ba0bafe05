# Keeps of each finding what is newest, in whatever order requests arrive. Python 3.8 or newer, no packages (SQLite 3.24 or
# newer); the statement is the same in PostgreSQL but for `julianday`, which is a cast to timestamptz there.
import json
import sqlite3

# One statement, so that two requests at the same moment cannot both find the older one. Equal revisions are two states that
# the publisher did not number: the later detection counts, and of equal ones what came last.
KEEP = """INSERT INTO findings VALUES (?, ?, julianday(?), ?, ?)
    ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, detected = excluded.detected,
      is_open = excluded.is_open, body = excluded.body
    WHERE (excluded.revision, excluded.detected) >= (findings.revision, findings.detected)"""


def open_findings(file):
    database = sqlite3.connect(file)
    database.execute(
        "CREATE TABLE IF NOT EXISTS findings"
        " (id TEXT PRIMARY KEY, revision INTEGER, detected REAL, is_open INTEGER, body TEXT)"
    )
    return database


def take(database, body):
    """Call it with each body whose signature you have checked. False: older than what is there, so that nothing is to be
    done; answer 2xx all the same. A finding may be new here and resolved already: it is kept as closed, so that its
    detection, if that comes later, opens nothing."""
    event = json.loads(body)
    finding = event["data"]
    is_open = event["type"] != "finding.resolved"
    with database:
        row = (finding["id"], event.get("revision", 1), finding["detectedAt"], is_open, body)
        return database.execute(KEEP, row).rowcount == 1


def find(database, finding_id):
    """None if the finding never came, else whether it is open, and its newest body."""
    row = database.execute("SELECT is_open, body FROM findings WHERE id = ?", (finding_id,)).fetchone()
    return row and (bool(row[0]), json.loads(row[1]))
