import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

const NAME = 'moved-to';

/** Where real use began for a data folder that held the demonstration, absolute; null: nowhere. */
export function movedToOf(dataDir: string): string | null {
  const file = path.join(dataDir, NAME);
  if (!existsSync(file)) return null;
  const named = readFileSync(file, 'utf8').trim();
  return named === '' ? null : path.resolve(dataDir, named);
}

/** Whole or not at all, whenever the machine stops. */
export function writeWhole(file: string, text: string, mode: number): void {
  const fresh = `${file}.${process.pid}`;
  try {
    const opened = openSync(fresh, 'w', mode);
    try {
      writeSync(opened, text);
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}

export const writeMovedTo = (dataDir: string, folder: string): void =>
  writeWhole(path.join(dataDir, NAME), `${folder}\n`, 0o644);
