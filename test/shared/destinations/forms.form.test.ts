/** The two catalogues, of renderers and of what is filled in, name the same formats, and each contract keeps its own rules. */
import { describe, expect, it } from 'vitest';
import { checkFields } from '../../../shared/destinations/form.ts';
import { FORMATS, findFormat } from '../../../shared/destinations/formats.ts';
import { FORMAT_CONTRACTS, findFormatContract } from '../../../shared/destinations/forms.form.ts';

describe('the catalogues', () => {
  it('name the same formats, each once', () => {
    const ids = FORMATS.map(({ id }) => id);
    expect(FORMAT_CONTRACTS.map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('find a format by its id and nothing by another', () => {
    for (const { id } of FORMATS) {
      expect(findFormat(id)?.id).toBe(id);
      expect(findFormatContract(id)?.id).toBe(id);
    }
    expect(findFormat('telepathy')).toBeUndefined();
    expect(findFormatContract('toString')).toBeUndefined();
  });
});

describe.each(FORMAT_CONTRACTS.map((contract) => [contract.id, contract] as const))(
  'the contract of %s',
  (_id, contract) => {
    const fields = [...contract.options, ...contract.credentials];

    it('has fields that people can understand, each with a name of its own', () => {
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
      for (const { name, label, help } of fields) {
        expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
        expect(label).not.toBe('');
        expect(help).toMatch(/\.$/);
      }
      // One sentence; a version such as 1.8 may be in it.
      expect(contract.summary).toMatch(/^(?:[^.]|\.\d)+\.$/);
    });

    it('accepts its own examples, defaults and choices', () => {
      for (const field of fields) {
        const choices = field.kind === 'choice' ? field.choices.map(({ value }) => value) : [];
        for (const value of [field.example, field.default, ...choices].filter((text) => text !== undefined)) {
          expect(checkFields([field], { [field.name]: value }), value).toMatchObject({ kind: 'accepted' });
        }
      }
      const example = new URL(contract.url.example);
      expect(example.protocol).toBe('https:');
      expect(contract.checkUrl?.(example)).toBeUndefined();
    });

    it('is data that can be served', () => {
      const { checkUrl: _rule, ...data } = contract;
      expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    });
  },
);
