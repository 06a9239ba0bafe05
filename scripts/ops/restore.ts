/** `npm run ops -- restore`: a table as it was at a moment, as a new table that the stage's settings then name. */
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readInstant, readOneOf, required } from '../../local/command-line.ts';
import { CONFIG_TABLE, DELIVERY_LOG } from '../../shared/topology/tables.ts';
import type { StageResources } from '../stage-resources.ts';
import { APPLY, runCommand } from './command.ts';
import { checkRestorable, restoredName, restoreTable, type TableRestore } from './restore-table.ts';
import type { OpsSession } from './session.ts';

const TABLES = ['config', 'delivery-log'] as const;

type RestorableTable = (typeof TABLES)[number];

const USAGE = `npm run ops -- restore --table ${TABLES.join('|')} --to INSTANT [--apply] --stage S

Makes a new table of what the table had at that moment, with TTL, point-in-time recovery and deletion protection set again. The
service goes on with the old one until the stage names the new one (restoredTables in infra/stages.ts) and is deployed. Then
npm run ops -- missing-secrets looks for webhooks whose secret is gone. All of it in docs/runbook.md, "Restore a table".

  --table T     which
  --to INSTANT  ISO 8601 with a zone, to the second
  --apply       restore; without, it only says whether it can
  --stage S     a stage in AWS`;

const MILLIS_BETWEEN_LOOKS = 20_000;

const SETTINGS: Readonly<Record<RestorableTable, string>> = { config: 'config', 'delivery-log': 'deliveryLog' };

export function restore(args: readonly string[], session: OpsSession): Promise<void> {
  const options = { table: { type: 'string' }, to: { type: 'string' }, ...APPLY } as const;
  return runCommand(USAGE, options, args, session, async (values, connect) => {
    const table = required((name, text) => readOneOf(name, text, TABLES), 'table', values.table);
    const at = new Date(required(readInstant, 'to', values.to));
    await run(await connect(), table, at, values.apply, session);
  });
}

async function run(
  { stageName, clientSettings, configTable, deliveryLog }: StageResources,
  table: RestorableTable,
  at: Date,
  isApplied: boolean,
  { say, note }: OpsSession,
): Promise<void> {
  const source = table === 'config' ? configTable : deliveryLog;
  const shape = table === 'config' ? CONFIG_TABLE : DELIVERY_LOG;
  const task: TableRestore = {
    dynamo: new DynamoDBClient(clientSettings),
    source,
    at,
    ttlAttribute: shape.ttlAttribute,
    note,
    pause: () => wait(MILLIS_BETWEEN_LOOKS),
  };
  await checkRestorable(task);
  if (!isApplied) {
    say(`${source} as of ${at.toISOString()} would become ${restoredName(source, at)}; add --apply to do it.`);
    return;
  }
  const restored = await restoreTable(task);
  say(
    `${stageName}: ${restored} is there. Name it in infra/stages.ts, restoredTables: { ${SETTINGS[table]}: '${restored}' }, deploy, then: npm run ops -- missing-secrets --stage ${stageName}`,
  );
}
