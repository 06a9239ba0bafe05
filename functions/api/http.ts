/** What the routes share about HTTP: who is calling, which revision is meant, and how an outcome or a problem is answered. */
import { createMiddleware } from 'hono/factory';
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type Problem, toProblemResponse } from '../../shared/api/problems.schema.ts';
import { type DeliveryId, parseDeliveryId, parseWebhookId, type WebhookId } from '../../shared/runtime/ids.ts';
import type { Webhook } from '../../shared/webhook/webhook.ts';
import { type ApiActor, type Claims, mayDo, type Permission } from './actor.ts';
import { NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK, type Outcome, type Refused, refuse } from './outcome.ts';
import type { ExpectedRevision } from './webhooks/store-change.ts';

/** What Lambda and API Gateway say about a request, as Hono's adapter hands it on. */
export interface GatewayBindings {
  readonly event?: {
    readonly requestContext?: { readonly authorizer?: { readonly jwt?: { readonly claims?: Claims } } };
  };
  readonly lambdaContext?: { getRemainingTimeInMillis(): number };
  /** Of a read that came in another request, which the budget has counted. */
  readonly isCounted?: true;
}

export interface ApiEnv {
  readonly Bindings: GatewayBindings;
  readonly Variables: { readonly actor: ApiActor };
}

/** How a refusal leaves the route that met it: Hono's own way for everything that is not the happy response. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function unwrap<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') {
    throw new ProblemError(outcome.problem);
  }
  return outcome.value;
}

export function problemResponse(problem: Problem, id?: string): Response {
  const { retryAfterSeconds, allowed, name } = problem;
  const headers = {
    'content-type': PROBLEM_MEDIA_TYPE,
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...(allowed !== undefined && { allow: allowed.join(', ') }),
    ...(name === 'unauthorized' && { 'www-authenticate': 'Bearer' }),
  };
  return new Response(JSON.stringify(toProblemResponse(problem, id)), { status: PROBLEMS[name].status, headers });
}

/** Before the request is even read: who may not do this learns nothing about what is there. */
export function needs(permission: Permission) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    if (!mayDo(context.get('actor'), permission)) {
      unwrap(refuse('permission-missing', `This needs the permission ${permission}.`));
    }
    await next();
  });
}

const ETAG = /^(?:W\/)?"?(\d{1,15})"?$/;

/**
 * One ETag, several (RFC 9110, 13.1.1), or `*`. Proxies that compress weaken an ETag to `W/"3"`; it still names the
 * revision.
 */
export function expectedRevision(ifMatch: string | undefined): ExpectedRevision {
  if (ifMatch === undefined || ifMatch.trim() === '*') {
    return undefined;
  }
  // A list may have empty elements (RFC 9110, 5.6.1).
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  const revisions = tags.filter((tag) => tag !== '').map((tag) => Number(ETAG.exec(tag)?.[1]));
  return revisions.length === 0 || revisions.some(Number.isNaN)
    ? unwrap(refuse('invalid-parameter', 'If-Match takes the ETag of the webhook, such as "3".', IF_MATCH_ERROR))
    : revisions;
}

const IF_MATCH_ERROR = { errors: [{ field: 'if-match', message: 'Not an ETag of this API.' }] };

export function etagOf({ revision }: Webhook): string {
  return `"${revision}"`;
}

/** An id that cannot be one belongs to no tenant. */
export function webhookIdOf(text: string): WebhookId {
  return parseWebhookId(text) ?? unwrap<WebhookId>(NO_SUCH_WEBHOOK);
}

export function deliveryIdOf(text: string): DeliveryId {
  return parseDeliveryId(text) ?? unwrap<DeliveryId>(NO_SUCH_DELIVERY);
}

export function asProblem(refused: Refused): Response {
  return problemResponse(refused.problem);
}
