import { describe, expect, it } from 'vitest';
import { ApiError, fieldErrorsIn, isPassing, isProblem } from '../../console/api/api-error.ts';
import { createApiClient } from '../../console/api/client.ts';
import { toProblemResponse } from '../../shared/api/problems.schema.ts';

interface Asked {
  readonly path: string;
  readonly request: RequestInit | undefined;
}

/** The client, and what it asked of an API that gives one response to everything. */
function clientOf(response: Response | Error, session: { readonly token: string | undefined } = { token: 'a-token' }) {
  const asked: Asked[] = [];
  let signedOut = 0;
  const client = createApiClient({
    idToken: async () => session.token,
    onSignedOut: () => {
      signedOut += 1;
    },
    fetch: async (path, request) => {
      asked.push({ path: String(path), request });
      if (response instanceof Error) {
        throw response;
      }
      return response;
    },
  });
  return { client, asked, signedOut: () => signedOut };
}

function problem(...of: Parameters<typeof toProblemResponse>): Response {
  const response = toProblemResponse(...of);
  return new Response(JSON.stringify(response), { status: response.status });
}

async function failureOf(asking: Promise<unknown>): Promise<unknown> {
  return asking.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error,
  );
}

describe('the client of the API', () => {
  it('reads a webhook as version 0.1.0 shows it, whose API may respond during a deploy', async () => {
    const instant = '2026-11-23T10:00:00.000Z';
    // Written as that version does: without payload versions, events and what came with them.
    const shown = {
      ...{ id: 'wh_1', name: 'SIEM', url: 'https://siem.example.com/in', format: 'json', options: {} },
      ...{ alerts: { enabled: true, minSeverity: 'high' }, state: 'enabled', isSigned: true, ownHeaders: 0 },
      ...{ credentials: [], revision: 1, createdAt: instant, updatedAt: instant, updatedBy: 'jane@acme.example' },
    };
    const { client } = clientOf(new Response(JSON.stringify(shown)));
    expect(await client.pause({ id: 'wh_1', revision: 1 })).toEqual({
      ...shown,
      payloadVersion: 1,
      newestPayloadVersion: 1,
      events: ['detected'],
      firstSync: 'all',
    });
  });

  it('sends token, revision and key', async () => {
    const { client, asked } = clientOf(new Response('{}', { status: 404 }));
    await failureOf(client.rotateSecret({ id: 'wh/1', revision: 3 }, { secret: { generate: true } }, 'key'));
    expect(asked).toMatchObject([
      {
        path: '/v1/webhooks/wh%2F1/secret',
        request: {
          method: 'POST',
          headers: {
            authorization: 'Bearer a-token',
            'content-type': 'application/json',
            'if-match': '"3"',
            'idempotency-key': 'key',
          },
        },
      },
    ]);
  });

  it('makes visible what would turn the direction of a page, and leaves the bytes of a body', async () => {
    const finding = { id: 'f', title: 'a\u202egnp.exe', severity: { level: 'high', score: 1 }, platform: 'okta' };
    const affected = { type: 'identity', id: 'i', name: '\u2066Jane' };
    const request = { method: 'POST', url: 'https://siem.example/', headers: {}, body: '{"title":"a\u202egnp.exe"}' };
    const delivery = {
      ...{
        id: 'dlv_1',
        status: 'pending',
        event: 'detected',
        revision: 1,
        detectedAt: '',
        attempts: 0,
        attemptLimit: 4,
      },
      ...{ attemptLog: [], request },
      finding: { ...finding, affected, detectedAt: '2026-11-23T10:00:00Z', remediation: { summary: '' } },
    };
    const { client } = clientOf(new Response(JSON.stringify(delivery)));
    const read = await client.readDelivery('wh_1', 'dlv_1');
    expect(read.finding).toMatchObject({ title: 'a\ufffdgnp.exe', affected: { name: '\ufffdJane' } });
    expect(read.request?.body).toBe(request.body);
  });

  it('tells refusals in the words of the API, field by field', async () => {
    const errors = [{ field: 'url', message: 'Webhook URLs must use HTTPS.' }];
    const refused = problem({ name: 'invalid-request', detail: 'Webhook URLs must use HTTPS.', errors });
    const error = await failureOf(clientOf(refused).client.listWebhooks());
    expect(error).toMatchObject({ message: 'Webhook URLs must use HTTPS.' });
    expect(fieldErrorsIn(error)).toEqual(errors);
    expect(isProblem(error, 'invalid-request')).toBe(true);
    expect(isPassing(error)).toBe(false);
  });

  it('repeats the id of an internal error: support finds the details by it', async () => {
    const broken = problem({ name: 'internal-error', detail: 'Tell support the id.' }, 'an-id');
    const error = await failureOf(clientOf(broken).client.listFormats());
    expect(error).toMatchObject({ message: 'Tell support the id. The id is an-id.' });
    expect(isPassing(error)).toBe(true);
  });

  it.each([
    ['signed-out', new Response('{"message":"Unauthorized"}', { status: 401 }), false],
    ['failed', new Response('{"message":"Too Many Requests"}', { status: 429 }), true],
    ['failed', new Response('<html>', { status: 502 }), true],
    ['unreadable', new Response('{"webhooks":"none"}'), false],
    ['unreachable', new TypeError('Failed to fetch'), true],
    ['timed-out', new DOMException('The operation timed out.', 'TimeoutError'), true],
  ] as const)('knows %s when it meets it', async (kind, response, passing) => {
    const error = await failureOf(clientOf(response).client.listWebhooks());
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ failure: { kind } });
    expect(isPassing(error)).toBe(passing);
  });

  it('says that the session has ended, and asks nothing without a token', async () => {
    const refused = clientOf(new Response('', { status: 401 }));
    await failureOf(refused.client.listWebhooks());
    expect(refused.signedOut()).toBe(1);
    const without = clientOf(new Response('{}'), { token: undefined });
    await failureOf(without.client.listWebhooks());
    expect(without.signedOut()).toBe(1);
    expect(without.asked).toEqual([]);
  });
});
