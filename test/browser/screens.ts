/** Every page and dialog of the console, and how one comes to see it with something in it. */
import type { Page } from 'playwright-core';
import { callApi, connectWebhook, publish, publishUnreadable } from './system.ts';

/** What the webhook of these screens, whose receiver is gone, could not deliver. */
export const LOST_TITLE = 'Lost on the way';

/** Of findings that the service could not read, as the Integrations page of these screens has one. */
export const UNREAD_NOTICE = /^(A finding|\d+ findings) could not be read$/;

export interface Screen {
  readonly name: string;
  /** Absolute if it begins with `/integrations`, else below the page of a webhook whose receiver is gone. */
  readonly path: string;
  /** Until it shows what it is about. */
  readonly show: (page: Page) => Promise<void>;
  /** Whether the API refuses something on the way, of which the browser complains. */
  readonly isRefused?: true;
}

/** Makes what these screens show, and returns the path of the webhook whose receiver is gone. */
export async function prepareScreens(): Promise<string> {
  const webhookPath = `/integrations/webhooks/${await connectWebhook('Gone', '/gone', 'high')}`;
  await publish({ title: LOST_TITLE });
  await publishUnreadable();
  return webhookPath;
}

/** The path of a screen, given that webhook's page. */
export function pathOf({ path }: Screen, webhookPath: string): string {
  return path.startsWith('/integrations') ? path : `${webhookPath}${path}`;
}

