/** A vendor for every format. */
import { createDiscord } from './discord.ts';
import { createElastic } from './elastic.ts';
import { createGoogleChat } from './google-chat.ts';
import { createJira } from './jira.ts';
import { createPagerDuty } from './pagerduty.ts';
import { createCloudEventsSink, createJsonReceiver, createOcsfCollector, createTorq } from './plain.ts';
import { createSentinel } from './sentinel.ts';
import { createSentinelLogicApp } from './sentinel-logic-app.ts';
import { createServiceNow } from './servicenow.ts';
import { createSlack } from './slack.ts';
import { createSplunkHec } from './splunk-hec.ts';
import { createTeams } from './teams.ts';
import type { Vendor } from './vendor.ts';
import { createXsoar } from './xsoar.ts';

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
