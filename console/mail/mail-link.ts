/** What a link in a mail asks of its reader, and the request that follows. No reader has to be signed in for it. */
import { CONFIRM_PATH, mailAnswerSchema } from '../../shared/api/notice-addresses.schema.ts';
import { problemSchema } from '../../shared/api/problems.schema.ts';
import { CONFIRM_PAGE, UNSUBSCRIBE_PAGE, UNSUBSCRIBE_PATH } from '../../shared/mail/mail-pages.ts';

export interface MailLink {
  readonly title: string;
  readonly question: string;
  readonly button: string;
  /** What to say, once the button was pressed. */
  follow(): Promise<MailLinkResult>;
}

export interface MailLinkResult {
  readonly isDone: boolean;
  readonly title: string;
  readonly text: string;
}

const UNREACHABLE: MailLinkResult = {
  isDone: false,
  title: 'That did not work',
  text: 'The service cannot be reached. Try again in a moment.',
};

/** Undefined for every other page. `hash` begins with #. */
export function mailLinkAt(pathname: string, hash: string, fetch: typeof globalThis.fetch): MailLink | undefined {
  const token = hash.slice(1);
  switch (pathname) {
    case CONFIRM_PAGE:
      return {
        title: 'Get notices by e-mail?',
        question:
          'You hear when an integration of your Thalian tenant fails, is disabled, or works again. Each mail has a link to end it.',
        button: 'Confirm',
        follow: () =>
          ask(fetch, CONFIRM_PATH, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ token }),
          }),
      };
    case UNSUBSCRIBE_PAGE:
      return {
        title: 'Get no more notices?',
        question: 'You then get no more mails about the integrations of this Thalian tenant.',
        button: 'Unsubscribe',
        follow: () => ask(fetch, `${UNSUBSCRIBE_PATH}?token=${encodeURIComponent(token)}`, { method: 'POST' }),
      };
    default:
      return undefined;
  }
}

async function ask(fetch: typeof globalThis.fetch, path: string, request: RequestInit): Promise<MailLinkResult> {
  try {
    const response = await fetch(path, request);
    const json: unknown = await response.json();
    if (response.ok) {
      return done(mailAnswerSchema.parse(json));
    }
    const { title, detail } = problemSchema.parse(json);
    return { isDone: false, title: 'That did not work', text: [title, detail].filter(Boolean).join(' ') };
  } catch {
    return UNREACHABLE;
  }
}

function done({ address, isSubscribed }: { readonly address: string; readonly isSubscribed: boolean }): MailLinkResult {
  const who = address === '' ? 'This address' : address;
  return isSubscribed
    ? { isDone: true, title: 'Confirmed', text: `${who} gets notices from now on. You can close this page.` }
    : { isDone: true, title: 'Unsubscribed', text: `${who} gets no more notices. You can close this page.` };
}
