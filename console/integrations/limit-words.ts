/** How fast findings are sent, in words. */
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { paceWords } from '../../shared/webhook/pace-words.ts';

export function limitWords({ everyMillis, burst }: NonNullable<FormatResponse['pace']>): string {
  return paceWords({ paceMillis: everyMillis, burst });
}

/** Of a webhook: its own pace, else the limit of its destination. */
export function speedWords({ pace }: Pick<WebhookResponse, 'pace'>, format: FormatResponse | undefined): string {
  if (pace !== undefined) {
    return `At most ${pace.perMinute.toLocaleString('en')} a minute`;
  }
  return format?.pace === undefined
    ? 'As fast as possible'
    : `The limit of ${format.title}: ${limitWords(format.pace)}`;
}
