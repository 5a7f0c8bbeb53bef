import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../platform/project.service.js';
import { DomainError, type Violation } from '../problems/problems.js';

/** config/chasing.yaml: when people are reminded by themselves. */
export interface ChasingConfig {
  /** `09:00`, Shanghai. */
  readonly at: string;
  /** 0: the due day itself. */
  readonly daysBefore: readonly number[];
  /** From 1. */
  readonly daysAfter: readonly number[];
}

const FILE = 'chasing.yaml';

/** @throws CONFIG_INVALID, naming every faulty key */
export function readChasingConfig(content: unknown): ChasingConfig {
  const faults: Violation[] = [];
  const fault = (key: string, found: unknown, expected: string): void => {
    const text = JSON.stringify(found) ?? '（缺）';
    const message = `config/${FILE} 的 ${key} 应为${expected}，现为 ${text}`;
    faults.push({ path: `${FILE}: ${key}`, rule: 'chasing', found: text, expected, message });
  };
  const known = (typeof content === 'object' && content !== null ? content : {}) as Record<string, unknown>;
  for (const key of Object.keys(known))
    if (!['at', 'daysBefore', 'daysAfter'].includes(key)) fault(key, known[key], '没有这个键');
  const { at, daysBefore, daysAfter } = known;
  if (typeof at !== 'string' || !/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) fault('at', at, ' 09:00 这样的时刻');
  const days = (key: string, value: unknown, least: number): void => {
    const isList = Array.isArray(value) && value.length <= 20;
    if (!isList || !value.every((day) => Number.isInteger(day) && day >= least && day <= 90))
      fault(key, value, ` ${least}–90 的整数列表`);
  };
  days('daysBefore', daysBefore, 0);
  days('daysAfter', daysAfter, 1);
  if (faults.length > 0) throw new DomainError('CONFIG_INVALID', 422, '催报设置有误', faults);
  return { at: at as string, daysBefore: daysBefore as number[], daysAfter: daysAfter as number[] };
}

export const loadChasingConfig = (): ChasingConfig =>
  readChasingConfig(parse(readFileSync(path.join(projectRoot(), 'config', FILE), 'utf8')));
