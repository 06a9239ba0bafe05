/**
 * The configuration API as one Hono app: who is calling, then the route, then one line about it. What may be done and how
 * is in `webhooks/` and `deliveries/`; how it is asked and answered in `routes/`; the words of it in the contract.
 */
import { type Hook, OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ADDRESSES_PATH } from '../../shared/api/addresses.schema.ts';
import { fieldErrorsOf } from '../../shared/api/field-errors.schema.ts';
import { JWKS_PREFIX } from '../../shared/api/jwks.schema.ts';
import { CONFIRM_PATH } from '../../shared/api/notice-addresses.schema.ts';
import { UNSUBSCRIBE_PATH } from '../../shared/mail/mail-pages.ts';
import type { Json } from '../../shared/runtime/canonical-json.ts';
import { DependencyUnavailable } from '../../shared/runtime/dependency-unavailable.port.ts';
import { identifyActor } from './actor.ts';
import { methodsAt } from './allowed-methods.ts';
import { createMinuteCache } from './deliveries/minute-cache.ts';
import type { ApiDependencies } from './dependencies.ts';
import { type ApiEnv, asProblem, ProblemError, problemResponse, unwrap } from './http.ts';
import { refuse, refuseFields } from './outcome.ts';
import { checkBody, isUnicode, NOT_JSON, NOT_UNICODE } from './request-body.ts';
import { createRequestLimit } from './request-limit.ts';
import { routeAddresses } from './routes/addresses.ts';
import { routeAlertRule } from './routes/alert-rule.ts';
import { routeChallenge } from './routes/challenge.ts';
import { routeChanges } from './routes/changes.ts';
import { routeDeliveries } from './routes/deliveries.ts';
import { routeEvents } from './routes/events.ts';
import { routeFormats } from './routes/formats.ts';
import { routeJwks } from './routes/jwks.ts';
import { routeNoticeAddresses } from './routes/notice-addresses.ts';
import { OPENAPI_PATH, routeOpenApi } from './routes/openapi.ts';
import { routePayloadPreview } from './routes/payload-preview.ts';
import { routeSigningKey } from './routes/signing-key.ts';
import { routeSigningSecret } from './routes/signing-secret.ts';
import { routeTestSends } from './routes/test-sends.ts';
import { routeWebhookState } from './routes/webhook-state.ts';
import { routeWebhooks } from './routes/webhooks.ts';

export function createApi(deps: ApiDependencies): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseUnfit });
  const cache = createMinuteCache(deps.clock);
  app.use('*', logEach(deps));
  app.use('*', checkBody);
  app.use('*', identifyEach(deps));
  app.use('*', limitEach(deps));
  routeFormats(app, deps);
  routeWebhooks(app, deps, cache);
  routeAlertRule(app, deps);
  routePayloadPreview(app, deps);
  routeWebhookState(app, deps);
  routeChallenge(app, deps);
  routeSigningSecret(app, deps);
  routeSigningKey(app, deps);
  routeJwks(app, deps);
  routeDeliveries(app, deps, cache);
  routeNoticeAddresses(app, deps);
  routeEvents(app, deps);
  routeTestSends(app, deps);
  routeChanges(app, deps, cache);
  routeAddresses(app, deps);
  routeOpenApi(app);
  app.notFound(({ req }) => {
    const allowed = methodsAt(app.routes, req.path);
    return allowed.length === 0
      ? asProblem(refuse('not-found', 'There is no such route: GET /v1/openapi.json describes them.'))
      : asProblem(refuse('method-not-allowed', `Here you can ${allowed.join(', ')}.`, { allowed }));
  });
  app.onError((error) => failureOf(deps, error));
  return app;
}

/** What does not fit the schema of its route. */
const refuseUnfit: Hook<Json | undefined, ApiEnv, string, unknown> = (validated) => {
  const isBody = validated.target === 'json';
  if (validated.success) {
    return isBody && !isUnicode(validated.data) ? asProblem(NOT_UNICODE) : undefined;
  }
  const errors = fieldErrorsOf(validated.error.issues);
  return asProblem(
    isBody
      ? refuseFields(errors)
      : refuse('invalid-parameter', `${errors[0]?.field}: ${errors[0]?.message}`, { errors }),
  );
};

function logEach({ telemetry, clock }: ApiDependencies): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const startedAt = clock.now();
    await next();
    const { method, path, routePath } = context.req;
    context.header('x-content-type-options', 'nosniff');
    if (!isPublic(path) || !context.res.ok) {
      context.header('cache-control', 'no-store');
    }
    telemetry.answered({
      method,
      route: routePath,
      statusCode: context.res.status,
      millis: clock.now() - startedAt,
      ...tenantOf(context.get('actor')),
    });
    telemetry.flush();
  };
}

/** What anyone may read, without a token: the gateway has a route of its own for each. */
function isPublic(path: string): boolean {
  return path === OPENAPI_PATH || path === ADDRESSES_PATH || path.startsWith(JWKS_PREFIX);
}

/** The links of mails have a token of their own. */
function isForAnyone(path: string): boolean {
  return isPublic(path) || path === CONFIRM_PATH || path === UNSUBSCRIBE_PATH;
}

function identifyEach({ claimNames }: ApiDependencies): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    if (!isForAnyone(context.req.path)) {
      const claims = context.env?.event?.requestContext?.authorizer?.jwt?.claims;
      const actor = identifyActor(claims, claimNames);
      context.set('actor', actor ?? unwrap(refuse('unauthorized', 'Send an ID token that names a tenant.')));
    }
    await next();
  };
}

function limitEach({ requestBudget, clock }: ApiDependencies): MiddlewareHandler<ApiEnv> {
  const secondsToWait = createRequestLimit(requestBudget);
  return async (context, next) => {
    const actor = context.get('actor');
    const isFree = actor === undefined || context.env?.isCounted === true;
    const retryAfterSeconds = isFree ? undefined : await secondsToWait(actor.tenantId, clock.now());
    if (retryAfterSeconds !== undefined) {
      unwrap(refuse('too-many-requests', 'Your tenant has made too many requests this minute.', { retryAfterSeconds }));
    }
    await next();
  };
}

function failureOf({ telemetry, newId }: ApiDependencies, error: Error): Response {
  if (error instanceof ProblemError) {
    return problemResponse(error.problem);
  }
  if (error instanceof HTTPException && error.status === 400) {
    return asProblem(refuse('invalid-json', 'The body is not well-formed JSON.'));
  }
  // The routes that take a body look at its type as well, and even if there is no body to go with it.
  if (error instanceof HTTPException && error.status === 415) {
    return asProblem(NOT_JSON);
  }
  const id = newId();
  telemetry.fail('request.failed', { id }, error);
  return error instanceof DependencyUnavailable
    ? problemResponse({ name: 'unavailable', detail: 'Try again in a moment.', retryAfterSeconds: 5 }, id)
    : problemResponse({ name: 'internal-error', detail: 'Tell support the id.' }, id);
}

function tenantOf(actor: ApiEnv['Variables']['actor'] | undefined) {
  return actor && { tenantId: actor.tenantId };
}
