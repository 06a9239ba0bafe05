// API=https://… TOKEN=… WEBHOOK_ID=wh_… node follow-events.mjs: reads what is new, then ends. Run it again and again, one at a
// time. Node 18 or newer, no packages.
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const { API, TOKEN, WEBHOOK_ID } = process.env;
const CURSOR_FILE = `${WEBHOOK_ID}.cursor`;
const EVENTS_FILE = `${WEBHOOK_ID}.ndjson`;

/** Yours: check `headers` and `body` like a request's, and skip a `webhook-id` that you know. */
async function store({ headers, body }) {
  await appendFile(EVENTS_FILE, `${JSON.stringify({ 'webhook-id': headers['webhook-id'], body })}\n`);
}

async function readPage(after) {
  const query = new URLSearchParams(after === '' ? {} : { after });
  for (;;) {
    const response = await fetch(`${API}/v1/webhooks/${WEBHOOK_ID}/events?${query}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    if (response.ok) {
      return response.json();
    }
    if (response.status !== 429 && response.status < 500) {
      throw new Error(`${response.status}: ${await response.text()}`);
    }
    await pause(1000 * Number(response.headers.get('retry-after') ?? 5));
  }
}

let after = await readFile(CURSOR_FILE, 'utf8').catch(() => '');
for (let hasMore = true; hasMore; ) {
  const page = await readPage(after);
  for (const event of page.events) {
    await store(event);
  }
  // After they are stored: a crash before this gives some of them again, and loses none.
  await writeFile(`${CURSOR_FILE}.new`, page.nextCursor);
  await rename(`${CURSOR_FILE}.new`, CURSOR_FILE);
  ({ nextCursor: after, hasMore } = page);
}
