/**
 * Every format there is. A new one is added to this list, and its contract to the one of `contract/formats/`, and
 * nowhere else.
 */
import type { Format } from '../format.ts';
import { cloudEventsFormat } from './cloudevents.ts';
import { discordFormat } from './discord.ts';
import { elasticFormat } from './elastic.ts';
import { googleChatFormat } from './google-chat.ts';
import { jiraFormat } from './jira.ts';
import { jsonFormat } from './json.ts';
import { ocsfFormat } from './ocsf.ts';
import { pagerDutyFormat } from './pagerduty.ts';
import { sentinelFormat } from './sentinel.ts';
import { sentinelLogicAppFormat } from './sentinel-logic-app.ts';
import { serviceNowFormat } from './servicenow.ts';
import { slackFormat } from './slack.ts';
import { splunkHecFormat } from './splunk-hec.ts';
import { teamsFormat } from './teams.ts';
import { torqFormat } from './torq.ts';
import { xsoarFormat } from './xsoar.ts';

export const FORMATS: readonly Format[] = [
  jsonFormat,
  cloudEventsFormat,
  ocsfFormat,
  splunkHecFormat,
  elasticFormat,
  sentinelFormat,
  sentinelLogicAppFormat,
  xsoarFormat,
  torqFormat,
  pagerDutyFormat,
  slackFormat,
  discordFormat,
  googleChatFormat,
  teamsFormat,
  jiraFormat,
  serviceNowFormat,
];

export function findFormat(id: string): Format | undefined {
  return FORMATS.find((format) => format.id === id);
}
