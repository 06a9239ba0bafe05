/** A program for a process that may open few files: what the real client makes of having no descriptor left. */
import { closeSync, openSync } from 'node:fs';
import { parseCidrList } from '../../shared/http/address.ts';
import { createHttpsWebhookClient } from '../../shared/http/webhook-client.https.ts';

const client = createHttpsWebhookClient({
  allowedCidrs: parseCidrList('127.0.0.0/8'),
  ownHosts: [],
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
});
const request = { method: 'POST', url: 'https://receiver.example.com:4443/', headers: {}, body: '{}' } as const;
const tried = () =>
  client.send(request, 2_000).then(
    (outcome) => outcome.kind,
    (error: unknown) => String(error),
  );

const used: number[] = [];
try {
  for (;;) {
    used.push(openSync('/dev/null', 'r'));
  }
} catch {
  // There is none left.
}
const without = await tried();
for (const descriptor of used) {
  closeSync(descriptor);
}
process.stdout.write(JSON.stringify([without, await tried()]));
