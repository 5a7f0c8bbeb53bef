import type { Violation } from '../problems/problems.js';

/** What an evaluation says of the others to each institution (decision 13). */
export const DISCLOSURES = ['sealed', 'open'] as const;

export interface Department {
  /** `dev_reform`: in accounts, forms and schemes; never changed. */
  readonly code: string;
  /** 区发展改革委: on pages and prints. */
  readonly title: string;
}

/** What a bureau decides once, when it opens its district: `<GREENRANK_DATA>/config/district.yaml`. */
export interface District {
  /** 示范区: in the head of pages and prints. */
  readonly name: string;
  /** 示范区财政局: whose forms and notices these are. */
  readonly bureau: string;
  /** The government bodies that take part, the bureau among them. */
  readonly departments: readonly Department[];
  /** User names of the three who share the roles out between them; empty: not shared out that way. */
  readonly people: readonly string[];
  /** Working days after a quarter's end for the quarterly tables of institutions and departments; null: as each form says. */
  readonly deadlines: { readonly filingWorkingDays: number | null; readonly departmentWorkingDays: number | null };
  /** Of a new evaluation, where whoever starts it says nothing else. */
  readonly disclosure: (typeof DISCLOSURES)[number];
  /** Codes of the schemes of the first year. */
  readonly firstYearSchemes: readonly string[];
  /** Folder of the daily backups, absolute; null: the usual one. GREENRANK_BACKUPS wins. */
  readonly backups: string | null;
}

export type DistrictKey = keyof District;
export const DISTRICT_KEYS: readonly DistrictKey[] = [
  'name',
  'bureau',
  'departments',
  'people',
  'deadlines',
  'disclosure',
  'firstYearSchemes',
  'backups',
];

/** The government bodies of design 2; a bureau gives them its own titles. */
export const USUAL_DEPARTMENTS: readonly Department[] = [
  { code: 'finance_bureau', title: '区财政局' },
  { code: 'dev_reform', title: '区发展改革委' },
  { code: 'ecology', title: '区生态环境局' },
  { code: 'economy', title: '区经济信息委' },
  { code: 'housing', title: '区住房城乡建委' },
  { code: 'leading_group', title: '区绿金改领导小组' },
  { code: 'audit_office', title: '区审计局' },
];

/** A district that has not said anything yet. */
export const UNNAMED: District = {
  name: '本区',
  bureau: '区财政局',
  departments: USUAL_DEPARTMENTS,
  people: [],
  deadlines: { filingWorkingDays: null, departmentWorkingDays: null },
  disclosure: 'sealed',
  firstYearSchemes: [],
  backups: null,
};

export interface DistrictReading {
  /** What the document says, and the defaults for the rest. */
  readonly district: District;
  /** The keys that it says something of. */
  readonly given: readonly DistrictKey[];
  /** Empty: the document is sound. */
  readonly faults: readonly Violation[];
}

const CODE = /^[a-z][a-z0-9_]{1,40}$/;
const SCHEME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$/;
const MOST_DAYS = 60;
const MOST_TITLE = 40;
const MOST_LISTED = 40;

/** Title → code without blanks at the ends or control characters. */
const isTitle = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.trim() === value &&
  value !== '' &&
  [...value].length <= MOST_TITLE &&
  isPlain(value);

const isPlain = (text: string): boolean => !/\p{Cc}/u.test(text);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isUnique = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

/**
 * Reads the content of `district.yaml`, every key of which may be left out.
 * @param content the parsed document; null or undefined: none
 * @param defaults for what it leaves out
 * @returns the defaults too where a value is faulty, and every fault in Chinese
 */
