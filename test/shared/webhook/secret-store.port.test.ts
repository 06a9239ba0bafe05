import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KEPT_UNLABELLED_MILLIS } from '../../../local/aws/secret-versions.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import type { SecretReader } from '../../../shared/webhook/secret-store.port.ts';
import {
  createSecretsManagerSecretReader,
  createSecretsManagerSecretStore,
} from '../../../shared/webhook/secret-store.secrets-manager.ts';
import type { SecretReference, WebhookSecret } from '../../../shared/webhook/webhook.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';
import { useEngines } from '../../fakes/local-engines.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { MemorySecretStore } from '../../fakes/memory-secret-store.ts';

const clock = new ManualClock();
const engines = useEngines({ secretsManagerNow: () => clock.now() });
const tenantId = aTenantId();
const first: WebhookSecret = { signing: { current: 'first-secret-of-acme' }, headers: { 'x-key': 'k' } };
const second: WebhookSecret = {
  signing: {
    current: 'third-secret-of-acme',
    previous: [
      { secret: 'second-secret-of-acme', until: 9 },
      { secret: 'first-secret-of-acme', until: 8 },
    ],
  },
};

const implementations = {
  'in memory': () => {
    const store = new MemorySecretStore(clock);
    return { store, freshReader: () => store };
  },
  'on Secrets Manager': () => ({
    store: createSecretsManagerSecretStore(engines().secretsManager, 'thalian-webhooks/test/'),
    freshReader: () => createSecretsManagerSecretReader(engines().secretsManager),
  }),
};

let webhooks = 0;

describe.each(Object.entries(implementations))('a secret store %s', (_where, make) => {
  const aFreshWebhook = () => {
    webhooks += 1;
    return aWebhookId(`wh_${webhooks}`);
  };

  it('gives back what was stored, under the version that was named', async () => {
    const { store, freshReader } = make();
    const reference = await store.create(tenantId, aFreshWebhook(), randomUUID(), first);
    const rotated = await store.replace(tenantId, reference, randomUUID(), second);
    expect(rotated.arn).toBe(reference.arn);
    expect(rotated.versionId).not.toBe(reference.versionId);
    expect(await freshReader().read(tenantId, reference)).toEqual(first);
    expect(await freshReader().read(tenantId, rotated)).toEqual(second);
  });

  it('reports a version that is not there as unavailable, never as an empty secret', async () => {
    const { store, freshReader } = make();
    const webhookId = aFreshWebhook();
    const reference = await store.create(tenantId, webhookId, randomUUID(), first);
    const missing = { ...reference, versionId: '00000000-0000-4000-8000-000000000000' };
    await expect(freshReader().read(tenantId, missing)).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await store.remove(tenantId, webhookId)).toBe(true);
    await expect(freshReader().read(tenantId, reference)).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await store.remove(tenantId, webhookId)).toBe(false);
  });

  it('names a version by the id that it was given', async () => {
    const { store } = make();
    const [versionId, next] = [randomUUID(), randomUUID()];
    const reference = await store.create(tenantId, aFreshWebhook(), versionId, first);
    expect(reference.versionId).toBe(versionId);
    expect((await store.replace(tenantId, reference, next, second)).versionId).toBe(next);
  });

  it('keeps the version in use readable, however many replacements break off before one is used', async () => {
    const { store, freshReader } = make();
    const inUse = await store.create(tenantId, aFreshWebhook(), randomUUID(), first);
    for (let brokenOff = 0; brokenOff < 4; brokenOff += 1) {
      clock.moveOn(KEPT_UNLABELLED_MILLIS);
      await store.replace(tenantId, inUse, randomUUID(), second);
    }
    expect(await freshReader().read(tenantId, inUse)).toEqual(first);
    const used = await store.replace(tenantId, inUse, randomUUID(), second);
    clock.moveOn(KEPT_UNLABELLED_MILLIS);
    await store.replace(tenantId, used, randomUUID(), first);
    await store.replace(tenantId, used, randomUUID(), first);
    expect(await freshReader().read(tenantId, used)).toEqual(second);
  });

  it('keeps each version that is about to come into use, however many others are stored at once', async () => {
    const { store, freshReader } = make();
    const webhookId = aFreshWebhook();
    const created = await store.create(tenantId, webhookId, randomUUID(), first);
    const inUse = await store.create(tenantId, webhookId, randomUUID(), first);
    const stored = await Promise.all([1, 2, 3].map(() => store.replace(tenantId, inUse, randomUUID(), first)));
    for (const reference of [created, inUse, ...stored]) {
      expect(await freshReader().read(tenantId, reference)).toEqual(first);
    }
  });

  it('takes no further version of a secret that is gone', async () => {
    const { store } = make();
    const webhookId = aFreshWebhook();
    const reference = await store.create(tenantId, webhookId, randomUUID(), first);
    await store.remove(tenantId, webhookId);
    const replaced = store.replace(tenantId, reference, randomUUID(), second);
    await expect(replaced).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await store.remove(tenantId, webhookId)).toBe(false);
  });

  it('creates over what an interrupted creation left behind', async () => {
    const { store, freshReader } = make();
    const webhookId = aFreshWebhook();
    await store.create(tenantId, webhookId, randomUUID(), first);
    const again = await store.create(tenantId, webhookId, randomUUID(), second);
    expect(await freshReader().read(tenantId, again)).toEqual(second);
  });
});

