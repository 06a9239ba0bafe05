import { describe, expect, it } from 'vitest';
import { noticeWords } from '../../../shared/attempt/notice-finding.ts';
import { confirmationMail } from '../../../shared/mail/confirmation-mail.ts';
import { sealUnsubscription } from '../../../shared/mail/mail-link.ts';
import { unsubscribeUrl } from '../../../shared/mail/mail-pages.ts';
import { escapeHtml, nameInMail } from '../../../shared/mail/mail-words.ts';
import { noticeMail } from '../../../shared/mail/notice-mail.ts';
import { anAttempt } from '../../builders/delivery.ts';
import { aTenantId } from '../../builders/finding.ts';
import { aWebhook } from '../../builders/webhook.ts';

const CONSOLE = 'https://console.example';
const TOKEN = 'dG9rZW4';

function aNoticeMail(name: string) {
  const webhook = aWebhook({
    name: nameInMail(name),
    health: { failuresInARow: 5, exhaustedCount: 1, failingSince: 0 },
  });
  return noticeMail({
    ...noticeWords({ kind: 'failing', webhook, attempt: anAttempt({ statusCode: 401 }) }),
    ...{ to: 'ops@acme.example', tenantId: aTenantId(), consoleUrl: CONSOLE },
    ...{ pageUrl: `${CONSOLE}/integrations/webhooks/wh_siem`, unsubscribeToken: TOKEN },
  });
}

describe('a notice by e-mail', () => {
  it('says what is wrong, what to do, where, and how to get no more', () => {
    expect(aNoticeMail('Splunk, production')).toMatchInlineSnapshot(`
      {
        "headers": {
          "Auto-Submitted": "auto-generated",
          "List-Unsubscribe": "<https://console.example/v1/notices/unsubscribe?token=dG9rZW4>",
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        "html": "<!doctype html><html lang="en"><body><p>Webhook &#39;Splunk, production&#39; is failing: HTTP 401.</p><p>Since 1970-01-01T00:00:00.000Z its receiver has not accepted what we send, retries included. What fails is kept for 30 days. This is said once: the next notice says that it works again, or that it is disabled.</p><p>What to do: The receiver answered 401, so it does not accept who we are: check the webhook&#39;s secret, credentials and headers against what it expects. Then retry what has failed, on the webhook&#39;s page.</p><p><a href="https://console.example/integrations/webhooks/wh_siem">Open the webhook in Thalian</a></p><p>You get this because ops@acme.example was confirmed for notices about the webhooks of acme.</p><p><a href="https://console.example/notices/unsubscribe#dG9rZW4">Get no more of these</a></p></body></html>",
        "subject": "Webhook 'Splunk, production' is failing: HTTP 401",
        "text": "Webhook 'Splunk, production' is failing: HTTP 401.

      Since 1970-01-01T00:00:00.000Z its receiver has not accepted what we send, retries included. What fails is kept for 30 days. This is said once: the next notice says that it works again, or that it is disabled.

      What to do: The receiver answered 401, so it does not accept who we are: check the webhook's secret, credentials and headers against what it expects. Then retry what has failed, on the webhook's page.

      Open the webhook in Thalian:
      https://console.example/integrations/webhooks/wh_siem

      You get this because ops@acme.example was confirmed for notices about the webhooks of acme.

      Get no more of these:
      https://console.example/notices/unsubscribe#dG9rZW4
      ",
        "to": "ops@acme.example",
      }
    `);
  });

  it('has no header that SES would find too long, whatever the tenant and the console are called', () => {
    const token = sealUnsubscription('key', { tenantId: aTenantId('t'.repeat(64)), addressId: `na_${'0'.repeat(20)}` });
    const url = unsubscribeUrl(`https://${'c'.repeat(250)}`, token);
    expect(`<${url}>`.length).toBeLessThanOrEqual(870);
  });

  it('can be unsubscribed from by a program, as RFC 8058 has it', () => {
    const { headers } = aNoticeMail('SIEM');
    expect(headers['List-Unsubscribe']).toBe(`<${CONSOLE}/v1/notices/unsubscribe?token=${TOKEN}>`);
    expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
  });

  it.each([
    ['a line break and a header', 'SIEM\r\nBcc: all@victim.example'],
    ['markup', '<a href="https://evil.example">Sign in</a><img src=x onerror=alert(1)>'],
    ['a link', 'Sign in at https://evil.example/login?x=1'],
    ['a bare host', 'evil.example/login'],
    ['a host in Cyrillic letters', 'https://аррӏе.com'],
    ['a mark that turns the direction of reading', 'gpj.\u202eexe\u2066'],
    ['marks that are not seen', 'evil\u200b.\u200dexample\u00ad\ufeff'],
    ['100,000 letters', 'x'.repeat(100_000)],
    ['an entity', '&lt;script&gt;'],
  ])('keeps %s in a name to its words', (_what, name) => {
    const mail = aNoticeMail(name);
    const links = [...mail.text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
    expect(links.every((link) => link.startsWith(`${CONSOLE}/`))).toBe(true);
    expect([...mail.html.matchAll(/<([a-z]+)/g)].map(([, tag]) => tag)).toEqual([
      ...['html', 'body', 'p', 'p', 'p', 'p', 'a', 'p', 'p', 'a'],
    ]);
    for (const text of [mail.subject, mail.text, mail.html, ...Object.values(mail.headers)]) {
      expect(text).not.toMatch(/[\p{Cf}\r]|(?!\n)\p{Cc}/u);
      expect(text).not.toMatch(/evil\.example|аррӏе\.com/);
    }
    expect(mail.subject).not.toContain('\n');
    expect(mail.subject.length).toBeLessThanOrEqual(150);
    expect(mail.text.length).toBeLessThan(3_000);
  });

  it('leaves names that lead nowhere as they are', () => {
    for (const name of ['Splunk, production', 'v1.2 of the SIEM', 'Prod. Splunk', 'Größe 😀', 'a/b: c & d']) {
      expect(nameInMail(name)).toBe(name);
    }
  });
});

describe('a request to confirm', () => {
  it('leads to a page, says until when, and what happens if nothing is done', () => {
    const mail = confirmationMail({
      ...{ to: 'ops@acme.example', tenantId: aTenantId(), consoleUrl: CONSOLE, token: 'tok' },
      expiresAt: Date.UTC(2026, 10, 26, 12),
    });
    expect(mail).toMatchInlineSnapshot(`
      {
        "headers": {
          "Auto-Submitted": "auto-generated",
        },
        "html": "<!doctype html><html lang="en"><body><p>An administrator of acme wants notices about its webhooks at Thalian sent to ops@acme.example: when one fails, is disabled, or works again.</p><p>Do you want them? Then open this page and confirm.</p><p><a href="https://console.example/notices/confirm#tok">Confirm this address</a></p><p>The link is good until 2026-11-26 12:00 UTC. If you do not want these notices, do nothing: none is sent to an address that was not confirmed.</p></body></html>",
        "subject": "Confirm your address for notices by e-mail",
        "text": "An administrator of acme wants notices about its webhooks at Thalian sent to ops@acme.example: when one fails, is disabled, or works again.

      Do you want them? Then open this page and confirm.

      Confirm this address:
      https://console.example/notices/confirm#tok

      The link is good until 2026-11-26 12:00 UTC. If you do not want these notices, do nothing: none is sent to an address that was not confirmed.
      ",
        "to": "ops@acme.example",
      }
    `);
  });
});

it('escapes all that HTML gives a meaning', () => {
  expect(escapeHtml(`<&>"'`)).toBe('&lt;&amp;&gt;&quot;&#39;');
});
