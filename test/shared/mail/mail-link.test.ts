import { describe, expect, it } from 'vitest';
import { openCursor, sealCursor } from '../../../shared/api/cursor.ts';
import {
  MAIL_TOKEN_CHARACTERS,
  openConfirmation,
  openUnsubscription,
  sealConfirmation,
  sealUnsubscription,
} from '../../../shared/mail/mail-link.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhookId } from '../../builders/webhook.ts';

const KEY = 'a key of this stage';
const confirmation = { tenantId: aTenantId(), addressId: 'na_ops', addedAt: 7, expiresAt: 9 };
const { tenantId, addressId } = confirmation;

describe('a token of a mail', () => {
  it('says what it was made for, and fits', () => {
    const token = sealConfirmation(KEY, { ...confirmation, tenantId: aTenantId('t'.repeat(64)) });
    expect(token.length).toBeLessThan(MAIL_TOKEN_CHARACTERS);
    expect(token).toMatch(/^[\w-]+$/);
    expect(openConfirmation(KEY, sealConfirmation(KEY, confirmation))).toEqual(confirmation);
    expect(openUnsubscription(KEY, sealUnsubscription(KEY, confirmation))).toEqual({ tenantId, addressId });
  });

  it('is good for one purpose', () => {
    const mount = JSON.parse(JSON.stringify([tenantId, addressId]));
    const cursor = sealCursor(KEY, { tenantId, webhookId: aWebhookId(), list: '' }, mount);
    expect(openUnsubscription(KEY, sealConfirmation(KEY, confirmation))).toBeUndefined();
    expect(openConfirmation(KEY, sealUnsubscription(KEY, confirmation))).toBeUndefined();
    expect(openUnsubscription(KEY, cursor)).toBeUndefined();
    const scope = { tenantId, webhookId: aWebhookId(), list: '' };
    expect(openCursor(KEY, scope, sealUnsubscription(KEY, confirmation))).toBeUndefined();
  });

  it('is void if any byte of it is another, or the key is', () => {
    const token = sealUnsubscription(KEY, confirmation);
    const bytes = Buffer.from(token, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const altered = Buffer.from(bytes);
      altered[index] = (altered[index] ?? 0) ^ 1;
      expect(openUnsubscription(KEY, altered.toString('base64url'))).toBeUndefined();
    }
    expect(openUnsubscription('another', token)).toBeUndefined();
  });

  it.each(['', 'x', '%', 'A'.repeat(5000), '🦉'])('may be anything that people send: %#', (token) => {
    expect(openConfirmation(KEY, token)).toBeUndefined();
    expect(openUnsubscription(KEY, token)).toBeUndefined();
  });
});
