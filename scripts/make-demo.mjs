/**
 * Makes the files of the demonstration under config/demo from a fixed seed: institutions, flags, figures, assessments,
 * and the states of the open quarter. All of it is invented. Run it after `npm run build`, since the tie at the line of
 * praise is found with the scoring core: node scripts/make-demo.mjs
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assessments } from './demo/assessments.mjs';
import { bankFigures } from './demo/banks.mjs';
import { csv } from './demo/csv.mjs';
import { institutions, named } from './demo/institutions.mjs';
import { filledAs, OPEN_QUARTER, openQuarter } from './demo/open-quarter.mjs';
import { insurerFigures, newTypeFigures, securitiesFigures } from './demo/other-types.mjs';
import { tie } from './demo/tune.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = (path) => import(join(root, 'dist/src', path));
const { loadCatalogue } = await built('forms/catalogue.service.js');
const { formMetrics } = await built('forms/form.js');
const { evaluate } = await built('scoring/evaluate.js');
const { Decimal } = await built('numbers/decimal.js');

const catalogue = loadCatalogue();
const out = join(root, 'config/demo');
const write = (path, text) => writeFileSync(join(out, path), text);
const isAmount = (code) => catalogue.metrics.get(code).unit === '万元';

const makers = { bank: bankFigures, insurer: insurerFigures, securities: securitiesFigures };
const figures = new Map(institutions.map((each) => [each.uscc, (makers[each.type] ?? newTypeFigures)(each)]));

rmSync(join(out, 'figures'), { recursive: true, force: true });
mkdirSync(join(out, 'figures'), { recursive: true });
for (const institution of institutions) {
  const columns = formMetrics(catalogue.formOfType(institution.type));
  const rows = [...figures.get(institution.uscc)].flatMap(([period, values]) => {
    const filled = period === OPEN_QUARTER ? filledAs(institution, values, isAmount) : values;
    return filled === null ? [] : [{ institution: institution.uscc, period, ...filled }];
  });
  const used = columns.filter((code) => rows.some((row) => row[code] !== undefined));
  write(`figures/${institution.uscc}.csv`, csv(['institution', 'period', ...used], rows));
}

const FLAGS = [
  {
    institution: named('沅芷银行'),
    flag: 'environmental_penalty',
    from: '2025-08-18',
    until: '2025-12-31',
    evidence: '示环罚〔2025〕17号（虚构）',
  },
  {
    institution: named('岚溪银行'),
    flag: 'opened_in_year',
    from: '2025-09-15',
    until: '2025-12-31',
    evidence: '2025年9月15日开业（虚构）',
  },
];

/** Keeps the banks of published figures apart from the invented ones. */
const published = readFileSync(join(out, 'published/institutions.csv'), 'utf8').match(/^DEMO-[A-Z]+/gm);
for (const institution of published) {
  FLAGS.push({
    institution,
    flag: 'published_figures',
    from: '2020-01-01',
    until: '',
    evidence: '公开数据方法演示，非官方评价',
  });
}

/** What the core is given; flags as they stand in the evaluated period. */
const evaluationInput = (scheme, period) => (rows) => ({
  document: readFileSync(join(root, `config/schemes/${scheme}.yaml`), 'utf8'),
  metrics: catalogue.facts(),
  figures: institutions.flatMap(({ uscc }) =>
    [...figures.get(uscc)]
      .filter(([quarter]) => quarter.slice(0, period.length) <= period)
      .flatMap(([quarter, values]) =>
        Object.entries(values).map(([metric, text]) => ({
          institution: uscc,
          period: quarter,
          metric,
          value: new Decimal(text),
          revision: null,
        })),
      ),
  ),
  institutions: institutions.map(({ uscc, name, type, segment }) => ({
    code: uscc,
    name,
    type,
    flags: FLAGS.filter((each) => each.institution === uscc).map((each) => each.flag),
    attributes: { segment },
  })),
  assessments: rows.map(({ institution, node, assessor, score }) => ({
    institution,
    node,
    assessor,
    score: new Decimal(score).div(100),
  })),
  period,
});

const points = assessments();
for (const [scheme, period] of [
  ['bank-first-year', '2025'],
  ['bank-142', '2025Q4'],
]) {
  const input = evaluationInput(scheme, period);
  tie({ evaluate, input, rows: points, scheme, leader: named('青禾银行'), follower: named('江峡银行') });
}

write(
  'institutions.csv',
  csv(
    ['institution', 'name', 'type', 'opened_on', 'segment'],
    institutions.map((each) => ({ ...each, institution: each.uscc, opened_on: each.openedOn })),
  ),
);
write('flags.csv', csv(['institution', 'flag', 'from', 'until', 'evidence'], FLAGS));
write(
  'assessments.csv',
  csv(
    ['scheme', 'period', 'institution', 'node', 'assessor', 'score'],
    points.map((row) => ({ ...row, score: String(row.score / 100) })),
  ),
);
write('open-quarter.csv', csv(['institution', 'state', 'reason', 'cells'], openQuarter));
