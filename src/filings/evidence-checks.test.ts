import { expect, it } from '@jest/globals';
import type { Form } from '../forms/form.js';
import { evidenceChecks } from './evidence-checks.js';

const form = { evidence: { QL_ORG: 'required', QL_PLAN: 'required', QL_DISC: 'asked' } } as unknown as Form;
const metrics = new Map([['QL_ORG', { title: '设置绿色金融专营机构或条线' }]]);
const keys = (figures: Record<string, string>, proved: string[] = []): string[] =>
  evidenceChecks(form, new Map(Object.entries(figures)), new Set(proved), metrics).map(({ key }) => key);

it('a measure said to be taken wants its file; no, nothing, and what is only asked want none', () => {
  expect(keys({ QL_ORG: '1', QL_PLAN: '0', QL_DISC: '1' })).toEqual(['EVIDENCE:QL_ORG']);
  expect(keys({ QL_ORG: '1' }, ['QL_PLAN'])).toEqual(['EVIDENCE:QL_ORG']);
  expect(keys({ QL_ORG: '1' }, ['QL_ORG'])).toEqual([]);
  expect(keys({})).toEqual([]);
});

it('a form that wants no proof is left alone', () => {
  expect(evidenceChecks(null, new Map([['QL_ORG', '1']]), new Set(), metrics)).toEqual([]);
});