describe('a reader of Secrets Manager', () => {
  /** A reader, and how often it asked Secrets Manager. */
  async function countedReader<T>(
    maxCachedBytes: number | undefined,
    use: (reader: SecretReader, calls: () => number) => Promise<T>,
  ): Promise<T> {
    const { secretsManager } = engines();
    let calls = 0;
    secretsManager.middlewareStack.add(
      (next) => (args) => {
        calls += 1;
        return next(args);
      },
      { step: 'initialize', name: 'countCalls' },
    );
    try {
      return await use(createSecretsManagerSecretReader(secretsManager, maxCachedBytes), () => calls);
    } finally {
      secretsManager.middlewareStack.remove('countCalls');
    }
  }

  function storedSecret(webhook: string, secret: WebhookSecret): Promise<SecretReference> {
    const store = createSecretsManagerSecretStore(engines().secretsManager, 'thalian-webhooks/test/');
    return store.create(tenantId, aWebhookId(webhook), randomUUID(), secret);
  }

  it('asks for a version once, also when several deliveries want it at the same time', async () => {
    const reference = await storedSecret('wh_cached', first);
    await countedReader(undefined, async (reader, calls) => {
      await Promise.all([reader.read(tenantId, reference), reader.read(tenantId, reference)]);
      await reader.read(tenantId, reference);
      expect(calls()).toBe(1);
    });
  });

  it('keeps what is used, up to a number of bytes, and forgets what was used longest ago', async () => {
    const large = { headers: { 'x-key': 'k'.repeat(4_000) } };
    const [busy, idle, next] = await Promise.all(
      ['wh_busy', 'wh_idle', 'wh_next'].map((id) => storedSecret(id, large)),
    );
    if (busy === undefined || idle === undefined || next === undefined) {
      throw new Error('not stored');
    }
    // Room for two of them.
    await countedReader(20_000, async (reader, calls) => {
      for (const reference of [busy, idle, busy, next]) {
        await reader.read(tenantId, reference);
      }
      expect(calls()).toBe(3);
      await reader.read(tenantId, busy);
      expect(calls()).toBe(3);
      await reader.read(tenantId, idle);
      expect(calls()).toBe(4);
    });
  });

  it('asks again after a failure: an outage is not remembered', async () => {
    const { secretsManager } = engines();
    const reader = createSecretsManagerSecretReader(secretsManager);
    const store = createSecretsManagerSecretStore(secretsManager, 'thalian-webhooks/test/');
    const reference = await store.create(tenantId, aWebhookId('wh_outage'), randomUUID(), first);
    secretsManager.middlewareStack.add(() => () => Promise.reject(new Error('down')), {
      step: 'initialize',
      name: 'outage',
    });
    await expect(reader.read(tenantId, reference)).rejects.toBeInstanceOf(DependencyUnavailable);
    secretsManager.middlewareStack.remove('outage');
    expect(await reader.read(tenantId, reference)).toEqual(first);
  });
});
