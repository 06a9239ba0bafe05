/** The two tables of the topology, on demand, kept or destroyed with the stack as the stage says. */
import { Validations } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  type CfnTable,
  type ITable,
  ProjectionType,
  Table,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { physicalName } from '../../shared/topology/physical-names.ts';
import { CONFIG_TABLE, DELIVERY_LOG, type KeyAttribute, type TableShape } from '../../shared/topology/tables.ts';
import type { Stage } from '../stages.ts';
import type { KeptData } from './kept-data.ts';

export interface TablesProps {
  readonly stage: Stage;
  readonly keptData: KeptData;
}

const ATTRIBUTE_TYPES = { S: AttributeType.STRING, N: AttributeType.NUMBER };

export class Tables extends Construct {
  readonly config: ITable;
  readonly deliveryLog: ITable;

  constructor(scope: Construct, id: string, { stage, keptData }: TablesProps) {
    super(scope, id);
    const { config, deliveryLog } = stage.restoredTables ?? {};
    const ownConfig = this.createTable('Config', CONFIG_TABLE, stage, 'config', keptData);
    const ownLog = this.createTable('DeliveryLog', DELIVERY_LOG, stage, 'delivery-log', keptData);
    this.config = this.inUse('RestoredConfig', ownConfig, config);
    this.deliveryLog = this.inUse('RestoredDeliveryLog', ownLog, deliveryLog);
  }

  /** The stage's own stays in the stack, whichever is in use: its data may be needed still. */
  private inUse(id: string, own: Table, restored: string | undefined): ITable {
    // The class is its own interface in all but exactOptionalPropertyTypes: it spells two properties differently.
    return restored === undefined ? (own as ITable) : Table.fromTableName(this, id, restored);
  }

  private createTable(id: string, shape: TableShape, stage: Stage, name: string, keptData: KeptData): Table {
    const kept = stage.dataOnDelete === 'keep';
    const table = new Table(this, id, {
      tableName: physicalName(stage.name, name),
      partitionKey: attribute(shape.partitionKey),
      sortKey: attribute(shape.sortKey),
      timeToLiveAttribute: shape.ttlAttribute,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: kept },
      removalPolicy: keptData.removalPolicy,
    });
    keptData.protect(table.node.defaultChild as CfnTable, 'DeletionProtectionEnabled', true);
    for (const index of shape.indexes) {
      table.addGlobalSecondaryIndex({
        indexName: index.indexName,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    if (!kept) {
      Validations.of(table).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason:
          'The stage declares its data disposable (dataOnDelete in infra/stages.ts): there is nothing to restore.',
      });
    }
    return table;
  }
}

function attribute({ name, type }: KeyAttribute): Attribute {
  return { name, type: ATTRIBUTE_TYPES[type] };
}
