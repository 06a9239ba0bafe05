/** What takes findings in: the table, the data collection rule with its endpoint, and the right to write to it. */
import { DEFAULT_STREAM } from '../../shared/destinations/sentinel/sentinel.ts';
import { type CollectionRule, type RoleAssignment, SCHEMA, type Table, type Template } from './arm.ts';
import { STREAM_COLUMNS, TABLE, TABLE_COLUMNS, TRANSFORMATION } from './columns.ts';

const RULE_NAME = 'thalian-findings';
const WORKSPACE = 'workspace';

/** Monitoring Metrics Publisher: the one role that the Logs Ingestion API asks for (Azure's built-in roles). */
const ROLE_ID = '3913510d-42f4-4e42-8a64-420c390055eb';

const RULE_ID = `resourceId('Microsoft.Insights/dataCollectionRules', '${RULE_NAME}')`;

const table: Table = {
  type: 'Microsoft.OperationalInsights/workspaces/tables',
  apiVersion: '2025-02-01',
  name: `[format('{0}/${TABLE}', parameters('workspaceName'))]`,
  properties: { plan: 'Analytics', schema: { name: TABLE, columns: TABLE_COLUMNS } },
};

const rule: CollectionRule = {
  type: 'Microsoft.Insights/dataCollectionRules',
  apiVersion: '2024-03-11',
  name: RULE_NAME,
  location: "[parameters('location')]",
  dependsOn: [
    `[resourceId('Microsoft.OperationalInsights/workspaces/tables', parameters('workspaceName'), '${TABLE}')]`,
  ],
  kind: 'Direct',
  properties: {
    description: 'Takes findings from Thalian by the Logs Ingestion API',
    streamDeclarations: { [DEFAULT_STREAM]: { columns: STREAM_COLUMNS } },
    destinations: {
      logAnalytics: [
        {
          name: WORKSPACE,
          workspaceResourceId: "[resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspaceName'))]",
        },
      ],
    },
    dataFlows: [
      {
        streams: [DEFAULT_STREAM],
        destinations: [WORKSPACE],
        transformKql: TRANSFORMATION,
        outputStream: `Custom-${TABLE}`,
      },
    ],
  },
};

const role: RoleAssignment = {
  type: 'Microsoft.Authorization/roleAssignments',
  apiVersion: '2022-04-01',
  name: `[guid(${RULE_ID}, parameters('servicePrincipalObjectId'), '${ROLE_ID}')]`,
  scope: `Microsoft.Insights/dataCollectionRules/${RULE_NAME}`,
  dependsOn: [`[${RULE_ID}]`],
  properties: {
    roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${ROLE_ID}')]`,
    principalId: "[parameters('servicePrincipalObjectId')]",
    principalType: 'ServicePrincipal',
  },
};

export const COLLECTION: Template = {
  $schema: SCHEMA,
  contentVersion: '1.0.0.0',
  metadata: { description: 'Table, data collection rule and role for findings from Thalian' },
  parameters: {
    workspaceName: {
      type: 'string',
      metadata: { description: 'The Log Analytics workspace of Microsoft Sentinel, in this resource group' },
    },
    location: {
      type: 'string',
      defaultValue: '[resourceGroup().location]',
      metadata: { description: 'The region of the workspace: the rule must be in the same one' },
    },
    servicePrincipalObjectId: {
      type: 'string',
      metadata: {
        description: 'The object id of the service principal (enterprise application), not the application id',
      },
    },
  },
  resources: [table, rule, role],
  outputs: {
    logsIngestionEndpoint: {
      type: 'string',
      value: `[reference(${RULE_ID}, '2024-03-11').endpoints.logsIngestion]`,
    },
    dataCollectionRule: { type: 'string', value: `[reference(${RULE_ID}, '2024-03-11').immutableId]` },
  },
};
