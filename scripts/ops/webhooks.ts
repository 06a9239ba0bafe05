/** `npm run ops -- webhooks`: a tenant's webhooks as the platform team needs to see them. No secret is read. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HEALTHS_SIDE_BY_SIDE, readHealth } from '../../functions/api/deliveries/health.ts';
import { sideBySide } from '../../functions/api/side-by-side.ts';
import { readTenantId, required } from '../../local/command-line.ts';
import { toHealth } from '../../shared/api/webhook-health.schema.ts';
import { toWebhookResponse, type WebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { createDynamoDeliveryHistory } from '../../shared/delivery/delivery-history.dynamo.ts';
import { oneLine } from '../../shared/finding/finding-words.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import { listWords } from '../../shared/webhook/alert-rule.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import type { StageResources } from '../stage-resources.ts';
import { runCommand } from './command.ts';
import type { OpsSession } from './session.ts';

const USAGE = `npm run ops -- webhooks --tenant T [--json] [--stage S]

  --tenant T  whose
  --json      all that the API would show, as JSON`;

export function listWebhooks(args: readonly string[], session: OpsSession): Promise<void> {
  const options = { tenant: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const tenantId = required(readTenantId, 'tenant', values.tenant);
    await list(await connect(), tenantId, values.json, session);
  });
}

async function list(
  { stageName, clientSettings, configTable, deliveryLog }: StageResources,
  tenantId: TenantId,
  isJson: boolean,
  { say }: OpsSession,
): Promise<void> {
  const dynamo = new DynamoDBClient(clientSettings);
  const history = createDynamoDeliveryHistory(dynamo, deliveryLog);
  const webhooks = await createDynamoWebhookStore(dynamo, configTable).list(tenantId);
  const responses = await sideBySide(webhooks, HEALTHS_SIDE_BY_SIDE, async (webhook) => ({
    ...toWebhookResponse(webhook, Date.now()),
    health: toHealth(webhook, await readHealth({ history, clock: systemClock }, webhook), Date.now()),
  }));
  if (isJson) {
    say(inAscii(JSON.stringify(responses, undefined, 2)));
    return;
  }
  say(`${stageName}: ${tenantId} has ${responses.length} webhooks`);
  for (const response of responses) {
    say(`\n${describeWebhook(response)}`);
  }
}

export function describeWebhook(response: WebhookResponse): string {
  const lines = describe(response).map((line) => `  ${oneLine(line)}`);
  return [`${response.id}  ${oneLine(response.name)}`, ...lines].join('\n');
}

function describe({
  url,
  format,
  state,
  stateReason,
  alerts,
  isSigned,
  publicKeys,
  pace,
  noticesTo,
  health,
  updatedAt,
  updatedBy,
}: WebhookResponse) {
  const { failed, held, waiting, failingSince, lastDelivery, nextRetryAt } = health;
  const lists = listWords(alerts);
  const last = lastDelivery && `last ${lastDelivery.id}, ${lastDelivery.status}, detected ${lastDelivery.detectedAt}`;
  return [
    `${url} (${format}, ${signingWords(isSigned, publicKeys !== undefined)})`,
    `${state}${stateReason === undefined ? '' : ` (${stateReason})`}, alerts ${alerts.enabled ? `from ${alerts.minSeverity}` : 'off'}${lists === '' ? '' : `, only ${lists}`}`,
    `failed ${countText(failed)}, held ${countText(held)}${failingSince === undefined ? '' : `, failing since ${failingSince}`}`,
    ...(pace === undefined ? [] : [`at most ${pace.perMinute} a minute`]),
    ...(noticesTo === undefined ? [] : [`notices about it go to ${noticesTo}`]),
    ...(waiting === undefined ? [] : [`waiting ${countText(waiting)}, until about ${waiting.expectedAt}`]),
    ...(last === undefined ? [] : [last]),
    ...(nextRetryAt === undefined ? [] : [`next retry ${nextRetryAt}`]),
    `changed ${updatedAt} by ${updatedBy}`,
  ];
}

function signingWords(hasSecret: boolean, hasKey: boolean): string {
  if (hasSecret) {
    return hasKey ? 'signed by secret and key' : 'signed';
  }
  return hasKey ? 'signed by key' : 'not signed';
}

/** The same JSON, in which no character moves a terminal's cursor or turns the direction of a line. */
export function inAscii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function countText({ count, isCapped }: WebhookResponse['health']['failed']): string {
  return isCapped ? `${count}+` : String(count);
}
