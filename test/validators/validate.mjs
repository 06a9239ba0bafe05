/**
 * `node validate.mjs CORPUS PACKAGES`: what packages of npm object to in the requests of the corpus. Exits 1 if they do. Each
 * validator is first shown a body that it must object to. PACKAGES is the folder in which they are installed.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [corpus = '', packages = ''] = process.argv.slice(2);
const load = createRequire(resolve(packages, 'package.json'));
const SHOWN = 5;

// The package's build for Node imports files that it does not have; that for browsers wants a window.
globalThis.self = globalThis;
const { AdaptiveCard, SerializationContext } = load('adaptivecards/dist/adaptivecards.js');
const { EmbedBuilder } = load('@discordjs/builders');
const { HTTP } = load('cloudevents');
const Ajv = load('ajv-draft-04').default;
const isAdf = new Ajv({ strict: false }).compile(load('@atlaskit/adf-schema/dist/json-schema/v1/full.json'));

/** Microsoft's parser, which drops what it does not know and says so. */
function adaptiveCards({ attachments }) {
  return attachments.flatMap(({ content }) => {
    const card = new AdaptiveCard();
    const context = new SerializationContext();
    card.parse(content, context);
    const dropped = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
    return [...dropped, ...card.validateProperties().validationEvents].map(({ message }) => message);
  });
}

/** Atlassian's JSON schema of the document format, every node and mark. */
function adfSchema({ fields }) {
  return isAdf(fields.description) ? [] : isAdf.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Discord's limits of each part of an embed, which its setters check. */
function discordBuilders({ embeds }) {
  for (const { title, description, url, color, timestamp, fields = [], footer } of embeds) {
    const builder = new EmbedBuilder().setTitle(title).setColor(color).setTimestamp(new Date(timestamp));
    builder
      .addFields(fields)
      .setFooter(footer)
      .setDescription(description ?? null)
      .setURL(url ?? null);
  }
  return [];
}

function cloudEvents(body, headers) {
  HTTP.toEvent({ headers, body: JSON.stringify(body) }).validate();
  return [];
}

/** By the destination: a body that must be objected to, and who must. */
const VALIDATORS = {
  teams: [
    { attachments: [{ content: { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'Unheard' }] } }] },
    adaptiveCards,
  ],
  jira: [{ fields: { description: { version: 1, type: 'doc', content: [{ type: 'text', text: '' }] } } }, adfSchema],
  discord: [{ embeds: [{ title: 'x'.repeat(257) }] }, discordBuilders],
  cloudevents: [{ specversion: '1.0' }, cloudEvents],
};

function objectionsTo(validate, body, headers) {
  try {
    return validate(body, headers);
  } catch (error) {
    return [String(error)];
  }
}

for (const [id, [badBody, validate]] of Object.entries(VALIDATORS)) {
  const requests = readFileSync(join(corpus, `${id}.ndjson`), 'utf8')
    .split('\n')
    .map((line) => JSON.parse(line));
  if (objectionsTo(validate, badBody, requests[0].headers).length === 0) {
    throw new Error(`${validate.name} objects to nothing`);
  }
  const objections = requests.flatMap(({ body, headers }, index) =>
    objectionsTo(validate, JSON.parse(body), headers).map((what) => `  request ${index + 1}: ${what.slice(0, 300)}`),
  );
  console.log(`${id} by ${validate.name}: ${requests.length} requests, ${objections.length} objections`);
  console.log(objections.slice(0, SHOWN).join('\n'));
  process.exitCode = objections.length > 0 ? 1 : process.exitCode;
}
