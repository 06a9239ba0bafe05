import { describe, expect, it } from 'vitest';
import { mailLinkAt } from '../../console/mail/mail-link.ts';
import { toProblemResponse } from '../../shared/api/problems.schema.ts';
import { confirmPage, unsubscribePage } from '../../shared/mail/mail-pages.ts';

const CONSOLE = 'https://console.example';
const TOKEN = 'Yo0c-Xo8_f2l1';

/** The link that a mail has, on a page whose API gives this response; and what it asks. */
function linkOf(page: string, response: Response | Error) {
  const asked: { readonly path: string; readonly request: RequestInit | undefined }[] = [];
  const { pathname, hash } = new URL(page);
  const link = mailLinkAt(pathname, hash, async (path, request) => {
    asked.push({ path: String(path), request });
    if (response instanceof Error) {
      throw response;
    }
    return response;
  });
  return { link, asked };
}

const answer = (isSubscribed: boolean, address = 'soc@acme.example') =>
  new Response(JSON.stringify({ address, isSubscribed }));

describe('a link in a mail', () => {
  it('leads to a page that the console draws for readers who are not signed in', () => {
    const pages = [confirmPage(CONSOLE, TOKEN), unsubscribePage(CONSOLE, TOKEN)];
    // `boot.ts` begins them by this.
    expect(pages.filter((page) => new URL(page).pathname.startsWith('/notices/'))).toEqual(pages);
    expect(mailLinkAt('/integrations', '', fetch)).toBeUndefined();
  });

  it('confirms by a POST with the token, and says so', async () => {
    const { link, asked } = linkOf(confirmPage(CONSOLE, TOKEN), answer(true));
    expect(asked).toEqual([]);
    expect(await link?.follow()).toMatchObject({
      isDone: true,
      title: 'Confirmed',
      text: expect.stringMatching(/^soc@acme\.example gets/),
    });
    expect(asked).toMatchObject([
      { path: '/v1/notices/confirm', request: { method: 'POST', body: JSON.stringify({ token: TOKEN }) } },
    ]);
  });

  it('unsubscribes by a POST with the token, and says so, also of an address that is gone', async () => {
    const { link, asked } = linkOf(unsubscribePage(CONSOLE, TOKEN), answer(false, ''));
    expect(await link?.follow()).toMatchObject({
      isDone: true,
      text: expect.stringMatching(/^This address gets no more/),
    });
    expect(asked).toMatchObject([{ path: `/v1/notices/unsubscribe?token=${TOKEN}`, request: { method: 'POST' } }]);
  });

  it('says why it is refused, and lets its reader try again', async () => {
    const problem = toProblemResponse({ name: 'link-expired', detail: 'It was good for three days.' });
    const refused = new Response(JSON.stringify(problem), { status: problem.status });
    expect(await linkOf(confirmPage(CONSOLE, TOKEN), refused).link?.follow()).toEqual({
      isDone: false,
      title: 'That did not work',
      text: 'The link has expired. It was good for three days.',
    });
  });

  it.each([
    ['does not answer', new TypeError('fetch failed')],
    ['answers with a page', new Response('<html>', { status: 502 })],
  ])('says what helps where the service %s', async (_how, response) => {
    expect(await linkOf(confirmPage(CONSOLE, TOKEN), response).link?.follow()).toMatchObject({
      isDone: false,
      text: expect.stringMatching(/Try again in a moment/),
    });
  });
});
