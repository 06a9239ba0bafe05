/** What Lambda runs as the suite's receiver. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { createDynamoRecords } from './dynamo-records.ts';
import { createReceiver } from './handler.ts';

const { RECORDS_TABLE_NAME: tableName } = z.object({ RECORDS_TABLE_NAME: z.string() }).parse(process.env);

export const handler = createReceiver({
  records: createDynamoRecords(new DynamoDBClient(), tableName, randomUUID),
  now: Date.now,
  wait,
});
