import { describe, expect, it } from 'vitest';
import { checkDraft, type Draft, defaultName, emptyDraft, requestOf } from '../../console/connect/draft.ts';
import { type PullChoice, pullChoicesFor } from '../../console/connect/pull-choice.ts';
import { changeOf, checkSettings, isElsewhere, settingsDraft } from '../../console/connect/settings-draft.ts';
import { type FormatResponse, toFormatResponse } from '../../shared/api/format-responses.schema.ts';
import { connectRequestSchema } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { FORMS } from '../../shared/destinations/forms.form.ts';

function formatCalled(id: string): FormatResponse {
  const form = FORMS.find((known) => known.id === id);
  if (form === undefined) {
    throw new Error(`no format ${id}`);
  }
  return toFormatResponse(form);
}

const json = formatCalled('json');
const splunk = formatCalled('splunk-hec');
const slack = formatCalled('slack');

function aDraft(overrides: Partial<Draft> = {}, format = json): Draft {
  return { ...emptyDraft(format), url: 'https://siem.example.com/thalian', ...overrides };
}

describe('a draft', () => {
  it.each(FORMS.map(({ id }) => id))('of %s lacks nothing at first but what only the tenant knows', (id) => {
    const format = formatCalled(id);
    const ofFormat = [
      ...format.options.map(({ name }) => `options.${name}`),
      ...format.credentials.map(({ name }) => `credentials.${name}`),
    ];
    const fields = checkDraft(emptyDraft(format), format).map(({ field }) => field);
    expect(fields).toContain('url');
    expect(ofFormat).toEqual(expect.arrayContaining(fields.filter((field) => field !== 'url')));
  });

  it.each([
    ['json', 'generate'],
    ['cloudevents', 'generate'],
    ['torq', 'generate'],
    ['slack', 'none'],
    ['splunk-hec', 'none'],
  ])('of %s begins with the safe choice: %s', (id, signing) => {
    // A secret URL or a token lets us in there, and the vendor verifies no signature of ours.
    expect(emptyDraft(formatCalled(id)).signing).toBe(signing);
  });

  it('is called as its destination until another name is typed', () => {
    expect(defaultName('', json)).toBe('Webhook (JSON)');
    expect(defaultName(' https://siem.example.com:8443/thalian', json)).toBe('siem.example.com');
    expect(defaultName('not a url', json)).toBe('Webhook (JSON)');
    expect(defaultName(`https://${'a.'.repeat(90)}example.com`, json)).toHaveLength(100);
    expect(defaultName('https://hooks.slack.com/services/1/2/3', slack)).toBe('Slack');
  });

  it.each([
    ['url', { url: 'http://siem.example.com' }, /^Webhook URLs must use HTTPS\.$/],
    ['url', { url: '' }, /^A destination URL is needed\.$/],
    ['name', { name: ' ' }, /^A name is needed\.$/],
    ['pace.perMinute', { perMinute: 'fast' }, /^This must be a number\.$/],
    ['pace.perMinute', { perMinute: '0' }, /^The slowest pace is 1 a minute\. To send nothing, pause/],
    ['pace.perMinute', { perMinute: '6001' }, /^The fastest pace is 6000 a minute\./],
    ['secret', { signing: 'own', ownSecret: 'short' }, /^A secret of your own has 16 to 256/],
    ['secret', { signing: 'own', ownSecret: 'whsec_not*base64*at*all' }, /base64/],
    ['headers.Host', { headers: [{ name: 'Host', value: 'x' }] }, /^This header is set by the service/],
    [
      'headers',
      {
        headers: [
          { name: 'X-A', value: '1' },
          { name: 'x-a', value: '2' },
        ],
      },
      /given twice/,
    ],
  ] as const)('is refused by %s: %j', (field, overrides, words) => {
    expect(checkDraft(aDraft(overrides), json)).toEqual([{ field, message: expect.stringMatching(words) }]);
  });

  it('is refused by the rules of its format, in its words', () => {
    const errors = checkDraft(aDraft({ options: { index: 'Not Allowed' } }, splunk), splunk);
    expect(errors).toContainEqual({ field: 'credentials.token', message: 'HEC token is required.' });
    expect(errors).toContainEqual({ field: 'options.index', message: expect.stringMatching(/^Index must be/) });
  });

  it('is refused beyond the limit of its destination, and only then', () => {
    const atSlack = (perMinute: string) => ({
      ...aDraft({ perMinute }, slack),
      url: 'https://hooks.slack.com/services/T0/B0/x',
    });
    const words = 'Slack takes 60 a minute at most. Choose 60 or less.';
    expect(checkDraft(atSlack('61'), slack)).toEqual([{ field: 'pace.perMinute', message: words }]);
    expect(checkDraft(atSlack('60'), slack)).toEqual([]);
    expect(requestOf(atSlack(' 60 '), slack)).toMatchObject({ pace: { perMinute: 60 } });
    expect(requestOf(atSlack(' '), slack)).not.toHaveProperty('pace');
  });

  it('leaves to the API which hosts are public: a stage may allow more', () => {
    expect(checkDraft(aDraft({ url: 'https://localhost:9443/hook' }), json)).toEqual([]);
    expect(checkDraft(aDraft({ url: 'https://10.0.0.1/hook' }), json)).toEqual([]);
  });

  it('becomes a request that the API can read, without what was left empty', () => {
    const draft = aDraft({
      signing: 'generate',
      headers: [{ name: '', value: '' }],
      url: ' https://siem.example.com ',
    });
    expect(connectRequestSchema.parse(requestOf(draft, json))).toMatchObject({
      url: 'https://siem.example.com',
      secret: { generate: true },
      headers: {},
      options: {},
    });
    expect(requestOf(aDraft({ signing: 'none' }), json)).not.toHaveProperty('secret');
  });

  it('says where notices go, if they go anywhere', () => {
    const request = requestOf(aDraft({ noticesTo: 'wh_3f9c2d0b7a61e85d4c20' }), json);
    expect(connectRequestSchema.parse(request)).toMatchObject({ noticesTo: 'wh_3f9c2d0b7a61e85d4c20' });
    expect(requestOf(aDraft(), json)).not.toHaveProperty('noticesTo');
  });

  it('ask for events that are listed', () => {
    const request = requestOf(aDraft({ pull: 'only' }), json);
    expect(connectRequestSchema.parse(request)).toMatchObject({ pull: { only: true } });
    expect(requestOf(aDraft(), json)).not.toHaveProperty('pull');
  });
});

