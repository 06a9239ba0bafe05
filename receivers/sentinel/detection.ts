/**
 * What makes alerts and incidents of findings: an analytics rule, and parsers that show them in the Alert schema of the
 * Advanced Security Information Model (ASIM).
 */
import { type AnalyticsRule, type SavedFunction, SCHEMA, type Template } from './arm.ts';
import { TABLE } from './columns.ts';

/** Azure drops a name of more bytes; a code point has up to four. */
const NAME_BYTES = 256;
/** A description has two texts and a link. Azure drops one of more than 5,000 bytes. */
const TEXT_CHARACTERS = 450;
const LINK_BYTES = 1_000;
/** Longer ids of findings are grouped by their hash: all details of an alert share 2,000 bytes. */
const KEY_CHARACTERS = 200;

const WORKSPACE = "format('Microsoft.OperationalInsights/workspaces/{0}', parameters('workspaceName'))";

/** The rule runs as often as it looks back by arrival, so that each row is in one run. */
const EVERY_MINUTES = 5;

/** A name of a host, in which ASIM and entities take no other sign. */
const HOST_NAME = "@'^[A-Za-z0-9][A-Za-z0-9-]{0,62}(\\.[A-Za-z0-9-]{1,63})*$'";

/**
 * Of each finding the row that is newest, once, whatever the order of arrival. Rows of payload version 1 have no revision and count
 * as 1, so that their times of detection decide.
 */
const NEWEST = `| extend Revision = coalesce(FindingRevision, tolong(1))
| order by FindingId asc, Revision desc, DetectedAt desc, ArrivedAt desc
| where FindingId != prev(FindingId, 1, "")`;

/** A resolved finding makes no alert, and takes the place of what came before it in the same run. */
export const RULE_QUERY = `${TABLE}
| extend ArrivedAt = ingestion_time()
| where ArrivedAt > ago(${EVERY_MINUTES}m)
${NEWEST}
| where FindingEvent != "resolved" and AlertSeverity != "Informational"
| extend Affected = iff(isnotempty(AffectedName), AffectedName, AffectedId)
| extend
    AlertTitle = case(
        string_size(FindingTitle) <= ${NAME_BYTES}, FindingTitle,
        string_size(substring(FindingTitle, 0, ${NAME_BYTES - 16})) <= ${NAME_BYTES - 6}, strcat(substring(FindingTitle, 0, ${NAME_BYTES - 16}), "…"),
        strcat(substring(FindingTitle, 0, ${(NAME_BYTES - 16) / 4}), "…")),
    AlertText = substring(iff(isnotempty(FindingDescription), FindingDescription, FindingTitle), 0, ${TEXT_CHARACTERS}),
    RemediationText = substring(RemediationSummary, 0, ${TEXT_CHARACTERS}),
    Guidance = iff(string_size(RemediationUrl) <= ${LINK_BYTES}, RemediationUrl, ""),
    FindingKey = iff(strlen(FindingId) <= ${KEY_CHARACTERS}, FindingId, hash_sha256(FindingId)),
    AccountName = iff(AffectedType == "identity", Affected, ""),
    HostName = iff(AffectedType == "asset" and Affected matches regex ${HOST_NAME}, Affected, ""),
    AzureResourceId = iff(AffectedId startswith "/subscriptions/", AffectedId, "")
`;

/** Each finding as it is. */
export const STATE_QUERY = `${TABLE}
| extend ArrivedAt = ingestion_time()
${NEWEST}
| extend IsOpen = FindingEvent != "resolved"
`;

