import { expect, it } from 'vitest';
import { paths } from '../../console/paths.ts';
import { noticePage } from '../../functions/dispatch/plan-notice.ts';
import { aWebhookId } from '../builders/webhook.ts';

it('a notice links to the page of its webhook', () => {
  const webhookId = aWebhookId('wh_siem');
  expect(noticePage('https://console.example', webhookId)).toBe(
    `https://console.example${paths.integration(webhookId)}`,
  );
});
