/**
 * What the demo receiver does with a request, chosen by its URL: the first part of the path names the behaviour, the
 * query tunes it, and the rest of the path is a label. `/fail/acme-soar?times=2` answers 500 twice, then 200.
 */

export interface PlannedResponse {
  readonly statusCode: number;
  readonly afterMillis: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `nth` counts the requests with the same webhook-id, from 1. */
export type Behaviour = (nth: number) => PlannedResponse | 'no-answer';

type Tune = (parameter: string, fallback: number) => number;

interface BehaviourEntry {
  /** For the receiver's own start page. */
  readonly example: string;
  readonly says: string;
  readonly make: (tune: Tune) => Behaviour;
}

export const BEHAVIOURS: Readonly<Record<string, BehaviourEntry>> = {
  ok: {
    example: '/ok',
    says: 'answers 200',
    make: () => () => response(200),
  },
  fail: {
    example: '/fail?times=2&status=500',
    says: 'fails so many times per delivery, or always, then answers 200',
    make: (tune) => (nth) =>
      nth <= tune('times', Number.POSITIVE_INFINITY) ? response(tune('status', 500)) : response(200),
  },
  slow: {
    example: '/slow?millis=2000',
    says: 'answers 200 late',
    make: (tune) => () => ({ ...response(200), afterMillis: tune('millis', 2_000) }),
  },
  redirect: {
    example: '/redirect',
    says: 'responds 302 to /ok, which no sender should follow',
    make: () => () => response(302, { location: '/ok/followed' }),
  },
  gone: {
    example: '/gone',
    says: 'answers 410',
    make: () => () => response(410),
  },
  'retry-after': {
    example: '/retry-after?seconds=3&times=1',
    says: 'answers 503 with Retry-After, so many times per delivery, then 200',
    make: (tune) => (nth) =>
      nth <= tune('times', 1) ? response(503, { 'retry-after': String(tune('seconds', 3)) }) : response(200),
  },
  hang: {
    example: '/hang',
    says: 'takes the request and never answers',
    make: () => () => 'no-answer',
  },
};

/** `url` may be whole or begin with the path. Undefined if its path names no behaviour. */
export function behaviourAt(url: string): Behaviour | undefined {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  const name = pathname.split('/')[1] ?? '';
  const entry = Object.hasOwn(BEHAVIOURS, name) ? BEHAVIOURS[name] : undefined;
  return entry?.make((parameter, fallback) => {
    const value = Number(searchParams.get(parameter) ?? Number.NaN);
    return Number.isFinite(value) ? value : fallback;
  });
}

function response(statusCode: number, headers: Readonly<Record<string, string>> = {}): PlannedResponse {
  return { statusCode, afterMillis: 0, headers, body: `${statusCode} from the demo receiver\n` };
}
