import { describe, expect, it } from 'vitest';
import { checkDraft, emptyDraft, requestOf } from '../../console/connect/draft.ts';
import { oauthDraft } from '../../console/connect/oauth-draft.ts';
import { changeOf, checkSettings, settingsDraft } from '../../console/connect/settings-draft.ts';
import { toFormatResponse } from '../../shared/api/format-responses.schema.ts';
import { toHealth } from '../../shared/api/webhook-health.schema.ts';
import { toWebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { findForm } from '../../shared/destinations/forms.form.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { aWebhook } from '../builders/webhook.ts';

const STORED = {
  tokenUrl: 'https://login.example.com/token',
  clientId: 'thalian',
  clientAuthentication: 'body',
} as const;
const TYPED = { ...oauthDraft(), hasClient: true, tokenUrl: ' https://login.example.com/token ', clientId: 'thalian' };

function formatCalled(id: string) {
  const form = findForm(id);
  if (form === undefined) {
    throw new Error(`no format ${id}`);
  }
  return toFormatResponse(form);
}

const json = formatCalled('json');

function aResponse(overrides: Partial<Webhook> = {}) {
  const webhook = aWebhook({ url: 'https://siem.example.com/hook', ...overrides });
  return { ...toWebhookResponse(webhook, 0), health: toHealth(webhook, undefined, 0) };
}

describe('the draft of an OAuth client', () => {
  const draft = { ...emptyDraft(json), url: 'https://siem.example.com/' };

  it('is asked for if it is chosen, without what is left empty', () => {
    expect(requestOf(draft, json)).not.toHaveProperty('oauth');
    expect(requestOf({ ...draft, oauth: { ...TYPED, clientSecret: 's', scope: 'a b' } }, json).oauth).toEqual({
      tokenUrl: 'https://login.example.com/token',
      clientId: 'thalian',
      clientSecret: 's',
      clientAuthentication: 'basic',
      scope: 'a b',
    });
  });

  it.each([
    ['oauth.clientSecret', {}],
    ['oauth.tokenUrl', { tokenUrl: 'http://login.example.com/token' }],
    ['oauth.tokenUrl', { tokenUrl: '' }],
    ['oauth.clientId', { clientId: ' ' }],
    ['oauth.scope', { scope: 'ä' }],
  ])('is told of %s before it is sent: %j', (field, part) => {
    const errors = checkDraft({ ...draft, oauth: { ...TYPED, ...part } }, json);
    expect(errors).toContainEqual({ field, message: expect.any(String) });
  });

  it('needs no credentials beside it where they let us in otherwise', () => {
    const servicenow = formatCalled('servicenow');
    const begun = { ...emptyDraft(servicenow), url: 'https://acme.service-now.com' };
    expect(checkDraft(begun, servicenow)).toMatchObject([{ field: 'credentials.password' }]);
    expect(checkDraft({ ...begun, oauth: { ...TYPED, clientSecret: 's' } }, servicenow)).toEqual([]);
  });
});

describe('the settings of an OAuth client', () => {
  const webhook = aResponse({ oauth: STORED });
  const begun = settingsDraft(webhook, json);

  it('ask for nothing while nothing is changed, and for no secret while it goes nowhere else', () => {
    expect(changeOf(begun, webhook, json)).toEqual({});
    const changed = { ...begun, oauth: { ...begun.oauth, scope: 'all' } };
    expect(changeOf(changed, webhook, json)).toEqual({ oauth: { ...STORED, scope: 'all' } });
    expect(checkSettings(changed, webhook, json)).toEqual([]);
  });

  it.each([
    ['token URL', { ...begun, oauth: { ...begun.oauth, tokenUrl: 'https://other.example.com/token' } }],
    ['destination', { ...begun, url: 'https://other.example.com/hook' }],
  ])('ask for the secret again for another %s', (_what, draft) => {
    expect(changeOf(draft, webhook, json)).toHaveProperty('oauth');
    expect(checkSettings(draft, webhook, json)).toMatchObject([{ field: 'oauth.clientSecret' }]);
  });

  it('take the client away', () => {
    const without = { ...begun, oauth: { ...begun.oauth, hasClient: false } };
    expect(changeOf(without, webhook, json)).toEqual({ oauth: null });
    expect(checkSettings(without, webhook, json)).toEqual([]);
  });
});
