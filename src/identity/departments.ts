import { type Department, type District, UNNAMED, USUAL_DEPARTMENTS } from '../district/district.js';

/** A process serves one district: its titles are words of the whole process, like a language. */
let district: Pick<District, 'departments' | 'bureau'> = UNNAMED;

/** From now on bodies are called as this district calls them, also when it changes its mind. */
export function callBodiesAs(named: Pick<District, 'departments' | 'bureau'>): void {
  district = named;
}

/** The code itself for a body that nobody has named. */
export const departmentTitle = (code: string): string =>
  [...district.departments, ...USUAL_DEPARTMENTS].find((each) => each.code === code)?.title ?? code;

/** 示范区财政局, in full: on notices and prints. */
export const bureauTitle = (): string => district.bureau;

/** 制定机关: `bureau` stands for the bureau of whatever district this is. */
export const authorityTitle = (authority: string): string => (authority === 'bureau' ? bureauTitle() : authority);

/** Those that take part in this district. */
export const departments = (): readonly Department[] => district.departments;

/** Also one that a form may ask while the district leaves it out. */
export const isDepartment = (code: string): boolean =>
  [...district.departments, ...USUAL_DEPARTMENTS].some((each) => each.code === code);

/** Code by title or code, as a workbook may say it; null: none of them. */
export const departmentNamed = (text: string): string | null =>
  [...district.departments, ...USUAL_DEPARTMENTS].find(({ code, title }) => code === text || title === text)?.code ??
  null;