function aWebhook(overrides: Partial<WebhookResponse> = {}): WebhookResponse {
  return {
    id: 'wh_1',
    name: 'SIEM',
    url: 'https://siem.example.com/thalian',
    format: 'json',
    options: {},
    alerts: { enabled: true, minSeverity: 'high' },
    payloadVersion: 1,
    newestPayloadVersion: 2,
    events: ['detected'],
    firstSync: 'all',
    state: 'enabled',
    isSigned: true,
    ownHeaders: 0,
    credentials: [],
    revision: 3,
    createdAt: '2026-11-23T10:00:00.000Z',
    updatedAt: '2026-11-23T10:00:00.000Z',
    updatedBy: 'jane@acme.example',
    health: { isFailing: false, failed: { count: 0, isCapped: false }, held: { count: 0, isCapped: false } },
    ...overrides,
  };
}

describe('the template of a body', () => {
  const format = formatCalled('template');

  it('begins with one that can be saved, and is refused with the place of a mistake', () => {
    const draft = aDraft({}, format);
    expect(checkDraft(draft, format)).toEqual([]);
    expect(requestOf(draft, format).options).toEqual({ body: format.options[0]?.example });
    expect(checkDraft({ ...draft, options: { body: '{"a": "{{ titel }}"}' } }, format)).toEqual([
      { field: 'options.body', message: 'At a: There is no field "titel". Do you mean title?' },
    ]);
    expect(checkDraft({ ...draft, options: { body: '' } }, format)).toEqual([
      { field: 'options.body', message: 'Body is required.' },
    ]);
  });
});

