/** `npm run ops -- erase`: deletes what the service has of a tenant, and says what is left and when it goes by itself. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { deleteWebhook } from '../../functions/api/webhooks/state.ts';
import { optional, readTenantId, readText, required } from '../../local/command-line.ts';
import { ADDRESS_ASKING, DAY_MILLIS } from '../../shared/mail/notice-address.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { QUEUES } from '../../shared/topology/queues.ts';
import { DELIVERY_LOG_DAYS } from '../../shared/topology/tables.ts';
import type { StageResources } from '../stage-resources.ts';
import { APPLY, runCommand } from './command.ts';
import type { OpsSession } from './session.ts';
import { listStageSecrets } from './stage-secrets.ts';
import { configItemsOf, deleteItems, deliveriesOf, isEvent } from './tenant-data.ts';
import { PLATFORM_TEAM, type WebhookDependencies, webhookDependencies } from './webhook-commands.ts';

const QUEUE_DAYS = Math.max(...Object.values(QUEUES).map(({ retentionDays }) => retentionDays));

/** As long as requests to one address are counted. */
const ASKED_DAYS = Math.max(...ADDRESS_ASKING.map(({ withinMillis }) => withinMillis)) / DAY_MILLIS;

/** Of DynamoDB's point-in-time recovery. */
const RECOVERY_DAYS = 35;

const USAGE = `npm run ops -- erase --tenant T [--apply] [--bus B] [--stage S]

Deletes the tenant's webhooks with their secrets, its deliveries, those of deleted webhooks too, the events that are
listed for receivers, its addresses for notices by e-mail, and what is noted for a while; then says what is left and when it goes by itself. Export it first if the tenant wants it. It reads the whole delivery log.

  --tenant T  whose
  --apply     delete it for good; without, it is only counted
  --bus B     an imported bus, for the events Webhook Changed (default: the stage's own)
  --stage S   a stage in AWS; default: the running local system`;

interface Erased {
  webhooks: number;
  secrets: number;
  notes: number;
  deliveries: number;
  events: number;
}

export function eraseTenant(args: readonly string[], session: OpsSession): Promise<void> {
  const options = { tenant: { type: 'string' }, bus: { type: 'string' }, ...APPLY } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const tenantId = required(readTenantId, 'tenant', values.tenant);
    const bus = optional(readText, 'bus', values.bus);
    const resources = await connect();
    const deps = webhookDependencies(resources, bus, session);
    const erased = await erase(deps, resources, tenantId, values.apply, session);
    session.say(report(resources.stageName, tenantId, erased, values.apply));
  });
}

/** Webhooks first: as long as there is one, `dispatch` and `send` go on writing rows of it. */
async function erase(
  deps: WebhookDependencies,
  resources: StageResources,
  tenantId: TenantId,
  isApplied: boolean,
  { note }: OpsSession,
): Promise<Erased> {
  const dynamo = new DynamoDBClient(resources.clientSettings);
  const secretsManager = new SecretsManagerClient(resources.clientSettings);
  const erased: Erased = { webhooks: 0, secrets: 0, notes: 0, deliveries: 0, events: 0 };
  const secrets = await listStageSecrets(secretsManager, resources.secretPrefix, tenantId);
  erased.secrets = secrets.length;
  for (const { webhookId } of await deps.webhooks.list(tenantId)) {
    erased.webhooks += 1;
    const outcome = isApplied
      ? await deleteWebhook(deps, { tenantId, name: PLATFORM_TEAM }, webhookId, undefined)
      : undefined;
    if (outcome?.kind === 'refused') {
      throw new Error(outcome.problem.detail);
    }
  }
  for (const { webhookId } of isApplied ? secrets : []) {
    await deps.secrets.remove(tenantId, webhookId);
  }
  for await (const page of configItemsOf(dynamo, resources, tenantId)) {
    erased.notes += page.items.length;
    if (isApplied) {
      await deleteItems(dynamo, page);
    }
  }
  // Not yet deleted, a webhook is one of them.
  erased.notes -= isApplied ? 0 : erased.webhooks;
  for await (const page of deliveriesOf(dynamo, resources, tenantId)) {
    const events = page.items.filter(isEvent).length;
    erased.events += events;
    erased.deliveries += page.items.length - events;
    if (isApplied) {
      await deleteItems(dynamo, page);
    }
    note(`  ${erased.deliveries} deliveries, ${erased.events} events`);
  }
  return erased;
}

function report(stageName: string, tenantId: TenantId, erased: Erased, isApplied: boolean): string {
  const { webhooks, secrets, notes, deliveries, events } = erased;
  const what = `${webhooks} webhooks, ${secrets} secrets, ${notes} notes, ${deliveries} deliveries and ${events} events of ${tenantId}`;
  return isApplied
    ? [`${stageName}: ${what} are deleted.`, ...whatIsLeft(stageName, tenantId)].join('\n')
    : `${stageName}: ${what} would be deleted; add --apply to do it.`;
}

function whatIsLeft(stageName: string, tenantId: TenantId): readonly string[] {
  return [
    'What is left, and when it goes:',
    `  queues    messages of its findings, ${QUEUE_DAYS} days at most. One that is delivered meanwhile leaves a cancelled row: run`,
    '            this again when the queues are empty, or let the row expire',
    `  archive   its findings, as long as the stage says (archiveDays), ${DELIVERY_LOG_DAYS} days at most. An imported bus: its owner's`,
    '  logs      ids of its deliveries and webhooks, and hosts, as long as the stage says (logRetention)',
    `  asked     keyed hashes of addresses that were asked to confirm, ${ASKED_DAYS} days`,
    `  recovery  what the tables had, ${RECOVERY_DAYS} days, only by restoring a table`,
    `  accounts  of its people: aws cognito-idp admin-delete-user, for each whose custom:tenantId is ${tenantId}`,
    `            (stage ${stageName}; with another issuer, there)`,
  ];
}
