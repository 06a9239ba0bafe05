/** The tenants' receivers, each with its behaviour. In a calm phase all of them accept everything. */
import type { AttemptOutcome, NoResponse, OutgoingRequest } from '../../../shared/http/attempt-outcome.ts';
import type { Mishaps } from './mishaps.ts';
import type { Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

export type Behaviour =
  | 'accepts'
  | 'fails'
  | 'flaps'
  | 'wavers'
  | 'hangs'
  | 'slow'
  | 'resets'
  | 'redirects'
  | 'disappears'
  | 'asks-to-wait'
  | 'limited'
  | 'gone'
  | 'leaves'
  | 'refused';

const BEHAVIOURS: readonly [Behaviour, ...Behaviour[]] = [
  'accepts',
  'accepts',
  'accepts',
  'fails',
  'fails',
  'flaps',
  'flaps',
  'wavers',
  'wavers',
  'wavers',
  'wavers',
  'hangs',
  'slow',
  'resets',
  'redirects',
  'disappears',
  'asks-to-wait',
  'gone',
  'leaves',
  'refused',
];

/** How a flapping receiver is at one moment. */
const FLAPPING: readonly [Behaviour, ...Behaviour[]] = [
  'accepts',
  'accepts',
  'fails',
  'resets',
  'hangs',
  'asks-to-wait',
];

/** Slower than most paces of the simulated webhooks: also at a known pace there are refusals. */
const LIMIT_MILLIS = 5_000;

/** What Splunk says; to others, but Slack, it is any text. */
const ACCEPTED = '{"text":"Success","code":0}';

function acceptance({ body }: OutgoingRequest): string {
  return body.includes('"blocks":') ? 'ok' : ACCEPTED;
}

export class Receiver {
  readonly #behaviour: Behaviour;
  readonly #random: Random;
  readonly #mishaps: Mishaps;
  readonly #seen = new Set<string>();
  readonly #clock: Pick<VirtualClock, 'now'>;
  #acceptedAt = 0;

  constructor(
    random: Random,
    mishaps: Mishaps,
    clock: Pick<VirtualClock, 'now'>,
    behaviour: Behaviour = random.pick(BEHAVIOURS),
  ) {
    this.#clock = clock;
    this.#behaviour = behaviour;
    this.#random = random;
    this.#mishaps = mishaps;
  }

  /** `secrets` are what it knows of the request and, ill-mannered, echoes when it fails. */
  response(request: OutgoingRequest, secrets: readonly string[]): AttemptOutcome {
    const random = this.#random;
    const behaviour = this.#mishaps.isCalm ? 'accepts' : this.#behaviour;
    const current = behaviour === 'flaps' ? random.pick(FLAPPING) : behaviour;
    const echo = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('base64')]).join(' ');
    const body = `you sent ${echo} ${JSON.stringify(request.headers)}`;
    switch (current) {
      case 'limited':
        return this.#takesOnlySoMany(request, body);
      case 'wavers':
        return this.#wavers(request, body);
      case 'accepts':
      case 'flaps':
        return answered(200, acceptance(request), random.between(20, 400));
      case 'fails':
        return this.#fails(body, random.between(20, 400));
      case 'slow':
        this.#mishaps.saw('receiver: slow');
        return answered(random.pick([200, 200, 500]), body, random.between(3_000, 9_500));
      case 'redirects':
        this.#mishaps.saw('receiver: redirects');
        return answered(302, body, random.between(20, 400), { location: 'https://elsewhere.example/' });
      case 'asks-to-wait': {
        this.#mishaps.saw('receiver: asks to wait');
        const seconds = random.pick([0, 45, 300, 1_200, 1_200, 30_000]);
        return answered(503, body, random.between(20, 400), { 'retry-after': String(seconds) });
      }
      case 'gone':
        this.#mishaps.saw('receiver: gone');
        return answered(random.pick([410, 500]), body, random.between(20, 400));
      case 'leaves': {
        this.#mishaps.saw('receiver: asks to be disabled');
        const status = random.pick([200, 200, 503]);
        return answered(status, status === 200 ? acceptance(request) : body, random.between(20, 400), {
          'webhook-delivery': 'disable',
        });
      }
      case 'hangs':
        this.#mishaps.saw('receiver: hangs');
        return unanswered('timeout', 10_000);
      case 'resets':
        this.#mishaps.saw('receiver: resets');
        return unanswered('connection-reset', random.between(5, 2_000));
      case 'disappears':
        this.#mishaps.saw('receiver: disappears');
        return unanswered(random.pick(['dns-failed', 'connect-failed', 'tls-failed']), random.between(1, 3_000));
      case 'refused':
        this.#mishaps.saw('receiver: address refused');
        return unanswered(random.pick(['address-refused', 'dns-failed', 'url-refused']), random.between(1, 50));
    }
  }

  #takesOnlySoMany(request: OutgoingRequest, body: string): AttemptOutcome {
    const random = this.#random;
    const now = this.#clock.now();
    if (now - this.#acceptedAt >= LIMIT_MILLIS) {
      this.#acceptedAt = now;
      return answered(200, acceptance(request), random.between(20, 400));
    }
    this.#mishaps.saw('receiver: takes only so many');
    const hint: Readonly<Record<string, string>> = random.chance(0.5) ? { 'retry-after': '7' } : {};
    return answered(429, body, random.between(20, 400), hint);
  }

  /** Refuses the first POST of a delivery and, more slowly, accepts the next: of two at once the success comes in late. */
  #wavers(request: OutgoingRequest, body: string): AttemptOutcome {
    const id = request.headers['webhook-id'] ?? '';
    if (this.#seen.has(id)) {
      return answered(200, acceptance(request), this.#random.between(3_500, 9_000));
    }
    this.#seen.add(id);
    return this.#fails(body, 3_500);
  }

  #fails(body: string, millis: number): AttemptOutcome {
    this.#mishaps.saw('receiver: fails');
    return answered(this.#random.pick([400, 401, 429, 500, 503]), body, millis);
  }
}

function answered(
  statusCode: number,
  body: string,
  millis: number,
  headers: Readonly<Record<string, string>> = {},
): AttemptOutcome {
  return { kind: 'answered', response: { statusCode, headers, body }, millis, phases: {} };
}

function unanswered(error: NoResponse, millis: number): AttemptOutcome {
  return { kind: 'unanswered', error, millis, phases: {} };
}
