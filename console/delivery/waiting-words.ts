/** What is said of deliveries that wait for their turn. */
import type { DeliveryResponse } from '../../shared/api/delivery-responses.schema.ts';
import { countWords } from '../integrations/condition.ts';

type Waiting = NonNullable<DeliveryResponse['waiting']>;

/** `about 299 ahead`. */
export function aheadWords({ ahead }: Waiting): string {
  return ahead.count === 0 ? 'it is next' : `about ${countWords(ahead)} ahead`;
}

export const HOW_TO_DROP =
  'Findings come faster than its pace. To drop what waits, pause the integration or raise the severity threshold.';

export function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
