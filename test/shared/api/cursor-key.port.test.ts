import { CreateSecretCommand, type GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSecretsManagerCursorKey } from '../../../shared/api/cursor-key.secrets-manager.ts';
import { DependencyUnavailable } from '../../../shared/runtime/dependency-unavailable.port.ts';
import { useEngines } from '../../fakes/local-engines.ts';

const engines = useEngines();

interface Watch {
  calls: number;
  isDown: boolean;
  /** What is answered instead of what Secrets Manager would. */
  output?: Partial<GetSecretValueCommandOutput> | undefined;
}

/** How often Secrets Manager has been asked, and what it answers. */
function watchedClient() {
  const { secretsManager } = engines();
  const watch: Watch = { calls: 0, isDown: false };
  secretsManager.middlewareStack.add(
    (next) => async (args) => {
      watch.calls += 1;
      if (watch.isDown) {
        throw new Error('down');
      }
      return watch.output === undefined ? next(args) : { output: { ...watch.output, $metadata: {} }, response: {} };
    },
    { step: 'initialize', name: 'watch' },
  );
  onTestFinished(() => {
    secretsManager.middlewareStack.remove('watch');
  });
  return { secretsManager, watch };
}

async function store(Name: string, SecretString: string): Promise<string> {
  await engines().secretsManager.send(new CreateSecretCommand({ Name, SecretString }));
  return Name;
}

describe('the cursor key in Secrets Manager', () => {
  it('is the value of the secret, the same for every instance', async () => {
    const secretId = await store('cursor-key', 'the-key');
    const { secretsManager } = engines();
    expect(await createSecretsManagerCursorKey(secretsManager, secretId).read()).toBe('the-key');
    expect(await createSecretsManagerCursorKey(secretsManager, secretId).read()).toBe('the-key');
  });

  it('is asked for once per instance, also when several requests want it at the same time', async () => {
    const secretId = await store('cursor-key-once', 'the-key');
    const { secretsManager, watch } = watchedClient();
    const key = createSecretsManagerCursorKey(secretsManager, secretId);
    expect(watch.calls).toBe(0);
    expect(await Promise.all([key.read(), key.read()])).toEqual(['the-key', 'the-key']);
    expect(await key.read()).toBe('the-key');
    expect(watch.calls).toBe(1);
  });

  it('is asked for again after a failure: an outage is not remembered', async () => {
    const secretId = await store('cursor-key-outage', 'the-key');
    const { secretsManager, watch } = watchedClient();
    const key = createSecretsManagerCursorKey(secretsManager, secretId);
    watch.isDown = true;
    await expect(key.read()).rejects.toBeInstanceOf(DependencyUnavailable);
    watch.isDown = false;
    expect(await key.read()).toBe('the-key');
  });

  it.each([
    ['is not there', { name: 'no-such-secret', output: undefined }],
    ['holds bytes instead of a text', { name: 'cursor-key-bytes', output: { SecretBinary: new Uint8Array(32) } }],
  ])(
    'is never an empty text if the secret %s: anybody could make cursors with that',
    async (_what, { name, output }) => {
      const { secretsManager, watch } = watchedClient();
      watch.output = output;
      const key = createSecretsManagerCursorKey(secretsManager, name);
      await expect(key.read()).rejects.toBeInstanceOf(DependencyUnavailable);
    },
  );
});
