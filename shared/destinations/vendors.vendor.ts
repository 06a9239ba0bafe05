/** A vendor for every format. */
import { createDiscord } from './discord/discord.vendor.ts';
import { createElastic } from './elastic/elastic.vendor.ts';
import { createGoogleChat } from './google-chat/google-chat.vendor.ts';
import { createJira } from './jira/jira.vendor.ts';
import { createPagerDuty } from './pagerduty/pagerduty.vendor.ts';
import { createCloudEventsSink, createJsonReceiver, createOcsfCollector, createTorq } from './plain.vendor.ts';
import { createSentinel } from './sentinel/sentinel.vendor.ts';
import { createSentinelLogicApp } from './sentinel-logic-app/sentinel-logic-app.vendor.ts';
import { createServiceNow } from './servicenow/servicenow.vendor.ts';
import type { Vendor } from './simulation.vendor.ts';
import { createSlack } from './slack/slack.vendor.ts';
import { createSplunkHec } from './splunk-hec/splunk-hec.vendor.ts';
import { createTeams } from './teams/teams.vendor.ts';
import { createXsoar } from './xsoar/xsoar.vendor.ts';

/** Each with an empty memory. */
export function createVendors(): readonly Vendor[] {
  return [
    createJsonReceiver(),
    createCloudEventsSink(),
    createOcsfCollector(),
    createSplunkHec(),
    createElastic(),
    createSentinel(),
    createSentinelLogicApp(),
    createXsoar(),
    createTorq(),
    createPagerDuty(),
    createSlack(),
    createDiscord(),
    createGoogleChat(),
    createTeams(),
    createJira(),
    createServiceNow(),
  ];
}
