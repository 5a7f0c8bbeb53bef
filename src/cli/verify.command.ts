import { verifyBundle } from '../scoring/bundle/verify.js';
import { readText, sha256 } from './files.command.js';
import { readOptions } from './options.command.js';
import { done, runCommand, say, showHelp } from './report.command.js';

const HELP = `greenrank verify BUNDLE.json
  先核对哈希，再从存证包重算全部结果；一致则打印 bundle <哈希>，否则指出第一处不同。`;

const DIFFERS = 1;

/** @returns exit code: 0 the same to the byte, 1 at the first difference, 2 wrong usage */
export const verify = (args: readonly string[]): Promise<number> =>
  runCommand(HELP, () => {
    const { help, positionals } = readOptions(args, { positionals: 1 });
    if (help) return showHelp(HELP);
    const verification = verifyBundle(readText(positionals[0] ?? ''), sha256);
    if (!verification.ok) {
      say(verification.difference);
      return DIFFERS;
    }
    process.stdout.write(`bundle ${verification.hash}\n`);
    return done();
  });
