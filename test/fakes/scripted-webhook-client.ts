import type {
  AttemptOutcome,
  NoResponse,
  OutgoingRequest,
  ResponseFailure,
} from '../../shared/http/attempt-outcome.ts';
import type { WebhookClient } from '../../shared/http/webhook-client.port.ts';

/** Answers by script, then repeats the last line of it; keeps every request. */
export class ScriptedWebhookClient implements WebhookClient {
  readonly requests: OutgoingRequest[] = [];
  #script: readonly Reply[];
  /** Runs while the receiver has the request: the moment in which others may change the world. */
  meanwhile: (request: OutgoingRequest) => void | Promise<void> = () => {};

  constructor(...script: readonly Reply[]) {
    this.#script = script.length === 0 ? [200] : script;
  }

  async send(request: OutgoingRequest): Promise<AttemptOutcome> {
    const reply = this.#script[Math.min(this.requests.length, this.#script.length - 1)] ?? 200;
    this.requests.push(request);
    await this.meanwhile(request);
    return toOutcome(typeof reply === 'function' ? reply(request) : reply);
  }
}

/** A status, a way not to answer, with its cause or without, a whole response, or a function that makes one. */
export type Reply = PlainReply | ((request: OutgoingRequest) => PlainReply);

type PlainReply =
  | number
  | NoResponse
  | ResponseFailure
  | { readonly statusCode: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

function toOutcome(reply: PlainReply): AttemptOutcome {
  if (typeof reply === 'string') {
    return { kind: 'unanswered', error: reply, millis: 7, phases: {} };
  }
  if (typeof reply === 'object' && 'error' in reply) {
    return { kind: 'unanswered', ...reply, millis: 7, phases: {} };
  }
  const { statusCode, headers = {}, body = '' } = typeof reply === 'number' ? { statusCode: reply } : reply;
  return { kind: 'answered', response: { statusCode, headers, body }, millis: 7, phases: {} };
}
