/** One item per webhook that has given a notice, in the config table beside it. The table's TTL takes it away. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DependencyUnavailable } from '../runtime/dependency-unavailable.port.ts';
import type { TenantId, WebhookId } from '../runtime/ids.ts';
import { tenantKey } from '../runtime/keys.dynamo.ts';
import { CONFIG_TABLE } from '../topology/tables.ts';
import { parseNoticeMark } from './notice-mark.schema.ts';
import { NOTICE_MARK_DAYS, type NoticeMarks } from './notice-marks.port.ts';

const DAY_SECONDS = 24 * 60 * 60;

/** Notices to a webhook, and those by e-mail: each way has a mark of its own, so that none holds back the other. */
const PREFIXES = { webhook: 'NOTICE#', mail: 'MAILED-NOTICE#' } as const;

export function createDynamoNoticeMarks(
  client: DynamoDBClient,
  tableName: string,
  way: keyof typeof PREFIXES = 'webhook',
): NoticeMarks {
  const keyOf = (tenantId: TenantId, webhookId: WebhookId) =>
    marshall({ pk: tenantKey(tenantId), sk: PREFIXES[way] + webhookId });
  return {
    async find(tenantId, webhookId) {
      const Key = keyOf(tenantId, webhookId);
      try {
        const command = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
        const { Item = {} } = await client.send(command);
        return parseNoticeMark(unmarshall(Item)['notice']);
      } catch (cause) {
        throw new DependencyUnavailable('config-table', 'read the latest notice about a webhook', cause);
      }
    },

    async replace(tenantId, webhookId, before, mark) {
      const expiresAt = Math.floor(mark.at / 1000) + NOTICE_MARK_DAYS * DAY_SECONDS;
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(tenantId, webhookId),
        UpdateExpression: `SET notice = :mark, ${CONFIG_TABLE.ttlAttribute} = :expiresAt`,
        ConditionExpression: before === undefined ? 'attribute_not_exists(notice)' : 'notice.eventId = :before',
        ExpressionAttributeValues: marshall({
          ':mark': mark,
          ':expiresAt': expiresAt,
          ...(before !== undefined && { ':before': before.eventId }),
        }),
      });
      try {
        await client.send(command);
        return 'written';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return 'conflict';
        }
        throw new DependencyUnavailable('config-table', 'note a notice about a webhook', error);
      }
    },
  };
}
