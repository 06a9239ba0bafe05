/**
 * Stands between the clients and the embedded engines and does what AWS does on a bad day: throttles, fails, cuts
 * connections before or after a request was applied, and takes its time.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AwsError, type Engine, errorResponse, type WireRequest, type WireResponse } from '../../local/aws/engine.ts';
import type { Service } from '../../local/aws/gateway.ts';
import { seededRandom } from '../../local/load/seeded-random.ts';

export const FAULT_KINDS = ['throttled', 'failed', 'reset-before', 'reset-after', 'delayed'] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultRates {
  /** Which faults there are. They take turns, so that a few dozen calls are enough to have met each of them often. */
  readonly kinds: readonly FaultKind[];
  /** The share of calls whose first try meets one, 0 to 1. */
  readonly share: number;
  /** How likely a try is to meet a fault if one before it did: clients try three times before anybody hears of it. */
  readonly again: number;
}

export interface FaultyEngines {
  /** For `startLocalAws`. Nothing is injected before `begin`, so that the system can be set up. */
  wrapEngine(service: Service, engine: Engine): Engine;
  begin(): void;
  /** Of the service, or of all. */
  end(service?: Service): void;
  /** How many faults were injected since the start. */
  injected(service: Service, kind: FaultKind): number;
}

/** Some are longer than the 2 s that our clients wait: then the request is applied and its caller does not know. */
const MAX_DELAY_MILLIS = 2_600;

/** All tries of one call of an AWS SDK carry the same. */
const CALL_HEADER = 'amz-sdk-invocation-id';

export function createFaultyEngines(
  rates: Readonly<Partial<Record<Service, FaultRates>>>,
  seed: number,
): FaultyEngines {
  const random = seededRandom(seed);
  const counts = new Map<string, number>();
  const struckCalls = new Set<string>();
  const on = new Set<Service>();

  return {
    wrapEngine(service, engine) {
      const ofService = rates[service];
      return async (request) => {
        const kind = on.has(service) && ofService !== undefined ? draw(service, ofService, request) : undefined;
        if (kind === undefined) {
          return engine(request);
        }
        counts.set(`${service} ${kind}`, injected(service, kind) + 1);
        switch (kind) {
          case 'throttled':
            return refusal(service, THROTTLED[service]);
          case 'failed':
            return refusal(service, FAILED[service]);
          case 'reset-before':
            return 'reset';
          case 'reset-after':
            await engine(request);
            return 'reset';
          case 'delayed':
            await pause(random() * MAX_DELAY_MILLIS);
            return engine(request);
        }
      };
    },
    begin() {
      for (const service of Object.keys(rates) as Service[]) {
        on.add(service);
      }
    },
    end(service) {
      if (service === undefined) {
        on.clear();
      } else {
        on.delete(service);
      }
    },
    injected,
  };

  function injected(service: Service, kind: FaultKind): number {
    return counts.get(`${service} ${kind}`) ?? 0;
  }

  function draw(
    service: Service,
    { kinds, share, again }: FaultRates,
    { headers }: WireRequest,
  ): FaultKind | undefined {
    const call = headers[CALL_HEADER] ?? '';
    if (random() >= (struckCalls.has(call) ? again : share)) {
      return undefined;
    }
    struckCalls.add(call);
    const fewest = Math.min(...kinds.map((kind) => injected(service, kind)));
    const rarest = kinds.filter((kind) => injected(service, kind) === fewest);
    return rarest[Math.floor(random() * rarest.length)];
  }
}

interface Refusal {
  readonly code: string;
  readonly statusCode: number;
}

/** As each service says it (its API reference, "Common Errors" and the operations' own). */
const THROTTLED: Readonly<Record<Service, Refusal>> = {
  dynamodb: {
    code: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    statusCode: 400,
  },
  sqs: { code: 'com.amazonaws.sqs#RequestThrottled', statusCode: 400 },
  'secrets-manager': { code: 'ThrottlingException', statusCode: 400 },
  eventbridge: { code: 'ThrottlingException', statusCode: 400 },
};

const FAILED: Readonly<Record<Service, Refusal>> = {
  dynamodb: { code: 'com.amazonaws.dynamodb.v20120810#InternalServerError', statusCode: 500 },
  sqs: { code: 'com.amazonaws.sqs#ServiceUnavailable', statusCode: 503 },
  'secrets-manager': { code: 'InternalServiceError', statusCode: 500 },
  eventbridge: { code: 'InternalException', statusCode: 500 },
};

function refusal(service: Service, { code, statusCode }: Refusal): WireResponse {
  const response = errorResponse(new AwsError(code, 'A fault that was injected.', statusCode));
  // SQS goes on naming its errors as in its old XML protocol; clients look there first.
  const name = code.slice(code.indexOf('#') + 1);
  return service === 'sqs'
    ? {
        ...response,
        headers: { ...response.headers, 'x-amzn-query-error': `${name};${statusCode < 500 ? 'Sender' : 'Receiver'}` },
      }
    : response;
}
