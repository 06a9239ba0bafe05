/**
 * One walk through the API: requests one after the other, what earlier answers told used in later ones, and after each
 * whatever is wrong with the answer and with what came of it.
 */
import type { ApiDependencies } from '../../../functions/api/dependencies.ts';
import { createApi } from '../../../functions/api/handler.ts';
import { claimsOf } from '../../fakes/api-world.ts';
import { createJudge, type Operation } from './api-document.ts';
import { type ApiAnswer, faultsOf } from './openapi-conformance.ts';
import {
  type CallerName,
  type GeneratedRequest,
  LATEST_CURSOR,
  LATEST_WEBHOOK,
  operationNamed,
} from './openapi-requests.ts';
import { danglingSecrets, keptOf, SECRET_MARK, TENANTS, type TenantName, type TwoTenants } from './two-tenants.ts';

const judge = createJudge({ strict: true });

const CLAIMS: Readonly<Record<CallerName, Readonly<Record<string, unknown>> | undefined>> = {
  vega: claimsOf('vega'),
  rigel: claimsOf('rigel'),
  'reader of vega': claimsOf('vega', '[webhooks-read]'),
  powerless: claimsOf('vega', '[]'),
  'access token': { ...claimsOf('vega'), token_use: 'access' },
  nobody: undefined,
};

/** Undefined for whom the API must take for nobody. */
function tenantOf(caller: CallerName): TenantName | undefined {
  switch (caller) {
    case 'rigel':
      return 'rigel';
    case 'vega':
    case 'reader of vega':
    case 'powerless':
      return 'vega';
    case 'access token':
    case 'nobody':
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

  /** Everything that is wrong with the answer and with what came of it. */
  async faultsAfter(request: GeneratedRequest): Promise<{ readonly answer: ApiAnswer; readonly faults: string[] }> {
    const { caller } = request;
    const operation = operationNamed(request.operation);
    const tenant = tenantOf(caller);
    const others = TENANTS.filter((other) => other !== tenant);
    const before = others.map((other) => keptOf(this.two, other));
    const answer = await this.#ask(operation, request);
    const faults = [
      ...faultsOf(judge, operation, answer),
      ...accessFaults(operation, caller, answer),
      ...others.flatMap((other, index) => (keptOf(this.two, other) === before[index] ? [] : [`${other} was changed`])),
      ...others.filter((other) => answer.text.includes(other)).map((other) => `${other} shows in ${answer.text}`),
      ...this.#secretFaults(answer),
      ...danglingSecrets(this.two).map((webhookId) => `${webhookId} names a secret that is not there`),
    ];
    this.#remember(answer);
    return { answer, faults };
  }

  async #ask({ method }: Operation, { caller, target, headers, body }: GeneratedRequest): Promise<ApiAnswer> {
    const told = (text: string) =>
      text.replace(LATEST_WEBHOOK, this.#latestWebhook).replace(LATEST_CURSOR, this.#latestCursor);
    const claims = CLAIMS[caller];
    const response = await this.#app.request(
      told(target),
      { method, headers, ...(body !== undefined && { body: told(body) }) },
      {
        event: { requestContext: { ...(claims && { authorizer: { jwt: { claims } } }) } },
        lambdaContext: { getRemainingTimeInMillis: () => 30_000 },
      },
    );
    return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
  }

  /** Nothing that was given may show in answers, logs or events; what was generated is shown by one answer only. */
  #secretFaults({ text }: ApiAnswer): string[] {
    const { telemetry, announcer } = this.two.world;
    const told = JSON.stringify([
      text,
      telemetry.answers,
      telemetry.warnings,
      telemetry.failures.map(({ event, fields }) => [event, fields]),
      announcer.announcements,
    ]);
    const given = Buffer.from(SECRET_MARK).toString('base64').slice(0, -2);
    return [SECRET_MARK, given, ...this.#shown]
      .filter((secret) => told.includes(secret))
      .map((secret) => `${secret} shows: ${told}`);
  }

  #remember({ status, text }: ApiAnswer): void {
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

/** A body is looked at before the caller is, so a bad one is told to everybody. */
function accessFaults({ operationId, security }: Operation, caller: CallerName, { status }: ApiAnswer): string[] {
  if (operationId === 'readOpenApi' || status === 413 || status === 415) {
    return [];
  }
  if (tenantOf(caller) === undefined) {
    return status === 401 ? [] : [`${caller} got in: ${status}`];
  }
  const isWrite = JSON.stringify(security)?.includes('webhooks-write') ?? false;
  const mayNot = security !== undefined && (caller === 'powerless' || (caller === 'reader of vega' && isWrite));
  return mayNot && status !== 403 ? [`${caller} was let do it: ${status}`] : [];
}
