/** Notices by e-mail on the local system: an address is added, confirmed, told about trouble, and unsubscribed, over HTTP alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredMail } from '../../local/aws/ses-stand-in.ts';
import { publishLines } from '../../local/demo/publish.ts';
import { type LocalSystem, startLocalSystem } from '../../local/local-system.ts';
import { aFinding } from '../builders/finding.ts';

const PATIENCE = { timeout: 30_000 };
const ADDRESS = 'soc@acme.example';

describe('notices by e-mail', () => {
  let logsFolder: string;
  let system: LocalSystem;

  beforeAll(async () => {
    logsFolder = mkdtempSync(join(tmpdir(), 'thalian-mail-'));
    system = await startLocalSystem({ logsFolder, mail: {} });
  });
  afterAll(async () => {
    await system.stop();
    rmSync(logsFolder, { recursive: true });
  });

  async function ask(method: string, path: string, body?: object, isSignedIn = true) {
    const response = await fetch(`${system.description.apiUrl}/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(isSignedIn && { authorization: `Bearer ${system.description.tokens.acme}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) };
  }

  /** What follows the # of the page that the mail leads to. */
  const tokenIn = (mail: StoredMail | undefined, page: string) =>
    new RegExp(`/notices/${page}#([\\w-]+)`).exec(mail?.text ?? '')?.[1] ?? 'no link';

  /** Its receiver answers 410 to a finding. */
  async function connectGone(name: string): Promise<void> {
    const { status, json } = await ask('POST', '/webhooks', { name, url: `${system.description.receiverUrl}/gone` });
    expect(status).toBe(201);
    const alerts = await ask('PUT', `/webhooks/${json.id}/alerts`, { enabled: true, minSeverity: 'low' });
    expect(alerts.status).toBe(200);
    const finding = aFinding({ id: `fnd_for_${json.id}`, detectedAt: new Date().toISOString() });
    const text = JSON.stringify({ tenantId: 'acme', finding });
    await publishLines(system.clients.eventBridge, system.description.findingsBus, [{ lineNumber: 1, text }]);
    const state = async () => (await ask('GET', `/webhooks/${json.id}`)).json.state;
    await expect.poll(state, PATIENCE).toBe('disabled');
  }

  it('go to an address once its owner has confirmed it, and end when the owner has had enough', async () => {
    const added = await ask('POST', '/notice-addresses', { address: ADDRESS });
    expect(added).toMatchObject({ status: 200, json: { status: 'unconfirmed' } });
    await expect.poll(() => system.mails.length, PATIENCE).toBe(1);
    const [request] = system.mails;
    expect(request).toMatchObject({ to: [ADDRESS], subject: 'Confirm your address for notices by e-mail' });
    const confirmed = await ask('POST', '/notices/confirm', { token: tokenIn(request, 'confirm') }, false);
    expect(confirmed).toMatchObject({ status: 200, json: { address: ADDRESS, isSubscribed: true } });

    await connectGone('Old SIEM');
    await expect.poll(() => system.mails.length, PATIENCE).toBe(2);
    const notice = system.mails[1];
    expect(notice?.subject).toMatch(/^Webhook 'Old SIEM' is disabled/);
    const [, oneClick = ''] = /<https?:\/\/[^/]+\/v1(.+)>/.exec(notice?.headers['List-Unsubscribe'] ?? '') ?? [];
    expect((await ask('GET', oneClick, undefined, false)).headers.get('location')).toBe(
      `/notices/unsubscribe#${tokenIn(notice, 'unsubscribe')}`,
    );
    expect((await ask('GET', '/notice-addresses')).json.addresses).toMatchObject([{ status: 'confirmed' }]);

    const unsubscribed = await ask('POST', oneClick, undefined, false);
    expect(unsubscribed).toMatchObject({ status: 200, json: { address: ADDRESS, isSubscribed: false } });
    await ask('POST', '/notice-addresses', { address: 'other@acme.example' });
    await expect.poll(() => system.mails.length, PATIENCE).toBe(3);
    await ask('POST', '/notices/confirm', { token: tokenIn(system.mails[2], 'confirm') }, false);
    await connectGone('Older SIEM');
    await expect.poll(() => system.mails.length, PATIENCE).toBe(4);
    expect(system.mails[3]).toMatchObject({ to: ['other@acme.example'] });
  });
});
