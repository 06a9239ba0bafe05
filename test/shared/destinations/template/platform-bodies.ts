/**
 * What ten platforms take, in our own words, each by what its source publishes: every member that there is of those that
 * a ticket needs, its type, its bound, its words. A member that is not listed is refused, so that a misspelt one is seen.
 */
import * as z from 'zod';

interface PlatformBody {
  readonly source: string;
  readonly schema: z.ZodType;
}

/** The platform counts as Java and JavaScript do. */
const upTo = (characters: number) => z.string().min(1).max(characters);

const anyText = z.string().min(1);

const opsgenie = z.strictObject({
  message: upTo(130),
  alias: upTo(512).optional(),
  description: upTo(15_000).optional(),
  responders: z.array(z.object({ type: z.enum(['team', 'user', 'escalation', 'schedule']) })).optional(),
  actions: z.array(upTo(50)).max(10).optional(),
  tags: z.array(upTo(50)).max(20).optional(),
  details: z
    .record(z.string(), z.string())
    .refine((details) => Object.entries(details).flat().join('').length <= 8_000, 'details are too long')
    .optional(),
  entity: upTo(512).optional(),
  source: upTo(100).optional(),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']).optional(),
  user: upTo(100).optional(),
  note: upTo(25_000).optional(),
});

const zendesk = z.strictObject({
  ticket: z.strictObject({
    subject: upTo(150),
    comment: z.strictObject({ body: upTo(65_535), public: z.boolean().optional() }),
    priority: z.enum(['urgent', 'high', 'normal', 'low']).optional(),
    type: z.enum(['problem', 'incident', 'question', 'task']).optional(),
    status: z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed']).optional(),
    external_id: upTo(255).optional(),
    tags: z.array(z.string().regex(/^\S+$/)).optional(),
  }),
});

const linear = z.strictObject({
  query: z.string().includes('issueCreate(input: $input)'),
  variables: z.strictObject({
    input: z.strictObject({
      teamId: z.guid(),
      id: z.guid().optional(),
      title: upTo(255).optional(),
      description: z.string().optional(),
      // 0 none, 1 urgent, 2 high, 3 normal, 4 low.
      priority: z.int().min(0).max(4).optional(),
      labelIds: z.array(z.guid()).optional(),
      stateId: z.guid().optional(),
      projectId: z.guid().optional(),
      dueDate: z.iso.date().optional(),
    }),
  }),
});

const github = z.strictObject({
  title: upTo(256),
  body: z.string().max(65_536).optional(),
  milestone: z.union([z.string(), z.number(), z.null()]).optional(),
  labels: z.array(z.union([upTo(50), z.strictObject({ name: upTo(50) })])).optional(),
  assignees: z.array(z.string()).optional(),
  type: z.string().nullable().optional(),
});

const gitlab = z.strictObject({
  title: upTo(255),
  description: z.string().max(1_048_576).optional(),
  confidential: z.boolean().optional(),
  created_at: z.iso.datetime().optional(),
  due_date: z.iso.date().optional(),
  issue_type: z.enum(['issue', 'incident', 'test_case', 'task']).optional(),
  labels: z.string().optional(),
  milestone_id: z.int().optional(),
  weight: z.int().min(0).optional(),
});

const asana = z.strictObject({
  data: z.strictObject({
    name: anyText,
    notes: z.string().optional(),
    html_notes: z.string().startsWith('<body>').endsWith('</body>').optional(),
    projects: z.array(z.string().regex(/^\d+$/)).min(1),
    workspace: z.string().regex(/^\d+$/).optional(),
    assignee: anyText.optional(),
    due_on: z.iso.date().optional(),
    tags: z.array(z.string().regex(/^\d+$/)).optional(),
    custom_fields: z.record(z.string(), z.unknown()).optional(),
  }),
});

const freshservice = z.strictObject({
  subject: upTo(255),
  description: anyText,
  email: z.email(),
  // 1 low, 2 medium, 3 high, 4 urgent.
  priority: z.int().min(1).max(4),
  // 2 open, 3 pending, 4 resolved, 5 closed.
  status: z.int().min(2).max(5),
  source: z.int().min(1).optional(),
  tags: z.array(upTo(32)).optional(),
  custom_fields: z.record(z.string(), z.unknown()).optional(),
});

const datadog = z.strictObject({
  title: upTo(100),
  text: upTo(4_000),
  alert_type: z.enum(['error', 'warning', 'info', 'success', 'user_update', 'recommendation', 'snapshot']).optional(),
  priority: z.enum(['normal', 'low']).optional(),
  aggregation_key: upTo(100).optional(),
  date_happened: z.int().optional(),
  device_name: z.string().optional(),
  host: z.string().optional(),
  source_type_name: z.string().optional(),
  tags: z.array(upTo(200)).optional(),
});

/** Of one level, 254 attributes at most, none reserved, and none with `null`. */
const newRelic = z.array(
  z
    .object({
      eventType: z
        .string()
        .max(255)
        .regex(/^[A-Za-z][A-Za-z0-9:_]*$/),
      timestamp: z.int().min(1_000_000_000).optional(),
      accountId: z.never().optional(),
      appId: z.int().optional(),
    })
    .catchall(z.union([z.string().max(4_096), z.number()]))
    .refine((event) => Object.keys(event).length <= 254, 'there are too many attributes')
    .refine((event) => Object.keys(event).every((name) => /^[\w:./]{1,255}$/.test(name)), 'a name is not allowed'),
);

const mattermost = z.strictObject({
  channel_id: z.string().regex(/^[a-z0-9]{26}$/),
  message: upTo(16_383),
  root_id: z.string().optional(),
  file_ids: z.array(z.string()).optional(),
  props: z.record(z.string(), z.unknown()).optional(),
  metadata: z
    .strictObject({
      priority: z.strictObject({
        priority: z.enum(['', 'important', 'urgent']),
        requested_ack: z.boolean().optional(),
      }),
    })
    .optional(),
});

/** By the name of the worked template. */
export const PLATFORM_BODIES: Readonly<Record<string, PlatformBody>> = {
  opsgenie: { source: 'CreateAlertRequest of the OpenAPI document of Opsgenie', schema: opsgenie },
  zendesk: { source: 'Tickets API of Zendesk; node-zendesk 6.0.1, CreateOrUpdateTicket', schema: zendesk },
  linear: { source: '@linear/sdk 98.0.0, IssueCreateInput', schema: linear },
  github: { source: '@octokit/openapi-types 29.0.1, issues/create', schema: github },
  gitlab: { source: 'Issues API of GitLab; @gitbeaker/core 43.8.0, CreateIssueOptions', schema: gitlab },
  asana: { source: 'TaskRequest of the OpenAPI document of Asana', schema: asana },
  freshservice: { source: 'Create Ticket of the API of Freshservice', schema: freshservice },
  datadog: { source: 'EventCreateRequest of the API clients of Datadog', schema: datadog },
  'new-relic': { source: 'Event API of New Relic, data requirements and limits of custom events', schema: newRelic },
  mattermost: { source: 'createPost of the API of Mattermost; @mattermost/types 11.9.0, Post', schema: mattermost },
};
