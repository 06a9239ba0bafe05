/** `npm run ops -- pause`, `resume`, `disable`, `delete`: what a tenant does on the card, and disabling, which it cannot. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ApiDependencies } from '../../functions/api/dependencies.ts';
import type { Outcome } from '../../functions/api/outcome.ts';
import { deleteWebhook, disable, pause, resume } from '../../functions/api/webhooks/state.ts';
import type { Actor, ChangeDependencies, ExpectedRevision } from '../../functions/api/webhooks/store-change.ts';
import { optional, readTenantId, readText, readWebhookId, required } from '../../local/command-line.ts';
import { createEventBridgeAnnouncer } from '../../shared/delivery/announcer.eventbridge.ts';
import { createDynamoManifestSchedules } from '../../shared/delivery/manifest-schedules.dynamo.ts';
import { oneLine } from '../../shared/finding/finding-words.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import type { WebhookId } from '../../shared/runtime/ids.ts';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import type { StageResources } from '../stage-resources.ts';
import { APPLY, type OpsCommand, runCommand, theWebhook } from './command.ts';
import type { OpsSession } from './session.ts';

export type WebhookDependencies = ChangeDependencies & Pick<ApiDependencies, 'secrets' | 'manifests'>;

interface WebhookAction {
  readonly name: string;
  readonly what: string;
  /** Of the webhook, once it is done. */
  readonly done: string;
  readonly act: (
    deps: WebhookDependencies,
    actor: Actor,
    webhookId: WebhookId,
    expected: ExpectedRevision,
  ) => Promise<Outcome<unknown>>;
}

/** The name in `updatedBy`, which the tenant sees. */
export const PLATFORM_TEAM = 'platform team';

export const pauseWebhook = commandOf({
  name: 'pause',
  what: 'Sends nothing more to the webhook. Findings that match meanwhile are not kept: to keep them, disable it.',
  done: 'paused',
  act: pause,
});

export const resumeWebhook = commandOf({
  name: 'resume',
  what: 'Enables a paused or disabled webhook, with a clean health. What is held stays held until it is retried.',
  done: 'enabled',
  act: resume,
});

export const disableWebhook = commandOf({
  name: 'disable',
  what: 'Sends nothing more to the webhook. Findings that match meanwhile are held: retry them once it is resumed.',
  done: 'disabled',
  act: disable,
});

export const removeWebhook = commandOf({
  name: 'delete',
  what: 'Deletes the webhook and its secrets for good. Deliveries under way are cancelled; its log expires by itself.',
  done: 'deleted',
  act: deleteWebhook,
});

function commandOf({ name, what, done, act }: WebhookAction): OpsCommand {
  const usage = `npm run ops -- ${name} --tenant T --webhook W [--apply] [--bus B] [--stage S]

${what} The tenant sees it as a change by the ${PLATFORM_TEAM}.

  --tenant T   whose
  --webhook W  which
  --apply      do it; without, the webhook is only shown
  --bus B      an imported bus, for the event Webhook Changed (default: the stage's own)
  --stage S    a stage in AWS; default: the running local system`;
  const options = {
    tenant: { type: 'string' },
    webhook: { type: 'string' },
    bus: { type: 'string' },
    ...APPLY,
  } as const;
  return (args, session) =>
    runCommand(usage, options, args, session, async (values, connect) => {
      const tenantId = required(readTenantId, 'tenant', values.tenant);
      const webhookId = required(readWebhookId, 'webhook', values.webhook);
      const bus = optional(readText, 'bus', values.bus);
      const resources = await connect();
      const deps = webhookDependencies(resources, bus, session);
      const webhook = await theWebhook(deps.webhooks, tenantId, webhookId);
      const about = `${webhookId} (${oneLine(webhook.name)})`;
      if (!values.apply) {
        session.say(`${about} is ${webhook.state.kind} and would be ${done}; add --apply to do it.`);
        return;
      }
      const outcome = await act(deps, { tenantId, name: PLATFORM_TEAM }, webhookId, [webhook.revision]);
      if (outcome.kind === 'refused') {
        throw new Error(outcome.problem.detail);
      }
      session.say(`${resources.stageName}: ${about} is ${done}.`);
    });
}

export function webhookDependencies(
  { stageName, clientSettings, configTable, deliveryLog, secretPrefix }: StageResources,
  bus: string | undefined,
  { note }: OpsSession,
): WebhookDependencies {
  const busName = bus ?? physicalName(stageName, 'findings');
  const dynamo = new DynamoDBClient(clientSettings);
  return {
    webhooks: createDynamoWebhookStore(dynamo, configTable),
    manifests: createDynamoManifestSchedules(dynamo, deliveryLog),
    secrets: createSecretsManagerSecretStore(new SecretsManagerClient(clientSettings), secretPrefix),
    announcer: createEventBridgeAnnouncer(new EventBridgeClient(clientSettings), busName),
    clock: systemClock,
    telemetry: { fail: (event, fields) => note(`  ${event} ${JSON.stringify(fields)}`) },
  };
}
