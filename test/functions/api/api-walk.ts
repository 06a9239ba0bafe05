/**
 * One walk through the API: requests one after the other, what earlier answers told used in later ones, and after each
 * whatever is wrong with the response and with what came of it.
 */
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';
import { createApi } from '../../../functions/api/handler.ts';
import { claimsOf } from '../../fakes/api-world.ts';
import { createJudge, type Operation } from './api-document.ts';
import { type ApiResponse, faultsOf } from './openapi-conformance.ts';
import {
  type ActorName,
  type GeneratedRequest,
  LATEST_CURSOR,
  LATEST_WEBHOOK,
  operationNamed,
} from './openapi-requests.ts';
import { danglingSecrets, keptOf, SECRET_MARK, TENANTS, type TenantName, type TwoTenants } from './two-tenants.ts';

const judge = createJudge({ strict: true });

const CLAIMS: Readonly<Record<ActorName, Readonly<Record<string, unknown>> | undefined>> = {
  vega: claimsOf('vega'),
  rigel: claimsOf('rigel'),
  'reader of vega': claimsOf('vega', '[webhooks-read]'),
  powerless: claimsOf('vega', '[]'),
  'access token': { ...claimsOf('vega'), token_use: 'access' },
  anonymous: undefined,
};

/** Undefined for a caller without an identity. */
function tenantOf(actor: ActorName): TenantName | undefined {
  switch (actor) {
    case 'rigel':
      return 'rigel';
    case 'vega':
    case 'reader of vega':
    case 'powerless':
      return 'vega';
    case 'access token':
    case 'anonymous':
      return undefined;
  }
}

export class Walk {
  readonly two: TwoTenants;
  readonly deps: ApiDependencies;
  readonly #app: ReturnType<typeof createApi>;
  readonly #shown: string[] = [];
  #latestWebhook = 'wh_none_yet';
  #latestCursor = 'none-yet';

  constructor(two: TwoTenants, deps: ApiDependencies = two.deps) {
    this.two = two;
    this.deps = deps;
    this.#app = createApi(deps);
  }

  /** Everything that is wrong with the response and with what came of it. */
  async faultsAfter(request: GeneratedRequest): Promise<{ readonly reply: ApiResponse; readonly faults: string[] }> {
    const { actor } = request;
    const operation = operationNamed(request.operation);
    const tenant = tenantOf(actor);
    const others = TENANTS.filter((other) => other !== tenant);
    const before = others.map((other) => keptOf(this.two, other));
    const reply = await this.#ask(operation, request);
    const faults = [
      ...faultsOf(judge, operation, reply),
      ...accessFaults(operation, actor, reply),
      ...others.flatMap((other, index) => (keptOf(this.two, other) === before[index] ? [] : [`${other} was changed`])),
      ...others.filter((other) => reply.text.includes(other)).map((other) => `${other} shows in ${reply.text}`),
      ...this.#secretFaults(reply),
      ...danglingSecrets(this.two).map((webhookId) => `${webhookId} names a secret that is not there`),
    ];
    this.#remember(reply);
    return { reply, faults };
  }

  async #ask({ method }: Operation, { actor, target, headers, body }: GeneratedRequest): Promise<ApiResponse> {
    const published = (text: string) =>
      text.replace(LATEST_WEBHOOK, this.#latestWebhook).replace(LATEST_CURSOR, this.#latestCursor);
    const claims = CLAIMS[actor];
    const response = await this.#app.request(
      published(target),
      { method, headers, ...(body !== undefined && { body: published(body) }) },
      {
        event: { requestContext: { ...(claims && { authorizer: { jwt: { claims } } }) } },
        lambdaContext: { getRemainingTimeInMillis: () => 30_000 },
      },
    );
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  }

  /** Nothing that was given may show in answers, logs or events; what was generated is shown by one response only. */
  #secretFaults({ text }: ApiResponse): string[] {
    const { telemetry, announcer } = this.two.world;
    const published = JSON.stringify([
      text,
      telemetry.responses,
      telemetry.warnings,
      telemetry.failures.map(({ event, fields }) => [event, fields]),
      announcer.announcements,
    ]);
    const given = Buffer.from(SECRET_MARK).toString('base64').slice(0, -2);
    return [SECRET_MARK, given, ...this.#shown]
      .filter((secret) => published.includes(secret))
      .map((secret) => `${secret} shows: ${published}`);
  }

  #remember({ status, text }: ApiResponse): void {
    const json = text === '' ? {} : JSON.parse(text);
    if (typeof json.signingSecret === 'string') {
      this.#shown.push(json.signingSecret);
    }
    if (status === 201) {
      this.#latestWebhook = json.id;
    }
    if (typeof json.nextCursor === 'string') {
      this.#latestCursor = json.nextCursor;
    }
  }
}

/** A body is looked at before the caller is, so a bad one is told to everyone. */
function accessFaults({ security }: Operation, actor: ActorName, { status }: ApiResponse): string[] {
  const isPublic = security?.length === 0;
  if (isPublic || status === 413 || status === 415) {
    return [];
  }
  if (tenantOf(actor) === undefined) {
    return status === 401 ? [] : [`${actor} got in: ${status}`];
  }
  const isWrite = JSON.stringify(security)?.includes('webhooks-write') ?? false;
  const mayNot = security !== undefined && (actor === 'powerless' || (actor === 'reader of vega' && isWrite));
  return mayNot && status !== 403 ? [`${actor} was let do it: ${status}`] : [];
}
