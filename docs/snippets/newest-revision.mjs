// Keeps of each finding what is newest, in whatever order requests arrive. Node 22.13 or newer, no packages; the statement is
// the same in PostgreSQL but for `julianday`, which is a cast to timestamptz there.
import { DatabaseSync } from 'node:sqlite';

export function openFindings(file) {
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE IF NOT EXISTS findings
    (id TEXT PRIMARY KEY, revision INTEGER, detected REAL, is_open INTEGER, body TEXT)`);
  // One statement, so that two requests at the same moment cannot both find the older one. Equal revisions are two states
  // that the publisher did not number: the later detection counts, and of equal ones what came last.
  const keep = database.prepare(`INSERT INTO findings VALUES (?, ?, julianday(?), ?, ?)
    ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, detected = excluded.detected,
      is_open = excluded.is_open, body = excluded.body
    WHERE (excluded.revision, excluded.detected) >= (findings.revision, findings.detected)`);
  const find = database.prepare('SELECT is_open, body FROM findings WHERE id = ?');

  return {
    /**
     * Call it with each body whose signature you have checked. False: older than what is there, so that nothing is to be
     * done; answer 2xx all the same. A finding may be new here and resolved already: it is kept as closed, so that its
     * detection, if that comes later, opens nothing.
     */
    take(body) {
      const { type, revision = 1, data } = JSON.parse(body);
      const isOpen = type === 'finding.resolved' ? 0 : 1;
      return Number(keep.run(data.id, revision, data.detectedAt, isOpen, body).changes) === 1;
    },
    /** Undefined if the finding never came. */
    find(id) {
      const row = find.get(id);
      return row && { isOpen: row.is_open === 1, ...JSON.parse(row.body) };
    },
  };
}
