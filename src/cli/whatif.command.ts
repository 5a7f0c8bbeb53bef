import { parseFigure } from '../numbers/decimal.js';
import { BUNDLE_FORMAT } from '../scoring/bundle/bundle.js';
import { BundleShapeError, inputOf, readJson } from '../scoring/bundle/read-bundle.js';
import { brokenHash } from '../scoring/bundle/verify.js';
import { evaluate } from '../scoring/evaluate.js';
import { csv } from '../scoring/tables.js';
import type { EvaluationInput } from '../scoring/types.js';
import { movedBetween, type Supposed, suppose } from '../scoring/what-if/what-if.js';
import { FileError, readText, sha256 } from './files.command.js';
import { readOptions, UsageError } from './options.command.js';
import { done, runCommand, showHelp } from './report.command.js';

const HELP = `greenrank whatif --bundle B.json --set 机构,报告期,指标=值 …
  在存证包上改几个数值重新计算，把名次或得分会变的机构以 CSV 写到标准输出；什么也不保存。
  --bundle  存证包（完整的；脱敏的不能重算）
  --set     改一个数值，可写多次；等号后留空表示未报送`;

const HEADER = ['cohort', 'institution', 'rank_before', 'rank_after', 'score_before', 'score_after'];
const SET = /^([^,]+),([^,]+),([^,=]+)=(.*)$/;

/** @returns exit code: 0 done, 1 refused with reasons on stderr, 2 wrong usage */
export const whatif = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, () => {
    const { help, values, lists } = readOptions(args, { required: ['bundle'], lists: ['set'] });
    if (help) return showHelp(HELP);
    const set = (lists.set ?? []).map(readSet);
    if (set.length === 0) throw new UsageError('缺少 --set');
    const input = readBundle(values.bundle ?? '');
    const moved = movedBetween(evaluate(input), evaluate(suppose(input, set)));
    const rows = moved.map(({ cohort, institution, rankBefore, rankAfter, scoreBefore, scoreAfter }) => [
      cohort ?? '',
      institution,
      rankBefore?.toString() ?? '',
      rankAfter?.toString() ?? '',
      scoreBefore ?? '',
      scoreAfter ?? '',
    ]);
    process.stdout.write(csv([HEADER, ...rows]));
    return done();
  });

/** @throws UsageError for what is not 机构,报告期,指标=值 */
function readSet(text: string): Supposed {
  const [, institution = '', period = '', metric = '', written = ''] = SET.exec(text) ?? [];
  if (institution === '') throw new UsageError(`--set ${text}：应写作 机构,报告期,指标=值`);
  if (written === '') return { institution, period, metric, value: null };
  const value = parseFigure(written);
  if (typeof value === 'string') throw new FileError(`--set ${text}：“${written}”不是数值（应为 -?数字(.数字)?）`);
  return { institution, period, metric, value };
}

/** @throws FileError for a redacted, damaged or unreadable bundle */
function readBundle(path: string): EvaluationInput {
  try {
    const bundle = readJson(readText(path));
    const broken = brokenHash(bundle, sha256);
    if (broken !== null) throw new FileError(broken);
    if (bundle.format !== BUNDLE_FORMAT) throw new FileError('这是脱敏的存证包，不能重算');
    return inputOf(bundle);
  } catch (error) {
    if (error instanceof BundleShapeError) throw new FileError(error.message);
    throw error;
  }
}
