/** The queues, their bounds and who takes over whose dead letters. `infra/` and `local/` build the same from here. */

export type QueueName =
  | 'findings'
  | 'findings-dlq'
  | 'set-aside-events'
  | 'replayed'
  | 'delivery'
  | 'retry'
  | 'poison'
  | 'exhausted-deliveries'
  | MailQueueName;

/** Of stages that send notices by e-mail; others have none of them. */
export type MailQueueName = 'mails' | 'mails-dlq';

export interface QueueShape {
  readonly visibilitySeconds: number;
  readonly retentionDays: number;
  /** Where a message goes after `MAX_RECEIVES` receives; absent for queues that are themselves a last stop. */
  readonly deadLettersTo?: QueueName;
}

/** One invocation may take this long. A POST has 10 s; the rest is reading, recording and a margin. */
export const FUNCTION_TIMEOUT_SECONDS = 30;

/** Lambda asks for at least six times the function's timeout and the window beside it (AWS Lambda guide, SQS event sources). */
const VISIBILITY_SECONDS = 6 * FUNCTION_TIMEOUT_SECONDS;

/** The most that SQS keeps; a weekend must not outlive an incident. */
const RETENTION_DAYS = 14;

/** What an outage of five hours takes by `shared/delivery/return-policy.ts`, so that it is waited out and not dead-lettered. */
export const MAX_RECEIVES = 105;

/** Messages per Lambda event, and the most that one SQS batch call carries. */
export const BATCH_SIZE = 10;

/** How long a batch of the retry queue is collected: more than ten messages need a window (AWS Lambda guide, SQS event sources). */
export const RETRY_WINDOW_SECONDS = 1;

const bounds = { visibilitySeconds: VISIBILITY_SECONDS, retentionDays: RETENTION_DAYS };

export const QUEUES: Readonly<Record<QueueName, QueueShape>> = {
  findings: { ...bounds, deadLettersTo: 'findings-dlq' },
  'findings-dlq': bounds,
  // Events that are no findings: under another name, or of another source.
  'set-aside-events': bounds,
  // Copies out of the archive, for the operator's command that asked for them.
  replayed: { ...bounds, retentionDays: 1 },
  delivery: { ...bounds, deadLettersTo: 'poison' },
  retry: { ...bounds, visibilitySeconds: VISIBILITY_SECONDS + RETRY_WINDOW_SECONDS, deadLettersTo: 'poison' },
  poison: bounds,
  'exhausted-deliveries': bounds,
  // One message is one mail, or an event of ours that may give some.
  mails: { ...bounds, deadLettersTo: 'mails-dlq' },
  'mails-dlq': bounds,
};

export const MAIL_QUEUES: readonly QueueName[] = ['mails', 'mails-dlq'] satisfies readonly MailQueueName[];
