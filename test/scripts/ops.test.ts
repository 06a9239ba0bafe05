import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../scripts/ops/commands.ts';
import { publish } from '../../scripts/ops/publish.ts';
import { retry } from '../../scripts/ops/retry.ts';
import { listWebhooks } from '../../scripts/ops/webhooks.ts';
import { deliveryIdOf } from '../../shared/delivery/delivery-id.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { parseDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import type { QueueName } from '../../shared/topology/queues.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { aDeliveryRow, anAttempt } from '../builders/delivery.ts';
import { aCanonicalFinding, aFinding, aTenantId } from '../builders/finding.ts';
import { anOpsSession, type OpsSessionRecord } from '../builders/ops-session.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { useEngines } from '../fakes/local-engines.ts';

const engines = useEngines();
const NOON = Date.UTC(2026, 10, 23, 12);

const A_PUBLIC_KEY = { kid: 'a-thumbprint', x: 'A'.repeat(43) };

let webhooks = 0;
let said: string[];
let session: OpsSessionRecord;

beforeEach(() => {
  session = anOpsSession(engines());
  ({ said } = session);
});

async function messagesIn(name: QueueName): Promise<number> {
  const { sqs, queues } = engines();
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queues[name], AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}

async function nextRetry() {
  const { sqs, queues } = engines();
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.retry }));
  const parsed = parseDeliveryMessage(message?.Body ?? '');
  return parsed.kind === 'parsed' ? parsed.message : parsed;
}

/** Each case has its own: the engines keep everything for the whole file. */
async function connected(overrides: Partial<Webhook> = {}): Promise<Webhook> {
  webhooks += 1;
  const webhook = aWebhook({ webhookId: aWebhookId(`wh_ops_${webhooks}`), ...overrides });
  const { dynamo, tables } = engines();
  await createDynamoWebhookStore(dynamo, tables.config).add(webhook.tenantId, webhook);
  return webhook;
}

function rowOf({ tenantId, webhookId }: Webhook, number: number) {
  const finding = aCanonicalFinding({ id: `fnd_ops_${number}` });
  const deliveryId = deliveryIdOf(tenantId, webhookId, aFinding().detectedAt, finding);
  return aDeliveryRow({ tenantId, webhookId, deliveryId, finding });
}

async function failed(webhook: Webhook, count = 1) {
  const rows = Array.from({ length: count }, (_, number) => ({
    ...rowOf(webhook, number),
    status: 'failed' as const,
    lastAttempt: 4,
    attempts: [anAttempt({ number: 4 })],
    failedAt: NOON + number * 60_000,
  }));
  const { dynamo, tables } = engines();
  const log = createDynamoDeliveryLog(dynamo, tables.deliveryLog);
  await log.putAll(rows);
  return {
    rows,
    statuses: () =>
      Promise.all(rows.map(async (row) => (await log.find(row.tenantId, row.webhookId, row.deliveryId))?.status)),
  };
}

describe('npm run ops', () => {
  function run(...args: string[]) {
    const script = join(import.meta.dirname, '..', '..', 'scripts', 'ops.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  it('says what there is', () => {
    expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining('publish'), stderr: '' });
  });

  it('says how to use a command', () => {
    expect(run('show', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('ops -- show') });
  });

  it.each(Object.entries(COMMANDS))('says how to %s', async (name, command) => {
    await command(['--help'], session);
    expect(said.join('\n')).toContain(name === 'redrive' ? 'npm run redrive' : `ops -- ${name}`);
  });

  it('refuses a command that it does not have in one line', () => {
    expect(run('explode')).toEqual({
      status: 1,
      stdout: '',
      stderr: `There is no command explode: there are ${Object.keys(COMMANDS).join(', ')}.\n`,
    });
  });

  it('refuses an option that it does not have in one line, without a stack', () => {
    expect(run('webhooks', '--tennant', 'acme')).toEqual({
      status: 1,
      stdout: '',
      stderr: "Unknown option '--tennant'. There are --tenant, --json, --stage, --help.\n",
    });
  });
});

