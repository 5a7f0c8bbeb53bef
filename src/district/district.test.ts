import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import type { DomainError } from '../problems/problems.js';
import { readDistrict, titlesFor, UNNAMED } from './district.js';
import { changed, DistrictFile } from './district-file.service.js';

it('without a document everything is a default', () => {
  expect(readDistrict(null)).toEqual({ district: UNNAMED, given: [], faults: [] });
});

it('what is left out is a default, what is there counts, and both are told apart', () => {
  const { district, given, faults } = readDistrict({
    name: '青川区',
    deadlines: { filingWorkingDays: 8 },
    disclosure: 'open',
  });
  expect(faults).toEqual([]);
  expect(given).toEqual(['name', 'deadlines', 'disclosure']);
  expect(district).toMatchObject({ name: '青川区', bureau: '青川区财政局', disclosure: 'open', backups: null });
  expect(district.deadlines).toEqual({ filingWorkingDays: 8, departmentWorkingDays: null });
});

it.each<[string, unknown, string]>([
  ['a list', [], '（整个文件）'],
  ['a key that does not exist', { nmae: '区' }, 'nmae'],
  ['an empty name', { name: '' }, 'name'],
  ['a name with a line break', { name: '青川\n区' }, 'name'],
  ['no bureau among the departments', { departments: [{ code: 'ecology', title: '环保局' }] }, 'departments'],
  [
    'two departments of one title',
    {
      departments: [
        { code: 'finance_bureau', title: '财政局' },
        { code: 'ecology', title: '财政局' },
      ],
    },
    'departments',
  ],
  ['days as text', { deadlines: { filingWorkingDays: '8' } }, 'deadlines.filingWorkingDays'],
  ['no days at all', { deadlines: { filingWorkingDays: 0 } }, 'deadlines.filingWorkingDays'],
  ['half a disclosure', { disclosure: 'half' }, 'disclosure'],
  ['a relative folder', { backups: 'backups' }, 'backups'],
  ['one scheme twice', { firstYearSchemes: ['bank-first-year', 'bank-first-year'] }, 'firstYearSchemes'],
])('%s: named, and the default holds', (_, content, path) => {
  const { district, faults } = readDistrict(content);
  expect(faults.map((fault) => fault.path)).toEqual([path]);
  expect(faults[0]?.message).toMatch(/^district\.yaml 的 .+应为.+，现为 /);
  expect(district).toEqual(UNNAMED);
});

it('a district gives its bodies its name', () => {
  const { bureau, departments } = titlesFor('青川区');
  expect([bureau, departments[1]?.title]).toEqual(['青川区财政局', '青川区发展改革委']);
});

const inFolder = (work: (file: string) => void): void => {
  const folder = mkdtempSync(path.join(tmpdir(), 'greenrank-district-'));
  try {
    work(path.join(folder, 'config', 'district.yaml'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

it('answers are added one by one, and the file alone brings them back', () => {
  inFolder((file) => {
    const district = new DistrictFile(file, UNNAMED);
    const before = district.version;
    district.write({ name: '青川区' });
    district.write({ disclosure: 'open' });
    expect(district.version).not.toBe(before);
    expect(readdirSync(path.dirname(file))).toEqual(['district.yaml']);
    const again = new DistrictFile(file, UNNAMED);
    expect([again.name, again.disclosure, again.given]).toEqual(['青川区', 'open', ['name', 'disclosure']]);
    expect(again.version).toBe(district.version);
  });
});

it('a faulty answer writes nothing', () => {
  inFolder((file) => {
    const district = new DistrictFile(file, UNNAMED);
    district.write({ name: '青川区' });
    const text = readFileSync(file, 'utf8');
    expect(() => district.write({ backups: 'here' })).toThrow('1 处有误，没有保存');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

it('a faulty file stops the start; one that breaks later leaves what was read', () => {
  inFolder((file) => {
    mkdirSync(path.dirname(file));
    writeFileSync(file, 'name: [');
    expect(() => new DistrictFile(file, UNNAMED)).toThrow('有误');
    writeFileSync(file, 'name: 甲区\ncolour: green\n');
    let refusal: DomainError | null = null;
    try {
      new DistrictFile(file, UNNAMED);
    } catch (error) {
      refusal = error as DomainError;
    }
    expect(refusal?.violations.map(({ path: at }) => at)).toEqual(['colour']);
    writeFileSync(file, 'name: 甲区\n');
    const district = new DistrictFile(file, UNNAMED);
    writeFileSync(file, 'name: 7\n');
    expect(() => district.write({ disclosure: 'open' })).toThrow('请先改正文件');
    expect([district.name, district.disclosure, district.faults.length]).toEqual(['甲区', 'sealed', 1]);
    expect(readFileSync(file, 'utf8')).toBe('name: 7\n');
  });
});

it('the audit is told what differs', () => {
  expect(changed(UNNAMED, { name: '本区', disclosure: 'open' })).toEqual({
    before: { disclosure: 'sealed' },
    after: { disclosure: 'open' },
  });
});
