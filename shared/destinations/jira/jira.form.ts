/** What a tenant fills in for Jira Cloud. */

import type { DestinationForm } from '../form.ts';
import { DEFAULT_ISSUE_TYPE, DEFAULT_PRIORITIES, FINDING, LEFT_OUT } from './jira.ts';

export const form: DestinationForm = {
  id: 'jira',
  title: 'Jira',
  summary: 'Opens an issue in a Jira Cloud project for each finding.',
  use: 'ticketing',
  url: {
    label: 'Site URL',
    help: 'The address of your Jira site, or https://api.atlassian.com/ex/jira/ and its cloud id for a token with scopes; /rest/api/3/issue is added.',
    example: 'https://acme.atlassian.net',
  },
  wrongUrls: [
    {
      example: 'https://acme.atlassian.net/browse/SEC-1',
      at: '^[^/]+\\.atlassian\\.net/(?!(rest/api/3/issue/?)?(\\?|$))',
      refusal:
        'This is a page of Jira, or an endpoint that takes another request. Paste the address of the site alone, such as https://acme.atlassian.net; for a token with scopes https://api.atlassian.com/ex/jira/ and the cloud id.',
    },
    {
      example: 'https://api.atlassian.com/ex/confluence/0000',
      at: '^api\\.atlassian\\.com/(?!ex/jira/[0-9A-Za-z\\-]+(/(rest/api/3/issue/?)?)?$)',
      refusal:
        'This is not the address of a Jira site. Paste the address of the site alone, such as https://acme.atlassian.net; for a token with scopes https://api.atlassian.com/ex/jira/ and the cloud id.',
    },
    {
      example: 'https://api-private.atlassian.com/automation/webhooks/jira/a/1/2',
      at: '^(api-private\\.atlassian\\.com|automation\\.atlassian\\.com)/',
      refusal:
        'This URL starts an automation, which takes any JSON. Choose the format Webhook (JSON), with the header X-Automation-Webhook-Token.',
    },
    {
      example: 'https://id.atlassian.com/manage-profile/security',
      at: '^(id|admin|home|start|team|www|support)\\.atlassian\\.com/',
      refusal:
        'This is a page of Atlassian. Paste the address of the site alone, such as https://acme.atlassian.net; for a token with scopes https://api.atlassian.com/ex/jira/ and the cloud id.',
    },
  ],
  defaultMinSeverity: 'high',
  options: [
    {
      kind: 'text',
      name: 'projectKey',
      label: 'Project key',
      help: 'The project that the issues are opened in.',
      required: true,
      maxCharacters: 10,
      pattern: {
        source: '[A-Z][A-Z0-9_]+',
        refusal: 'Project key must be capital letters, digits and underscores, and begin with a letter.',
      },
      example: 'SEC',
    },
    {
      kind: 'text',
      name: 'issueType',
      label: 'Issue type',
      help: 'The name of a type that the project has.',
      required: false,
      maxCharacters: 60,
      default: DEFAULT_ISSUE_TYPE,
    },
    {
      kind: 'text',
      name: 'priorities',
      label: 'Priorities',
      help: 'The names of your priorities for critical, high, medium, low and informational findings, with commas between; none to leave the priority out.',
      required: false,
      maxCharacters: 400,
      pattern: {
        source: `${LEFT_OUT}|\\s*[^,\\s][^,]*(?:,\\s*[^,\\s][^,]*){4}`,
        refusal: `Priorities must be five names with commas between, or ${LEFT_OUT}.`,
      },
      default: DEFAULT_PRIORITIES,
    },
    {
      kind: 'choice',
      name: 'labels',
      label: 'Labels',
      help: 'By its label an issue can be found again. Leave labels out if the create screen of the project has none.',
      required: false,
      maxCharacters: 32,
      choices: [
        { value: 'delivery', label: 'Label with the delivery id' },
        { value: FINDING, label: 'Label with a hash of the finding id' },
        { value: LEFT_OUT, label: 'No labels' },
      ],
      default: 'delivery',
    },
  ],
  credentials: [
    {
      kind: 'text',
      name: 'email',
      label: 'E-mail address',
      help: 'Of the Atlassian account that opens the issues. Leave it empty for an OAuth token, which is sent as a bearer token.',
      required: false,
      maxCharacters: 255,
      pattern: { source: '[^:\\s]+@[^:\\s]+', refusal: 'E-mail address must be an address, such as bot@example.com.' },
      example: 'thalian-bot@example.com',
    },
    {
      kind: 'text',
      name: 'apiToken',
      label: 'API token',
      help: 'An API token of that account, or an OAuth token.',
      required: true,
      maxCharacters: 1_024,
      pattern: { source: '[\\x21-\\x7e]+', refusal: 'API token must be one word of plain characters.' },
    },
  ],
};
