/** The staging table that Thalian posts to, and the transform map that finds the incident of the same finding. */
import '@servicenow/sdk/global';
import { ImportSet, StringColumn, Table } from '@servicenow/sdk/core';

/** A column for each field that is posted; the names are those of the request. */
export const u_thalian_finding = Table({
  name: 'u_thalian_finding',
  label: 'Thalian Finding Import',
  extends: 'sys_import_set_row',
  allowWebServiceAccess: true,
  actions: ['read', 'create', 'update', 'delete'],
  schema: {
    short_description: StringColumn({ label: 'Short description', maxLength: 160 }),
    description: StringColumn({ label: 'Description', maxLength: 4000 }),
    impact: StringColumn({ label: 'Impact', maxLength: 40 }),
    urgency: StringColumn({ label: 'Urgency', maxLength: 40 }),
    category: StringColumn({ label: 'Category', maxLength: 128 }),
    assignment_group: StringColumn({ label: 'Assignment group', maxLength: 128 }),
    caller_id: StringColumn({ label: 'Caller', maxLength: 128 }),
    correlation_id: StringColumn({ label: 'Correlation ID', maxLength: 100 }),
    correlation_display: StringColumn({ label: 'Correlation display', maxLength: 100 }),
    u_event: StringColumn({ label: 'Event', maxLength: 40 }),
    u_revision: StringColumn({ label: 'Revision', maxLength: 40 }),
  },
});

ImportSet({
  $id: Now.ID['thalian-finding-to-incident'],
  name: 'Thalian finding to incident',
  sourceTable: 'u_thalian_finding',
  targetTable: 'incident',
  active: true,
  runBusinessRules: true,
  // A group that an analyst has assigned stays if Thalian sends none.
  copyEmptyFields: false,
  enforceMandatoryFields: 'no',
  fields: {
    correlation_id: { sourceField: 'correlation_id', coalesce: true, coalesceCaseSensitive: true },
    correlation_display: 'correlation_display',
    short_description: 'short_description',
    description: 'description',
    impact: { sourceField: 'impact', choiceAction: 'reject' },
    urgency: { sourceField: 'urgency', choiceAction: 'reject' },
    category: { sourceField: 'category', choiceAction: 'ignore' },
    assignment_group: { sourceField: 'assignment_group', choiceAction: 'ignore' },
    caller_id: { sourceField: 'caller_id', choiceAction: 'ignore' },
  },
  scripts: [
    {
      $id: Now.ID['thalian-follow-finding'],
      active: true,
      order: 100,
      when: 'onBefore',
      script: Now.include('./follow-finding.js'),
    },
  ],
});