const rule: AnalyticsRule = {
  type: 'Microsoft.SecurityInsights/alertRules',
  apiVersion: '2025-06-01',
  name: `[guid(resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspaceName')), 'thalian-finding')]`,
  scope: `[${WORKSPACE}]`,
  kind: 'Scheduled',
  properties: {
    displayName: 'Thalian finding',
    description:
      'Makes an alert of every finding that Thalian sends and that is open and more than information. It selects by the time of arrival: a finding that was delivered late is not missed.',
    enabled: "[parameters('enabled')]",
    query: RULE_QUERY,
    queryFrequency: `PT${EVERY_MINUTES}M`,
    // TimeGenerated is the time of arrival, too; the rest is what Azure may take to make a row readable.
    queryPeriod: 'PT1H',
    severity: 'Medium',
    suppressionDuration: 'PT1H',
    suppressionEnabled: false,
    triggerOperator: 'GreaterThan',
    triggerThreshold: 0,
    eventGroupingSettings: { aggregationKind: 'AlertPerResult' },
    alertDetailsOverride: {
      alertDisplayNameFormat: '{{AlertTitle}}',
      alertDescriptionFormat: '{{AlertText}}\n\nWhat to do: {{RemediationText}}\n{{Guidance}}',
      alertSeverityColumnName: 'AlertSeverity',
      alertDynamicProperties: [{ alertProperty: 'AlertLink', value: 'FindingUrl' }],
    },
    customDetails: {
      FindingKey: 'FindingKey',
      DeliveryId: 'DeliveryId',
      DetectedAt: 'DetectedAt',
      ArrivedAt: 'ArrivedAt',
      OriginalSeverity: 'OriginalSeverity',
      Score: 'SeverityScore',
      Platform: 'Platform',
      Category: 'FindingCategory',
      Event: 'FindingEvent',
      Revision: 'Revision',
    },
    entityMappings: [
      { entityType: 'Account', fieldMappings: [{ identifier: 'FullName', columnName: 'AccountName' }] },
      { entityType: 'Host', fieldMappings: [{ identifier: 'HostName', columnName: 'HostName' }] },
      { entityType: 'AzureResource', fieldMappings: [{ identifier: 'ResourceId', columnName: 'AzureResourceId' }] },
    ],
    incidentConfiguration: {
      createIncident: true,
      // A finding that changed within a day joins its incident.
      groupingConfiguration: {
        enabled: true,
        reopenClosedIncident: false,
        lookbackDuration: 'P1D',
        matchingMethod: 'Selected',
        groupByCustomDetails: ['FindingKey'],
      },
    },
  },
};

/** What the parsers of the Alert schema may be asked to filter by, with the values that filter nothing. */
const FILTERS = [
  ['starttime', 'datetime', 'datetime(null)'],
  ['endtime', 'datetime', 'datetime(null)'],
  ...[
    'ipaddr_has_any_prefix',
    'hostname_has_any',
    'username_has_any',
    'attacktactics_has_any',
    'attacktechniques_has_any',
    'threatcategory_has_any',
    'alertverdict_has_any',
    'eventseverity_has_any',
  ].map((name) => [name, 'dynamic', 'dynamic([])'] as const),
] as const;

const DISABLED = ['disabled', 'bool', 'false'] as const;

/** A finding has no address, tactic, technique, category of threat or verdict: none matches a filter by these. */
const FILTERED = `| where (isnull(starttime) or TimeGenerated >= starttime) and (isnull(endtime) or TimeGenerated <= endtime)
    | where array_length(ipaddr_has_any_prefix) == 0
        and array_length(attacktactics_has_any) == 0
        and array_length(attacktechniques_has_any) == 0
        and array_length(threatcategory_has_any) == 0
        and array_length(alertverdict_has_any) == 0
    | where array_length(eventseverity_has_any) == 0 or AlertSeverity has_any (eventseverity_has_any)
    | where array_length(username_has_any) == 0 or (AffectedType == "identity" and (AffectedName has_any (username_has_any) or AffectedId has_any (username_has_any)))
    | where array_length(hostname_has_any) == 0 or (AffectedType == "asset" and AffectedName has_any (hostname_has_any))
    `;

