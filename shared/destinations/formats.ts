/** The format of every destination, in the order of the catalogue. `npm run docs` writes this file from `catalogue.ts`. */

import { format as cloudeventsFormat } from './cloudevents/cloudevents.ts';
import { format as discordFormat } from './discord/discord.ts';
import { format as elasticFormat } from './elastic/elastic.ts';
import type { Format } from './format.ts';
import { format as googleChatFormat } from './google-chat/google-chat.ts';
import { format as jiraFormat } from './jira/jira.ts';
import { format as jsonFormat } from './json/json.ts';
import { format as ocsfFormat } from './ocsf/ocsf.ts';
import { format as pagerdutyFormat } from './pagerduty/pagerduty.ts';
import { format as sentinelFormat } from './sentinel/sentinel.ts';
import { format as sentinelLogicAppFormat } from './sentinel-logic-app/sentinel-logic-app.ts';
import { format as servicenowFormat } from './servicenow/servicenow.ts';
import { format as slackFormat } from './slack/slack.ts';
import { format as splunkHecFormat } from './splunk-hec/splunk-hec.ts';
import { format as teamsFormat } from './teams/teams.ts';
import { format as templateFormat } from './template/template.ts';
import { format as torqFormat } from './torq/torq.ts';
import { format as xsoarFormat } from './xsoar/xsoar.ts';

export const FORMATS: readonly Format[] = [
  jsonFormat,
  templateFormat,
  cloudeventsFormat,
  ocsfFormat,
  splunkHecFormat,
  elasticFormat,
  sentinelFormat,
  sentinelLogicAppFormat,
  xsoarFormat,
  torqFormat,
  pagerdutyFormat,
  slackFormat,
  discordFormat,
  googleChatFormat,
  teamsFormat,
  jiraFormat,
  servicenowFormat,
];

export function findFormat(id: string): Format | undefined {
  return FORMATS.find((format) => format.id === id);
}
