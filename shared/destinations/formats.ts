/**
 * Every format there is. A new one is added to this list, and its contract to the one of `contract/formats/`, and
 * nowhere else.
 */

import { cloudEventsFormat } from './cloudevents/cloudevents.ts';
import { discordFormat } from './discord/discord.ts';
import { elasticFormat } from './elastic/elastic.ts';
import type { Format } from './format.ts';
import { googleChatFormat } from './google-chat/google-chat.ts';
import { jiraFormat } from './jira/jira.ts';
import { jsonFormat } from './json/json.ts';
import { ocsfFormat } from './ocsf/ocsf.ts';
import { pagerDutyFormat } from './pagerduty/pagerduty.ts';
import { sentinelFormat } from './sentinel/sentinel.ts';
import { sentinelLogicAppFormat } from './sentinel-logic-app/sentinel-logic-app.ts';
import { serviceNowFormat } from './servicenow/servicenow.ts';
import { slackFormat } from './slack/slack.ts';
import { splunkHecFormat } from './splunk-hec/splunk-hec.ts';
import { teamsFormat } from './teams/teams.ts';
import { torqFormat } from './torq/torq.ts';
import { xsoarFormat } from './xsoar/xsoar.ts';

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
