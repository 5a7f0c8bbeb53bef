import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { projectRoot } from '../platform/project.service.js';
import type { Settings } from '../platform/settings.js';
import { DomainError, type Violation } from '../problems/problems.js';
import { DISTRICT_KEYS, type District, type DistrictReading, readDistrict, UNNAMED } from './district.js';

/** The district that this process serves, for whoever is injected with it: what it says may change while it runs. */
export const DISTRICT = 'district';

const HEAD = '# 开办本区时的九个问题的答案，由“开办”页写入；也可直接修改，数秒内生效（备份目录重新启动后生效）。\n';
/** How long a change by hand may go unseen. */
const LOOK_AGAIN_MS = 2_000;

/** null: there is none. @throws DISTRICT_INVALID when it is no YAML */
function contentOf(file: string): { text: string; content: unknown } | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const document = parseDocument(text, { version: '1.2' });
  const [fault] = document.errors;
  if (fault) throw new DomainError('DISTRICT_INVALID', 422, `${file} 不是正确的 YAML：${fault.message}`);
  return { text, content: document.toJS() };
}

/** `<GREENRANK_DATA>/config/district.yaml`, read again when it has changed. */
export class DistrictFile implements District {
  private reading: DistrictReading = { district: UNNAMED, given: [], faults: [] };
  private text: string | null = null;
  private lookedAt = 0;
  private trouble: Violation[] = [];

  /** @throws DISTRICT_INVALID with every fault */
  constructor(
    readonly file: string,
    private readonly defaults: District,
  ) {
    this.look();
    if (this.trouble.length > 0) throw new DomainError('DISTRICT_INVALID', 422, `开办设置 ${file} 有误`, this.trouble);
  }

  get name(): string {
    return this.now.name;
  }
  get bureau(): string {
    return this.now.bureau;
  }
  get departments(): District['departments'] {
    return this.now.departments;
  }
  get people(): District['people'] {
    return this.now.people;
  }
  get deadlines(): District['deadlines'] {
    return this.now.deadlines;
  }
  get disclosure(): District['disclosure'] {
    return this.now.disclosure;
  }
  get firstYearSchemes(): District['firstYearSchemes'] {
    return this.now.firstYearSchemes;
  }
  get backups(): string | null {
    return this.now.backups;
  }

  /** What the file says by itself. */
  get given(): DistrictReading['given'] {
    this.lookIfDue();
    return this.reading.given;
  }

  /** What stands against a change by hand; until it is mended, what was read before holds. */
  get faults(): readonly Violation[] {
    this.lookIfDue();
    return this.trouble;
  }

  /** Another number whenever the file says something else: the ETag of what is edited. */
  get version(): number {
    this.lookIfDue();
    const hash = createHash('sha256')
      .update(this.text ?? '')
      .digest('hex');
    return Number.parseInt(hash.slice(0, 7), 16);
  }

  /**
   * Answers, added to those that the file holds, replace it as a whole: a killed write leaves the old one.
   * @throws DISTRICT_INVALID with every fault; then nothing is written
   */
  write(answers: Partial<District>): void {
    this.look();
    // What somebody is writing by hand is not written over.
    if (this.trouble.length > 0)
      throw new DomainError('DISTRICT_INVALID', 409, `${this.file} 有误，请先改正文件`, this.trouble);
    // A key without a value says nothing: it must not take away what was answered before.
    const said = Object.entries(answers).filter(([, value]) => value !== undefined);
    const content = { ...this.answers(), ...Object.fromEntries(said) };
    const { faults } = readDistrict(content, this.defaults);
    if (faults.length > 0) throw new DomainError('DISTRICT_INVALID', 422, `${faults.length} 处有误，没有保存`, faults);
    mkdirSync(path.dirname(this.file), { recursive: true });
    const fresh = `${this.file}.${randomBytes(4).toString('hex')}`;
    try {
      const opened = openSync(fresh, 'wx', 0o644);
      try {
        writeSync(opened, HEAD + stringify(content));
        fsyncSync(opened);
      } finally {
        closeSync(opened);
      }
      renameSync(fresh, this.file);
    } finally {
      rmSync(fresh, { force: true });
    }
    this.look();
  }

  /** What the file says, without the defaults. */
  answers(): Partial<District> {
    const { district } = this.reading;
    return Object.fromEntries(this.reading.given.map((key) => [key, district[key]]));
  }

  private get now(): District {
    this.lookIfDue();
    return this.reading.district;
  }

  private lookIfDue(): void {
    if (Date.now() - this.lookedAt > LOOK_AGAIN_MS) this.look();
  }

  private look(): void {
    this.lookedAt = Date.now();
    try {
      const found = contentOf(this.file);
      if (found !== null && found.text === this.text && this.trouble.length === 0) return;
      const reading = readDistrict(found?.content, this.defaults);
      this.trouble = [...reading.faults];
      if (reading.faults.length > 0) return;
      this.text = found?.text ?? null;
      this.reading = reading;
    } catch (error) {
      const message = (error as Error).message;
      this.trouble = [{ path: this.file, rule: 'district', found: '', expected: '可读的 YAML', message }];
    }
  }
}

/**
 * The district of these settings; the demonstration's own words stand in for what nobody has answered there.
 * @throws DISTRICT_INVALID with every fault
 */
export function openDistrict(settings: Settings): DistrictFile {
  const invented = path.join(projectRoot(), 'config', 'demo', 'district.yaml');
  const defaults = settings.demo ? readDistrict(contentOf(invented)?.content).district : UNNAMED;
  return new DistrictFile(path.join(path.resolve(settings.dataDir), 'config', 'district.yaml'), defaults);
}

/** Answers that differ, from what to what, for the audit. */
export function changed(
  before: District,
  after: Partial<District>,
): { before: Partial<District>; after: Partial<District> } {
  const keys = DISTRICT_KEYS.filter(
    (key) => after[key] !== undefined && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  return {
    before: Object.fromEntries(keys.map((key) => [key, before[key]])),
    after: Object.fromEntries(keys.map((key) => [key, after[key]])),
  };
}
