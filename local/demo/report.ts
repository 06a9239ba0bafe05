/** The demo's outcome as rows for a table, as one JSON document, and as text. */
import type { Attempt, DeliveryRow } from '../../shared/delivery/delivery.ts';
import { oneLine } from '../../shared/finding/finding-words.ts';
import type { DeliveryId } from '../../shared/runtime/ids.ts';
import type { Discrepancy, Evidence } from './compare-evidence.ts';
import type { ExpectedDelivery } from './expectation.ts';
import type { FindingLine } from './findings-file.ts';
import type { DemoRun } from './run.ts';

export interface DeliveryReport {
  readonly finding: string;
  readonly title: string;
  readonly severity: string;
  readonly tenant: string;
  readonly webhook: string;
  readonly deliveryId: string;
  readonly status: string;
  readonly attempts: number;
  /** A status code, or why there was none. */
  readonly lastResult: string;
  /** From PutEvents to the first POST; null if there was none. */
  readonly millisToFirstPost: number | null;
}

export interface BadLineReport {
  readonly line: number;
  /** Of a folder: the name of the file. */
  readonly file?: string;
  readonly where: 'findings-dlq' | 'refused by PutEvents' | 'lost';
  readonly reason: string;
}

export interface DemoReport {
  readonly ok: boolean;
  readonly seconds: number;
  readonly lines: number;
  readonly posts: number;
  /** POSTs that are in no attempt: a process stopped before it recorded them, or they met another at the same moment. */
  readonly repeats: number;
  readonly redriveMessages: number;
  readonly deliveries: readonly DeliveryReport[];
  /** Of the lines, those whose finding is repaired. */
  readonly repaired: number;
  /** How often each repair is made, such as `severity.level respelled`. */
  readonly repairs: Readonly<Record<string, number>>;
  readonly badLines: readonly BadLineReport[];
  readonly problems: readonly Discrepancy[];
}

export function reportOn(run: DemoRun, evidence: Evidence, problems: readonly Discrepancy[]): DemoReport {
  const index = indexRun(run, evidence);
  return {
    ok: problems.length === 0,
    seconds: Math.round(run.waitedMillis / 100) / 10,
    lines: run.published.length,
    posts: evidence.requests.length,
    repeats: evidence.requests.length - evidence.rows.reduce((sum, { attempts }) => sum + attempts.length, 0),
    redriveMessages: evidence.redriveMessages.length,
    deliveries: run.expectation.deliveries.map((delivery) => reportDelivery(delivery, index)),
    ...reportRepairs(run),
    badLines: reportBadLines(run, evidence),
    problems,
  };
}

/** What is looked up for every delivery, so that a long run is reported as fast as a short one. */
interface RunIndex {
  readonly rows: ReadonlyMap<DeliveryId, DeliveryRow>;
  readonly webhookNames: ReadonlyMap<string, string>;
  readonly putAt: ReadonlyMap<number, number>;
  /** By the header `webhook-id`, which is the delivery's id. */
  readonly firstPostAt: ReadonlyMap<string, number>;
}

function indexRun({ webhooks, published }: DemoRun, { rows, requests }: Evidence): RunIndex {
  return {
    rows: new Map(rows.map((row) => [row.deliveryId, row])),
    webhookNames: new Map(webhooks.map(({ webhook }) => [nameKey(webhook), webhook.name])),
    putAt: new Map(published.map(({ lineNumber, putAt }) => [lineNumber, putAt])),
    // Of several entries with one key a map keeps the last.
    firstPostAt: new Map(requests.toReversed().map(({ webhookId, receivedAt }) => [webhookId, receivedAt])),
  };
}

/** A webhook's id is unique within its tenant only. */
function nameKey({ tenantId, webhookId }: Pick<ExpectedDelivery, 'tenantId' | 'webhookId'>): string {
  return `${tenantId} ${webhookId}`;
}

function reportDelivery(delivery: ExpectedDelivery, index: RunIndex): DeliveryReport {
  const { tenantId, webhookId, deliveryId, finding, lineNumbers } = delivery;
  const row = index.rows.get(deliveryId);
  const putAt = index.putAt.get(lineNumbers[0] ?? 0);
  const firstPostAt = index.firstPostAt.get(deliveryId);
  return {
    finding: finding.id,
    title: finding.title,
    severity: finding.severity.level,
    tenant: tenantId,
    webhook: index.webhookNames.get(nameKey(delivery)) ?? webhookId,
    deliveryId,
    status: row === undefined ? 'no row' : [row.status, row.reason].filter(Boolean).join(': '),
    attempts: row?.attempts.length ?? 0,
    lastResult: lastResult(row?.attempts.at(-1)),
    millisToFirstPost: firstPostAt === undefined || putAt === undefined ? null : firstPostAt - putAt,
  };
}