export function readDistrict(content: unknown, defaults: District = UNNAMED): DistrictReading {
  const faults: Violation[] = [];
  const fault = (path: string, found: unknown, expected: string): void => {
    const text = JSON.stringify(found) ?? '（缺）';
    faults.push({
      path,
      rule: 'district',
      found: text,
      expected,
      message: `district.yaml 的 ${path} 应为${expected}，现为 ${text}`,
    });
  };
  if (content === null || content === undefined) return { district: defaults, given: [], faults };
  if (!isRecord(content)) {
    fault('（整个文件）', content, '键和值');
    return { district: defaults, given: [], faults };
  }
  for (const key of Object.keys(content))
    if (!DISTRICT_KEYS.some((known) => known === key))
      fault(key, content[key], `${DISTRICT_KEYS.join('、')} 之一（没有这个键）`);

  /** The value of a key where it is sound, else the default; a fault is noted. */
  const value = <K extends DistrictKey>(
    key: K,
    isSound: (given: unknown) => boolean,
    expected: string,
    usual = defaults[key],
  ): District[K] => {
    const given = content[key];
    if (given === undefined) return usual;
    if (isSound(given)) return given as District[K];
    fault(key, given, expected);
    return usual;
  };
  const days = (key: 'filingWorkingDays' | 'departmentWorkingDays'): number | null => {
    const given = isRecord(content.deadlines) ? content.deadlines[key] : undefined;
    if (given === undefined || given === null) return given === null ? null : defaults.deadlines[key];
    if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= MOST_DAYS) return given;
    fault(`deadlines.${key}`, given, `1–${MOST_DAYS} 的整数`);
    return defaults.deadlines[key];
  };
  if (content.deadlines !== undefined && !isRecord(content.deadlines))
    fault('deadlines', content.deadlines, '键和值（filingWorkingDays、departmentWorkingDays）');

  const name = value('name', isTitle, `不超过 ${MOST_TITLE} 字的名称`);
  // A district that has a name gives it to its bodies, as far as they are not named one by one.
  const titles = content.name === name ? titlesFor(name) : defaults;
  const district: District = {
    name,
    bureau: value('bureau', isTitle, `不超过 ${MOST_TITLE} 字的名称`, titles.bureau),
    departments: value(
      'departments',
      isDepartments,
      '部门的列表，每个写明 code（小写字母和下划线）和 title，都不重复，其中有 finance_bureau',
      titles.departments,
    ),
    people: value('people', (given) => isList(given, USERNAME), '用户名的列表'),
    deadlines: {
      filingWorkingDays: days('filingWorkingDays'),
      departmentWorkingDays: days('departmentWorkingDays'),
    },
    disclosure: value('disclosure', (given) => DISCLOSURES.some((each) => each === given), ' sealed 或 open'),
    firstYearSchemes: value('firstYearSchemes', (given) => isList(given, SCHEME), '方案代码的列表'),
    backups: value('backups', isFolder, '备份目录的绝对路径'),
  };
  return { district, given: DISTRICT_KEYS.filter((key) => content[key] !== undefined), faults };
}

function isDepartments(given: unknown): boolean {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_LISTED) return false;
  const entries = given.filter(
    (each): each is Department =>
      isRecord(each) && typeof each.code === 'string' && CODE.test(each.code) && isTitle(each.title),
  );
  return (
    entries.length === given.length &&
    isUnique(entries.map(({ code }) => code)) &&
    isUnique(entries.map(({ title }) => title)) &&
    entries.some(({ code }) => code === 'finance_bureau')
  );
}

const isList = (given: unknown, form: RegExp): boolean =>
  Array.isArray(given) &&
  given.length <= MOST_LISTED &&
  given.every((each) => typeof each === 'string' && form.test(each)) &&
  isUnique(given as string[]);

const isFolder = (given: unknown): boolean =>
  given === null ||
  (typeof given === 'string' && given.length <= 500 && /^(\/|[A-Za-z]:[\\/])/.test(given) && isPlain(given));

/** 沙坪坝区 → what its bodies are called if nobody says otherwise: 沙坪坝区财政局. */
export function titlesFor(name: string): Pick<District, 'name' | 'bureau' | 'departments'> {
  const full = (title: string): string => `${name}${title.replace(/^区/, '')}`;
  return {
    name,
    bureau: full('区财政局'),
    departments: USUAL_DEPARTMENTS.map(({ code, title }) => ({ code, title: full(title) })),
  };
}
