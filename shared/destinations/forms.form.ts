/** What is to be filled in for every format, in the order in which people browse them. */

import { cloudEventsContract } from './cloudevents/cloudevents.form.ts';
import { discordContract } from './discord/discord.form.ts';
import { elasticContract } from './elastic/elastic.form.ts';
import type { FormatContract } from './form.ts';
import { googleChatContract } from './google-chat/google-chat.form.ts';
import { jiraContract } from './jira/jira.form.ts';
import { jsonContract } from './json/json.form.ts';
import { ocsfContract } from './ocsf/ocsf.form.ts';
import { pagerDutyContract } from './pagerduty/pagerduty.form.ts';
import { sentinelContract } from './sentinel/sentinel.form.ts';
import { sentinelLogicAppContract } from './sentinel-logic-app/sentinel-logic-app.form.ts';
import { serviceNowContract } from './servicenow/servicenow.form.ts';
import { slackContract } from './slack/slack.form.ts';
import { splunkHecContract } from './splunk-hec/splunk-hec.form.ts';
import { teamsContract } from './teams/teams.form.ts';
import { torqContract } from './torq/torq.form.ts';
import { xsoarContract } from './xsoar/xsoar.form.ts';

export const FORMAT_CONTRACTS: readonly FormatContract[] = [
  jsonContract,
  cloudEventsContract,
  ocsfContract,
  splunkHecContract,
  elasticContract,
  sentinelContract,
  sentinelLogicAppContract,
  xsoarContract,
  torqContract,
  pagerDutyContract,
  slackContract,
  discordContract,
  googleChatContract,
  teamsContract,
  jiraContract,
  serviceNowContract,
];

export function findFormatContract(id: string): FormatContract | undefined {
  return FORMAT_CONTRACTS.find((contract) => contract.id === id);
}
