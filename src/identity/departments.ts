/** The government bodies that take part (design 2, department 部门). */
const DEPARTMENTS: Readonly<Record<string, string>> = {
  finance_bureau: '区财政局',
  dev_reform: '区发展改革委',
  ecology: '区生态环境局',
  economy: '区经济信息委',
  housing: '区住房城乡建委',
  leading_group: '区绿金改领导小组',
  audit_office: '区审计局',
};

export const departmentTitle = (code: string): string => DEPARTMENTS[code] ?? code;

export const departments = (): { readonly code: string; readonly title: string }[] =>
  Object.entries(DEPARTMENTS).map(([code, title]) => ({ code, title }));

export const isDepartment = (code: string): boolean => Object.hasOwn(DEPARTMENTS, code);

/** Code by title or code, as a workbook may say it; null: none of them. */
export const departmentNamed = (text: string): string | null =>
  Object.keys(DEPARTMENTS).find((code) => code === text || DEPARTMENTS[code] === text) ?? null;
