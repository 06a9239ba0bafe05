/*
 * Runs before each row is written to its incident: an older event of the finding changes nothing, a resolution resolves the
 * incident, a reopening opens it again. What is there now is read from the stored description, in which every row of Thalian
 * states its revision: `target` may have the new one already. Webhooks of payload version 1 send no event, and this does nothing.
 */
(function followFinding(source, target) {
  // One of the choices of incident.close_code in your instance.
  var CLOSE_CODE = 'Solution provided';
  var IN_PROGRESS = '2';
  var RESOLVED = '6';
  var CLOSED = '7';

  var event = String(source.u_event);
  if (event !== 'detected' && event !== 'updated' && event !== 'resolved' && event !== 'reopened') {
    return;
  }
  var stored = new GlideRecord('incident');
  var isNew = !stored.get(target.getUniqueValue());
  var stated = /^Revision: (\d+)$/m.exec(String(stored.description));
  if (!isNew && stated !== null && Number(stated[1]) > Number(source.u_revision)) {
    ignore = true;
    return;
  }
  var state = String(stored.state);
  if (event === 'resolved') {
    if (isNew) {
      ignore = true;
    } else if (state !== RESOLVED && state !== CLOSED) {
      target.state = RESOLVED;
      target.close_code = CLOSE_CODE;
      target.close_notes = 'Thalian: the finding is resolved.';
    }
  } else if (event !== 'updated' && state === RESOLVED) {
    target.state = IN_PROGRESS;
  } else if (event !== 'updated' && state === CLOSED) {
    target.work_notes = 'Thalian: the finding is open again. A closed incident stays closed: open another.';
  }
})(source, target);
