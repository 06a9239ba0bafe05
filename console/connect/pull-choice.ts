/** How the reader chooses whether events are listed for the receiver, and in which words it is said. */
import type { ChangeRequest } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';

export type PullChoice = 'off' | 'beside' | 'only';

export const PULL_LABELS: Readonly<Record<PullChoice, string>> = {
  off: 'Findings are sent, and not listed',
  beside: 'Findings are sent, and listed for the receiver to read',
  only: 'Findings are listed, and nothing is sent: the receiver reads them',
};

export function pullChoice({
  pull,
}: {
  readonly pull?: Pick<NonNullable<WebhookResponse['pull']>, 'only'> | null | undefined;
}): PullChoice {
  if (pull === undefined || pull === null) {
    return 'off';
  }
  return pull.only ? 'only' : 'beside';
}

/** What of the request comes of it, for a webhook that is new. */
export function pullOf(choice: PullChoice) {
  return choice === 'off' ? {} : { pull: { only: choice === 'only' } };
}

/** Likewise for one that is connected: nothing if it is as before. */
export function pullChange(choice: PullChoice, before: PullChoice): Pick<ChangeRequest, 'pull'> {
  if (choice === before) {
    return {};
  }
  return choice === 'off' ? { pull: null } : pullOf(choice);
}