describe('publish', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalian-ops-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function fileWith(text: string | Buffer): string {
    const file = join(folder, 'finding.json');
    writeFileSync(file, text);
    return file;
  }

  it('takes a file with the mark of UTF-8 that some editors begin one with', async () => {
    const detail = JSON.stringify({ tenantId: 'acme', finding: aFinding() });
    await publish(['--file', fileWith(`\ufeff${detail}`)], session);
    expect(said.at(-1)).toContain(`add --apply to do it:\n${detail}`);
  });

  it('only shows the event, until it is to be applied', async () => {
    const before = await messagesIn('findings');
    await publish(['--tenant', 'acme'], session);
    expect(said.join()).toContain('thalian-webhooks-local-findings; add --apply');
    expect(await messagesIn('findings')).toBe(before);
    await publish(['--tenant', 'acme', '--severity', 'critical', '--apply'], session);
    expect(said.at(-1)).toMatch(/^local: finding fnd_sample_\w+ of acme is on thalian-webhooks-local-findings/);
    expect(await messagesIn('findings')).toBe(before + 1);
  });

  it('takes a finding from a file', async () => {
    const before = await messagesIn('findings');
    const detail = JSON.stringify({ tenantId: 'globex', finding: aFinding({ id: 'fnd_from_a_file' }) });
    await publish(['--file', fileWith(detail), '--apply'], session);
    expect(said.at(-1)).toContain('finding fnd_from_a_file of globex is on');
    expect(await messagesIn('findings')).toBe(before + 1);
  });

  it('says that a tenant has no webhook, which the finding would go to', async () => {
    const words = 'lonely has no webhook in local: the finding goes nowhere.';
    await publish(['--tenant', 'lonely'], session);
    expect(said).toContain(words);
    const { dynamo, tables } = engines();
    const tenantId = aTenantId('lonely');
    await createDynamoWebhookStore(dynamo, tables.config).add(tenantId, aWebhook({ tenantId }));
    said.length = 0;
    await publish(['--tenant', tenantId], session);
    expect(said).not.toContain(words);
  });

  it('says what the service will repair', async () => {
    const detail = JSON.stringify({ tenantId: 'acme', finding: { ...aFinding(), platform: null } });
    await publish(['--file', fileWith(detail)], session);
    expect(said).toContain('The service will repair it (docs/publishing-findings.md): platform filled-in.');
  });

  it.each([
    ['what the service would set aside', () => ['--file', fileWith('{"tenantId":"acme"}')], 'This is no finding event'],
    [
      'what is no JSON',
      () => ['--file', fileWith('{"tenantId":')],
      'finding.json is not JSON: Unexpected end of JSON input',
    ],
    [
      'what is not in UTF-8',
      () => ['--file', fileWith(Buffer.from('{"title":"\xe9"}', 'latin1'))],
      'finding.json is not in UTF-8',
    ],
    ['a file that is not there', () => ['--file', join(folder, 'nowhere.json')], 'nowhere.json'],
    [
      'a severity that does not exist',
      () => ['--tenant', 'acme', '--severity', 'urgent'],
      '--severity takes one of critical,',
    ],
    ['a tenant that is none', () => ['--tenant', 'a b'], "--tenant takes a tenant's id"],
    ['a stage that is none', () => ['--tenant', 'acme', '--stage', ''], "--stage takes a stage's name"],
    ['a bus without a name', () => ['--tenant', 'acme', '--bus', ''], '--bus takes at least one character'],
    ['neither a file nor a tenant', () => [], 'Either --file or --tenant, and not both: see --help.'],
  ])('refuses %s, and puts nothing on the bus', async (_what, args, words) => {
    const before = await messagesIn('findings');
    await expect(publish([...args(), '--apply'], session)).rejects.toThrow(words);
    expect(await messagesIn('findings')).toBe(before);
  });
});

describe('webhooks', () => {
  it('lists the webhooks of a tenant with what the operator on call wants to know', async () => {
    const webhook = await connected({ state: { kind: 'disabled', reason: 'gone' }, name: 'Old SOAR' });
    await failed(webhook, 2);
    await listWebhooks(['--tenant', 'acme'], session);
    const text = said.join('\n');
    expect(text).toContain(`${webhook.webhookId}  Old SOAR`);
    expect(text).toContain('https://siem.example/hook (json, not signed)');
    expect(text).toContain('disabled (gone), alerts from info');
    expect(text).toContain('failed 2, held 0');
  });

  it.each([
    ['signed', { isSigned: true }],
    ['signed by key', { isSigned: false, publicKeys: [A_PUBLIC_KEY] }],
    ['signed by secret and key', { isSigned: true, publicKeys: [A_PUBLIC_KEY] }],
  ])('says "%s" of a webhook with %j', async (words, contents) => {
    const secretContents = { customHeaders: 0, credentials: [], ...contents };
    const webhook = await connected({ secret: { arn: 'arn:secret', versionId: 'v1' }, secretContents });
    await listWebhooks(['--tenant', 'acme'], session);
    const text = said.join('\n').split(webhook.webhookId)[1];
    expect(text).toContain(`https://siem.example/hook (json, ${words})`);
  });

  it('says what pace a webhook has and how many deliveries wait for it', async () => {
    const webhook = await connected({ pace: { perMinute: 30 } });
    const { dynamo, tables } = engines();
    const row = { ...rowOf(webhook, 1), status: 'pending' as const, lastAttempt: 0, attempts: [], waitingSince: NOON };
    await createDynamoDeliveryLog(dynamo, tables.deliveryLog).putAll([row]);
    await listWebhooks(['--tenant', 'acme'], session);
    const text = said.join('\n').split(webhook.webhookId)[1];
    expect(text).toContain('at most 30 a minute');
    expect(text).toMatch(/waiting 1, until about \d{4}-/);
  });

  it('gives them as JSON, and only those of the tenant', async () => {
    await connected();
    await listWebhooks(['--tenant', 'unknown', '--json'], session);
    expect(JSON.parse(said.join(''))).toEqual([]);
    await listWebhooks(['--tenant', 'acme', '--json'], session);
    expect(JSON.parse(said.at(-1) ?? '')).toHaveLength(webhooks);
  });

  it('lets no name turn the direction of a line or move the cursor', async () => {
    await connected({ name: 'SIEM\u202e\u001b[2Jlive' });
    await listWebhooks(['--tenant', 'acme'], session);
    await listWebhooks(['--tenant', 'acme', '--json'], session);
    expect(said.join('\n')).toContain('SIEM [2Jlive');
    expect(said.join('\n')).not.toContain('\u001b');
    expect(said.join('\n')).not.toContain('\u202e');
    const names = JSON.parse(said.at(-1) ?? '').map(({ name }: { name: string }) => name);
    expect(names).toContain('SIEM\u202e\u001b[2Jlive');
  });

  it.each(['', 'a b', 'acme#globex'])('asks for a tenant instead of %j', async (tenant) => {
    await expect(listWebhooks([`--tenant=${tenant}`], session)).rejects.toThrow(
      "--tenant takes a tenant's id: 1 to 64",
    );
  });
});

