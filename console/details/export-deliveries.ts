/** The log as a file: for a spreadsheet, or a line of JSON for each delivery. It knows no browser. */
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import type { ApiClient, LogQuery } from '../api/client.ts';

/** Fifty pages of a hundred: a minute at most, and a file that a spreadsheet opens. */
export const MOST_EXPORTED = 5_000;

const PAGE = 100;

export interface Export {
  readonly deliveries: readonly DeliveryResponse[];
  /** There are more than the file has. */
  readonly isCut: boolean;
}

/** What the filters show, from the first page on. */
export async function collectDeliveries(
  api: Pick<ApiClient, 'listDeliveries'>,
  webhookId: string,
  { cursor: _, ...query }: LogQuery,
  signal: AbortSignal,
): Promise<Export> {
  const deliveries: DeliveryResponse[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.listDeliveries(webhookId, { ...query, limit: PAGE, ...(cursor && { cursor }) }, signal);
    deliveries.push(...page.deliveries);
    cursor = page.nextCursor;
  } while (cursor !== undefined && deliveries.length < MOST_EXPORTED);
  return { deliveries: deliveries.slice(0, MOST_EXPORTED), isCut: cursor !== undefined };
}

const COLUMNS: readonly (readonly [string, (delivery: DeliveryResponse) => string | number | undefined])[] = [
  ['delivery', ({ id }) => id],
  ['status', ({ status }) => status],
  ['reason', ({ reason }) => reason],
  ['finding', ({ finding }) => finding.id],
  ['title', ({ finding }) => finding.title],
  ['severity', ({ finding }) => finding.severity.level],
  ['score', ({ finding }) => finding.severity.score],
  ['platform', ({ finding }) => finding.platform],
  ['affected type', ({ finding }) => finding.affected.type],
  ['affected', ({ finding }) => finding.affected.name || finding.affected.id],
  ['detected', ({ detectedAt }) => detectedAt],
  ['arrived', ({ arrivedAt, detectedAt }) => arrivedAt ?? detectedAt],
  ['attempted last', ({ lastAttemptAt }) => lastAttemptAt],
  ['failed', ({ failedAt }) => failedAt],
  ['attempts', ({ attempts }) => attempts],
  ['status code', ({ lastStatusCode }) => lastStatusCode],
  ['error', ({ lastError }) => lastError],
  ['cause', ({ lastCause }) => lastCause],
];

/** RFC 4180, with a byte order mark: without it a spreadsheet reads UTF-8 as something else. */
export function toCsv(deliveries: readonly DeliveryResponse[]): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...deliveries.map((delivery) => COLUMNS.map(([, cell]) => cell(delivery))),
  ];
  return `\uFEFF${lines.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('')}`;
}

export function toNdjson(deliveries: readonly DeliveryResponse[]): string {
  return deliveries.map((delivery) => `${JSON.stringify(delivery)}\n`).join('');
}

/** A spreadsheet computes a cell that begins so (OWASP, CSV injection), also after blanks; an apostrophe makes it a text. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

function cellOf(value: string | number | undefined = ''): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
