/** The form of every destination, in the order of the catalogue. `npm run docs` writes this file from `catalogue.ts`. */

import { form as cloudeventsForm } from './cloudevents/cloudevents.form.ts';
import { form as discordForm } from './discord/discord.form.ts';
import { form as elasticForm } from './elastic/elastic.form.ts';
import type { DestinationForm } from './form.ts';
import { form as googleChatForm } from './google-chat/google-chat.form.ts';
import { form as jiraForm } from './jira/jira.form.ts';
import { form as jsonForm } from './json/json.form.ts';
import { form as ocsfForm } from './ocsf/ocsf.form.ts';
import { form as pagerdutyForm } from './pagerduty/pagerduty.form.ts';
import { form as sentinelForm } from './sentinel/sentinel.form.ts';
import { form as sentinelLogicAppForm } from './sentinel-logic-app/sentinel-logic-app.form.ts';
import { form as servicenowForm } from './servicenow/servicenow.form.ts';
import { form as slackForm } from './slack/slack.form.ts';
import { form as splunkHecForm } from './splunk-hec/splunk-hec.form.ts';
import { form as teamsForm } from './teams/teams.form.ts';
import { form as templateForm } from './template/template.form.ts';
import { form as torqForm } from './torq/torq.form.ts';
import { form as xsoarForm } from './xsoar/xsoar.form.ts';

export const FORMS: readonly DestinationForm[] = [
  jsonForm,
  templateForm,
  cloudeventsForm,
  ocsfForm,
  splunkHecForm,
  elasticForm,
  sentinelForm,
  sentinelLogicAppForm,
  xsoarForm,
  torqForm,
  pagerdutyForm,
  slackForm,
  discordForm,
  googleChatForm,
  teamsForm,
  jiraForm,
  servicenowForm,
];

export function findForm(id: string): DestinationForm | undefined {
  return FORMS.find((form) => form.id === id);
}