function lastResult(attempt: Attempt | undefined): string {
  return attempt === undefined ? '-' : String(attempt.statusCode ?? attempt.cause ?? attempt.error);
}

function reportRepairs({ expectation }: DemoRun): Pick<DemoReport, 'repaired' | 'repairs'> {
  const names = expectation.repaired.flatMap(({ repairs }) => repairs.map(({ field, kind }) => `${field} ${kind}`));
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length] as const);
  return {
    repaired: expectation.repaired.length,
    repairs: Object.fromEntries(counts.toSorted(([, one], [, other]) => other - one)),
  };
}

const DETAIL_KEY = '"detail":';

function reportBadLines({ expectation, published }: DemoRun, { deadFindings }: Evidence): readonly BadLineReport[] {
  // The local bus passes a detail on as it was written.
  const reasons = new Map(deadFindings.map(({ body, reason }) => [body.slice(body.indexOf(DETAIL_KEY)), reason]));
  const lineOf = ({ lineNumber, file }: FindingLine) => ({ line: lineNumber, ...(file !== undefined && { file }) });
  const rejected = expectation.rejected.map((line): BadLineReport => {
    const reason = reasons.get(`${DETAIL_KEY}${line.text}}`);
    return reason === undefined
      ? { ...lineOf(line), where: 'lost', reason: 'not in the findings DLQ' }
      : { ...lineOf(line), where: 'findings-dlq', reason };
  });
  const refused = published.flatMap(({ refusedBecause, ...line }): BadLineReport[] =>
    refusedBecause === undefined ? [] : [{ ...lineOf(line), where: 'refused by PutEvents', reason: refusedBecause }],
  );
  return [...rejected, ...refused].sort((one, other) => one.line - other.line);
}

export function asText(report: DemoReport): string {
  const { deliveries, badLines, problems } = report;
  const statuses = Map.groupBy(deliveries, ({ status }) => status);
  const counts = [...statuses].map(([status, ofStatus]) => `${ofStatus.length} ${status}`).join(', ');
  return [
    table(
      ['finding', 'severity', 'tenant', 'webhook', 'status', 'attempts', 'last result', 'ms to first POST'],
      deliveries.map((delivery) => [
        delivery.finding,
        delivery.severity,
        delivery.tenant,
        delivery.webhook,
        delivery.status,
        String(delivery.attempts),
        delivery.lastResult,
        String(delivery.millisToFirstPost ?? '-'),
      ]),
    ),
    ...(badLines.length > 0
      ? [
          '',
          'Bad lines:',
          table(
            ['line', 'where', 'reason'],
            badLines.map(({ line, file = String(line), where, reason }) => [file, where, reason]),
          ),
        ]
      : []),
    ...repairsAsText(report),
    '',
    `${report.lines} lines, ${report.repaired} repaired, ${deliveries.length} deliveries (${counts || 'none'}), ${report.posts} POSTs (${report.repeats} of them repeats), ${report.redriveMessages} redrive messages, ${badLines.length} bad lines, ${report.seconds} s`,
    ...(report.ok
      ? ['All as expected: the delivery log agrees with what the receiver saw.']
      : ['NOT as expected:', ...problems.map(({ subject, problem }) => `  ${subject}: ${problem}`)]),
  ].join('\n');
}

function repairsAsText({ repaired, repairs }: DemoReport): readonly string[] {
  const counts = Object.entries(repairs).map(([repair, count]) => `${repair} ${count}`);
  return repaired === 0 ? [] : ['', `Repaired findings: ${repaired} (${counts.join(', ')})`];
}

const MAX_CELL_CHARACTERS = 60;

/** The last column may be as wide as it likes. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map((cell, column) => shorten(cell, column === row.length - 1)))];
  const widths = headings.map((_heading, column) =>
    lines.reduce((width, line) => Math.max(width, [...(line[column] ?? '')].length), 0),
  );
  return lines
    .map((line) => line.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** What a finding brings must neither redraw the terminal nor turn the direction of the line. */
function shorten(cell: string, isLast: boolean): string {
  const characters = [...oneLine(cell)];
  return isLast || characters.length <= MAX_CELL_CHARACTERS
    ? characters.join('')
    : `${characters.slice(0, MAX_CELL_CHARACTERS - 1).join('')}…`;
}
