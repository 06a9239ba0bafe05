/**
 * What another person has changed while the reader was typing, beside what the reader has typed; and the request for those
 * parts that the reader decides to keep.
 */
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { ChangeRequest } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { digestWords, FIRST_SYNC_WORDS } from '../integrations/digest-words.ts';
import { PULL_LABELS, pullChoice } from './pull-choice.ts';

/** The secret goes with the URL: it is asked for another destination only. */
export type Part = Exclude<keyof ChangeRequest, 'secret'>;

export interface Difference {
  readonly part: Part;
  readonly label: string;
  readonly theirs: string;
  /** Absent if the reader has not changed it. */
  readonly yours?: string;
}

/** Of a webhook of the reader's tenant, by its id. */
export type NameOf = (webhookId: string) => string;

const LABELS: Readonly<Record<Part, string>> = {
  name: 'Name',
  url: 'URL',
  options: 'Options',
  credentials: 'Credentials',
  headers: 'Custom headers',
  pace: 'Pace',
  payloadVersion: 'Payload version',
  events: 'Events',
  digest: 'Digest',
  firstSync: 'First sync',
  noticesTo: 'Notices',
  oauth: 'Access token',
  challenge: 'Challenge',
  pull: 'Catching up',
};

/** `base` is what the reader began with, `stored` what is there now. */
export function differencesOf(
  base: WebhookResponse,
  stored: WebhookResponse,
  request: ChangeRequest,
  format: FormatResponse,
  nameOf: NameOf,
): readonly Difference[] {
  return (Object.keys(LABELS) as Part[]).flatMap((part) => {
    const theirs = storedWords(part, stored, format, nameOf);
    const yours = request[part] === undefined ? undefined : requestWords(part, request, format, nameOf);
    return yours === undefined && theirs === storedWords(part, base, format, nameOf)
      ? []
      : [{ part, label: LABELS[part], theirs, ...(yours !== undefined && { yours }) }];
  });
}

export function keptOf(request: ChangeRequest, kept: ReadonlySet<Part>): ChangeRequest {
  const parts = Object.entries(request).filter(([part]) => kept.has((part === 'secret' ? 'url' : part) as Part));
  return Object.fromEntries(parts);
}

function storedWords(part: Part, webhook: WebhookResponse, format: FormatResponse, nameOf: NameOf): string {
  switch (part) {
    case 'name':
    case 'url':
      return webhook[part];
    case 'options':
      return optionWords(webhook.options, format);
    case 'credentials':
      return webhook.credentials.length === 0 ? 'None' : `${webhook.credentials.join(', ')}, as they are now`;
    case 'headers':
      return webhook.ownHeaders === 0 ? 'None' : `${webhook.ownHeaders}, as they are now`;
    case 'pace':
      return paceWords(webhook.pace);
    case 'payloadVersion':
      return String(webhook.payloadVersion);
    case 'events':
      return webhook.events.join(', ');
    case 'digest':
      return digestWordsOf(webhook.digest);
    case 'firstSync':
      return FIRST_SYNC_WORDS[webhook.firstSync];
    case 'noticesTo':
      return noticesWords(webhook.noticesTo, nameOf);
    case 'oauth':
      return oauthWords(webhook.oauth);
    case 'challenge':
      return challengeWords(webhook.challenge !== undefined);
    case 'pull':
      return PULL_LABELS[pullChoice(webhook)];
  }
}

/** No secret value: it stays in its field. */
function requestWords(part: Part, request: ChangeRequest, format: FormatResponse, nameOf: NameOf): string {
  switch (part) {
    case 'name':
    case 'url':
      return request[part] ?? '';
    case 'options':
      return optionWords(request.options ?? {}, format);
    case 'credentials':
      return `${Object.keys(request.credentials ?? {}).join(', ')}, as you typed them`;
    case 'headers':
      return request.headers === null ? 'None' : `${Object.keys(request.headers ?? {}).length}, as you typed them`;
    case 'pace':
      return paceWords(request.pace ?? undefined);
    case 'payloadVersion':
      return String(request.payloadVersion);
    case 'events':
      return (request.events ?? []).join(', ');
    case 'digest':
      return digestWordsOf(request.digest ?? undefined);
    case 'firstSync':
      return FIRST_SYNC_WORDS[request.firstSync ?? 'all'];
    case 'noticesTo':
      return noticesWords(request.noticesTo ?? undefined, nameOf);
    case 'oauth':
      return oauthWords(request.oauth ?? undefined);
    case 'challenge':
      return challengeWords(request.challenge ?? false);
    case 'pull':
      return PULL_LABELS[pullChoice(request)];
  }
}

function optionWords(options: Readonly<Record<string, string>>, format: FormatResponse): string {
  const words = format.options.flatMap(({ name, label }) => {
    const value = options[name] ?? '';
    return value === '' ? [] : [`${label}: ${value}`];
  });
  return words.length === 0 ? 'None' : words.join(', ');
}

function paceWords(pace: WebhookResponse['pace']): string {
  return pace === undefined ? 'None of its own' : `${pace.perMinute} a minute`;
}

/** Every part but the secret, so that a change of any of them is seen. */
function oauthWords(oauth: Exclude<ChangeRequest['oauth'], null>): string {
  if (oauth === undefined) {
    return 'None';
  }
  const { tokenUrl, clientId, clientAuthentication = 'basic', scope, audience } = oauth;
  return [
    `Of ${tokenUrl} for client ${clientId} (${clientAuthentication})`,
    ...(scope === undefined ? [] : [`scope ${scope}`]),
    ...(audience === undefined ? [] : [`audience ${audience}`]),
  ].join(', ');
}

function challengeWords(isAsked: boolean): string {
  return isAsked ? 'Before alerts are turned on' : 'None';
}

function digestWordsOf(digest: WebhookResponse['digest']): string {
  return digest === undefined ? 'Each finding at once' : digestWords(digest.minutes);
}

function noticesWords(target: string | undefined, nameOf: NameOf): string {
  return target === undefined ? 'To no integration' : `To ${nameOf(target)}`;
}
