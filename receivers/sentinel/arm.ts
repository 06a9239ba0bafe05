/**
 * Templates of Azure Resource Manager, as far as the pack needs them, by the reference of each resource's API version. The models of
 * Azure's clients on npm are of another shape: they lift what a template has below `properties`, and they weigh 45 MB.
 */

export interface Template {
  readonly $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
  readonly contentVersion: string;
  readonly metadata: { readonly description: string };
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, { readonly type: 'string'; readonly value: Expression }>>;
}

interface Parameter {
  readonly type: 'string' | 'bool';
  readonly defaultValue?: string | boolean;
  readonly metadata: { readonly description: string };
}

/** Computed at deployment: `[resourceGroup().location]`. */
export type Expression = `[${string}]`;

export type Resource = Table | CollectionRule | RoleAssignment | AnalyticsRule | SavedFunction;

export interface Table {
  readonly type: 'Microsoft.OperationalInsights/workspaces/tables';
  readonly apiVersion: '2025-02-01';
  readonly name: Expression;
  readonly properties: {
    /** Analytics rules read no other plan. */
    readonly plan: 'Analytics';
    readonly schema: { readonly name: string; readonly columns: readonly TableColumn[] };
  };
}

export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'real' | 'long' | 'dateTime' | 'dynamic';
  readonly description: string;
}

export interface CollectionRule {
  readonly type: 'Microsoft.Insights/dataCollectionRules';
  readonly apiVersion: '2024-03-11';
  readonly name: string;
  readonly location: Expression;
  readonly dependsOn: readonly Expression[];
  /** With an endpoint of its own. */
  readonly kind: 'Direct';
  readonly properties: {
    readonly description: string;
    readonly streamDeclarations: Readonly<Record<string, { readonly columns: readonly StreamColumn[] }>>;
    readonly destinations: {
      readonly logAnalytics: readonly { readonly name: string; readonly workspaceResourceId: Expression }[];
    };
    readonly dataFlows: readonly {
      readonly streams: readonly string[];
      readonly destinations: readonly string[];
      readonly transformKql: string;
      readonly outputStream: string;
    }[];
  };
}

/** The types of a stream are spelt in another way than those of a table. */
export interface StreamColumn {
  readonly name: string;
  readonly type: 'string' | 'real' | 'long' | 'datetime' | 'dynamic';
}

export interface RoleAssignment {
  readonly type: 'Microsoft.Authorization/roleAssignments';
  readonly apiVersion: '2022-04-01';
  readonly name: Expression;
  readonly scope: string;
  readonly dependsOn: readonly Expression[];
  readonly properties: {
    readonly roleDefinitionId: Expression;
    readonly principalId: Expression;
    readonly principalType: 'ServicePrincipal';
  };
}

export type AlertSeverity = 'High' | 'Medium' | 'Low' | 'Informational';

export interface AnalyticsRule {
  readonly type: 'Microsoft.SecurityInsights/alertRules';
  readonly apiVersion: '2025-06-01';
  readonly name: Expression;
  readonly scope: Expression;
  readonly kind: 'Scheduled';
  readonly properties: {
    readonly displayName: string;
    readonly description: string;
    readonly enabled: Expression;
    readonly query: string;
    /** Durations of ISO 8601. */
    readonly queryFrequency: string;
    readonly queryPeriod: string;
    readonly severity: AlertSeverity;
    readonly suppressionDuration: string;
    readonly suppressionEnabled: boolean;
    readonly triggerOperator: 'GreaterThan';
    readonly triggerThreshold: number;
    readonly eventGroupingSettings: { readonly aggregationKind: 'AlertPerResult' | 'SingleAlert' };
    readonly alertDetailsOverride: {
      readonly alertDisplayNameFormat: string;
      readonly alertDescriptionFormat: string;
      readonly alertSeverityColumnName: string;
      readonly alertDynamicProperties: readonly { readonly alertProperty: 'AlertLink'; readonly value: string }[];
    };
    readonly customDetails: Readonly<Record<string, string>>;
    readonly entityMappings: readonly EntityMapping[];
    readonly incidentConfiguration: {
      readonly createIncident: boolean;
      readonly groupingConfiguration: {
        readonly enabled: boolean;
        readonly reopenClosedIncident: boolean;
        readonly lookbackDuration: string;
        readonly matchingMethod: 'Selected';
        readonly groupByCustomDetails: readonly string[];
      };
    };
  };
}

export interface EntityMapping {
  readonly entityType: 'Account' | 'Host' | 'AzureResource';
  readonly fieldMappings: readonly {
    readonly identifier: 'FullName' | 'HostName' | 'ResourceId';
    readonly columnName: string;
  }[];
}

export interface SavedFunction {
  readonly type: 'Microsoft.OperationalInsights/workspaces/savedSearches';
  readonly apiVersion: '2020-08-01';
  readonly name: Expression;
  readonly properties: {
    readonly etag: '*';
    readonly category: string;
    readonly displayName: string;
    readonly functionAlias: string;
    readonly functionParameters: string;
    readonly query: string;
    readonly version: 2;
  };
}

export const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
