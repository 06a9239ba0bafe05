/** What is to be filled in for every format, in the order in which people browse them. */

import { cloudEventsContract } from './cloudevents.ts';
import { discordContract } from './discord.ts';
import { elasticContract } from './elastic.ts';
import type { FormatContract } from './format-contract.ts';
import { googleChatContract } from './google-chat.ts';
import { jiraContract } from './jira.ts';
import { jsonContract } from './json.ts';
import { ocsfContract } from './ocsf.ts';
import { pagerDutyContract } from './pagerduty.ts';
import { sentinelContract } from './sentinel.ts';
import { sentinelLogicAppContract } from './sentinel-logic-app.ts';
import { serviceNowContract } from './servicenow.ts';
import { slackContract } from './slack.ts';
import { splunkHecContract } from './splunk-hec.ts';
import { teamsContract } from './teams.ts';
import { torqContract } from './torq.ts';
import { xsoarContract } from './xsoar.ts';

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
