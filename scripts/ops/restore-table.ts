/** A table as it was at a moment, as a new table with the settings that a restore leaves out. Each step can be repeated. */
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  RestoreTableToPointInTimeCommand,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';

export interface TableRestore {
  readonly dynamo: Pick<DynamoDBClient, 'send'>;
  readonly source: string;
  readonly at: Date;
  readonly ttlAttribute: string;
  readonly note: (text: string) => void;
  /** Between two looks at a table that is being restored. */
  readonly pause: () => Promise<unknown>;
}

export function restoredName(source: string, at: Date): string {
  const moment = at
    .toISOString()
    .replaceAll(/[-:]|\.\d+/g, '')
    .toLowerCase();
  return `${source.replace(/-at-\d{8}t\d{6}z$/, '')}-at-${moment}`;
}

/** Throws, in words for the operator, if the table cannot be had as it was then. */
export async function checkRestorable({ dynamo, source, at }: TableRestore): Promise<void> {
  const { ContinuousBackupsDescription: backups } = await dynamo.send(
    new DescribeContinuousBackupsCommand({ TableName: source }),
  );
  const recovery = backups?.PointInTimeRecoveryDescription;
  const [earliest, latest] = [recovery?.EarliestRestorableDateTime, recovery?.LatestRestorableDateTime];
  if (recovery?.PointInTimeRecoveryStatus !== 'ENABLED' || earliest === undefined || latest === undefined) {
    throw new Error(`${source} has no point-in-time recovery: only a stage that keeps its data has (dataOnDelete).`);
  }
  if (at < earliest || at > latest) {
    throw new Error(`--to is between ${earliest.toISOString()} and ${latest.toISOString()} for ${source}.`);
  }
}

/** Answers the new table's name. One that an earlier run began is taken up. */
export async function restoreTable(restore: TableRestore): Promise<string> {
  const { dynamo, source, at, note, pause } = restore;
  const target = restoredName(source, at);
  if ((await describe(restore, target)) === undefined) {
    note(`  ${target} is being restored: it takes minutes, for a large table hours. If this ends, run it again.`);
    const command = new RestoreTableToPointInTimeCommand({
      SourceTableName: source,
      TargetTableName: target,
      RestoreDateTime: at,
    });
    await dynamo.send(command);
  }
  while ((await describe(restore, target))?.TableStatus !== 'ACTIVE') {
    await pause();
  }
  await setAgain(restore, target);
  return target;
}

/** A restored table has no TTL, no recovery of its own and no protection (DynamoDB guide, "Point-in-time recovery"). */
async function setAgain(restore: TableRestore, TableName: string): Promise<void> {
  const { dynamo, source, ttlAttribute, note } = restore;
  const { TimeToLiveDescription: ttl } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
  // Refused where it is on already (API reference, UpdateTimeToLive).
  if (ttl?.TimeToLiveStatus !== 'ENABLED' && ttl?.TimeToLiveStatus !== 'ENABLING') {
    const TimeToLiveSpecification = { AttributeName: ttlAttribute, Enabled: true };
    await dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }
  await dynamo.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  const isProtected = (await describe(restore, source))?.DeletionProtectionEnabled ?? false;
  if (isProtected) {
    await dynamo.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  }
  note(`  TTL and point-in-time recovery are on again${isProtected ? ', and deletion protection' : ''}`);
}

async function describe({ dynamo }: TableRestore, TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamo.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
}
