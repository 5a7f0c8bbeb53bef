import type { Form } from '../forms/form.js';
import type { Check } from '../rules/check-filing.js';

/** A metric as a check names it. */
interface Named {
  readonly title: string;
}

/**
 * What a form wants proved and nobody has proved: a measure that is said to be taken (1) and has no file. One answer
 * of no (0) needs none.
 * @param figures metric → plain decimal
 * @param proved metrics that have a file
 */
export function evidenceChecks(
  form: Form | null,
  figures: ReadonlyMap<string, string>,
  proved: ReadonlySet<string>,
  metrics: ReadonlyMap<string, Named>,
): Check[] {
  return Object.entries(form?.evidence ?? {})
    .filter(([code, wish]) => wish === 'required' && (figures.get(code) ?? '0') !== '0' && !proved.has(code))
    .map(
      ([code]): Check => ({
        rule: 'EVIDENCE',
        key: `EVIDENCE:${code}`,
        severity: 'block',
        title: '须附证明材料',
        message: `${metrics.get(code)?.title ?? code}（${code}）填报为“是”，须上传证明材料`,
        formula: `${code} = 0 或 有证明材料`,
        cells: [code],
        left: figures.get(code) ?? '',
        right: null,
        difference: null,
        tolerance: null,
        expected: '上传证明材料',
        hint: '在“更多”里的“证明材料”中选中本项，上传批复、文件等的扫描件（PDF、PNG、JPEG）。',
        conversion: null,
      }),
    );
}
