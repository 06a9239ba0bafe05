/** What a tenant fills in for a Logic App: the trigger's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'sentinel-logic-app',
  title: 'Microsoft Sentinel (Logic App)',
  summary: 'Starts an Azure Logic App with each finding, such as a playbook that opens a Sentinel incident.',
  url: {
    label: 'Trigger URL',
    help: 'The HTTP POST URL of the trigger “When a HTTP request is received”, exactly as copied. It is kept as a secret.',
    example:
      'https://prod-00.westeurope.logic.azure.com:443/workflows/0000/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=XXXX',
  },
  defaultMinSeverity: 'medium',
  options: [],
  credentials: [],
};
