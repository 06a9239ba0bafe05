import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { CONFIG_TABLE, DELIVERY_LOG, type KeyAttribute } from '../../shared/topology/tables.ts';
import { aProductionStage, environmentOf, permissionsOf, synthesise, theResource } from './synthesise.ts';

const SHAPES = { config: CONFIG_TABLE, 'delivery-log': DELIVERY_LOG };

describe('the tables', () => {
  const { production, e2e } = createStages({});
  const kept = synthesise(production);
  const disposable = synthesise(e2e);

  it('are those of the topology', () => {
    kept.resourceCountIs('AWS::DynamoDB::Table', Object.keys(SHAPES).length);
  });

  describe.each(Object.entries(SHAPES))('%s', (name, shape) => {
    const table = theResource(kept, 'AWS::DynamoDB::Table', { TableName: `thalian-webhooks-production-${name}` });
    const properties = table['Properties'];

    it('has the keys, indexes and expiry of its shape', () => {
      const keys = [shape, ...shape.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
      expect(properties.KeySchema).toEqual(keySchema(shape));
      expect(properties.AttributeDefinitions).toEqual(
        keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
      );
      expect(properties.TimeToLiveSpecification).toEqual({ AttributeName: shape.ttlAttribute, Enabled: true });
      expect(properties.GlobalSecondaryIndexes ?? []).toEqual(
        shape.indexes.map((index) => ({
          IndexName: index.indexName,
          KeySchema: keySchema(index),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      );
    });

    it('is paid by request', () => {
      expect(properties.BillingMode).toBe('PAY_PER_REQUEST');
    });

    it('outlives the stack of production, and can be restored to any second', () => {
      expect(table['DeletionPolicy']).toBe('RetainExceptOnCreate');
      expect(table['UpdateReplacePolicy']).toBe('Retain');
      expect(properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    });

    it('goes with the stack of a stage whose data is disposable', () => {
      const gone = theResource(disposable, 'AWS::DynamoDB::Table', { TableName: `thalian-webhooks-e2e-${name}` });
      expect(gone['DeletionPolicy']).toBe('Delete');
    });
  });
});

describe('a restored table', () => {
  const restored = 'thalian-webhooks-production-config-at-20261123t100000z';
  const template = synthesise(aProductionStage({ restoredTables: { config: restored } }));

  it('is the one that every function reads, writes and may use', () => {
    for (const name of ['dispatch', 'send', 'reconcile', 'api']) {
      const functionName = `thalian-webhooks-production-${name}`;
      const { CONFIG_TABLE_NAME: table } = environmentOf(template, functionName);
      expect([restored, undefined]).toContain(table);
      const resources = Object.keys(permissionsOf(template, functionName));
      expect(resources.filter((resource) => resource === 'thalian-webhooks-production-config')).toEqual([]);
      expect(resources.some((resource) => resource.endsWith(`table/${restored}`))).toBe(table === restored);
    }
    expect(environmentOf(template, 'thalian-webhooks-production-send')['CONFIG_TABLE_NAME']).toBe(restored);
  });

  it('is what alarms watch and what operators are told, and leaves the own one in the stack', () => {
    template.hasOutput('ConfigTableName', { Value: restored });
    template.resourceCountIs('AWS::DynamoDB::Table', Object.keys(SHAPES).length);
    expect(JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'))).toContain(restored);
  });
});

function keySchema({ partitionKey, sortKey }: { readonly partitionKey: KeyAttribute; readonly sortKey: KeyAttribute }) {
  return [
    { AttributeName: partitionKey.name, KeyType: 'HASH' },
    { AttributeName: sortKey.name, KeyType: 'RANGE' },
  ];
}
