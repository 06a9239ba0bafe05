import { describe, expect, it } from 'vitest';
import { parseMailMessage, serializeMailMessage } from '../../../shared/mail/mail-message.schema.ts';
import type { MailMessage } from '../../../shared/mail/mail-message.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';

const notice: MailMessage = {
  ...{ kind: 'notice', tenantId: aTenantId(), addressId: 'na_1', webhookId: aWebhookId() },
  words: { title: 't', description: 'd', remedy: 'r' },
};
const confirmation: MailMessage = {
  ...{ kind: 'confirmation', tenantId: aTenantId(), addressId: 'na_1', addedAt: 1, askedAt: 2 },
};

describe('a message of the mail queue', () => {
  it.each([notice, confirmation])('comes back as it went: $kind', (message) => {
    expect(parseMailMessage(serializeMailMessage(message))).toEqual({ kind: 'parsed', message });
  });

  it.each([
    ['no JSON', '{'],
    ['a finding', '{"detail":{}}'],
    ['another kind', '{"mail":{"kind":"advertisement"}}'],
    ['no tenant', serializeMailMessage({ ...confirmation, tenantId: 'a#b' as never })],
    ['no words', serializeMailMessage({ ...notice, words: undefined as never })],
  ])('is rejected with a reason: %s', (_what, body) => {
    expect(parseMailMessage(body)).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(/./) });
  });
});
