/** A POST and nothing else: kept-alive connections, verified TLS, the finding as body. What no delivery can go below. */
import { rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';
import type { Prepare } from '../measured-child.ts';

interface Message {
  readonly webhookId: string;
  readonly finding: string;
}

export function bareWay(urls: Readonly<Record<string, string>>, ca: string, expects?: number): Prepare {
  const post = posting(ca, expects);
  return (bodies) => {
    const messages = bodies.map((body) => JSON.parse(body) as Message);
    return async () => {
      await Promise.all(messages.map(({ webhookId, finding }) => post(urls[webhookId] ?? '', {}, finding)));
    };
  };
}

/** Rejects unless the receiver responds as expected. */
export function posting(ca: string, expects = 204) {
  const dispatcher = new Agent({ connect: { ca: [...rootCertificates, ca], rejectUnauthorized: true } });
  return async (url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> => {
    const response = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    await response.body.dump();
    if (response.statusCode !== expects) {
      throw new Error(`The receiver responded ${response.statusCode}`);
    }
  };
}
