/** What a tenant fills in for a Logic App: the trigger's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'sentinel-logic-app',
  title: 'Microsoft Sentinel (Logic App)',
  summary: 'Starts an Azure Logic App with each finding, such as a playbook that opens a Sentinel incident.',
  use: 'soar',
  url: {
    label: 'Trigger URL',
    help: 'The HTTP POST URL of the trigger “When a HTTP request is received”, exactly as copied. It is kept as a secret.',
    example:
      'https://prod-00.westeurope.logic.azure.com:443/workflows/0000/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=XXXX',
  },
  wrongUrls: [
    {
      example: 'https://portal.azure.com/#@acme/resource/subscriptions/1',
      at: '^(portal\\.azure\\.com|security\\.microsoft\\.com|make\\.powerautomate\\.com|([^/]+\\.)?flow\\.microsoft\\.com)/',
      refusal: 'This is a page of a portal. Copy the HTTP POST URL from the trigger of the Logic App.',
    },
    {
      example: 'https://management.azure.com/subscriptions/1/providers/Microsoft.Logic/workflows/2',
      at: '^management\\.azure\\.com/',
      refusal: 'This is the address at which Azure manages the Logic App. Copy the HTTP POST URL from its trigger.',
    },
    {
      example: 'https://prod-00.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke',
      at: '^[^/]+\\.(logic\\.azure\\.com|api\\.powerplatform\\.com)(:\\d+)?/(?![^?]*\\?(.*&)?sig=[^&])',
      refusal: 'This URL is not complete. Copy the whole HTTP POST URL from the trigger, with sig= in it.',
    },
  ],
  defaultMinSeverity: 'medium',
  options: [],
  credentials: [],
};
