/** What takes the place of a package when the functions are bundled: what the bundles then are, and that they read as the sources do. */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, makeBundle } from '../../bench/send/bundles.ts';
import { makeTemporaryFolder } from '../../bench/temporary-folder.ts';
import { parseAnnounced } from '../../shared/delivery/announced-event.schema.ts';
import { parseDeliveryItem, parseDetectedItem, toDeliveryItem } from '../../shared/delivery/delivery-item.schema.ts';
import { parseDeliveryMessage, serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { detectedAtOf } from '../../shared/finding/delivered-finding.schema.ts';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import { parseStrayEvent } from '../../shared/finding/stray-event.schema.ts';
import { tenantOfEvent } from '../../shared/finding/tenant-of-event.schema.ts';
import { parseUnreadDay } from '../../shared/finding/unread-findings.schema.ts';
import { parseMailMessage, serializeMailMessage } from '../../shared/mail/mail-message.schema.ts';
import { parseNoticeAddresses } from '../../shared/mail/notice-addresses.schema.ts';
import { standInsFor } from '../../shared/topology/bundling.ts';
import { parseNoticeMark } from '../../shared/webhook/notice-mark.schema.ts';
import { parseWebhookItem, toWebhookItem } from '../../shared/webhook/webhook-item.schema.ts';
import { parseWebhookSecret } from '../../shared/webhook/webhook-secret.schema.ts';
import { anAnnounced } from '../builders/announced.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../builders/delivery.ts';
import { aFindingEvent, aTenantId } from '../builders/finding.ts';
import { aNoticeAddress, noticeAddresses } from '../builders/notice-address.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { eventAround, readFindings } from '../vectors/read-findings.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const NAMES = globSync('functions/*/index.ts', { cwd: PROJECT }).map((file) => basename(dirname(file)));

/** Far more than the bundling takes. */
const PATIENCE_MILLIS = 60_000;

/** KiB: what each had with its stand-ins, and a tenth more. At commit 6493d20 `send` had 1,031, `dispatch` 499, `reconcile` 507. */
const MOST_KIB: Readonly<Record<string, number>> = {
  api: 1_100,
  canary: 263,
  dispatch: 300,
  mail: 384,
  reconcile: 272,
  send: 420,
};

const ENVIRONMENT = {
  ...{
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    POWERTOOLS_METRICS_NAMESPACE: 'x',
  },
  ...{ CONFIG_TABLE_NAME: 'config', DELIVERY_LOG_NAME: 'log', EVENT_BUS_NAME: 'bus', SECRET_PREFIX: 'x/' },
  ...{ MANIFEST_PERIOD_SECONDS: '3600' },
  ...{ DELIVERY_QUEUE_URL: 'https://sqs.example/1', RETRY_QUEUE_URL: 'https://sqs.example/2' },
  ...{ EXHAUSTED_DELIVERIES_URL: 'https://sqs.example/3', POISON_QUEUE_URL: 'https://sqs.example/4' },
  ...{ FINDINGS_QUEUE_URL: 'https://sqs.example/5', FINDINGS_DLQ_URL: 'https://sqs.example/6' },
  ...{ SET_ASIDE_EVENTS_URL: 'https://sqs.example/7', RETRY_BASE_SECONDS: '30', RETRY_FACTOR: '4' },
  ...{ CURSOR_KEY_SECRET: 'key', TENANT_CLAIM: 'tenant', PERMISSIONS_CLAIM: 'groups' },
  ...{ MAIL_QUEUE_URL: 'https://sqs.example/8', MAIL_DLQ_URL: 'https://sqs.example/9', MAIL_FROM: 'a@b.example' },
  ...{ CONSOLE_URL: 'https://console.example', MAIL_REGION: 'us-east-1' },
  ...{ WEBHOOKS_PER_TENANT: '50', TEST_SENDS_PER_MINUTE: '10', REQUESTS_PER_MINUTE: '600' },
};

describe('the bundle that is deployed', () => {
  const folder = makeTemporaryFolder('thalian-bundles-');
  const bundles = new Map<string, Bundle>();

  beforeAll(async () => {
    for (const name of NAMES) {
      bundles.set(name, await makeBundle(PROJECT, name, folder.path));
    }
  }, PATIENCE_MILLIS);
  afterAll(folder.remove);

  it.each(NAMES)('of %s is no larger than it was made', (name) => {
    expect(bundles.get(name)?.bytes).toBeLessThanOrEqual((MOST_KIB[name] ?? 0) * 1024);
  });

  it.each(NAMES)('of %s has none of what its stand-ins replace, nor the clients behind it', (name) => {
    const parts = bundles.get(name)?.parts.map((part) => part.name) ?? [];
    expect(parts).toContain('@smithy/core');
    expect(parts.filter((part) => Object.hasOwn(standInsFor(name), part))).toEqual([]);
    expect(parts.filter((part) => /nested-clients|credential-provider|token-providers/.test(part))).toEqual([]);
  });

  it.each(NAMES)('of %s loads, and has a handler', (name) => {
    const { file = '' } = bundles.get(name) ?? {};
    const load = 'process.stdout.write(typeof require(process.argv[1]).handler, () => process.exit())';
    expect(execFileSync(process.execPath, ['-e', load, file], { env: ENVIRONMENT, encoding: 'utf8' })).toBe('function');
  });

  it.each(NAMES.filter((name) => name !== 'api'))('of %s refuses an environment that lacks a variable', (name) => {
    const { file = '' } = bundles.get(name) ?? {};
    const { EVENT_BUS_NAME: _bus, RETRY_QUEUE_URL: _queue, MAIL_FROM: _from, ...rest } = ENVIRONMENT;
    const load = () =>
      execFileSync(process.execPath, ['-e', 'require(process.argv[1])', file], { env: rest, stdio: 'pipe' });
    expect(load).toThrow(`${name} is misconfigured`);
  });
});

/** Each parser of what a bundle with the subset of zod reads, with the values that it is tried with. */
const { tenantId, webhookId, deliveryId } = aDeliveryRow();
const NOW = Date.UTC(2026, 10, 23, 12);
const FULL_ROW = aDeliveryRow({
  status: 'failed',
  reason: 'exhausted',
  attempts: [anAttempt({ response: 'no' }), anAttempt({ number: 2, cause: 'timeout-body' })],
  reopen: 'user',
});
const FULL_WEBHOOK = aWebhook({
  pace: { perMinute: 30 },
  turns: { nextTurnAt: 7 },
  secret: { arn: 'arn:x', versionId: 'v' },
  secretContents: { isSigned: true, previousUntil: [3, 2], customHeaders: 1, credentials: ['token'] },
});
const PARSERS = {
  parseFindingEvent: (parse: typeof parseFindingEvent) => (value: unknown) => parse(asText(value), NOW),
  parseStrayEvent: (parse: typeof parseStrayEvent) => (value: unknown) => parse(asText(value)),
  tenantOfEvent: (parse: typeof tenantOfEvent) => (value: unknown) => parse(asText(value)),
  detectedAtOf: (parse: typeof detectedAtOf) => (value: unknown) => parse(asText(value)),
  parseUnreadDay: (parse: typeof parseUnreadDay) => (value: unknown) => parse(value),
  parseDeliveryMessage: (parse: typeof parseDeliveryMessage) => (value: unknown) => parse(asText(value)),
  parseDeliveryItem: (parse: typeof parseDeliveryItem) => (value: unknown) =>
    parse(tenantId, webhookId, deliveryId, value),
  parseDetectedItem: (parse: typeof parseDetectedItem) => (value: unknown) => parse(deliveryId, value),
  parseWebhookItem: (parse: typeof parseWebhookItem) => (value: unknown) => parse(aTenantId(), aWebhookId(), value),
  parseWebhookSecret: (parse: typeof parseWebhookSecret) => (value: unknown) => parse(asText(value)),
  parseAnnounced: (parse: typeof parseAnnounced) => (value: unknown) => parse(asText(value)),
  parseNoticeMark: (parse: typeof parseNoticeMark) => (value: unknown) => parse(value),
  parseMailMessage: (parse: typeof parseMailMessage) => (value: unknown) => parse(asText(value)),
  parseNoticeAddresses: (parse: typeof parseNoticeAddresses) => (value: unknown) => parse(value),
};
const OURS = {
  parseFindingEvent,
  parseStrayEvent,
  tenantOfEvent,
  detectedAtOf,
  parseUnreadDay,
  parseDeliveryMessage,
  parseDeliveryItem,
  parseDetectedItem,
  parseWebhookItem,
  parseWebhookSecret,
  parseAnnounced,
  parseNoticeMark,
  parseMailMessage,
  parseNoticeAddresses,
};
const FAILED = { kind: 'delivery-failed', webhookId, deliveryId, reason: 'exhausted', attempts: 4 } as const;
const MAIL = { tenantId, addressId: 'na_1' } as const;
const SOUND: Readonly<Record<keyof typeof PARSERS, readonly unknown[]>> = {
  parseFindingEvent: [
    JSON.parse(aFindingEvent()),
    ...readFindings().map((written) => JSON.parse(eventAround(written))),
  ],
  parseStrayEvent: [{ stray: { source: 'thalian.findings', 'detail-type': 'Finding Updated' } }],
  tenantOfEvent: [JSON.parse(aFindingEvent())],
  detectedAtOf: [{ data: { detectedAt: '2026-11-23T10:00:00Z' } }],
  parseUnreadDay: [{ findings: 2, latestAt: 7 }],
  parseDeliveryMessage: [
    JSON.parse(serializeDeliveryMessage(aDeliveryMessage({ turn: { at: 1, line: 0 }, sentOn: true }))),
  ],
  parseDeliveryItem: [toDeliveryItem(FULL_ROW)],
  parseDetectedItem: [toDeliveryItem(FULL_ROW)],
  parseWebhookItem: [toWebhookItem(FULL_WEBHOOK), toWebhookItem(aWebhook())],
  parseWebhookSecret: [
    {
      signing: { current: 'a', previous: 'b', previousUntil: 3, older: [{ secret: 'c', until: 2 }] },
      headers: { x: 'y' },
      url: 'u',
    },
  ],
  parseAnnounced: [JSON.parse(anAnnounced(FAILED)), JSON.parse(anAnnounced({ kind: 'webhook-recovered', webhookId }))],
  parseNoticeMark: [{ kind: 'failing', at: 1, eventId: 'a', failingSince: 2, failingAt: 3 }],
  parseMailMessage: [
    JSON.parse(serializeMailMessage({ ...MAIL, kind: 'confirmation', addedAt: 1, askedAt: 2 })),
    JSON.parse(
      serializeMailMessage({
        ...MAIL,
        kind: 'notice',
        webhookId,
        words: { title: 't', description: 'd', remedy: 'r' },
      }),
    ),
  ],
  parseNoticeAddresses: [{ ...noticeAddresses(aNoticeAddress({ webhookIds: [webhookId] })), askedAt: [7] }],
};

function asText(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

type Json = Readonly<Record<string, unknown>>;

/** One change somewhere in a sound value: a member less, another in its place, or one of an unknown name. */
function changed(value: unknown, path: readonly number[], put: unknown): unknown {
  const [step = 0, ...rest] = path;
  if (path.length === 0 || typeof value !== 'object' || value === null) {
    return put;
  }
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) => (index === step % value.length ? changed(each, rest, put) : each));
  }
  const members = Object.entries(value as Json);
  const at = step % (members.length + 1);
  return Object.fromEntries(
    [
      ...members.map(([name, each], index) => [name, index === at ? changed(each, rest, put) : each]),
      ...(at === members.length ? [['unheard-of', put]] : []),
    ].filter(([, each]) => each !== undefined),
  );
}

