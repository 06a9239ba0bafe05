/**
 * The destinations, by id, in the order in which people browse them. An id names the folder of its destination, is stored
 * with webhooks and so never changes. `npm run docs` derives every other list from this one.
 */
export const DESTINATION_IDS = [
  'json',
  'template',
  'cloudevents',
  'ocsf',
  'splunk-hec',
  'elastic',
  'sentinel',
  'sentinel-logic-app',
  'xsoar',
  'torq',
  'pagerduty',
  'slack',
  'discord',
  'google-chat',
  'teams',
  'jira',
  'servicenow',
] as const;

export type DestinationId = (typeof DESTINATION_IDS)[number];
