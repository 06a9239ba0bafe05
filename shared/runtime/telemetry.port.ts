/** What the service says of itself: one log line per attempt, counters, and nothing secret in either. */
import type { MetricOf, Service } from '../topology/metrics.ts';
import type { DeliveryId, TenantId, WebhookId } from './ids.ts';

/** The canonical line of one attempt, the decision included. Instants are ISO 8601. */
export interface AttemptedLine {
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly deliveryId: DeliveryId;
  readonly attempt: number;
  readonly attemptLimit: number;
  readonly format: string;
  /** Host and port only: a path or a query may be a credential. */
  readonly host: string;
  readonly statusCode?: number;
  readonly error?: string;
  readonly millis: number;
  readonly decision: 'done' | 'retry' | 'give-up';
  readonly reason?: string;
  readonly nextAttemptAt?: string;
  readonly reopen?: string;
}

/** The canonical line of one request to the API. */
export interface RespondedLine {
  readonly method: string;
  /** With placeholders: an id of the path is in the path alone. */
  readonly route: string;
  readonly statusCode: number;
  readonly millis: number;
  /** Absent if the request is not authenticated. */
  readonly tenantId?: TenantId;
}

/** `Name` is the function that counts: it counts no other function's metrics. */
export interface Telemetry<Name extends Service = Service> {
  attempted(line: AttemptedLine): void;
  answered(line: RespondedLine): void;
  count(metric: MetricOf<Name>, amount?: number): void;
  /** Apart from the total. `field` is one of a closed list: each is a metric that is paid for. */
  countByField(metric: MetricOf<Name>, field: string): void;
  /** Something an operator may have to look at; `fields` hold ids and reasons, never bodies, secrets or URLs. */
  warn(event: string, fields: Readonly<Record<string, string | number>>): void;
  /** An unexpected fault. */
  fail(event: string, fields: Readonly<Record<string, string | number>>, error: unknown): void;
  /** Called once at the end of an invocation. */
  flush(): void;
}