export const SCREENS: readonly Screen[] = [
  {
    name: 'Integrations',
    path: '/integrations',
    show: async (page) => {
      await page
        .getByRole('link', { name: `See why: ${LOST_TITLE}` })
        .first()
        .waitFor({ timeout: 40_000 });
      await page.getByText(UNREAD_NOTICE).waitFor({ timeout: 40_000 });
    },
  },
  {
    name: 'Browse',
    path: '/integrations/browse',
    show: (page) => page.getByRole('link', { name: 'Connect Slack' }).waitFor(),
  },
  {
    name: 'Events',
    path: '/integrations/events',
    show: (page) => page.getByText('Dormant').first().waitFor(),
  },
  {
    name: 'the addresses that get notices by e-mail',
    path: '/integrations/notices',
    show: async (page) => {
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('soc@acme.example');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page
        .getByText('Waits until its owner confirms')
        // Many screens within a day ask more than an address may be asked.
        .or(page.getByText(/can be sent after/))
        .first()
        .waitFor();
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('Jane <jane@acme.example>');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('An e-mail address looks like').waitFor();
    },
    isRefused: true,
  },
  {
    name: 'the page that a link of a mail leads to',
    path: '/integrations',
    show: async (page) => {
      await page.goto('/notices/confirm#of-no-mail');
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByText('The link is not valid.').waitFor();
    },
    isRefused: true,
  },
  {
    name: 'the Connect form with refusals',
    path: '/integrations/browse/splunk-hec',
    show: async (page) => {
      await page.getByRole('button', { name: 'Custom headers' }).click();
      await page.getByRole('button', { name: 'Add header' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('HEC token is required.').waitFor();
    },
  },
  {
    name: 'the Connect form of a destination with a limit',
    path: '/integrations/browse/slack',
    show: (page) => page.getByText('we keep to one finding a second').waitFor(),
  },
  {
    name: 'a template, tried and with a mistake in it',
    path: '/integrations/browse/template',
    show: async (page) => {
      await page.getByRole('button', { name: 'Placeholders and filters' }).click();
      await page.getByRole('button', { name: 'Show what would be sent' }).click();
      await page.getByText('Nothing was sent.').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('A destination URL is needed.').waitFor();
    },
  },
  {
    name: 'the card',
    path: '',
    show: async (page) => {
      await page.getByRole('row', { name: new RegExp(LOST_TITLE) }).waitFor();
      await page.getByText('Hour of arrival').first().waitFor();
    },
  },
  {
    name: 'how long a receiver takes, also as a table',
    path: '?chart=response&counted=detection',
    show: async (page) => {
      await page.getByText('Half within').first().waitFor();
      await page.getByRole('button', { name: 'The same as a table' }).click();
      await page.getByRole('table', { name: 'Deliveries per hour' }).waitFor();
    },
  },
  {
    name: 'the lists of the alert rule, tried',
    path: '',
    show: async (page) => {
      await page.getByRole('button', { name: 'Only some findings' }).click();
      await page.getByRole('textbox', { name: 'Platforms' }).fill('okta, aws');
      await page.getByRole('button', { name: 'What would this have sent?' }).click();
      await page.getByText(/ of \d+ findings/).waitFor();
    },
  },
  {
    name: 'a delivery',
    path: '',
    show: async (page) => {
      await page.getByRole('link', { name: LOST_TITLE }).click();
      await page.getByRole('button', { name: 'Response to attempt 1' }).click();
      await page.getByText('410 from the demo receiver').waitFor();
    },
  },
  {
    name: 'the conflict of two people',
    path: '/integrations',
    show: async (page) => {
      const webhookId = await connectWebhook('Changed by two', '/ok/two');
      await page.goto(`/integrations/webhooks/${webhookId}/settings`);
      await page.getByRole('textbox', { name: 'Pace' }).fill('7');
      await page.getByRole('textbox', { name: 'Name' }).fill('Named by the second');
      await callApi('PATCH', `/v1/webhooks/${webhookId}`, { name: 'Named by the first' });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog', { name: 'It was changed while you were typing' }).waitFor();
    },
    isRefused: true,
  },
  {
    name: 'the question before a form is left',
    path: '/settings',
    show: async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).fill('Not saved');
      await page.getByRole('link', { name: 'Integrations' }).first().click();
      await page.getByRole('dialog', { name: 'Leave without keeping it?' }).waitFor();
    },
  },
  {
    name: 'the question before a secret is lost',
    path: '/integrations/browse/json',
    show: async (page) => {
      await page.getByRole('textbox', { name: 'URL' }).fill('https://siem.example.com/thalian');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Copy the secret now').waitFor();
      await page.getByRole('link', { name: 'Integrations' }).first().click();
      await page.getByRole('dialog', { name: 'Leave without keeping it?' }).waitFor();
    },
  },
  {
    name: 'the secret, shown once',
    path: '/integrations/browse/json',
    show: async (page) => {
      await page.getByRole('textbox', { name: 'URL' }).fill('https://siem.example.com/thalian');
      await page.getByRole('radio', { name: 'Generate a secret' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Copy the secret now').waitFor();
    },
  },
  { name: 'settings', path: '/settings', show: (page) => page.getByRole('textbox', { name: 'URL' }).waitFor() },
  { name: 'the deletion', path: '', show: openDialog('Delete') },
  { name: 'the bulk retry', path: '', show: openDialog('Retry many deliveries') },
  {
    name: 'the retry of what the filters show',
    path: '?status=failed&cause=410',
    show: async (page) => {
      await page.getByRole('button', { name: 'Retry these deliveries' }).click();
      await page
        .getByText(/(matches|match)\.$/)
        .first()
        .waitFor();
    },
  },
  { name: 'the rotation', path: '', show: openDialog('Rotate the secret') },
  { name: 'the question about a signing key', path: '', show: openDialog('Add a signing key') },
  {
    name: 'the questions about a signing key that is there',
    path: '/integrations',
    show: async (page) => {
      const webhookId = await connectWebhook('With a key', '/ok/key');
      await callApi('POST', `/v1/webhooks/${webhookId}/signing-key`, {});
      await page.goto(`/integrations/webhooks/${webhookId}`);
      await openDialog('Rotate the signing key')(page);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await openDialog('Remove the signing key')(page);
    },
  },
  {
    name: 'both payload versions, and where notices go',
    path: '/integrations',
    show: async (page) => {
      const webhookId = await connectWebhook('Of the first version', '/ok/first-version');
      await callApi('PATCH', `/v1/webhooks/${webhookId}`, { payloadVersion: 1 });
      await page.goto(`/integrations/webhooks/${webhookId}/settings`);
      await page.getByRole('button', { name: 'Compare the versions' }).click();
      await page.getByText('Nothing is sent.').waitFor();
      await page.getByRole('button', { name: /^Notices/ }).click();
      await page.getByRole('option', { name: 'Gone' }).first().waitFor();
    },
  },
  {
    name: 'a test send',
    path: '',
    show: async (page) => {
      await openTest(page);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('Not accepted: HTTP 410').waitFor();
    },
  },
  {
    name: 'a test send before it is sent',
    path: '',
    show: async (page) => {
      await openTest(page);
      await page.getByRole('button', { name: 'What will be sent' }).click();
      await page.getByText('"title": "Test from Thalian: this webhook works"').waitFor();
    },
  },
  {
    name: 'a test of a recent finding',
    path: '',
    show: async (page) => {
      await openTest(page);
      await page.getByRole('radio', { name: 'A recent finding' }).check();
      await page.getByRole('button', { name: /^Finding .*Choose a finding/ }).click();
      await page.getByRole('option', { name: LOST_TITLE }).waitFor();
    },
  },
  {
    name: 'tests of each severity',
    path: '',
    show: async (page) => {
      await openTest(page);
      await page.getByRole('radio', { name: 'One of each severity' }).check();
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      // Many screens within a minute send more tests than a tenant may.
      await page
        .getByText('Info: not accepted')
        .or(page.getByText(/At most \d+ test sends a minute/))
        .first()
        .waitFor();
    },
    isRefused: true,
  },
  {
    name: 'an address that leads nowhere',
    path: '/integrations/nowhere',
    show: (page) => page.getByText('There is no such page').first().waitFor(),
  },
  {
    name: 'signed out',
    path: '/integrations',
    show: async (page) => {
      await page.getByRole('button', { name: /acme-admin/ }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('You are signed out').waitFor();
    },
  },
];

function openDialog(item: string) {
  return async (page: Page) => {
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('dialog').waitFor();
  };
}

async function openTest(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send test' }).click();
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
}
