/** DynamoDB's restore is a model here: the embedded engine has none. */
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceNotFoundException,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { missingSecrets } from '../../scripts/ops/missing-secrets.ts';
import { checkRestorable, restoredName, restoreTable, type TableRestore } from '../../scripts/ops/restore-table.ts';
import { createSecretsManagerSecretStore } from '../../shared/webhook/secret-store.secrets-manager.ts';
import { createDynamoWebhookStore } from '../../shared/webhook/webhook-store.dynamo.ts';
import { anOpsSession, type OpsSessionRecord } from '../builders/ops-session.ts';
import { aWebhook, aWebhookId } from '../builders/webhook.ts';
import { useEngines } from '../fakes/local-engines.ts';

interface ModelTable {
  looksUntilActive: number;
  isProtected: boolean;
  hasRecovery: boolean;
  ttlAttribute: string | undefined;
}

const SOURCE = 'thalian-webhooks-production-config';
const RESTORED = 'thalian-webhooks-production-config-at-20261123t100000z';
const AT = new Date('2026-11-23T10:00:00.000Z');
const SPAN = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-24T00:00:00Z') };

class ModelDynamo {
  readonly tables = new Map<string, ModelTable>([
    [SOURCE, { looksUntilActive: 0, isProtected: true, hasRecovery: true, ttlAttribute: 'expiresAt' }],
  ]);
  restores = 0;

  async send(command: unknown): Promise<object> {
    if (command instanceof RestoreTableToPointInTimeCommand) {
      this.restores += 1;
      const name = String(command.input.TargetTableName);
      // Without any of the settings of its source.
      this.tables.set(name, { looksUntilActive: 2, isProtected: false, hasRecovery: false, ttlAttribute: undefined });
      return {};
    }
    const { input } = command as { input: { TableName?: string } };
    const table = this.tables.get(input.TableName ?? '');
    if (table === undefined) {
      throw new ResourceNotFoundException({ message: '', $metadata: {} });
    }
    if (command instanceof DescribeTableCommand) {
      table.looksUntilActive -= 1;
      const TableStatus = table.looksUntilActive < 0 ? 'ACTIVE' : 'CREATING';
      return { Table: { TableStatus, DeletionProtectionEnabled: table.isProtected } };
    }
    if (command instanceof DescribeContinuousBackupsCommand) {
      const { from: EarliestRestorableDateTime, to: LatestRestorableDateTime } = SPAN;
      const PointInTimeRecoveryStatus = table.hasRecovery ? 'ENABLED' : 'DISABLED';
      const PointInTimeRecoveryDescription = {
        PointInTimeRecoveryStatus,
        ...(table.hasRecovery && { EarliestRestorableDateTime, LatestRestorableDateTime }),
      };
      return { ContinuousBackupsDescription: { PointInTimeRecoveryDescription } };
    }
    if (command instanceof DescribeTimeToLiveCommand) {
      return { TimeToLiveDescription: { TimeToLiveStatus: table.ttlAttribute ? 'ENABLED' : 'DISABLED' } };
    }
    return this.change(table, command);
  }

  private change(table: ModelTable, command: unknown): object {
    if (command instanceof UpdateTimeToLiveCommand) {
      if (table.ttlAttribute !== undefined) {
        throw new Error('TimeToLive is already enabled');
      }
      table.ttlAttribute = command.input.TimeToLiveSpecification?.AttributeName;
    } else if (command instanceof UpdateContinuousBackupsCommand) {
      table.hasRecovery = true;
    } else if (command instanceof UpdateTableCommand) {
      table.isProtected = command.input.DeletionProtectionEnabled ?? false;
    } else {
      throw new Error('The model knows no such command');
    }
    return {};
  }
}

function aRestore(dynamo: ModelDynamo, overrides: Partial<TableRestore> = {}): TableRestore {
  return {
    dynamo: dynamo as unknown as TableRestore['dynamo'],
    source: SOURCE,
    at: AT,
    ttlAttribute: 'expiresAt',
    note: () => {},
    pause: async () => {},
    ...overrides,
  };
}

describe('a restored table', () => {
  it('has the settings of its source again', async () => {
    const dynamo = new ModelDynamo();
    expect(await restoreTable(aRestore(dynamo))).toBe(RESTORED);
    expect(dynamo.tables.get(RESTORED)).toMatchObject({
      isProtected: true,
      hasRecovery: true,
      ttlAttribute: 'expiresAt',
    });
  });

  it('is taken up by a second run, wherever the first ended', async () => {
    const dynamo = new ModelDynamo();
    const pause = async () => {
      throw new Error('interrupted');
    };
    await expect(restoreTable(aRestore(dynamo, { pause }))).rejects.toThrow('interrupted');
    await restoreTable(aRestore(dynamo));
    await restoreTable(aRestore(dynamo));
    expect(dynamo.restores).toBe(1);
    expect(dynamo.tables.get(RESTORED)).toMatchObject({ isProtected: true, ttlAttribute: 'expiresAt' });
  });

  it('is named by the table and the moment, also if it comes from a restored one', () => {
    expect(restoredName(SOURCE, AT)).toBe(RESTORED);
    expect(restoredName(RESTORED, new Date('2026-11-24T00:00:00.000Z'))).toBe(`${SOURCE}-at-20261124t000000z`);
  });

  it.each([
    ['before what is kept', new Date('2026-10-01T00:00:00Z')],
    ['after the last moment', new Date('2026-12-01T00:00:00Z')],
  ])('cannot be had of a moment %s', async (_when, at) => {
    await expect(checkRestorable(aRestore(new ModelDynamo(), { at }))).rejects.toThrow('--to is between 2026-11-01T');
  });

  it('cannot be had without point-in-time recovery', async () => {
    const dynamo = new ModelDynamo();
    dynamo.tables.set(SOURCE, { looksUntilActive: 0, isProtected: false, hasRecovery: false, ttlAttribute: undefined });
    await expect(checkRestorable(aRestore(dynamo))).rejects.toThrow('has no point-in-time recovery');
  });
});

describe('missing secrets', () => {
  const engines = useEngines();
  let session: OpsSessionRecord;
  beforeEach(() => {
    session = anOpsSession(engines());
  });

  it('are those of a version that is not there: their webhooks are listed, then paused, and no other', async () => {
    const { dynamo, tables, secretsManager } = engines();
    const { tenantId } = aWebhook();
    const secrets = createSecretsManagerSecretStore(secretsManager, 'thalian-webhooks/local/');
    const store = createDynamoWebhookStore(dynamo, tables.config);
    const kept = await secrets.create(tenantId, aWebhookId('wh_kept'), crypto.randomUUID(), {});
    const [none, gone] = [crypto.randomUUID(), { arn: 'arn:aws:secretsmanager:::secret:gone', versionId: 'v1' }];
    const states = {
      wh_kept: kept,
      wh_without: undefined,
      wh_gone: gone,
      wh_other_version: { ...kept, versionId: none },
    };
    for (const [id, secret] of Object.entries(states)) {
      await store.add(tenantId, aWebhook({ webhookId: aWebhookId(id), ...(secret && { secret }) }));
    }
    const paused = async () =>
      (await store.list(tenantId)).filter(({ state }) => state.kind === 'paused').map(({ webhookId }) => webhookId);

    await missingSecrets([], session);
    expect(session.said.at(-1)).toContain('local: 2 of 4 webhooks name a secret that is not there. Add --apply');
    expect(session.noted.join()).toContain('wh_gone');
    expect(await paused()).toEqual([]);
    await missingSecrets(['--apply'], session);
    expect(await paused()).toEqual(['wh_gone', 'wh_other_version']);
  });
});
