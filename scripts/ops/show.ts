/** `npm run ops -- show`: one webhook with its latest deliveries and their attempts. No secret is read. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readHealth } from '../../functions/api/deliveries/health.ts';
import { optional, readCount, readTenantId, readWebhookId, required } from '../../local/command-line.ts';
import { type DeliveryDetailResponse, toDeliveryDetail } from '../../shared/api/delivery-responses.schema.ts';
import { toHealth } from '../../shared/api/webhook-health.schema.ts';
import { toWebhookResponse } from '../../shared/api/webhook-responses.schema.ts';
import { createDynamoDeliveryHistory } from '../../shared/delivery/delivery-history.dynamo.ts';
import { systemClock } from '../../shared/runtime/clock.system.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { runCommand, theWebhook } from './command.ts';
import type { OpsSession } from './session.ts';
import { describeWebhook, inAscii } from './webhooks.ts';

const DELIVERIES = 10;

const USAGE = `npm run ops -- show --tenant T --webhook W [--deliveries N] [--json] [--stage S]

  --tenant T      whose
  --webhook W     which
  --deliveries N  so many of its latest, by the detection of their findings (default: ${DELIVERIES})
  --json          all that the API would show, as JSON
  --stage S       a stage in AWS; default: the running local system`;

export function showWebhook(args: readonly string[], session: OpsSession): Promise<void> {
  const options = {
    tenant: { type: 'string' },
    webhook: { type: 'string' },
    deliveries: { type: 'string' },
    json: { type: 'boolean', default: false },
  } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const tenantId = required(readTenantId, 'tenant', values.tenant);
    const webhookId = required(readWebhookId, 'webhook', values.webhook);
    const limit = optional(readCount, 'deliveries', values.deliveries) ?? DELIVERIES;
    const { clientSettings, configTable, deliveryLog } = await connect();
    const dynamo = new DynamoDBClient(clientSettings);
    const history = createDynamoDeliveryHistory(dynamo, deliveryLog);
    const webhook = await theWebhook(createDynamoWebhookStore(dynamo, configTable), tenantId, webhookId);
    const now = Date.now();
    const health = toHealth(webhook, await readHealth({ history, clock: systemClock }, webhook), now);
    const response = { ...toWebhookResponse(webhook, now), health };
    const { rows } = await history.listByDetection(tenantId, webhookId, { limit });
    const line = health.waiting && { count: health.waiting, expectedAt: health.waiting.expectedAt };
    const deliveries = rows.map((row) => toDeliveryDetail(row, undefined, line));
    session.say(
      values.json
        ? inAscii(JSON.stringify({ ...response, deliveries }, undefined, 2))
        : [describeWebhook(response), '', ...deliveries.flatMap(describeDelivery)].join('\n'),
    );
  });
}

function describeDelivery({
  id,
  status,
  reason,
  nextAttemptAt,
  waiting,
  attemptLog,
}: DeliveryDetailResponse): readonly string[] {
  const why = reason === undefined ? '' : ` (${reason})`;
  const next = nextAttemptAt === undefined ? '' : `, next attempt ${nextAttemptAt}`;
  const turn =
    waiting === undefined ? '' : `, waits for its turn since ${waiting.since}, expected ${waiting.expectedAt}`;
  return [
    `${id}  ${status}${why}${next}${turn}`,
    ...attemptLog.map(
      ({ number, at, millis, statusCode, error, cause }) =>
        `  ${number}.  ${at}  ${error ?? statusCode ?? ''}${cause ? ` ${cause}` : ''}  ${millis} ms`,
    ),
  ];
}
