import { expect, it } from 'vitest';
import { paths } from '../../console/paths.ts';
import { webhookPage } from '../../shared/webhook/webhook-page.ts';
import { aWebhookId } from '../builders/webhook.ts';

it('a notice links to the page of its webhook', () => {
  const webhookId = aWebhookId('wh_siem');
  expect(webhookPage('https://console.example', webhookId)).toBe(
    `https://console.example${paths.integration(webhookId)}`,
  );
});
