/** What the functions count and where CloudWatch keeps it: alarms and dashboard read what telemetry writes. */

/** A namespace per stage: stages may share an account, and staging must not raise production's alarms. */
export function metricsNamespace(stageName: string): string {
  return `ThalianWebhooks/${stageName}`;
}

/** Its values are the functions; one more on every metric would multiply what is paid for. */
export const SERVICE_DIMENSION = 'service';

/** Beside the total, on `finding.repaired` alone. Its values are the fields of a finding: no value that a publisher chooses. */
export const FIELD_DIMENSION = 'field';

/** By function. An alarm on a metric that no function counts would stay silent for ever. */
export const METRICS_OF = {
  dispatch: [
    'finding.dispatched',
    'finding.repaired',
    'finding.rejected',
    'finding.broken',
    'event.set-aside',
    'delivery.planned',
    'item.returned',
  ],
  send: [
    'first-attempt.made',
    'first-attempt.unanswered',
    'delivery.delivered',
    'delivery.retried',
    'delivery.failed',
    'delivery.held',
    'delivery.cancelled',
    'delivery.superseded',
    'delivery.poisoned',
    'delivery.waiting',
    'delivery.late',
    'delivery.outran-record',
    'reopen.refused',
    'address.refused',
    'webhook.disabled',
    'item.returned',
  ],
  reconcile: ['deliveries.stuck', 'delivery.left-stuck'],
  mail: ['mail.sent', 'mail.poisoned', 'item.returned'],
  canary: ['canary.arrived', 'canary.delayed', 'canary.refused', 'pages.unreachable'],
} as const;

/** Counted by CloudWatch out of API Gateway's lines: a refused token never reaches the function. */
export const UNAUTHORIZED_METRIC = 'request.unauthorized';

export type Service = keyof typeof METRICS_OF;

export type MetricOf<Name extends Service> = (typeof METRICS_OF)[Name][number];

/** What telemetry counts: no other name compiles. */
export type Metric = MetricOf<Service>;
