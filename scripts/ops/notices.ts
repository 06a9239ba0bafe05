/** `npm run ops -- notices`: which webhook gets notices about another of its tenant, as in the settings of the console. */
import { randomBytes, randomUUID } from 'node:crypto';
import { changeWebhook } from '../../functions/api/webhooks/change.ts';
import { optional, readTenantId, readText, readWebhookId, required } from '../../local/command-line.ts';
import { oneLine } from '../../shared/finding/finding-words.ts';
import type { WebhookId } from '../../shared/runtime/ids.ts';
import { APPLY, runCommand, theWebhook } from './command.ts';
import type { OpsSession } from './session.ts';
import { PLATFORM_TEAM, webhookDependencies } from './webhook-commands.ts';

const USAGE = `npm run ops -- notices --tenant T --webhook W --to W2|none [--apply] [--bus B] [--stage S]

The webhook W2 gets a notice when W fails, is disabled, or works again; with none, no webhook does. The tenant sees it as a
change by the ${PLATFORM_TEAM}.

  --tenant T   whose
  --webhook W  which
  --to W2      another webhook of the tenant, or none
  --apply      do it; without, what is there now is only shown
  --bus B      an imported bus, for the event Webhook Changed (default: the stage's own)
  --stage S    a stage in AWS; default: the running local system`;

export function setNotices(args: readonly string[], session: OpsSession): Promise<void> {
  const options = {
    tenant: { type: 'string' },
    webhook: { type: 'string' },
    to: { type: 'string' },
    bus: { type: 'string' },
    ...APPLY,
  } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const tenantId = required(readTenantId, 'tenant', values.tenant);
    const webhookId = required(readWebhookId, 'webhook', values.webhook);
    const to = required(readTarget, 'to', values.to);
    const bus = optional(readText, 'bus', values.bus);
    const resources = await connect();
    const { urlRules } = resources;
    const deps = { ...webhookDependencies(resources, bus, session), urlRules, newId: randomUUID, randomBytes };
    const webhook = await theWebhook(deps.webhooks, tenantId, webhookId);
    const about = `${webhookId} (${oneLine(webhook.name)})`;
    if (!values.apply) {
      session.say(
        `Notices about ${about} go to ${webhook.noticesTo ?? 'none'} and would go to ${to}; add --apply to do it.`,
      );
      return;
    }
    const request = { noticesTo: to === 'none' ? null : to };
    const outcome = await changeWebhook(
      deps,
      { tenantId, name: PLATFORM_TEAM },
      webhookId,
      [webhook.revision],
      request,
    );
    if (outcome.kind === 'refused') {
      const { detail, errors = [] } = outcome.problem;
      throw new Error(errors.map(({ message }) => message).join(' ') || detail);
    }
    session.say(`${resources.stageName}: notices about ${about} go to ${to}.`);
  });
}

function readTarget(name: string, text: string): WebhookId | 'none' {
  return text === 'none' ? text : readWebhookId(name, text);
}
