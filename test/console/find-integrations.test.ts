import { describe, expect, it } from 'vitest';
import { conditionKindOf, countByCondition, findIntegrations } from '../../console/integrations/find-integrations.ts';
import { toWebhookResponse, type WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { aWebhook } from '../builders/webhook.ts';

const health = { failed: { count: 0, isCapped: false }, held: { count: 0, isCapped: false }, isFailing: false };
const anIntegration = (name: string, url: string, overrides: Partial<WebhookResponse> = {}): WebhookResponse => ({
  ...toWebhookResponse(aWebhook({ name, url }), 0),
  health,
  ...overrides,
});

const siem = anIntegration('Production SIEM', 'https://splunk.example.com/in', {
  health: { ...health, isFailing: true },
});
const chat = anIntegration('Team chat', 'https://hooks.example.com/x', { state: 'paused' });
const own = anIntegration('Data lake', 'https://lake.example.com/x');
const all = [siem, chat, own];
const find = (search: string, state?: string) =>
  findIntegrations(all, (id) => `kind ${id}`, search, conditionKindOf(state));

describe('the integrations that are shown', () => {
  it('are all of them, unless a search or a state says otherwise', () => {
    expect(find('')).toEqual(all);
    expect(find(' ', 'of no kind')).toEqual(all);
  });

  it('have every word of the search in name, host or kind', () => {
    expect(find('PROD siem')).toEqual([siem]);
    expect(find('lake.example')).toEqual([own]);
    expect(find('kind team')).toEqual([chat]);
    expect(find('siem chat')).toEqual([]);
  });

  it('are in the state that was asked for', () => {
    expect(find('', 'failing')).toEqual([siem]);
    expect(find('', 'paused')).toEqual([chat]);
    expect(find('siem', 'paused')).toEqual([]);
  });

  it('are counted by state, the most urgent first', () => {
    expect(countByCondition(all)).toEqual([
      { kind: 'failing', count: 1 },
      { kind: 'paused', count: 1 },
      { kind: 'new', count: 1 },
    ]);
  });
});