const someStep = fc.array(fc.nat({ max: 30 }), { maxLength: 5 });
const somePut = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom(0, -1, 1.5, 2 ** 53, '', 'x', 'x'.repeat(600), true, [], {}),
);

describe('with the subset of zod', () => {
  let bundled: typeof OURS;

  beforeAll(async () => {
    const files = globSync('shared/{finding,delivery,webhook,mail}/*.schema.ts', { cwd: PROJECT });
    const { outputFiles } = await build({
      absWorkingDir: PROJECT,
      stdin: { contents: files.map((file) => `export * from './${file}';`).join('\n'), resolveDir: PROJECT },
      bundle: true,
      format: 'esm',
      platform: 'node',
      alias: { ...standInsFor('send') },
      write: false,
    });
    const [{ text = '' } = {}] = outputFiles;
    bundled = (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as typeof OURS;
  }, PATIENCE_MILLIS);

  it.each(Object.keys(PARSERS) as (keyof typeof PARSERS)[])(
    '%s reads, repairs and refuses as it does with zod',
    (name) => {
      const by = PARSERS[name] as (parse: unknown) => (value: unknown) => unknown;
      const [subset, zod] = [by(bundled[name]), by(OURS[name])];
      const same = (value: unknown) => {
        expect(inspect(subset(value), { depth: 9 })).toBe(inspect(zod(value), { depth: 9 }));
      };
      SOUND[name].forEach(same);
      fc.assert(
        fc.property(
          fc.constantFrom(...SOUND[name]),
          fc.array(fc.tuple(someStep, somePut), { minLength: 1, maxLength: 2 }),
          (value, changes) => {
            same(changes.reduce((now, [path, put]) => changed(now, path, put), value));
          },
        ),
        { numRuns: 1_000 },
      );
    },
  );
});

describe("a Lambda's credentials", () => {
  const environment = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', AWS_SESSION_TOKEN: 'token' };
  const script = `import { defaultProvider } from '${join(PROJECT, 'shared/runtime/credentials.system.ts')}';
    defaultProvider()().then((it) => process.stdout.write(JSON.stringify(it)), (error) => process.stdout.write(error.message))`;
  const ask = (env: NodeJS.ProcessEnv) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });

  it('are those of its environment', () => {
    expect(JSON.parse(ask(environment))).toEqual({ accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token' });
  });

  it('are none where it has none', () => {
    expect(ask({ AWS_SECRET_ACCESS_KEY: 'key' })).toBe('The environment has no AWS credentials.');
  });
});
