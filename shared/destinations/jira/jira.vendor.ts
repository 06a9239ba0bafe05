/** Jira Cloud's "Create issue", by its REST API v3 and the structure of the Atlassian Document Format. */
import * as z from 'zod';
import { isJson, json, type Receive, readBasic, readJson, type Vendor } from '../simulation.vendor.ts';

const linkMark = z.strictObject({
  type: z.literal('link'),
  attrs: z.strictObject({ href: z.url({ protocol: /^https?$/ }) }),
});

/** Text is literal; only a mark makes it a link, and ours has fixed words. */
const textNode = z.union([
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('text'), text: z.string().regex(/^[A-Z][A-Za-z ]+$/), marks: z.tuple([linkMark]) }),
]);

const issueSchema = z.strictObject({
  fields: z.strictObject({
    project: z.strictObject({ key: z.string().regex(/^[A-Z][A-Z0-9_]+$/) }),
    issuetype: z.strictObject({ name: z.string().min(1) }),
    summary: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\r\n]*$/),
    description: z
      .strictObject({
        type: z.literal('doc'),
        version: z.literal(1),
        content: z.array(z.strictObject({ type: z.literal('paragraph'), content: z.array(textNode).min(1) })).min(1),
      })
      .refine((document) => JSON.stringify(document).length <= 32_767, 'CONTENT_LIMIT_EXCEEDED'),
    priority: z.strictObject({ name: z.string().min(1) }).optional(),
    labels: z.array(z.string().max(255).regex(/^\S+$/)).optional(),
  }),
});

export const vendor: Vendor = {
  id: 'jira',
  create,
  accepted: 201,
  refusal: json(400, { errorMessages: ["Field 'priority' is required"], errors: {} }),
  limit: json(
    429,
    { errorMessages: ['Rate limit exceeded.'] },
    { 'retry-after': '7', 'ratelimit-reason': 'jira-burst-based' },
  ),
  rate: {
    published: '100 requests a second to create issues in a site, by all of its apps and scripts together.',
    source: 'developer.atlassian.com, Jira Cloud, Rate limiting',
    sureness: 'reported',
    most: { requests: 100, seconds: 1 },
  },
  falseSuccess: { statusCode: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' },
  responses: [
    {
      response: json(201, { id: '10000', key: 'SEC-24', self: 'https://acme.atlassian.net/rest/api/3/issue/10000' }),
      meaning: 'The issue exists.',
      isDelivered: true,
    },
    {
      response: { statusCode: 201, body: '' },
      meaning: 'There is no key of an issue: none was made.',
      isDelivered: false,
    },
    {
      response: json(200, { key: 'SEC-24' }),
      meaning: 'An issue was read, not made: the URL is another one of the API.',
      isDelivered: false,
    },
  ],
  evidence: {
    documentation: "Atlassian's reference of REST API v3, Create issue, and of the Atlassian Document Format",
    validatedBy: ['@atlaskit/adf-schema'],
  },
  demo: {
    name: 'Jira',
    path: '/rest/api/3/issue',
    options: { projectKey: 'SEC' },
    credentials: () => ({ email: 'bot@example.com', apiToken: 'demo-api-token' }),
  },
};

function create(): Receive {
  let issues = 0;

  return (request) => {
    if (!request.path.endsWith('/rest/api/3/issue')) {
      return json(404, { errorMessages: ['dead link'] });
    }
    if (readBasic(request) === undefined && !/^Bearer \S+$/.test(request.headers['authorization'] ?? '')) {
      return json(401, { errorMessages: ['You are not authenticated.'], errors: {} });
    }
    const reading = readJson(issueSchema, request.body);
    if (!isJson(request) || reading.kind === 'broken') {
      return json(400, { errorMessages: [reading.kind === 'broken' ? reading.why : 'not JSON'], errors: {} });
    }
    issues += 1;
    const key = `${reading.body.fields.project.key}-${issues}`;
    return json(201, { id: String(10_000 + issues), key, self: `https://jira.example/rest/api/3/issue/${key}` });
  };
}
