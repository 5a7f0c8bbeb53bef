import { checkScheme } from '../scoring/scheme/check-scheme.js';
import { metricFacts, readText } from './files.command.js';
import { readOptions } from './options.command.js';
import { done, refuse, runCommand, say, showHelp, violationLine } from './report.command.js';

const HELP = `greenrank check SCHEME.yaml
  检查评价方案；所有问题一次列出，每行写明位置、规则、收到、应为。提醒不算问题。`;

/** @returns exit code: 0 done, 1 refused with reasons on stderr, 2 wrong usage */
export const check = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, () => {
    const { help, positionals } = readOptions(args, { positionals: 1 });
    if (help) return showHelp(HELP);
    const { ok, errors, warnings } = checkScheme(readText(positionals[0] ?? ''), metricFacts());
    for (const warning of warnings) say(`提醒 ${violationLine(warning)}`);
    if (!ok) return refuse(errors);
    say('方案通过检查');
    return done();
  });
