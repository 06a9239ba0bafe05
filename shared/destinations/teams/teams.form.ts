/** What a tenant fills in for Microsoft Teams: the workflow's URL, which is itself the credential. */
import type { DestinationForm } from '../form.ts';

export const form: DestinationForm = {
  id: 'teams',
  title: 'Microsoft Teams',
  summary: 'Posts each finding as a card to a Microsoft Teams channel or chat.',
  url: {
    label: 'Workflow URL',
    help: 'The URL of a workflow made from “When a Teams webhook request is received”, exactly as copied. It is kept as a secret.',
    example:
      'https://prod-00.westeurope.logic.azure.com:443/workflows/0000/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=XXXX',
  },
  defaultMinSeverity: 'high',
  options: [],
  credentials: [],
};