describe('retry', () => {
  const about = ({ tenantId, webhookId }: Webhook) => ['--tenant', tenantId, '--webhook', webhookId];

  it('only says how a delivery is, until it is to be applied', async () => {
    const webhook = await connected();
    const { rows, statuses } = await failed(webhook);
    const [{ deliveryId } = rowOf(webhook, 0)] = rows;
    await retry([...about(webhook), '--delivery', deliveryId], session);
    expect(said).toEqual([`${deliveryId} is failed after 4 attempts; add --apply to retry it.`]);
    expect(await statuses()).toEqual(['failed']);
    await retry([...about(webhook), '--delivery', deliveryId, '--apply'], session);
    expect(said.at(-1)).toBe(`${deliveryId} is on its way again.`);
    expect(await statuses()).toEqual(['pending']);
    expect(await nextRetry()).toMatchObject({ deliveryId, attempt: 5, attemptLimit: 8 });
  });

  it('counts the failures of a span, then retries just those', async () => {
    const webhook = await connected();
    const { statuses } = await failed(webhook, 5);
    const span = ['--since', new Date(NOON + 60_000).toISOString(), '--until', new Date(NOON + 180_000).toISOString()];
    await retry([...about(webhook), '--status', 'failed', ...span], session);
    expect(said).toEqual(['2 failed deliveries would be retried; add --apply to do it.']);
    await retry([...about(webhook), '--status', 'failed', ...span, '--apply'], session);
    expect(said.at(-1)).toBe('2 deliveries are on their way again.');
    expect(await statuses()).toEqual(['failed', 'pending', 'pending', 'failed', 'failed']);
  });

  it('has nothing to do where nothing is held', async () => {
    await retry([...about(await connected()), '--status', 'held', '--apply'], session);
    expect(said).toEqual(['0 deliveries are on their way again.']);
  });

  it('refuses what would be cancelled, because the webhook is paused', async () => {
    const webhook = await connected({ state: { kind: 'paused' } });
    const { statuses } = await failed(webhook);
    const retrying = retry([...about(webhook), '--status', 'failed', '--apply'], session);
    await expect(retrying).rejects.toThrow('The webhook is paused. Resume it first, then retry.');
    expect(await statuses()).toEqual(['failed']);
  });

  it.each([
    [['--tenant', 'acme'], '--webhook is missing: see --help.'],
    [['--tenant', 'acme', '--webhook', 'wh 1'], "--webhook takes a webhook's id"],
    [['--tenant', 'acme', '--webhook', 'wh_1'], 'Either --delivery or --status, and not both: see --help.'],
    [['--tenant', 'acme', '--webhook', 'wh_1', '--delivery', 'dlv_1', '--status', 'failed'], 'Either --delivery or'],
    [['--tenant', 'acme', '--webhook', 'wh_none', '--delivery', 'dlv_1'], 'Tenant acme has no webhook wh_none'],
    [['--tenant', 'acme', '--webhook', 'wh_none', '--status', 'failed'], 'Tenant acme has no webhook wh_none'],
    [['--tenant', 'acme', '--webhook', 'wh_1', '--delivery', 'none'], "--delivery takes a delivery's id"],
    [['--tenant', 'acme', '--webhook', 'wh_1', '--status', 'delivered'], '--status takes one of failed, held'],
    [
      ['--tenant', 'acme', '--webhook', 'wh_1', '--status', 'failed', '--since', 'yesterday'],
      '--since takes an instant',
    ],
  ])('says what is wrong with %j', async (args, words) => {
    await expect(retry(args, session)).rejects.toThrow(words);
  });
});
