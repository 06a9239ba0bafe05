/** Which URLs are taken for each destination beside its example. Those that are refused are data of its form, and tested with it. */
import { describe, expect, it } from 'vitest';
import { urlRefusal } from '../../../shared/destinations/form.ts';
import { FORMS, findForm } from '../../../shared/destinations/forms.form.ts';
import { checkWebhookUrl } from '../../../shared/http/webhook-url.ts';
import { inTime } from '../../in-time.ts';

const POWER_AUTOMATE =
  'https://0a1b2c3d.0e.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=XXXX';

describe('a URL', () => {
  it.each([
    ['slack', 'https://hooks.slack.com/services/T0/B0/x'],
    ['slack', 'https://hooks.slack-gov.com/services/T0/B0/x'],
    ['slack', 'https://chat.example/hooks/abc'],
    ['discord', 'https://discord.com/api/v10/webhooks/1/token?thread_id=2'],
    ['discord', 'https://ptb.discord.com/api/webhooks/1/token'],
    ['discord', 'https://discordapp.com/api/webhooks/1/token/'],
    ['google-chat', 'https://chat.googleapis.com/v1/spaces/A/messages?token=T&key=K&threadKey=thalian'],
    ['teams', POWER_AUTOMATE],
    ['teams', 'https://prod-01.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=X'],
    ['sentinel-logic-app', POWER_AUTOMATE],
    ['sentinel', 'https://acme.ingest.monitor.azure.us/'],
    ['elastic', 'https://es.example:9200'],
    ['elastic', 'https://acme.es.eu-west-1.aws.elastic.cloud'],
    ['elastic', 'https://gateway.example/app/elasticsearch'],
    ['splunk-hec', 'https://splunk.example:8088/services/collector/event/1.0'],
    ['splunk-hec', 'https://http-inputs.acme.splunkcloud.com/services/collector'],
    ['splunk-hec', 'https://prd-p-0a1b.splunkcloud.com:8088'],
    ['xsoar', 'https://ext-acme.crtx.eu.paloaltonetworks.com/xsoar/instance/execute/thalian'],
    ['xsoar', 'https://xsoar.example/instance/execute/thalian'],
    ['xsoar', 'https://engine.example:8443/'],
    ['torq', 'https://hooks.eu.torq.io/v1/webhooks/1/workflows/2'],
    ['pagerduty', 'https://events.eu.pagerduty.com'],
    ['pagerduty', 'https://events.pagerduty.com/v2/enqueue/'],
    ['jira', 'https://acme.atlassian.net/rest/api/3/issue'],
    ['jira', 'https://api.atlassian.com/ex/jira/11223344-a1b2-3b33-c444-def123456789'],
    ['jira', 'https://api.atlassian.com/ex/jira/11223344-a1b2-3b33-c444-def123456789/rest/api/3/issue'],
    ['jira', 'https://jira.example/browse'],
    ['servicenow', 'https://acme.service-now.com/api/now/import/sn_si_incident_import'],
    ['json', 'https://hooks.zapier.com/hooks/catch/1/a'],
    ['json', POWER_AUTOMATE],
  ])('for %s is accepted: %s', (id, url) => {
    expect(checkWebhookUrl(url, { allowedCidrs: [], ownHosts: [] })).toMatchObject({ kind: 'accepted' });
    expect(urlRefusal(findForm(id) ?? { wrongUrls: [] }, new URL(url))).toBeUndefined();
  });

  it.each([
    ['slack', 'https://acme.slack.com/archives/C0', 'a page of Slack'],
    ['slack', 'https://slack.com/api/chat.postMessage', 'a page of Slack'],
    ['discord', 'https://discord.gg/abc', 'a page of Discord'],
    ['discord', 'https://discord.com/api/v10/webhooks/1/token/github?wait=true', 'Leave out /slack or /github'],
    ['google-chat', 'https://chat.google.com/room/AAAA', 'a page of Google Chat'],
    ['teams', 'https://outlook.office.com/webhook/1', 'switched off the connectors'],
    ['teams', 'https://0a.0e.environment.api.powerplatform.com/powerautomate/x?api-version=1', 'not complete'],
    ['elastic', 'https://kibana.example:5601/', 'This is Kibana'],
    ['elastic', 'https://kibana.example/s/soc/app/security/alerts', 'This is Kibana'],
    ['elastic', 'https://es.example/_bulk', 'Leave out the path'],
    ['splunk-hec', 'https://splunk.example/de-DE/account/login', 'This is Splunk Web.'],
    ['splunk-hec', 'https://splunk.example:8088/services/collector/ack?channel=1', 'takes no events'],
    ['pagerduty', 'https://acme.eu.pagerduty.com', 'a page or another API'],
    ['pagerduty', 'https://api.pagerduty.com/incidents', 'a page or another API'],
    ['pagerduty', 'https://events.pagerduty.com/generic/2010-04-15/create_event.json', 'other events'],
    ['jira', 'https://acme.atlassian.net/jira/software/projects/SEC/boards/1', 'a page of Jira'],
    ['jira', 'https://acme.atlassian.net/rest/api/2/issue', 'takes another request'],
    ['servicenow', 'https://acme.service-now.com/nav_to.do?uri=incident_list.do', 'a page of ServiceNow'],
    ['servicenow', 'https://acme.service-now.com/sp', 'a page of ServiceNow'],
  ])('for %s is refused: %s', (id, url, refusal) => {
    expect(urlRefusal(findForm(id) ?? { wrongUrls: [] }, new URL(url))).toContain(refusal);
  });

  it('is judged in time, however it is made', () => {
    const hosts = FORMS.flatMap(({ wrongUrls }) => wrongUrls.map(({ example }) => new URL(example).origin));
    const paths = ['a', '/', '/a', '&key=', 'sig', '?', '/api/', '.', '-a.'].map((part) =>
      part.repeat(2_000 / part.length),
    );
    const judged = inTime(() =>
      FORMS.flatMap((form) =>
        [...new Set(hosts)].flatMap((host) =>
          paths.map((path) => urlRefusal(form, new URL(`${host}/${path}!`)) === undefined),
        ),
      ),
    );
    expect(judged).toContain(true);
  });
});