/** The mandatory and recommended fields of the schema that a finding has (ASIM Alert 0.1). */
const NORMALIZED = `| extend
        EventType = "Alert",
        EventCount = toint(1),
        EventStartTime = coalesce(DetectedAt, TimeGenerated),
        EventEndTime = coalesce(DetectedAt, TimeGenerated),
        EventUid = DeliveryId,
        EventOriginalUid = FindingId,
        EventOriginalType = FindingCategory,
        EventProduct = "Thalian",
        EventVendor = "Thalian",
        EventSchema = "AlertEvent",
        EventSchemaVersion = "0.1",
        EventSeverity = AlertSeverity,
        EventOriginalSeverity = OriginalSeverity,
        EventMessage = iff(isnotempty(FindingDescription), FindingDescription, FindingTitle),
        EventReportUrl = FindingUrl,
        AlertName = FindingTitle,
        AttackRemediationSteps = RemediationSummary,
        ThreatRiskLevel = toint(SeverityScore),
        Username = iff(AffectedType == "identity", iff(isnotempty(AffectedName), AffectedName, AffectedId), ""),
        UserId = iff(AffectedType == "identity", AffectedId, ""),
        UserIdType = iff(AffectedType == "identity", "Other", ""),
        DvcId = iff(AffectedType == "asset", AffectedId, ""),
        DvcIdType = iff(AffectedType != "asset", "", iff(AffectedId startswith "/subscriptions/", "AzureResourceId", "Other")),
        DvcHostname = iff(AffectedType == "asset" and AffectedName matches regex @'^[A-Za-z0-9-]{1,61}$', AffectedName, ""),
        DvcScope = Platform
    | extend
        UsernameType = iff(isempty(Username), "", iff(Username has "@", "UPN", "Simple")),
        AlertId = EventUid,
        AlertDescription = EventMessage,
        User = Username,
        Hostname = DvcHostname,
        Dvc = coalesce(DvcHostname, DvcId, EventProduct)
    | project-away
        DeliveryId, FindingId, FindingCategory, AlertSeverity, OriginalSeverity, FindingDescription, FindingUrl, FindingTitle,
        RemediationSummary, SeverityScore, AffectedType, AffectedName, AffectedId, Platform`;

type FunctionParameter = readonly [name: string, type: string, fallback: string];

/** Of the two parsers of a source, which ASIM wants both: one filters early, the other not at all. */
const PARSERS = [
  { alias: 'ASimAlertEventThalian', parameters: [DISABLED], filter: '' },
  { alias: 'vimAlertEventThalian', parameters: [...FILTERS, DISABLED], filter: FILTERED },
] as const;

function parserOf(alias: string, parameters: readonly FunctionParameter[], filter: string): SavedFunction {
  const declared = parameters.map(([name, type, fallback]) => `${name}: ${type} = ${fallback}`).join(', ');
  const passed = parameters.map(([name]) => `${name}=${name}`).join(', ');
  return {
    type: 'Microsoft.OperationalInsights/workspaces/savedSearches',
    apiVersion: '2020-08-01',
    name: `[format('{0}/${alias}', parameters('workspaceName'))]`,
    properties: {
      etag: '*',
      category: 'ASIM',
      displayName: `Alert Event ASIM ${filter === '' ? '' : 'filtering '}parser for Thalian`,
      functionAlias: alias,
      functionParameters: parameters.map(([name, type, fallback]) => `${name}:${type}=${fallback}`).join(','),
      query: `let parser = (${declared}) {\n    ${TABLE}\n    | where not(disabled)\n    ${filter}${NORMALIZED}\n};\nparser(${passed})\n`,
      version: 2,
    },
  };
}

const state: SavedFunction = {
  type: 'Microsoft.OperationalInsights/workspaces/savedSearches',
  apiVersion: '2020-08-01',
  name: `[format('{0}/ThalianFindings', parameters('workspaceName'))]`,
  properties: {
    etag: '*',
    category: 'Thalian',
    displayName: 'Findings of Thalian as they are',
    functionAlias: 'ThalianFindings',
    functionParameters: '',
    query: STATE_QUERY,
    version: 2,
  },
};

export const DETECTION: Template = {
  $schema: SCHEMA,
  contentVersion: '1.0.0.0',
  metadata: { description: 'Analytics rule, function of current findings, and ASIM parsers for findings from Thalian' },
  parameters: {
    workspaceName: {
      type: 'string',
      metadata: { description: 'The Log Analytics workspace of Microsoft Sentinel, in this resource group' },
    },
    enabled: { type: 'bool', defaultValue: true, metadata: { description: 'Whether the rule runs' } },
  },
  resources: [rule, state, ...PARSERS.map(({ alias, parameters, filter }) => parserOf(alias, parameters, filter))],
  outputs: {},
};
