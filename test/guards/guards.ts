/**
 * The guards that keep the promises, and for each the smallest edit that removes it and the test file that must then go
 * red. `test/proof/remove-guards.ts` applies them one after the other to a copy of the project.
 */

export interface Guard {
  readonly name: string;
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly guard: string;
  readonly without: string;
  readonly test: string;
}

const HANDLER = 'test/functions/send/handler.test.ts';
const TABLE = 'test/functions/send/protocol-table.test.ts';
const MASKING = 'test/shared/http/mask-secrets.test.ts';
const CLIENT = 'test/shared/http/webhook-client.https.test.ts';
const RESPONSES = 'test/shared/http/responses-as-they-come.https.test.ts';
const DELIVER = 'functions/send/deliver.ts';
const CARRY_OUT = 'functions/send/carry-out.ts';
const AFTER_ATTEMPT = 'shared/delivery/after-attempt.ts';
const NEXT_STEP = 'shared/delivery/next-step.ts';

export const GUARDS: readonly Guard[] = [
  {
    name: 'claim before a later attempt',
    file: DELIVER,
    guard: 'const claimed = row && (await claimRow(batch, row, message));',
    without: 'const claimed = row;',
    test: TABLE,
  },
  {
    name: 'claim is conditional on no live lease',
    file: 'shared/delivery/delivery.ts',
    guard: ', noLiveLease(nowMillis))',
    without: ')',
    test: 'test/shared/delivery/delivery.test.ts',
  },
  {
    name: 'an alternative in a condition stays in its parentheses',
    file: 'shared/runtime/condition.dynamo.ts',
    guard: 'expressions.length === 1 ? expressions.join()',
    without: 'expressions.length > 0 ? expressions.join(operator)',
    test: 'test/shared/runtime/condition.test.ts',
  },
  {
    name: 'a missing attribute does not differ from a value',
    file: 'shared/runtime/condition.dynamo.ts',
    guard: 'expressionOf(has(condition.field), placeholders), ',
    without: '',
    test: 'test/shared/runtime/condition.test.ts',
  },
  {
    name: 'an update never brings a deleted webhook back',
    file: 'shared/webhook/webhook-store.dynamo.ts',
    guard: 'expressionOf(all(PRESENT, when), placeholders)',
    without: 'expressionOf(when, placeholders)',
    test: 'test/shared/webhook/webhook-store.port.test.ts',
  },
  {
    name: 'a change of the state is made only of the state that was read',
    file: 'shared/webhook/webhook-changes.ts',
    guard: "all(when, equals('state', webhook.state.kind))",
    without: 'when',
    test: 'test/shared/webhook/webhook-changes.test.ts',
  },
  {
    name: 'a claim that another won is theirs',
    file: DELIVER,
    guard: 'return stored?.lease === lease ? stored : undefined;',
    without: 'return stored;',
    test: HANDLER,
  },
  {
    name: 'a claim whose answer was lost is ours',
    file: DELIVER,
    guard: 'return stored?.lease === lease ? stored : undefined;',
    without: 'return undefined;',
    test: HANDLER,
  },
  {
    name: 'continue from the record',
    file: NEXT_STEP,
    guard: 'if (message.attempt === row.lastAttempt || nowMillis < dueAt) {',
    without:
      "if (message.attempt === row.lastAttempt) {\n    return { kind: 'acknowledge' };\n  }\n  if (nowMillis < dueAt) {",
    test: TABLE,
  },
  {
    name: 'no POST before its time',
    file: NEXT_STEP,
    guard: ' || nowMillis < dueAt',
    without: '',
    test: TABLE,
  },
  {
    name: 'a missing redrive message is sent on the next receive',
    file: NEXT_STEP,
    guard: 'message.attempt === row.lastAttempt && owesRedriveMessage(row)',
    without: 'message.attempt < 0 && owesRedriveMessage(row)',
    test: TABLE,
  },
  {
    name: 'conflict means look again, not acknowledge',
    file: CARRY_OUT,
    guard: "outcome === 'look-again') {\n      return outcome;",
    without: "outcome === 'look-again') {\n      return outcome === 'return' ? 'return' : 'acknowledge';",
    test: HANDLER,
  },
  {
    name: 'nothing follows from a record that was refused',
    file: CARRY_OUT,
    guard: "=== 'conflict' ? effect.ifConflict : 'done';",
    without: "=== undefined ? effect.ifConflict : 'done';",
    test: HANDLER,
  },
  {
    name: 'what was not found out is not acted upon',
    file: CARRY_OUT,
    guard: '!facts.has(effect.onlyIf)',
    without: 'facts.size < 0',
    test: HANDLER,
  },
  {
    name: '410 disables the webhook before the row says that it is gone',
    file: AFTER_ATTEMPT,
    guard: "{ kind: 'disable-webhook', webhook, reason: 'gone' },\n      ...recordFailure(webhook, change),",
    without: "...recordFailure(webhook, change),\n      { kind: 'disable-webhook', webhook, reason: 'gone' },",
    test: HANDLER,
  },
  {
    name: 'record and health before the next attempt is sent',
    file: AFTER_ATTEMPT,
    guard:
      "...recordFailure(webhook, change),\n    { kind: 'count', metric: 'delivery.retried' },\n    ...continuationEffects(change.row),",
    without:
      "...continuationEffects(change.row),\n    ...recordFailure(webhook, change),\n    { kind: 'count', metric: 'delivery.retried' },",
    test: 'test/shared/delivery/after-attempt.test.ts',
  },
  {
    name: 'a redrive message is marked only once it is sent',
    file: 'shared/delivery/continuation.ts',
    guard:
      "{ kind: 'send-redrive-message', message: redriveMessageOf(row) },\n        { kind: 'mark-redrive-message-sent', row },",
    without:
      "{ kind: 'mark-redrive-message-sent', row },\n        { kind: 'send-redrive-message', message: redriveMessageOf(row) },",
    test: HANDLER,
  },
  {
    name: 'a failed send returns the item',
    file: 'shared/delivery/carry-on.flow.ts',
    guard: 'return retryQueue.enqueueRetry(message.tenantId, message, hopSeconds(dueAt, clock.now()));',
    without:
      'return retryQueue.enqueueRetry(message.tenantId, message, hopSeconds(dueAt, clock.now())).catch(() => {});',
    test: HANDLER,
  },
  {
    name: 'an incomplete reading proves nothing',
    file: DELIVER,
    guard:
      "batch.telemetry.warn('delivery.unread', { tenantId, deliveryId, because: reading.because });\n    return 'return';",
    without: '',
    test: HANDLER,
  },
  {
    name: 'first successes are written blindly only on their first receive',
    file: AFTER_ATTEMPT,
    guard: 'claimed === undefined && isFirstReceive',
    without: 'claimed === undefined',
    test: HANDLER,
  },
  {
    name: 'rows that the table left out are returned',
    file: CARRY_OUT,
    guard: "return (await batch.firstSuccesses.record(effect.row)) ? 'done' : 'return';",
    without: "await batch.firstSuccesses.record(effect.row);\n      return 'done';",
    test: HANDLER,
  },
  {
    name: 'a late success is recorded',
    file: CARRY_OUT,
    guard: '&& !(await recordLate(batch, effect))',
    without: '',
    test: HANDLER,
  },
  {
    name: 'nothing is begun short of time',
    file: 'functions/send/batch.ts',
    guard: 'invocation.getRemainingTimeInMillis() < MIN_REMAINING_MILLIS',
    without: 'invocation.getRemainingTimeInMillis() < 0',
    test: HANDLER,
  },
  {
    name: "the row's limit counts",
    file: DELIVER,
    guard: 'const { attemptLimit } = claimed ?? rowBefore(message, batch.clock.now());',
    without: 'const { attemptLimit } = message;',
    test: TABLE,
  },
  {
    name: 'a row that may not be re-opened keeps its status',
    file: 'shared/delivery/after-refusal.ts',
    guard: "if (row !== undefined && row.status !== 'pending') {",
    without: "if (row !== undefined && row.status === 'delivered') {",
    test: TABLE,
  },
  {
    name: 'the log says what is sent',
    file: DELIVER,
    guard: 'row === undefined ? received.finding : recordedFinding(row, received)',
    without: 'received.finding',
    test: HANDLER,
  },
  {
    name: 'a receiver that hangs leaves no success of the others unrecorded',
    file: 'functions/send/first-successes.ts',
    guard: 'cancelTimer = clock.schedule(MAX_WAIT_MILLIS, flush);',
    without: '',
    test: HANDLER,
  },
  {
    name: 'secrets in answers are masked',
    file: 'shared/attempt/make-attempt.flow.ts',
    guard: 'excerptResponse(response.body, secrets())',
    without: 'excerptResponse(response.body, [])',
    test: HANDLER,
  },
  {
    name: 'secrets in answers that are shown are masked',
    file: 'shared/attempt/make-attempt.flow.ts',
    guard: 'showOutcome: () => maskOutcome(outcome, secrets()),',
    without: 'showOutcome: () => maskOutcome(outcome, []),',
    test: 'test/shared/attempt/make-attempt.flow.test.ts',
  },
  {
    name: 'no half of a secret is left where reading stopped',
    file: 'shared/http/mask-secrets.ts',
    guard: 'viewOf(bytes, read < text.length)',
    without: 'viewOf(bytes, false)',
    test: MASKING,
  },
  {
    name: 'masking reads no more of a response than a bounded beginning',
    file: 'shared/http/response-excerpt.ts',
    guard: 'const READ_BYTES = 4 * KEPT_BYTES;',
    without: 'const READ_BYTES = 64 * KEPT_BYTES;',
    test: 'test/shared/http/response-excerpt.test.ts',
  },
  {
    name: 'a response is withheld if there are more secrets than can be looked for',
    file: 'shared/http/mask-secrets.ts',
    guard: "if (finders.length < secrets.length && text !== '') {",
    without: "if (finders.length > secrets.length && text !== '') {",
    test: MASKING,
  },
  {
    name: 'the secrets to look for are bounded',
    file: 'shared/http/secret-needles.ts',
    guard: '> MAX_NEEDLE_BYTES;',
    without: '> Number.MAX_SAFE_INTEGER;',
    test: MASKING,
  },
  {
    name: 'secrets are prepared once for each version',
    file: 'shared/http/mask-secrets.ts',
    guard: '  if (known !== undefined) {\n    return known;\n  }\n',
    without: '',
    test: MASKING,
  },
  {
    name: 'prepared secrets take bounded memory',
    file: 'shared/http/mask-secrets.ts',
    guard: 'prepared.set(version, fresh, ENTRY_BYTES + bytes);',
    without: 'prepared.set(version, fresh, Math.min(0, ENTRY_BYTES + bytes));',
    test: MASKING,
  },
  {
    name: 'a cache forgets what was used longest ago',
    file: 'shared/runtime/bounded-cache.ts',
    guard: 'if (this.#bytes <= this.#maxBytes) {',
    without: 'if (this.#bytes > 0) {',
    test: 'test/shared/runtime/bounded-cache.test.ts',
  },
  {
    name: 'the secrets that are kept are bounded in bytes',
    file: 'shared/webhook/secret-store.secrets-manager.ts',
    guard: 'cached.set(key, reading, ENTRY_BYTES + bytes)',
    without: 'cached.set(key, reading, Math.min(0, bytes))',
    test: 'test/shared/webhook/secret-store.port.test.ts',
  },
  {
    name: 'a secret that is used stays in memory',
    file: 'shared/runtime/bounded-cache.ts',
    guard: '      this.#entries.delete(key);\n      this.#entries.set(key, entry);\n',
    without: '',
    test: 'test/shared/webhook/secret-store.port.test.ts',
  },
  {
    name: 'base64 is decoded at every alignment',
    file: 'shared/http/decode-runs.ts',
    guard: 'return [0, 1, 2, 3].map(',
    without: 'return [0].map(',
    test: MASKING,
  },
  {
    name: 'escapes are undone layer by layer',
    file: 'shared/http/mask-secrets.ts',
    guard: 'unescapedViews(text, MAX_ESCAPE_LAYERS)',
    without: 'unescapedViews(text, 1)',
    test: MASKING,
  },
  {
    name: 'a finding goes to its tenant only',
    file: 'shared/delivery/plan-deliveries.ts',
    guard: '.filter((webhook) => webhook.tenantId === tenantId)',
    without: '',
    test: 'test/shared/delivery/plan-deliveries.test.ts',
  },
  {
    name: 'dispatch returns what the queue did not take',
    file: 'functions/dispatch/handler.ts',
    guard: 'refused.has(delivery)',
    without: 'refused.has(delivery) && refused.size < 0',
    test: 'test/functions/dispatch/handler.test.ts',
  },
  {
    name: 'the reconciler postpones before it sends',
    file: 'functions/reconcile/handler.ts',
    guard: "(await log.write(tenantId, change)) === 'conflict'",
    without: '(await log.write(tenantId, change)) === undefined',
    test: 'test/functions/reconcile/handler.test.ts',
  },
  {
    name: 'address literals are checked',
    file: 'shared/http/webhook-url.ts',
    guard: "return isAllowedAddress(hostname, rules.allowedCidrs) ? undefined : 'address-refused';",
    without:
      "return hostname.length < 0 && !isAllowedAddress(hostname, rules.allowedCidrs) ? 'address-refused' : undefined;",
    test: 'test/shared/http/webhook-url.test.ts',
  },
  {
    name: 'any refused address refuses all',
    file: 'shared/http/webhook-client.https.ts',
    guard: 'return found.every(',
    without: 'return found.some(',
    test: CLIENT,
  },
  {
    name: 'the connection goes to the vetted addresses',
    file: 'shared/http/secure-socket.https.ts',
    guard: 'host: address,',
    without: 'host: hostname,',
    test: CLIENT,
  },
  {
    name: 'certificates are verified',
    file: 'shared/http/secure-socket.https.ts',
    guard: 'rejectUnauthorized: true,',
    without: 'rejectUnauthorized: false,',
    test: CLIENT,
  },
  {
    name: 'a response is read up to its limit',
    file: 'shared/http/connection.https.ts',
    guard: 'if (bodyBytes >= MAX_RESPONSE_BYTES) {',
    without: 'if (bodyBytes >= Number.POSITIVE_INFINITY) {',
    test: CLIENT,
  },
  {
    name: 'a compressed response is inflated up to its limit',
    file: 'shared/http/response-body.https.ts',
    guard: 'if (bytes >= MAX_RESPONSE_BYTES) {',
    without: 'if (bytes >= Number.POSITIVE_INFINITY) {',
    test: RESPONSES,
  },
  {
    name: 'headers are read up to their limit',
    file: 'shared/http/response-heads.ts',
    guard: 'if (interimBytes + (end ?? bytes.length) > MAX_HEADERS_BYTES) {',
    without: 'if (interimBytes + (end ?? bytes.length) > Number.POSITIVE_INFINITY) {',
    test: 'test/shared/http/response-heads.test.ts',
  },
  {
    name: 'bytes on an idle connection close it',
    file: 'shared/http/connection.https.ts',
    guard:
      "      // The next request, perhaps another tenant's, would take it for its response.\n      socket.destroy();\n",
    without: '',
    test: RESPONSES,
  },
  {
    name: 'bytes behind a response close its connection',
    file: 'shared/http/connection.https.ts',
    guard: ' && isExhausted(headers)',
    without: '',
    test: RESPONSES,
  },
  {
    name: 'bytes that are not read yet close an idle connection',
    file: 'shared/http/webhook-client.https.ts',
    guard: '      await setImmediate();\n      await setImmediate();\n',
    without: '',
    test: RESPONSES,
  },
  {
    name: 'a redirect is a failure',
    file: 'shared/delivery/classify.ts',
    guard: 'statusCode >= 200 && statusCode < 300',
    without: 'statusCode >= 200 && statusCode < 400',
    test: 'test/shared/delivery/classify.test.ts',
  },
  {
    name: 'only a reused connection is sent to again',
    file: 'shared/http/webhook-client.https.ts',
    guard: 'return exchangeFreshly();',
    without:
      'const first = await exchangeFreshly();\n    return wasClosedBeforeUse(first) ? exchangeFreshly() : first;',
    test: CLIENT,
  },
  {
    name: 'who may only read may not write',
    file: 'functions/api/actor.ts',
    guard: "return permissions.has(permission) || permissions.has('webhooks-write');",
    without: 'return permissions.size > 0;',
    test: 'test/functions/api/actor.test.ts',
  },
  {
    name: 'a change is refused if the webhook has changed since it was read',
    file: 'functions/api/webhooks/store-change.ts',
    guard: 'if (expected !== undefined && expected !== before.revision) {',
    without: 'if (expected !== undefined && expected < 0) {',
    test: 'test/functions/api/change.test.ts',
  },
  {
    name: 'a change is recognised as stored in whatever order its maps come back',
    file: 'functions/api/webhooks/store-change.ts',
    guard: 'canonicalJson(toWebhookAttributes(settings))',
    without: 'JSON.stringify(toWebhookAttributes(settings))',
    test: 'test/functions/api/change.test.ts',
  },
  {
    name: 'another origin needs the secrets anew',
    file: 'functions/api/webhooks/change.ts',
    guard: 'const missing = isElsewhere ?',
    without: "const missing = webhook.name === '' ?",
    test: 'test/functions/api/change.test.ts',
  },
  {
    name: 'the version in use keeps its label',
    file: 'shared/webhook/secret-store.secrets-manager.ts',
    guard: 'await markInUse(inUse);',
    without: '',
    test: 'test/shared/webhook/secret-store.port.test.ts',
  },
  {
    name: 'an item goes before its secret',
    file: 'functions/api/webhooks/change.ts',
    guard: '  const isRemoved =\n',
    without: '  await deps.secrets.remove(tenantId, webhookId);\n  const isRemoved =\n',
    test: 'test/simulation/two-at-one-webhook.test.ts',
  },
  {
    name: 'a deleted webhook leaves no secret behind',
    file: 'functions/api/webhooks/signing-secret.ts',
    guard: 'if (stored === NO_SUCH_WEBHOOK) {',
    without: "if (stored === NO_SUCH_WEBHOOK && tenantId === '') {",
    test: 'test/simulation/two-at-one-webhook.test.ts',
  },
  {
    name: 'a repeated request connects no second webhook',
    file: 'functions/api/idempotency.ts',
    guard: 'const found = await work.find(known.outcomeId, known.isDone);',
    without:
      'const found = undefined;\n  if (known.isDone) {\n    return make(deps, tenantId, name, work.outcomeId(undefined), work);\n  }',
    test: 'test/functions/api/connect.test.ts',
  },
  {
    name: 'the order of members does not make a repeated request another one',
    file: 'functions/api/idempotency.ts',
    guard: 'await fingerprintOf(deps, canonicalJson(body))',
    without: 'await fingerprintOf(deps, JSON.stringify(body))',
    test: 'test/functions/api/connect.test.ts',
  },
  {
    name: 'a request on record from the version before is not carried out again',
    file: 'functions/api/idempotency.ts',
    guard: ' && known.fingerprint !== (await earlierFingerprintOf(deps, body))',
    without: '',
    test: 'test/functions/api/connect.test.ts',
  },
  {
    name: 'half of a surrogate pair never reaches a table',
    file: 'functions/api/handler.ts',
    guard: 'return isBody && !isUnicode(validated.data) ? asProblem(NOT_UNICODE) : undefined;',
    without: 'return undefined;',
    test: 'test/functions/api/connect.test.ts',
  },
  {
    name: 'a repeated rotation keeps the secret that a receiver still uses',
    file: 'shared/webhook/signing-secrets.ts',
    guard: 'const previous = [{ secret: signing.current, until: nowMillis + overlapSeconds * 1000 }, ...earlier];',
    without: 'const previous = [{ secret: signing.current, until: nowMillis + overlapSeconds * 1000 }];',
    test: 'test/functions/api/signing-secret.test.ts',
  },
  {
    name: 'the current signing secret given again changes nothing',
    file: 'shared/webhook/signing-secrets.ts',
    guard: 'if (signing?.current === next) {',
    without: 'if (signing?.current === next && nowMillis < 0) {',
    test: 'test/functions/api/signing-secret.test.ts',
  },
  {
    name: 'a fourth signing secret is refused',
    file: 'shared/webhook/signing-secrets.ts',
    guard: 'return previous.length < MAX_SIGNING_SECRETS',
    without: 'return previous.length < 2 * MAX_SIGNING_SECRETS',
    test: 'test/functions/api/signing-secret.test.ts',
  },
  {
    name: 'earlier signing secrets are masked',
    file: 'shared/attempt/outgoing-request.schema.ts',
    guard: '    ...(signing?.previous ?? []).map((previous) => previous.secret),\n',
    without: '',
    test: 'test/shared/attempt/outgoing-request.schema.test.ts',
  },
  {
    name: 'the version before finds the newest earlier secret in its place',
    file: 'shared/webhook/webhook-secret.schema.ts',
    guard: '...(newest && { previous: newest.secret, previousUntil: newest.until }),',
    without: '...(newest && { older: [newest, ...older] }),',
    test: 'test/shared/delivery/items.schema.test.ts',
  },
  {
    name: 'a repeated rotation is answered whatever has become of its secret',
    file: 'functions/api/routes/signing-secret.ts',
    guard: 'webhook && (isDone || webhook.secret?.versionId === versionId)',
    without: 'webhook && webhook.secret?.versionId === versionId',
    test: 'test/functions/api/signing-secret.test.ts',
  },
  {
    name: 'a name does not override the direction of text',
    file: 'shared/api/webhook-requests.schema.ts',
    guard: '\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069]*$/u;',
    without: ']*$/u;',
    test: 'test/shared/api/field-errors.schema.test.ts',
  },
  {
    name: 'a cursor is good for its own list only',
    file: 'shared/api/cursor.ts',
    guard: 'JSON.stringify([tenantId, webhookId, list, content])',
    without: 'JSON.stringify([tenantId.length, webhookId.length, list.length < 0, content])',
    test: 'test/shared/api/cursor.test.ts',
  },
  {
    name: 'nothing is retried while its webhook may not send',
    file: 'functions/api/deliveries/retry.ts',
    guard: "return state.kind === 'enabled'",
    without: "return state.kind !== ''",
    test: 'test/functions/api/deliveries.test.ts',
  },
  {
    name: 'no field of a finding is lost on its way',
    file: 'shared/finding/finding.ts',
    guard: 'return canonicalJson(finding);',
    without:
      'const { url: _lost, ...remediation } = finding.remediation;\n  return canonicalJson({ ...finding, remediation });',
    test: 'test/flow/every-field.test.ts',
  },
  {
    name: 'a function that is down uses up no receive',
    file: 'local/functions/event-source-mapping.ts',
    guard: 'while ((await whenUp()) && !stopping.signal.aborted) {',
    without: 'while (!stopping.signal.aborted) {',
    test: 'test/local/event-source-mapping.test.ts',
  },
];
