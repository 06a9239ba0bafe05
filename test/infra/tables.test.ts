import { describe, expect, it } from 'vitest';
import { createStages } from '../../infra/stages.ts';
import { CONFIG_TABLE, DELIVERY_LOG, type KeyAttribute } from '../../shared/topology/tables.ts';
import { synthesise, theResource } from './synthesise.ts';

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

function keySchema({ partitionKey, sortKey }: { readonly partitionKey: KeyAttribute; readonly sortKey: KeyAttribute }) {
  return [
    { AttributeName: partitionKey.name, KeyType: 'HASH' },
    { AttributeName: sortKey.name, KeyType: 'RANGE' },
  ];
}
