/** The two tables of the topology, on demand, kept or destroyed with the stack as the stage says. */
import { Validations } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  type CfnTable,
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
  readonly config: Table;
  readonly deliveryLog: Table;

  constructor(scope: Construct, id: string, { stage, keptData }: TablesProps) {
    super(scope, id);
    this.config = this.createTable('Config', CONFIG_TABLE, stage, 'config', keptData);
    this.deliveryLog = this.createTable('DeliveryLog', DELIVERY_LOG, stage, 'delivery-log', keptData);
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