describe('changed settings', () => {
  it('are nothing until something differs', () => {
    const webhook = aWebhook();
    expect(changeOf(settingsDraft(webhook, json), webhook, json)).toEqual({});
  });

  it('name only what differs', () => {
    const webhook = aWebhook();
    const change = { name: 'SIEM, Frankfurt', url: 'https://siem.example.com/other' };
    const draft = { ...settingsDraft(webhook, json), ...change };
    expect(changeOf(draft, webhook, json)).toEqual(change);
    expect(isElsewhere(draft, webhook)).toBe(false);
  });

  it('ask for the secret again, or drop it, for another origin', () => {
    const webhook = aWebhook();
    const draft = { ...settingsDraft(webhook, json), url: 'https://other.example.com/thalian' };
    expect(changeOf(draft, webhook, json)).toMatchObject({ secret: { generate: true } });
    expect(changeOf({ ...draft, signing: 'none' }, webhook, json)).toMatchObject({ secret: null });
    expect(changeOf(draft, aWebhook({ isSigned: false }), json)).not.toHaveProperty('secret');
  });

  it('ask for headers and credentials again for another origin', () => {
    const webhook = aWebhook({ format: 'splunk-hec', ownHeaders: 2, credentials: ['token'] });
    const draft = { ...settingsDraft(webhook, splunk), url: 'https://other.example.com:8088' };
    expect(checkSettings(draft, webhook, splunk).map(({ field }) => field)).toEqual(['credentials.token', 'headers']);
    const complete = { ...draft, credentials: { token: '0000' }, headersChoice: 'remove' } as const;
    expect(checkSettings(complete, webhook, splunk)).toEqual([]);
    expect(changeOf(complete, webhook, splunk)).toMatchObject({ credentials: { token: '0000' }, headers: null });
  });

  it('choose where notices go, and take it back', () => {
    const [without, to] = [aWebhook(), aWebhook({ noticesTo: 'wh_chat' })];
    const chosen = (webhook: WebhookResponse, noticesTo: string) => ({ ...settingsDraft(webhook, json), noticesTo });
    expect(changeOf(chosen(without, 'wh_chat'), without, json)).toEqual({ noticesTo: 'wh_chat' });
    expect(changeOf(settingsDraft(to, json), to, json)).toEqual({});
    expect(changeOf(chosen(to, ''), to, json)).toEqual({ noticesTo: null });
  });

  it('choose whether events are listed, and take it back', () => {
    const since = '2026-11-23T10:00:00.000Z';
    const [without, listed] = [aWebhook(), aWebhook({ pull: { only: false, since, manifests: false } })];
    const chosen = (webhook: WebhookResponse, pull: PullChoice) =>
      changeOf({ ...settingsDraft(webhook, json), pull }, webhook, json);
    expect(changeOf(settingsDraft(listed, json), listed, json)).toEqual({});
    expect(chosen(without, 'off')).toEqual({});
    expect(chosen(without, 'beside')).toEqual({ pull: { only: false, manifests: false } });
    expect(chosen(listed, 'only')).toEqual({ pull: { only: true, manifests: false } });
    expect(chosen(listed, 'manifests')).toEqual({ pull: { only: false, manifests: true } });
    const proven = aWebhook({ pull: { only: false, since, manifests: true, manifestsSince: since } });
    expect(settingsDraft(proven, json).pull).toBe('manifests');
    expect(chosen(proven, 'beside')).toEqual({ pull: { only: false, manifests: false } });
    expect(chosen(listed, 'off')).toEqual({ pull: null });
  });

  it('are offered manifests where the destination takes them', () => {
    expect(pullChoicesFor(json)).toEqual(['off', 'beside', 'manifests', 'only']);
    expect(pullChoicesFor(slack)).toEqual(['off', 'beside', 'only']);
  });

  it('set a pace, change it and take it back', () => {
    const [without, withPace] = [aWebhook(), aWebhook({ pace: { perMinute: 30 } })];
    const typed = (webhook: WebhookResponse, perMinute: string) => ({ ...settingsDraft(webhook, json), perMinute });
    expect(changeOf(typed(without, '30'), without, json)).toEqual({ pace: { perMinute: 30 } });
    expect(settingsDraft(withPace, json).perMinute).toBe('30');
    expect(changeOf(typed(withPace, ' 30'), withPace, json)).toEqual({});
    expect(changeOf(typed(withPace, ''), withPace, json)).toEqual({ pace: null });
    expect(checkSettings(typed(withPace, ''), withPace, json)).toEqual([]);
    expect(checkSettings(typed(withPace, 'x'), withPace, json)).toMatchObject([{ field: 'pace.perMinute' }]);
    const atSlack = aWebhook({ format: 'slack', url: 'https://hooks.slack.com/***' });
    const beyond = { ...settingsDraft(atSlack, slack), perMinute: '61' };
    expect(checkSettings(beyond, atSlack, slack)).toMatchObject([{ message: /^Slack takes 60/ }]);
  });

  it('keep a URL that is a credential when the field stays empty', () => {
    const webhook = aWebhook({ format: 'slack', url: 'https://hooks.slack.com/***' });
    expect(changeOf(settingsDraft(webhook, slack), webhook, slack)).toEqual({});
    expect(checkSettings(settingsDraft(webhook, slack), webhook, slack)).toEqual([]);
  });
});
