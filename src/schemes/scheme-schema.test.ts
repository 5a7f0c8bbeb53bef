import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { parse } from 'yaml';
import { BENCHMARK_RULES } from '../scoring/normalise/benchmark/registry.js';
import { METHODS } from '../scoring/normalise/registry.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';

const schema = JSON.parse(readFileSync('config/scheme.schema.json', 'utf8')) as {
  definitions: Record<string, { enum?: string[]; properties?: Record<string, { enum?: string[] }> }>;
};
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
const faults = (document: unknown): string[] =>
  validate(document) ? [] : (validate.errors as ErrorObject[]).map((error) => `${error.instancePath} ${error.message}`);

const CASES = ['test/fixtures/cases', '../shared/cases'].filter(existsSync).flatMap((folder) =>
  readdirSync(folder)
    .map((name) => path.join(folder, name, 'scheme.yaml'))
    .filter(existsSync),
);
const SHIPPED = readdirSync('config/schemes').map((name) => `config/schemes/${name}`);

it.each([...SHIPPED, ...CASES])('%s has the shape', (file) => {
  expect(faults(parse(readFileSync(file, 'utf8')))).toEqual([]);
});

const BANK = readFileSync('config/schemes/bank-142.yaml', 'utf8');

it.each([
  ['an unknown key', 'cadence: quarterly', 'cadense: quarterly'],
  ['a cadence that there is not', 'cadence: quarterly', 'cadence: monthly'],
  ['a version that is no number', 'version: 1', 'version: one'],
  ['a code in capitals', 'scheme: bank-142', 'scheme: Bank_142'],
  ['a weight of nothing', 'weight: 80', 'weight: 0'],
  ['a policy that there is not', 'missing: unranked', 'missing: ignore'],
  ['a method that there is not', 'method: benchmark', 'method: magic'],
  ['a rule that there is not', 'rule: rel60', 'rule: rel61'],
  ['an unknown key of an indicator', 'unit: "%"', 'units: "%"'],
  ['a scale of three', 'scale: [0, 100]', 'scale: [0, 50, 100]'],
  ['an adjustment of an unknown kind', 'kind: bonus', 'kind: present'],
  ['a veto without condition', `, when: 'flag("environmental_penalty")'`, ''],
  ['rounding to seven places', 'indicator: 6', 'indicator: 7'],
  [
    'an assessed node without policy',
    '        missing: unranked\n      - indicator: institution',
    '      - indicator: institution',
  ],
  ['a forward shift', '{ metric: BK_LOAN_BAL }', '{ metric: BK_LOAN_BAL, shift: 1 }'],
])('%s is marked in the editor, and refused by the check', (_, from, to) => {
  const document = BANK.replace(from, to);
  expect(document).not.toBe(BANK);
  expect(faults(parse(document))).not.toEqual([]);
  expect(checkScheme(document, {}).errors).not.toEqual([]);
});

it('knows every method and every rule', () => {
  expect(schema.definitions.normalise?.properties?.method?.enum).toEqual(METHODS.map(({ name }) => name));
  expect(schema.definitions.ruleName?.enum).toEqual(BENCHMARK_RULES.map(({ name }) => name));
});
