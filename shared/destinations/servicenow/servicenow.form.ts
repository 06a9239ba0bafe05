/** What a tenant fills in for ServiceNow. */

import type { DestinationForm } from '../form.ts';
import { DEFAULT_TABLE, FINDING } from './servicenow.ts';

export const form: DestinationForm = {
  id: 'servicenow',
  title: 'ServiceNow',
  summary: 'Opens an incident in ServiceNow for each finding.',
  use: 'ticketing',
  url: {
    label: 'Instance URL',
    help: 'The address of your instance; without a path, that of the table below is taken. An import set has a path: /api/now/import/ and its staging table.',
    example: 'https://acme.service-now.com',
  },
  wrongUrls: [
    {
      example: 'https://acme.service-now.com/now/nav/ui/classic/params/target/incident_list.do',
      at: '^[^/]+\\.(service-now|servicenowservices)\\.com/(?!(api/|\\?|$))',
      refusal:
        'This is a page of ServiceNow. Paste the address of the instance alone, such as https://acme.service-now.com.',
    },
    {
      example: 'https://developer.servicenow.com/dev.do',
      at: '^([^/]+\\.)?servicenow\\.com/',
      refusal:
        'This is a page of the company ServiceNow. Paste the address of the instance alone, such as https://acme.service-now.com.',
    },
  ],
  defaultMinSeverity: 'high',
  options: [
    {
      kind: 'text',
      name: 'table',
      label: 'Table',
      help: 'incident, sn_si_incident, or a table of your own that extends task.',
      required: false,
      maxCharacters: 80,
      pattern: { source: '[a-z][a-z0-9_]*', refusal: 'Table must be lower-case letters, digits and underscores.' },
      default: DEFAULT_TABLE,
    },
    {
      kind: 'text',
      name: 'category',
      label: 'Category',
      help: 'The value, not the label, of a category.',
      required: false,
      maxCharacters: 40,
      example: 'security',
    },
    {
      kind: 'text',
      name: 'assignmentGroup',
      label: 'Assignment group',
      help: 'The name or sys_id of a group.',
      required: false,
      maxCharacters: 80,
      example: 'Security Operations',
    },
    {
      kind: 'text',
      name: 'callerId',
      label: 'Caller',
      help: 'The name or sys_id of the caller; some instances demand one.',
      required: false,
      maxCharacters: 80,
    },
    {
      kind: 'choice',
      name: 'correlateBy',
      label: 'Correlation id',
      help: 'What correlation_id holds. With the finding a rule or an import set of yours can join what belongs to one finding.',
      required: false,
      maxCharacters: 32,
      choices: [
        { value: 'delivery', label: 'Id of the delivery' },
        { value: FINDING, label: 'Id of the finding' },
      ],
      default: FINDING,
    },
  ],
  credentials: [
    {
      kind: 'text',
      name: 'username',
      label: 'User name',
      help: 'Of a user that may create records in the table. Leave it empty to give a REST API key instead.',
      required: false,
      maxCharacters: 255,
      pattern: { source: '[^:]+', refusal: 'User name must not contain a colon.' },
    },
    {
      kind: 'text',
      name: 'password',
      label: 'Password or API key',
      help: 'The password of that user, or the REST API key. Not needed with an OAuth client.',
      required: true,
      maxCharacters: 1_024,
    },
  ],
  takesAccessToken: true,
};
