/** The receiver's records in a table of its own: one item per request, and one counter per webhook-id. */
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { RecordedRequest, RequestRecords } from './receive.ts';

export const RECORDS_KEYS = { partition: 'pk', sort: 'sk' } as const;

const requestSchema = z.object({
  receivedAt: z.number(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  answered: z.union([
    z.literal('no-answer'),
    z.object({
      statusCode: z.number(),
      afterMillis: z.number(),
      headers: z.record(z.string(), z.string()),
      body: z.string(),
    }),
  ]),
}) satisfies z.ZodType<RecordedRequest>;

export function createDynamoRecords(client: DynamoDBClient, TableName: string, newId: () => string): RequestRecords {
  return {
    async countUp(webhookId) {
      const { Attributes = {} } = await client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(`COUNT#${webhookId}`, 'COUNT'),
          UpdateExpression: 'ADD requests :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return Number(Attributes['requests']?.N);
    },

    async add(request) {
      // By time, as long as milliseconds have thirteen digits; requests of the same one by anything.
      const Item = { ...keyOf(`PATH#${request.path}`, `${request.receivedAt}#${newId()}`), ...marshall({ request }) };
      await client.send(new PutItemCommand({ TableName, Item }));
    },

    async list(path) {
      const requests: RecordedRequest[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName,
          KeyConditionExpression: '#pk = :path',
          ExpressionAttributeNames: { '#pk': RECORDS_KEYS.partition },
          ExpressionAttributeValues: { ':path': { S: `PATH#${path}` } },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        requests.push(...Items.map((item) => requestSchema.parse(unmarshall(item)['request'])));
      }
      return requests;
    },
  };
}

function keyOf(partition: string, sort: string): Record<string, AttributeValue> {
  return { [RECORDS_KEYS.partition]: { S: partition }, [RECORDS_KEYS.sort]: { S: sort } };
}
