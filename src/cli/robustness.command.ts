import { countOnThreads } from '../analyses/counting-threads.service.js';
import { Decimal } from '../numbers/decimal.js';
import type { Violation } from '../problems/problems.js';
import { evaluate, prepare } from '../scoring/evaluate.js';
import { readRun } from '../scoring/robustness/read-run.js';
import { INTERVALS_HEADER, intervalRows, robustnessOf, usualFactors } from '../scoring/robustness/robustness.js';
import { checkScheme } from '../scoring/scheme/check-scheme.js';
import { csv } from '../scoring/tables.js';
import { writeTexts } from './files.command.js';
import { readOptions, UsageError } from './options.command.js';
import { done, refuse, runCommand, say, showHelp, violationLine } from './report.command.js';
import { readInput } from './tables.command.js';

const HELP = `greenrank robustness --scheme S.yaml --data D.csv [--institutions I.csv] [--assessments A.csv] --period P
                     [--replications 1000] [--weights 0.1] [--seed 1] --out DIR
  稳健性分析，不影响名次：权重等不确定因素变动后重算多次，写出 rank_intervals.csv；被拒绝时什么也不写。
  每次变动的因素：
    权重        每个权重乘以 1 ± 随机数（至多 --weights），组内重新分摊
    标准化方法  只与样本比较的指标（minmax、zscore、percentile、rank、distance_to_max）在原方法、
                标准分（均值居中，三倍标准差到两端）、百分位（及极差法）中任取一种；其他方法各有依据，不变
    缩尾点数    方案缩尾的，点数上下变动至多 2 个
    数值末位    每个报送数值在其指标最末位的半个单位以内变动
  参评范围、分组、缺失处理、加减分、一票否决和合成方式不变。
  --replications  次数，1–100000
  --weights       权重变动幅度，0 ≤ w < 1
  --seed          随机数种子，0–4294967295；同一种子在任何机器上结果相同`;

const MOST_REPLICATIONS = 100_000;
const MOST_SEED = 0xffff_ffff;

/** @returns exit code: 0 done, 1 refused with reasons on stderr, 2 wrong usage */
export const robustness = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, async () => {
    const options = readOptions(args, {
      required: ['scheme', 'data', 'period', 'out'],
      optional: ['institutions', 'assessments', 'replications', 'weights', 'seed'],
    });
    if (options.help) return showHelp(HELP);
    const { values } = options;
    const replications = wholeOption(values.replications ?? '1000', 'replications', 1, MOST_REPLICATIONS);
    const seed = wholeOption(values.seed ?? '1', 'seed', 0, MOST_SEED);
    const weights = shareOption(values.weights ?? '0.1');
    const faults: Violation[] = [];
    const input = readInput(values, faults);
    if (faults.length > 0) return refuse([...checkScheme(input.document, input.metrics).errors, ...faults]);
    const run = prepare(input);
    for (const warning of run.warnings) say(`提醒 ${violationLine(warning)}`);
    const material = readRun(run, evaluate(input), true);
    const counts = await countOnThreads(material, usualFactors(material, weights), seed, replications);
    const { intervals } = robustnessOf(material, counts);
    writeTexts(values.out ?? '', { 'rank_intervals.csv': csv([INTERVALS_HEADER, ...intervalRows(intervals)]) });
    return done();
  });

/** @throws UsageError */
function wholeOption(text: string, name: string, least: number, most: number): number {
  const value = /^[0-9]{1,10}$/.test(text) ? Number.parseInt(text, 10) : -1;
  if (value < least || value > most) throw new UsageError(`--${name} 应为 ${least}–${most} 的整数`);
  return value;
}

/** @throws UsageError */
function shareOption(text: string): number {
  const value = /^[0-9]{1,2}(\.[0-9]{1,6})?$/.test(text) ? new Decimal(text) : null;
  if (!value?.lt(1)) throw new UsageError('--weights 应为 0 至 1（不含）的小数，至多 6 位');
  return value.toNumber();
}
