import type { Violation } from '../problems/problems.js';
import { makeBundle } from '../scoring/bundle/bundle.js';
import { assemble, cohortPlans, prepare, scoreCohort } from '../scoring/evaluate.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import { csv, RANKING_HEADER, rankingRows, SCORES_HEADER, scoreRows } from '../scoring/tables.js';
import { sha256, writeTexts } from './files.command.js';
import { readOptions } from './options.command.js';
import { done, refuse, runCommand, say, showHelp, violationLine } from './report.command.js';
import { readInput } from './tables.command.js';

const HELP = `greenrank score --scheme S.yaml --data D.csv [--institutions I.csv] [--assessments A.csv] --period P --out DIR
  按方案给数据评分，写出 ranking.csv、scores.csv、bundle.json；被拒绝时什么也不写。
  --scheme        评价方案（YAML 或 JSON）
  --data          数据：institution,period,metric,value，或 institution,period,指标…
  --institutions  机构：institution,name,type[,flags][,其他列…]
  --assessments   定性评分：institution,node,assessor,score
  --period        评价期：2025 或 2025Q3
  --out           写到哪个文件夹`;

/** @returns exit code: 0 done, 1 refused with reasons on stderr, 2 wrong usage */
export const score = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, () => {
    const options = readOptions(args, {
      required: ['scheme', 'data', 'period', 'out'],
      optional: ['institutions', 'assessments'],
    });
    if (options.help) return showHelp(HELP);
    const { values } = options;
    const faults: Violation[] = [];
    const input = readInput(values, faults);
    if (faults.length > 0) return refuse([...checkScheme(input.document, input.metrics).errors, ...faults]);
    const run = prepare(input);
    for (const warning of run.warnings) say(`提醒 ${violationLine(warning)}`);
    const result = assemble(
      run,
      cohortPlans(run).map((plan) => scoreCohort(run, plan.code)),
    );
    writeTexts(values.out ?? '', {
      'ranking.csv': csv([RANKING_HEADER, ...rankingRows(result)]),
      'scores.csv': csv([SCORES_HEADER, ...scoreRows(result)]),
      'bundle.json': makeBundle(input, result, sha256).text,
    });
    return done();
  });
