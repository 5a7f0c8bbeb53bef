import { DomainError, type Violation } from '../problems/problems.js';
import { FileError } from './files.command.js';
import { UsageError } from './options.command.js';

const DONE = 0;
const REFUSED = 1;
const WRONG_USAGE = 2;

/** One line on stderr: path, rule, found, expected. */
export const violationLine = ({ path, rule, found, expected, message }: Violation): string =>
  oneLine(`${path || 'document'}: ${message} [${rule}] 收到 ${found === '' ? '（空）' : found}，应为 ${expected}`);

const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ');

export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Prints the faults. @returns the exit code of a refusal */
export function refuse(violations: readonly Violation[]): number {
  for (const violation of violations) say(violationLine(violation));
  return REFUSED;
}

/**
 * Runs a command: refusals go to stderr with exit code 1, wrong usage with 2 and the help.
 * @param work returns the exit code
 */
export async function runCommand(help: string, work: () => number | Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) {
      say(error.message);
      say(help);
      return WRONG_USAGE;
    }
    if (error instanceof FileError) {
      say(error.message);
      return REFUSED;
    }
    if (error instanceof DomainError) {
      say(error.message);
      return refuse(error.violations);
    }
    throw error;
  }
}

/** @returns the exit code of a command that did what was asked */
export function done(): number {
  return DONE;
}

/** Prints the help on stdout, where it was asked for. */
export function showHelp(help: string): number {
  process.stdout.write(`${help}\n`);
  return DONE;
}
