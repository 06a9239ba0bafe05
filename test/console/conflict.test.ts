/** What two people have changed, side by side, and the request for what the later one keeps. */
import { describe, expect, it } from 'vitest';
import { differencesOf, keptOf } from '../../console/connect/conflict.ts';
import { differencesOfLists, keptLists } from '../../console/details/alert-lists-draft.ts';
import { toFormatResponse } from '../../shared/api/format-responses.schema.ts';
import { toHealth } from '../../shared/api/webhook-health.schema.ts';
import { toWebhookResponse, type WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';

const format = FORMS.map(toFormatResponse).find(({ id }) => id === 'splunk-hec') as ReturnType<typeof toFormatResponse>;

function aResponse(overrides: Partial<Webhook>): WebhookResponse {
  const webhook = aWebhook({ format: { id: format.id, options: {} }, ...overrides });
  return { ...toWebhookResponse(webhook, 0), health: toHealth(webhook, undefined, 0) };
}

const nameOf = (id: string) => `the one called ${id}`;

describe('the settings', () => {
  it('differ where either of the two has changed something', () => {
    const base = aResponse({ name: 'Before' });
    const stored = aResponse({ name: 'Theirs', pace: { perMinute: 5 } });
    expect(differencesOf(base, stored, { name: 'Yours', headers: null }, format, nameOf)).toEqual([
      { part: 'name', label: 'Name', theirs: 'Theirs', yours: 'Yours' },
      { part: 'headers', label: 'Custom headers', theirs: 'None', yours: 'None' },
      { part: 'pace', label: 'Pace', theirs: '5 a minute' },
    ]);
  });

  it('name the integrations that get notices', () => {
    const [without, to] = [aResponse({}), aResponse({ noticesTo: aWebhookId('wh_chat') })];
    expect(differencesOf(without, to, { noticesTo: null }, format, nameOf)).toEqual([
      { part: 'noticesTo', label: 'Notices', theirs: 'To the one called wh_chat', yours: 'To no integration' },
    ]);
  });

  it('name the OAuth client, and no secret of it', () => {
    const client = { tokenUrl: 'https://login.example/token', clientId: 'a', clientAuthentication: 'basic' } as const;
    const [without, withOne] = [aResponse({}), aResponse({ oauth: client })];
    const oauth = { ...client, clientId: 'b', clientSecret: 'hush', scope: 'all' };
    expect(differencesOf(without, withOne, { oauth }, format, nameOf)).toEqual([
      {
        part: 'oauth',
        label: 'Access token',
        theirs: 'Of https://login.example/token for client a (basic)',
        yours: 'Of https://login.example/token for client b (basic), scope all',
      },
    ]);
  });

  it('say whether events are listed', () => {
    const pull = { only: false, since: 1 };
    expect(differencesOf(aResponse({}), aResponse({ pull }), { pull: null }, format, nameOf)).toEqual([
      {
        part: 'pull',
        label: 'Catching up',
        theirs: 'Findings are sent, and listed for the receiver to read',
        yours: 'Findings are sent, and not listed',
      },
    ]);
  });

  it('show no value of a credential', () => {
    const base = aResponse({});
    const words = JSON.stringify(
      differencesOf(base, base, { credentials: { token: 'hush' }, headers: { a: 'hush' } }, format, nameOf),
    );
    expect(words).toContain('as you typed them');
    expect(words).not.toContain('hush');
  });

  it('are asked for as far as they are kept, the secret with its URL', () => {
    const request = {
      name: 'Yours',
      url: 'https://other.example.com/',
      secret: { generate: true as const },
      pace: null,
    };
    expect(keptOf(request, new Set(['name', 'pace']))).toEqual({ name: 'Yours', pace: null });
    expect(keptOf(request, new Set(['url']))).toEqual({ url: request.url, secret: request.secret });
  });
});

describe('the lists of an alert rule', () => {
  const stored = { enabled: true, minSeverity: 'low' as const, platforms: ['aws'] };
  const typed = { enabled: false, minSeverity: 'high' as const, platforms: ['okta'], categories: ['Shadow IT'] };

  it('differ list by list', () => {
    expect(differencesOfLists(stored, typed)).toEqual([
      { part: 'platforms', label: 'Platforms', theirs: 'aws', yours: 'okta' },
      { part: 'categories', label: 'Categories', theirs: 'all', yours: 'Shadow IT' },
    ]);
  });

  it('are kept one by one, and toggle and threshold stay as they are stored', () => {
    expect(keptLists(stored, typed, new Set(['categories'] as const))).toEqual({
      ...stored,
      categories: ['Shadow IT'],
    });
    const without = { enabled: true, minSeverity: 'low' as const };
    expect(keptLists(stored, without, new Set(['platforms'] as const))).toEqual(without);
  });
});
