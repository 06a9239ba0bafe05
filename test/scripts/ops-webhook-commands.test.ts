import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpsCommand } from '../../scripts/ops/command.ts';
import { setNotices } from '../../scripts/ops/notices.ts';
import { redrive } from '../../scripts/ops/redrive.ts';
import { showWebhook } from '../../scripts/ops/show.ts';
import { disableWebhook, pauseWebhook, removeWebhook, resumeWebhook } from '../../scripts/ops/webhook-commands.ts';
import { createDynamoDeliveryLog } from '../../shared/delivery/delivery-log.dynamo.ts';
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { aDeliveryMessage, aDeliveryRow, anAttempt } from '../builders/delivery.ts';
import { anOpsSession, type OpsSessionRecord } from '../builders/ops-session.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { useEngines } from '../fakes/local-engines.ts';

const engines = useEngines();
let session: OpsSessionRecord;
let made = 0;
beforeEach(() => {
  session = anOpsSession(engines());
});

async function connected(overrides: Partial<Webhook> = {}) {
  made += 1;
  const { dynamo, tables, secretsManager } = engines();
  const webhookId = aWebhookId(`wh_${made}`);
  const secrets = createSecretsManagerSecretStore(secretsManager, 'thalian-webhooks/local/');
  const { tenantId } = aWebhook();
  const secret = await secrets.create(tenantId, webhookId, crypto.randomUUID(), { signing: { current: 'whsec_abc' } });
  const webhook = aWebhook({ webhookId, secret, ...overrides });
  const store = createDynamoWebhookStore(dynamo, tables.config);
  await store.add(tenantId, webhook);
  return {
    webhook,
    about: ['--tenant', tenantId, '--webhook', webhookId],
    stored: () => store.find(tenantId, webhookId),
    hasSecret: () => secrets.remove(tenantId, webhookId),
  };
}

describe.each<[string, OpsCommand, Partial<Webhook>, Webhook['state']]>([
  ['pause', pauseWebhook, {}, { kind: 'paused' }],
  ['disable', disableWebhook, {}, { kind: 'disabled' }],
  ['resume', resumeWebhook, { state: { kind: 'disabled', reason: 'failing' } }, { kind: 'enabled' }],
])('%s', (_name, command, before, after) => {
  it('only says what would become of the webhook, until it is to be applied', async () => {
    const { webhook, about, stored } = await connected(before);
    await command(about, session);
    expect(session.said.join()).toContain('add --apply');
    expect(await stored()).toEqual(webhook);
    await command([...about, '--apply'], session);
    expect(await stored()).toMatchObject({ state: after, updatedBy: 'platform team', revision: webhook.revision + 1 });
  });
});

describe('delete', () => {
  it('takes the webhook and its secret', async () => {
    const { about, stored, hasSecret } = await connected();
    await removeWebhook(about, session);
    expect(await stored()).toBeDefined();
    await removeWebhook([...about, '--apply'], session);
    expect(await stored()).toBeUndefined();
    expect(await hasSecret()).toBe(false);
  });
});

describe('notices', () => {
  it('names a webhook of the tenant, shows it, and takes it away again', async () => {
    const { about, stored, webhook } = await connected();
    const { webhook: chat } = await connected();
    await setNotices([...about, '--to', chat.webhookId], session);
    expect(session.said.at(-1)).toContain(`go to none and would go to ${chat.webhookId}; add --apply`);
    expect(await stored()).toEqual(webhook);
    await setNotices([...about, '--to', chat.webhookId, '--apply'], session);
    expect(await stored()).toMatchObject({ noticesTo: chat.webhookId, updatedBy: 'platform team' });
    await showWebhook(about, session);
    expect(session.said.at(-1)).toContain(`notices about it go to ${chat.webhookId}`);
    await setNotices([...about, '--to', 'none', '--apply'], session);
    expect(await stored()).not.toHaveProperty('noticesTo');
  });

  it('refuses a webhook that the tenant does not have, and the webhook itself, in the words of the API', async () => {
    const { about, webhook, stored } = await connected();
    await expect(setNotices([...about, '--to', 'wh_none', '--apply'], session)).rejects.toThrow(
      'There is no such webhook.',
    );
    const itself = setNotices([...about, '--to', webhook.webhookId, '--apply'], session);
    await expect(itself).rejects.toThrow('cannot report on itself');
    expect(await stored()).toEqual(webhook);
  });
});

it('refuses to pause what is disabled, in the words of the API', async () => {
  const { about } = await connected({ state: { kind: 'disabled', reason: 'gone' } });
  await expect(pauseWebhook([...about, '--apply'], session)).rejects.toThrow('nothing is sent anyway');
});

it.each([
  ['show', showWebhook],
  ['pause', pauseWebhook],
  ['disable', disableWebhook],
  ['resume', resumeWebhook],
  ['delete', removeWebhook],
  ['redrive', redrive],
])('%s takes a webhook that is not there for an error', async (_name, command) => {
  const asked = command(['--tenant', 'acme', '--webhook', 'wh_none'], session);
  await expect(asked).rejects.toThrow('Tenant acme has no webhook wh_none');
});

describe('show', () => {
  it('shows the webhook, and its latest deliveries with every attempt', async () => {
    const { webhook, about } = await connected({ name: 'Old SOAR' });
    const { dynamo, tables } = engines();
    const { tenantId, webhookId } = webhook;
    const attempts = [anAttempt({ number: 1, statusCode: 503 }), anAttempt({ number: 2, statusCode: 200 })];
    const row = aDeliveryRow({ tenantId, webhookId, status: 'delivered', lastAttempt: 2, attempts });
    await createDynamoDeliveryLog(dynamo, tables.deliveryLog).putAll([row]);
    await showWebhook(about, session);
    const text = session.said.join('\n');
    expect(text).toContain(`${webhookId}  Old SOAR`);
    expect(text).toContain(`${row.deliveryId}  delivered`);
    expect(text).toMatch(/1\. {2}\S+ {2}503 /);
    expect(text).toMatch(/2\. {2}\S+ {2}200 /);
    await showWebhook([...about, '--json'], session);
    expect(JSON.parse(session.said.at(-1) ?? '')).toMatchObject({
      id: webhookId,
      deliveries: [{ id: row.deliveryId }],
    });
    expect(session.said.join()).not.toContain('whsec_abc');
  });
});

describe('redrive', () => {
  it('moves nothing until it is to be applied', async () => {
    const { webhook, about } = await connected();
    const { sqs, queues } = engines();
    const { tenantId, webhookId } = webhook;
    const message = {
      ...aDeliveryMessage({ tenantId, webhookId }),
      attempt: 5,
      attemptLimit: 8,
      reopen: 'operator',
    } as const;
    const MessageBody = serializeDeliveryMessage(message);
    await sqs.send(new SendMessageCommand({ QueueUrl: queues['exhausted-deliveries'], MessageBody }));
    const retried = async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queues.retry }));
      return Messages.map(({ Body }) => Body);
    };
    await redrive(about, session);
    expect(session.said).toEqual(['local: 1 would be moved to the retry queue, 0 left in place; add --apply to do it']);
    expect(await retried()).toEqual([]);
    await redrive([...about, '--apply'], session);
    expect(session.said.at(-1)).toBe('local: 1 moved to the retry queue, 0 left in place');
    expect(await retried()).toEqual([MessageBody]);
  });
});
