import { describe, expect, it } from 'vitest';
import { connectWebhook, heldBack, useSecret } from '../../../shared/webhook/webhook.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook, aWebhookId } from '../../builders/webhook.ts';

const change = { by: 'sam', at: Date.UTC(2026, 10, 23) };
const healthy = { failuresInARow: 0, exhaustedCount: 0 };
const secret = { arn: 'arn:secret', versionId: 'v2' };

describe('connecting a webhook', () => {
  it('leaves alerts off until a person turns them on', () => {
    const webhook = connectWebhook(
      {
        tenantId: aTenantId(),
        webhookId: aWebhookId(),
        name: 'SIEM',
        url: 'https://siem.example/',
        format: { id: 'json', options: {} },
      },
      change,
    );
    expect(webhook).toMatchObject({
      alerts: { enabled: false },
      state: { kind: 'enabled' },
      revision: 1,
      health: healthy,
      updatedBy: 'sam',
      createdAt: change.at,
    });
  });
});

describe('what a secret holds', () => {
  const value = {
    signing: {
      current: 'new-secret-of-acme',
      previous: [
        { secret: 'old-secret-of-acme', until: 9 },
        { secret: 'older-secret-of-acme', until: 8 },
      ],
    },
    headers: { 'X-Api-Key': 'key-of-acme', 'X-Team': 'team-of-acme' },
    credentials: { token: 'token-of-acme', account: 'account-of-acme' },
  };

  it('is shown without any value, and without the names of headers', () => {
    const webhook = useSecret(aWebhook(), secret, value);
    expect(webhook.secret).toBe(secret);
    expect(webhook.secretContents).toEqual({
      isSigned: true,
      previousUntil: [9, 8],
      customHeaders: 2,
      credentials: ['account', 'token'],
    });
    expect(JSON.stringify(webhook)).not.toMatch(/of-acme|X-Api-Key/);
  });

  it.each([
    ['everything', value, ['secret', 'headers', 'credentials']],
    ['a signing secret', { signing: value.signing }, ['secret']],
    ['headers', { headers: value.headers }, ['headers']],
    ['credentials', { credentials: value.credentials }, ['credentials']],
    ['nothing any more', {}, []],
  ])('must be given again for another destination: %s', (_what, contents, parts) => {
    expect(heldBack(useSecret(aWebhook(), secret, contents))).toEqual(parts);
    expect(heldBack(aWebhook())).toEqual([]);
    const oauth = { tokenUrl: 'https://login.example/token', clientId: 'a', clientAuthentication: 'basic' } as const;
    expect(heldBack(useSecret(aWebhook({ oauth }), secret, contents))).toEqual([...parts, 'oauth']);
  });
});
