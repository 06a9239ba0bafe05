/** The pack for Cortex XSOAR: its mapper reads what is sent, fills fields that exist, and gives each incident its severity. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DROPS_DUPLICATES } from '../../shared/destinations/xsoar/xsoar.ts';
import { fieldsInAll, mappingFaults, renderedDocuments } from './pack-fields.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const PACK = new URL('../../receivers/xsoar/Thalian/', import.meta.url);

/** Every incident of XSOAR has these. */
const SYSTEM_FIELDS = ['name', 'occurred', 'severity', 'details'];
const SEVERITIES = [0.5, 1, 2, 3, 4];

const unmapped: Readonly<Record<string, string>> = {
  type: 'the integration takes it for the type of the incident',
  'finding.title': 'the same as name, which is one line of it',
  'finding.severity.level': 'severity is the same in the scale of XSOAR',
  'finding.detectedAt': 'occurred is the same in UTC',
  'finding.affected.originalType': 'in the raw JSON',
  'finding.alsoAffected': 'in the raw JSON',
  'finding.platforms': 'in the raw JSON',
  'finding.attributes': 'in the raw JSON',
};

function read(path: string): JsonObject {
  return JSON.parse(readFileSync(new URL(path, PACK), 'utf8'));
}

const mapper = read('Classifiers/classifier-mapper-incoming-Thalian.json');
const classifier = read('Classifiers/classifier-Thalian.json');
const type = read('IncidentTypes/incidenttype-Thalian_Finding.json');
const fields = globSync('IncidentFields/*.json', { cwd: PACK }).map(read);

/** The path in the raw JSON of each field that is filled for that type. */
function pathsFor(incidentType: string): Readonly<Record<string, string>> {
  const { internalMapping } = Object(Object(mapper['mapping'])[incidentType]);
  return Object.fromEntries(Object.entries(Object(internalMapping)).map(([name, to]) => [name, Object(to).simple]));
}

function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => Object(value)[name], document);
}

describe('the pack for Cortex XSOAR', () => {
  it('reads fields that the format renders, and leaves none unnoticed', () => {
    const reads = Object.values(pathsFor('Thalian Finding'));
    expect(mappingFaults({ id: 'xsoar', reads, unmapped })).toEqual([]);
  });

  it('fills fields that XSOAR or the pack has, and each of the pack', () => {
    const filled = Object.keys(pathsFor('Thalian Finding'));
    expect(filled.toSorted()).toEqual([...SYSTEM_FIELDS, ...fields.map(({ name }) => String(name))].toSorted());
  });

  it('calls its fields as the command line and searches do', () => {
    expect(fields.length).toBeGreaterThan(0);
    for (const { id, name, cliName, associatedTypes } of fields) {
      expect(cliName).toBe(String(name).toLowerCase().replaceAll(' ', ''));
      expect(id).toBe(`incident_${cliName}`);
      expect(associatedTypes).toEqual([type['name']]);
    }
  });

  it('gives an incident a name, a time and a severity of the scale of XSOAR, whatever its type', () => {
    const documents = renderedDocuments('xsoar');
    const always = fieldsInAll(documents);
    for (const incidentType of ['Thalian Finding', 'dbot_classification_incident_type_all']) {
      const { name = '', occurred = '', severity = '' } = pathsFor(incidentType);
      expect(always).toContain(name);
      expect(always).toContain(occurred);
      const values = documents.map((document) => valueAt(document, severity));
      expect([...new Set(values)].toSorted()).toEqual(SEVERITIES);
    }
  });

  it('has a classifier that takes every event for its incident type', () => {
    expect(classifier).toMatchObject({ type: 'classification', defaultIncidentType: type['name'], keyTypeMap: {} });
    expect(type['id']).toBe(type['name']);
  });

  it('names the duplication key that the format knows', () => {
    for (const page of ['../README.md', 'README.md']) {
      expect(readFileSync(new URL(page, PACK), 'utf8')).toContain(`\`${DROPS_DUPLICATES}\``);
    }
  });
});
