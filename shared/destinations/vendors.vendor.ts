/** The simulated vendor of every destination, in the order of the catalogue. `npm run docs` writes this file from `catalogue.ts`. */

import { vendor as cloudeventsVendor } from './cloudevents/cloudevents.vendor.ts';
import { vendor as discordVendor } from './discord/discord.vendor.ts';
import { vendor as elasticVendor } from './elastic/elastic.vendor.ts';
import { vendor as googleChatVendor } from './google-chat/google-chat.vendor.ts';
import { vendor as jiraVendor } from './jira/jira.vendor.ts';
import { vendor as jsonVendor } from './json/json.vendor.ts';
import { vendor as ocsfVendor } from './ocsf/ocsf.vendor.ts';
import { vendor as pagerdutyVendor } from './pagerduty/pagerduty.vendor.ts';
import { vendor as sentinelVendor } from './sentinel/sentinel.vendor.ts';
import { vendor as sentinelLogicAppVendor } from './sentinel-logic-app/sentinel-logic-app.vendor.ts';
import { vendor as servicenowVendor } from './servicenow/servicenow.vendor.ts';
import type { Vendor } from './simulation.vendor.ts';
import { vendor as slackVendor } from './slack/slack.vendor.ts';
import { vendor as splunkHecVendor } from './splunk-hec/splunk-hec.vendor.ts';
import { vendor as teamsVendor } from './teams/teams.vendor.ts';
import { vendor as templateVendor } from './template/template.vendor.ts';
import { vendor as torqVendor } from './torq/torq.vendor.ts';
import { vendor as xsoarVendor } from './xsoar/xsoar.vendor.ts';

export const VENDORS: readonly Vendor[] = [
  jsonVendor,
  templateVendor,
  cloudeventsVendor,
  ocsfVendor,
  splunkHecVendor,
  elasticVendor,
  sentinelVendor,
  sentinelLogicAppVendor,
  xsoarVendor,
  torqVendor,
  pagerdutyVendor,
  slackVendor,
  discordVendor,
  googleChatVendor,
  teamsVendor,
  jiraVendor,
  servicenowVendor,
];

export function findVendor(id: string): Vendor | undefined {
  return VENDORS.find((vendor) => vendor.id === id);
}
