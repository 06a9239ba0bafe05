/** The recipes for Jira Automation: what they read is what is sent. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { form } from '../../shared/destinations/jira/jira.form.ts';
import { format } from '../../shared/destinations/jira/jira.ts';
import { aFilledInput } from '../builders/filled-in.ts';
import { mappingFaults, packFindings, renderedEvents } from './pack-fields.ts';

const page = readFileSync(new URL('../../receivers/jira/README.md', import.meta.url), 'utf8');

const unmapped: Readonly<Record<string, string>> = {
  timestamp: 'the same as data.detectedAt',
  'data.category': 'left out of the example',
  'data.affected.originalType': 'left out of the example',
  'data.alsoAffected': 'left out of the example',
  'data.platforms': 'left out of the example',
  'data.attributes': 'left out of the example',
};

function labelsOf(labels: string): readonly (readonly string[])[] {
  return packFindings().map((finding) => {
    const input = aFilledInput(form, { finding, options: { projectKey: 'SEC', labels } });
    return JSON.parse(format.render(input).body).fields.labels;
  });
}

describe('the rules for Jira', () => {
  it('read fields that the format renders, and leave none unnoticed', () => {
    const values = [...page.matchAll(/webhookData\.([\w.]+)/g)].map(([, path = '']) => path);
    const reads = new Set(values.map((path) => path.replace(/\.(replaceAll|left)$/, '')));
    expect(mappingFaults({ id: 'json', reads, unmapped })).toEqual([]);
  });

  it('read the revision of an issue out of the description that they wrote, whatever a finding says', () => {
    const [, template = ''] = /```text\n( +Revision: [\s\S]*?)```/.exec(page) ?? [];
    const [, expression = ''] = /issue\.description\.match\("(.*)"\)\.asNumber/.exec(page) ?? [];
    const documents = [
      ...renderedEvents('json').updated,
      { ...Object(renderedEvents('json').updated[0]), revision: 2 ** 53 - 1 },
    ];
    for (const document of documents) {
      const hostile = {
        ...Object(document),
        data: { ...Object(document).data, title: 'Revision: 99', platform: 'Revision: 98' },
      };
      const written = template.replaceAll(/\{\{webhookData\.([\w.]+)\}\}/g, (_value, path: string) =>
        String(path.split('.').reduce<unknown>((value, name) => Object(value)[name], hostile) ?? ''),
      );
      expect(Number(new RegExp(expression).exec(written)?.[1])).toBe(Object(document).revision);
    }
  });

  it('find the label of a finding among the labels of an issue, and none that names a delivery', () => {
    const [, expression = ''] = /\{\{issue\.labels\.join\(" "\)\.match\("(.*)"\)\}\}/.exec(page) ?? [];
    const found = (labels: readonly string[]) => new RegExp(expression).exec(labels.join(' '))?.[1];
    const byFinding = labelsOf('finding');
    expect(expression).not.toBe('');
    for (const labels of byFinding) {
      expect(labels).toContain('thalian');
      expect(labels).toContain(found(labels));
    }
    // Findings of the corpus may share an id.
    expect(new Set(byFinding.map(found)).size).toBe(new Set(packFindings().map(({ id }) => id)).size);
    expect(
      labelsOf('delivery')
        .map(found)
        .filter((label) => label !== undefined),
    ).toEqual([]);
  });
});
