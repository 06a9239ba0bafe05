/** The OAuth client of a webhook, as people give it and as they see it. */
import * as z from 'zod';
import { MAX_WEBHOOK_URL_CHARACTERS } from '../http/webhook-url.ts';
import { CLIENT_AUTHENTICATIONS, DEFAULT_CLIENT_AUTHENTICATION } from '../webhook/oauth.ts';

/** Servers that keep to RFC 6749 (appendix A) know no other characters in ids, secrets and scopes. */
const PRINTABLE = /^[\x20-\x7e]+$/;
const MAX_CHARACTERS = 1_024;

function printable(what: string) {
  return z
    .string()
    .trim()
    .min(1, `${what} is needed.`)
    .max(MAX_CHARACTERS, `${what} has at most ${MAX_CHARACTERS} characters.`)
    .regex(PRINTABLE, `${what} has printable ASCII characters alone.`);
}

const clientFields = {
  tokenUrl: z
    .string()
    .min(1, 'The token URL is needed.')
    .max(2 * MAX_WEBHOOK_URL_CHARACTERS, `The token URL has at most ${MAX_WEBHOOK_URL_CHARACTERS} characters.`)
    .meta({
      description: 'Where access tokens are asked for: HTTPS, by the same rules as the URL of a webhook',
      maxLength: MAX_WEBHOOK_URL_CHARACTERS,
      examples: ['https://login.example.com/oauth2/token'],
    }),
  clientId: printable('The client id').meta({
    description: 'The id of the client that is registered there for us',
    pattern: PRINTABLE.source,
    examples: ['thalian'],
  }),
  clientAuthentication: z
    .enum(CLIENT_AUTHENTICATIONS)
    .default(DEFAULT_CLIENT_AUTHENTICATION)
    .describe('basic: id and secret in the header Authorization. body: as fields of the form'),
  scope: printable('The scope')
    .optional()
    .meta({
      description: 'What the token is for, as the server names it; several after spaces',
      pattern: PRINTABLE.source,
      examples: ['findings.write'],
    }),
  audience: printable('The audience')
    .optional()
    .meta({
      description: 'For whom the token is, for servers that ask for it',
      pattern: PRINTABLE.source,
      examples: ['https://siem.example.com'],
    }),
};

export const oauthRequestSchema = z
  .strictObject({
    ...clientFields,
    clientSecret: printable('The client secret')
      .optional()
      .meta({
        description:
          'The secret of the client; write-only. May be left out in a change that sends neither it nor a token to another origin.',
        pattern: PRINTABLE.source,
        examples: ['correct-horse-battery-staple'],
      }),
  })
  .meta({
    id: 'OauthRequest',
    description:
      'OAuth 2.0 client credentials: every request carries an access token of the token URL, as Authorization: Bearer. A token is used until shortly before its end.',
    examples: [
      {
        tokenUrl: 'https://login.example.com/oauth2/token',
        clientId: 'thalian',
        clientSecret: 'correct-horse-battery',
      },
    ],
  });

export type OauthRequest = z.output<typeof oauthRequestSchema>;

export const oauthSchema = z
  .object(clientFields)
  .meta({ id: 'Oauth', description: 'How it gets access tokens; the client secret is write-only' });
