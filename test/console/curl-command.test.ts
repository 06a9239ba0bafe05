import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { curlCommand } from '../../console/delivery/curl-command.ts';
import { isInstalled } from '../docs/snippet-runners.ts';

it.skipIf(!isInstalled('curl', '--version'))('sends the very request, whatever a shell would read in it', async () => {
  const received: { method?: string | undefined; header?: unknown; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const { method, headers } = request;
    received.push({ method, header: headers['x-odd'], body: Buffer.concat(chunks).toString() });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const body = `{"it's":"$(id) \`id\` \\\\ \\n 密","newline":"a\nb"}`;
  const command = curlCommand({
    method: 'PUT',
    url: `http://127.0.0.1:${port}/a?b='c'&d`,
    headers: { 'content-type': 'application/json', 'x-odd': `"quo'ted" $HOME` },
    body,
  });
  await promisify(execFile)('sh', ['-c', command.replace('curl ', 'curl --silent --noproxy "*" ')]);
  expect(received).toEqual([{ method: 'PUT', header: `"quo'ted" $HOME`, body }]);
});
