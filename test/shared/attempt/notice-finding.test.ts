import { describe, expect, it } from 'vitest';
import { type Notice, noticeFinding } from '../../../shared/attempt/notice-finding.ts';
import type { Attempt } from '../../../shared/delivery/delivery.ts';
import { findingSchema } from '../../../shared/finding/finding.schema.ts';
import { aWebhook } from '../../builders/webhook.ts';

const webhook = aWebhook({ name: 'SIEM' });

function aNotice(overrides: Partial<Notice> = {}) {
  return noticeFinding({ kind: 'failing', webhook, event: { id: 'evt-1', at: 0 }, ...overrides });
}

function anAttemptOf(outcome: Partial<Attempt>): Attempt {
  return { number: 4, at: 0, millis: 1, ...outcome };
}

describe('a notice', () => {
  it.each<[string, Partial<Attempt>, string, RegExp]>([
    ['a status', { statusCode: 404 }, 'HTTP 404', /nothing at this URL/],
    ['a web page', { statusCode: 403, cause: 'web-page' }, 'Web page', /web page for people/],
    ['a certificate', { error: 'tls-failed', cause: 'certificate-expired' }, 'Certificate expired', /renew it/],
    ['a refused address', { error: 'address-refused' }, 'its address is not allowed', /public addresses only/],
    ['no known cause', { error: 'connect-failed' }, 'no response', /check both/],
  ])('has %s in words, with what to do', (_what, outcome, words, remedy) => {
    const { title, remediation } = aNotice({ attempt: anAttemptOf(outcome) });
    expect(title).toBe(`Webhook 'SIEM' is failing: ${words}`);
    expect(remediation.summary).toMatch(remedy);
  });

  it('quotes nothing that the receiver said', () => {
    const attempt = anAttemptOf({ statusCode: 500, response: 'hush', location: 'https://hush.example', code: 'hush' });
    expect(JSON.stringify(aNotice({ attempt }))).not.toContain('hush');
  });

  it('is a finding that every destination can show, however long the name', () => {
    const long = aWebhook({ name: '😀'.repeat(100) });
    for (const kind of ['failing', 'disabled', 'working'] as const) {
      const notice = aNotice({ kind, webhook: long });
      expect(findingSchema.parse(notice)).toEqual(notice);
    }
  });

  it('that a webhook works again raises no alarm', () => {
    expect(aNotice({ kind: 'working' }).severity).toEqual({ level: 'info', score: 0 });
  });

  it('has a link to the page of the webhook, if it may be shown', () => {
    const pageUrl = 'https://console.example/integrations/webhooks/wh_siem';
    expect(aNotice({ pageUrl }).url).toBe(pageUrl);
    expect(aNotice({ pageUrl: 'http://127.0.0.1:8080/integrations' })).not.toHaveProperty('url');
    expect(aNotice()).not.toHaveProperty('url');
  });
});
