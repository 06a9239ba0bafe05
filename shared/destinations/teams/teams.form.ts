/** What a tenant fills in for Microsoft Teams: the workflow's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'teams',
  title: 'Microsoft Teams',
  summary: 'Posts each finding as a card to a Microsoft Teams channel or chat.',
  use: 'chat',
  url: {
    label: 'Workflow URL',
    help: 'The URL of a workflow made from “When a Teams webhook request is received”, exactly as copied. It is kept as a secret.',
    example:
      'https://0a1b2c3d.0e.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0000/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=XXXX',
  },
  wrongUrls: [
    {
      example: 'https://teams.microsoft.com/l/channel/19%3Aabc',
      at: '^(teams\\.microsoft\\.com|teams\\.live\\.com|teams\\.cloud\\.microsoft)/',
      refusal:
        'This is a page of Teams, such as that of a channel. Make a workflow from “When a Teams webhook request is received” and copy its URL.',
    },
    {
      example: 'https://acme.webhook.office.com/webhookb2/1',
      at: '^([^/]+\\.webhook\\.office\\.com|outlook\\.office(365)?\\.com)/',
      refusal:
        'Microsoft has switched off the connectors of Office 365. Make a workflow from “When a Teams webhook request is received” and copy its URL.',
    },
    {
      example: 'https://make.powerautomate.com/environments/1/flows/2',
      at: '^(make\\.powerautomate\\.com|([^/]+\\.)?flow\\.microsoft\\.com|portal\\.azure\\.com)/',
      refusal: 'This is the page of a workflow. Copy the whole URL from the trigger of the workflow, with sig= in it.',
    },
    {
      example: 'https://prod-00.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke',
      at: '^[^/]+\\.(logic\\.azure\\.com|api\\.powerplatform\\.com)(:\\d+)?/(?![^?]*\\?(.*&)?sig=[^&])',
      refusal: 'This URL is not complete. Copy the whole URL from the trigger of the workflow, with sig= in it.',
    },
  ],
  defaultMinSeverity: 'high',
  options: [],
  credentials: [],
};
