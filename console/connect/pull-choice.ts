/** How the reader chooses whether events are listed for the receiver, and in which words it is said. */
import type { FormatResponse } from '../../shared/api/format-responses.schema.ts';
import type { ChangeRequest } from '../../shared/api/webhook-requests.schema.ts';
import type { WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';

export type PullChoice = 'off' | 'beside' | 'manifests' | 'only';

export const PULL_LABELS: Readonly<Record<PullChoice, string>> = {
  off: 'Findings are sent, and not listed',
  beside: 'Findings are sent, and listed for the receiver to read',
  manifests: 'Findings are sent and listed, and each hour a manifest of what was listed is sent',
  only: 'Findings are listed, and nothing is sent: the receiver reads them',
};

export function pullChoice({
  pull,
}: {
  readonly pull?: Pick<NonNullable<WebhookResponse['pull']>, 'only' | 'manifests'> | null | undefined;
}): PullChoice {
  if (pull === undefined || pull === null) {
    return 'off';
  }
  if (pull.only) {
    return 'only';
  }
  return pull.manifests ? 'manifests' : 'beside';
}

/** What of the request comes of it, for a webhook that is new. */
export function pullOf(choice: PullChoice) {
  return choice === 'off' ? {} : { pull: { only: choice === 'only', manifests: choice === 'manifests' } };
}

/** Manifests are there for destinations that are programs of one's own. */
export function pullChoicesFor({ takesManifests }: Pick<FormatResponse, 'takesManifests'>): readonly PullChoice[] {
  const choices = Object.keys(PULL_LABELS) as PullChoice[];
  return choices.filter((choice) => takesManifests || choice !== 'manifests');
}

/** Likewise for one that is connected: nothing if it is as before. */
export function pullChange(choice: PullChoice, before: PullChoice): Pick<ChangeRequest, 'pull'> {
  if (choice === before) {
    return {};
  }
  return choice === 'off' ? { pull: null } : pullOf(choice);
}
